// The first picture of a night comes as nights usually are; how long it is exposed is measured behind it, and eyes get used to that.
import { useFrame, useThree } from "@react-three/fiber";
import { useReducedMotion } from "motion/react";
import { useLayoutEffect, useRef } from "react";
import { useApp } from "../state";
import { useIsLight } from "./device";
import { guessOf, measure } from "./meter";
import { shadowDepth } from "./pace";
import type { SceneModel } from "./useSceneModel";

const stepMs = 60;

interface Way { from: number; to: number; since: number }

export function useExposure(model: SceneModel): void {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), invalidate = useThree((s) => s.invalidate), isLight = useIsLight(), isStill = useReducedMotion() === true;
  const way = useRef<Way | "unmeasured" | null>(null);
  useLayoutEffect(() => {
    const isOpen = guessOf(model) !== 1 && useApp.getState().seen !== model.key;
    way.current = isOpen && isLight ? "unmeasured" : null;
    gl.toneMappingExposure = way.current ? guessOf(model) : measure(gl, scene, model);
    return useApp.subscribe((s) => { if (way.current && s.seen === model.key) invalidate(); });
  }, [gl, scene, model, isLight, invalidate]);
  useFrame(() => {
    if (!way.current || useApp.getState().seen !== model.key) return;
    if (way.current === "unmeasured") way.current = { from: gl.toneMappingExposure, to: measure(gl, scene, model), since: performance.now() };
    const { from, to, since } = way.current, share = shadowDepth(performance.now() - since, isStill);
    gl.toneMappingExposure = from * (to / from) ** share;
    if (share === 1) way.current = null;
    else setTimeout(invalidate, stepMs); // asking for the next picture at once would break the pace
  });
}
