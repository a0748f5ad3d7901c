// What would hold the first picture of a scene up comes behind it, little by little.
import { useFrame, useThree } from "@react-three/fiber";
import { useReducedMotion } from "motion/react";
import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import { behindShare } from "./pace";
import { useSeen } from "./seen";
import type { SceneModel } from "./useSceneModel";

const stepMs = 60;

/** From the picture of `model` on, `step` is told how far it has come, 0 to 1, while there is something `open`. */
export function useBehind<T>(model: SceneModel, open: RefObject<T | null>, step: (what: T, share: number) => void): void {
  const invalidate = useThree((s) => s.invalidate), seen = useSeen(), isStill = useReducedMotion() === true, since = useRef<{ model: SceneModel; at: number } | null>(null);
  useEffect(() => seen.subscribe((s) => { if (open.current !== null && s.model === model) invalidate(); }), [model, open, seen, invalidate]);
  useFrame(() => {
    if (open.current === null || seen.getState().model !== model) return;
    const now = performance.now();
    if (since.current?.model !== model) since.current = { model, at: now };
    const share = behindShare(now - since.current.at, isStill);
    step(open.current, share);
    if (share === 1) open.current = null;
    else setTimeout(invalidate, stepMs); // asking for the next picture at once would break the pace
  });
}
