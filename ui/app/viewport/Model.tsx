// The scene itself: its animation follows the playhead, a click selects, and looks replace its materials.
import type { ThreeEvent } from "@react-three/fiber";
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useMemo, useRef } from "react";
import type { Material, Object3D } from "three";
import { AnimationMixer, Mesh, MeshDepthMaterial, MeshLambertMaterial, MeshNormalMaterial } from "three";
import type { Look } from "../state";
import { useApp } from "../state";
import { useIsLight } from "./device";
import { castShadows, ownMaterial } from "./dress";
import { isReleased } from "./hands";
import { idOf } from "./marks";
import type { SceneModel } from "./useSceneModel";

function materialFor(look: Look): Material | null {
  switch (look) {
    case "normal": return new MeshNormalMaterial();
    case "depth": return new MeshDepthMaterial();
    case "clay": return new MeshLambertMaterial({ color: "#c9bfb2" });
    case "wireframe": return new MeshLambertMaterial({ color: "#8d8478", wireframe: true });
    default: return null;
  }
}

function useLook(root: Object3D, look: Look, isLight: boolean): void {
  useEffect(() => {
    const material = materialFor(look);
    root.traverse((o) => { if (o instanceof Mesh) o.material = material ?? ownMaterial(o, isLight); });
    return () => material?.dispose();
  }, [root, look, isLight]);
}

/** `loop`: seconds after which it begins again, its own length by default; null follows the playhead that another one moves. */
export function Model({ model, loop = model.duration }: { model: SceneModel; loop?: number | null }) {
  const look = useApp((s) => s.look), set = useApp((s) => s.set);
  const invalidate = useThree((s) => s.invalidate), isLight = useIsLight();
  const mixer = useMemo(() => new AnimationMixer(model.root), [model]);
  useLook(model.root, look, isLight);
  useEffect(() => {
    castShadows(model.root, model.sky, isLight);
    for (const clip of model.clips) mixer.clipAction(clip).play();
    return () => { mixer.stopAllAction(); };
  }, [model, mixer, isLight]);
  const own = useRef(-1); // the moment that a picture of ours set: asking for the next one at once would break the pace
  useEffect(() => useApp.subscribe((s, before) => { if ((s.seconds !== before.seconds && s.seconds !== own.current) || s.isPlaying !== before.isPlaying) invalidate(); }), [invalidate]);
  useFrame((_, delta) => {
    const { isPlaying, seconds } = useApp.getState();
    let now = Math.min(seconds, model.duration);
    if (isPlaying && loop !== null) {
      now = (seconds + Math.min(delta, .1)) % loop;
      own.current = now;
      set({ seconds: now });
    }
    mixer.setTime(Math.min(now, model.duration - 1e-4));
  });
  const onClick = (event: ThreeEvent<MouseEvent>) => {
    if (event.delta > 4 || isReleased()) return;
    event.stopPropagation();
    set({ selected: idOf(event.object) });
  };
  return <primitive object={model.root} onClick={onClick} />;
}
