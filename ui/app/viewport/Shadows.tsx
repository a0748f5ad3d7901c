// The first picture of the first scene comes without its shadows, which cost half as much again where no card draws; they fade in behind it.
import { useFrame, useThree } from "@react-three/fiber";
import { useReducedMotion } from "motion/react";
import { useLayoutEffect, useRef } from "react";
import type { LightShadow } from "three";
import { Light } from "three";
import { useApp } from "../state";
import { useIsLight } from "./device";
import { shadowDepth } from "./pace";
import type { SceneModel } from "./useSceneModel";

const stepMs = 60;

function shadowsOf(model: SceneModel): LightShadow[] {
  const found: LightShadow[] = [];
  model.root.traverse((o) => { if (o instanceof Light && o.castShadow && o.intensity > 0 && o.shadow) found.push(o.shadow as LightShadow); });
  return found;
}

function set(shadows: readonly LightShadow[], depth: number): void {
  for (const shadow of shadows) Object.assign(shadow, { intensity: depth, autoUpdate: depth > 0 });
}

/** Later scenes take the place of one that has shadows, and have theirs at once. */
export function Shadows({ model }: { model: SceneModel }) {
  const isLight = useIsLight(), isStill = useReducedMotion() === true, invalidate = useThree((s) => s.invalidate);
  const fading = useRef<LightShadow[] | null>(null), isBegun = useRef(false), seenAt = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    if (!isLight || useApp.getState().seen === model.key) return;
    const own = fading.current = shadowsOf(model);
    set(own, 0);
    const leave = useApp.subscribe((s) => { if (s.seen === model.key) invalidate(); });
    return () => {
      leave();
      set(own, 1);
      fading.current = null;
    };
  }, [model, isLight, invalidate]);
  useFrame(() => {
    const own = fading.current;
    if (!own || useApp.getState().seen !== model.key) return;
    const now = performance.now(), depth = shadowDepth(now - (seenAt.current ??= now), isStill);
    set(own, depth);
    if (depth === 1) fading.current = null;
    else setTimeout(invalidate, stepMs); // asking for the next picture at once would break the pace
  });
  return null;
}
