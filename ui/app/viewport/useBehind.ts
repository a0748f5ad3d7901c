// What would hold the first picture of a scene up comes behind it, little by little.
import { useFrame, useThree } from "@react-three/fiber";
import { useReducedMotion } from "motion/react";
import type { RefObject } from "react";
import { useEffect, useRef } from "react";
import { useApp } from "../state";
import { behindShare } from "./pace";

const stepMs = 60;

/** From the picture of `key` on, `step` is told how far it has come, 0 to 1, while there is something `open`. */
export function useBehind<T>(key: string, open: RefObject<T | null>, step: (what: T, share: number) => void): void {
  const invalidate = useThree((s) => s.invalidate), isStill = useReducedMotion() === true, since = useRef<{ key: string; at: number } | null>(null);
  useEffect(() => useApp.subscribe((s) => { if (open.current !== null && s.seen === key) invalidate(); }), [key, open, invalidate]);
  useFrame(() => {
    if (open.current === null || useApp.getState().seen !== key) return;
    const now = performance.now();
    if (since.current?.key !== key) since.current = { key, at: now };
    const share = behindShare(now - since.current.at, isStill);
    step(open.current, share);
    if (share === 1) open.current = null;
    else setTimeout(invalidate, stepMs); // asking for the next picture at once would break the pace
  });
}
