// The scene itself: its animation follows the playhead, a click selects, and looks replace its materials.
import type { ThreeEvent } from "@react-three/fiber";
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useMemo } from "react";
import type { Material, Object3D } from "three";
import { AnimationMixer, DirectionalLight, Mesh, MeshDepthMaterial, MeshNormalMaterial, MeshStandardMaterial, SkinnedMesh, SpotLight } from "three";
import type { Look } from "../state";
import { useApp } from "../state";
import { Highlight } from "./Highlight";
import { boxOf, findById, forgetBounds, idOf } from "./marks";
import type { SceneModel } from "./useSceneModel";

function castShadows(root: Object3D, sun: number): void {
  const reach = Math.min(40, Math.max(4, boxOf(root).getSize(root.position.clone()).length() * 1.2));
  root.traverse((o) => {
    if (o instanceof Mesh) {
      o.castShadow = idOf(o) !== null;
      o.receiveShadow = true;
      if (o instanceof SkinnedMesh) forgetBounds(o);
    }
    if (!(o instanceof DirectionalLight || o instanceof SpotLight)) return;
    o.castShadow = true;
    o.shadow.mapSize.set(2048, 2048);
    o.shadow.bias = -.0005;
    o.shadow.normalBias = .02;
    o.shadow.radius = 5;
    if (!(o instanceof DirectionalLight)) return;
    o.userData["intensity"] ??= o.intensity;
    o.intensity = Number(o.userData["intensity"]) * sun;
    Object.assign(o.shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: -reach * 4, far: reach * 4 });
  });
}

function materialFor(look: Look): Material | null {
  switch (look) {
    case "normal": return new MeshNormalMaterial();
    case "depth": return new MeshDepthMaterial();
    case "clay": return new MeshStandardMaterial({ color: "#c9bfb2", roughness: .9 });
    case "wireframe": return new MeshStandardMaterial({ color: "#8d8478", wireframe: true });
    default: return null;
  }
}

function useLook(root: Object3D, look: Look): void {
  const originals = useMemo(() => new Map<Mesh, Material | Material[]>(), [root]); // eslint-disable-line -- one map per root
  useEffect(() => {
    const material = materialFor(look);
    root.traverse((o) => {
      if (!(o instanceof Mesh)) return;
      if (!originals.has(o)) originals.set(o, o.material as Material | Material[]);
      o.material = material ?? originals.get(o) as Material | Material[];
    });
    return () => material?.dispose();
  }, [root, look, originals]);
}

/** `loop`: seconds after which it begins again, its own length by default; null follows the playhead that another one moves. */
export function Model({ model, sun, loop = model.duration }: { model: SceneModel; sun: number; loop?: number | null }) {
  const look = useApp((s) => s.look), selected = useApp((s) => s.selected), set = useApp((s) => s.set);
  const invalidate = useThree((s) => s.invalidate);
  const mixer = useMemo(() => new AnimationMixer(model.root), [model]);
  const hasTarget = useMemo(() => findById(model.root, selected) !== null, [model, selected]);
  useLook(model.root, look);
  useEffect(() => {
    castShadows(model.root, sun);
    for (const clip of model.clips) mixer.clipAction(clip).play();
    return () => { mixer.stopAllAction(); };
  }, [model, mixer, sun]);
  useEffect(() => useApp.subscribe((s, before) => { if (s.seconds !== before.seconds || s.isPlaying !== before.isPlaying) invalidate(); }), [invalidate]);
  useFrame((_, delta) => {
    const { isPlaying, seconds } = useApp.getState();
    let now = Math.min(seconds, model.duration);
    if (isPlaying && loop !== null) {
      now = (seconds + Math.min(delta, .1)) % loop;
      set({ seconds: now });
    }
    if (!model.root.userData["isHeld"]) mixer.setTime(Math.min(now, model.duration - 1e-4));
  });
  const onClick = (event: ThreeEvent<MouseEvent>) => {
    if (event.delta > 4) return;
    event.stopPropagation();
    set({ selected: idOf(event.object) });
  };
  return (
    <>
      <primitive object={model.root} onClick={onClick} />
      {selected && hasTarget && <Highlight key={`${model.key}/${selected}`} root={model.root} id={selected} />}
    </>
  );
}
