// The scene itself: its animation follows the playhead, a click selects, and looks replace its materials.
import type { ThreeEvent } from "@react-three/fiber";
import { useFrame, useThree } from "@react-three/fiber";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Object3D } from "three";
import { AnimationMixer, Mesh } from "three";
import { means } from "../../flow/objects";
import { objectsOf } from "../../flow/sentence";
import type { Look } from "../state";
import { useApp } from "../state";
import { useIsLight } from "./device";
import { castShadows } from "./dress";
import { isReleased } from "./hands";
import { wear } from "./looks";
import { idOf, partsOf } from "./marks";
import { useExposure } from "./useExposure";
import type { SceneModel } from "./useSceneModel";

function useLook(model: SceneModel, look: Look, isLight: boolean): void {
  const invalidate = useThree((s) => s.invalidate);
  useLayoutEffect(() => {
    const worn = wear(model.root, look, isLight);
    invalidate();
    return () => worn.dispose();
  }, [model, look, isLight, invalidate]);
}

/** As its style prints it, unless it is seen as work. */
function usePrint(model: SceneModel, look: Look): void {
  const scene = useThree((s) => s.scene);
  useLayoutEffect(() => {
    scene.userData["print"] = look === "shaded" ? model.print : null;
    return () => { scene.userData["print"] = null; };
  }, [scene, model, look]);
}

/** What the next picture shows, for who draws it. */
function useTurn(model: SceneModel): void {
  const scene = useThree((s) => s.scene);
  useLayoutEffect(() => {
    scene.userData["model"] = model;
    return () => { scene.userData["model"] = null; };
  }, [scene, model]);
}

/** What is hidden is hidden here alone: films show it. */
function useHiding(root: Object3D): void {
  const hidden = useApp((s) => s.hidden), alone = useApp((s) => s.alone), invalidate = useThree((s) => s.invalidate);
  useEffect(() => {
    root.traverse((o) => {
      const id = o instanceof Mesh ? idOf(o) : null;
      if (id !== null) o.visible = alone !== null ? means(alone, id) : !hidden.some((h) => means(h, id));
    });
    invalidate();
  }, [root, hidden, alone, invalidate]);
}

/** `loop`: seconds after which it begins again, its own length by default; null follows the playhead that another one moves. */
export function Model({ model, loop = model.duration }: { model: SceneModel; loop?: number | null }) {
  const look = useApp((s) => s.look), set = useApp((s) => s.set);
  const isLight = useIsLight(), invalidate = useThree((s) => s.invalidate);
  const mixer = useMemo(() => new AnimationMixer(model.root), [model]);
  useTurn(model);
  useLook(model, look, isLight);
  usePrint(model, look);
  useHiding(model.root);
  useEffect(() => set({ parts: Object.fromEntries(objectsOf(model.commands).map(({ id }) => [id, partsOf(model.root, id)])) }), [model, set]);
  useLayoutEffect(() => { // before Shadows, which keeps them off the first picture
    castShadows(model.root, model.sky, isLight, model.clips);
    for (const clip of model.clips) mixer.clipAction(clip).play();
    return () => { mixer.stopAllAction(); };
  }, [model, mixer, isLight]);
  useExposure(model);
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
    model.follow(now);
  });
  const onClick = (event: ThreeEvent<MouseEvent>) => {
    if (event.delta > 4 || isReleased()) return;
    event.stopPropagation();
    set({ selected: idOf(event.object) });
  };
  return <primitive object={model.root} onClick={onClick} />;
}
