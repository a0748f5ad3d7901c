// The first picture of a night comes as nights usually are; how long it is exposed is measured behind it, and eyes get used to that.
import { useThree } from "@react-three/fiber";
import { useLayoutEffect, useRef } from "react";
import { useIsLight } from "./device";
import { guessOf, measure } from "./meter";
import { useSeen } from "./seen";
import { useBehind } from "./useBehind";
import type { SceneModel } from "./useSceneModel";

interface Way { from: number; to: number | null }

export function useExposure(model: SceneModel): void {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), isLight = useIsLight(), seen = useSeen(), way = useRef<Way | null>(null);
  useLayoutEffect(() => {
    const guess = guessOf(model), isOpen = isLight && guess !== 1 && seen.getState().model !== model;
    way.current = isOpen ? { from: guess, to: null } : null;
    gl.toneMappingExposure = isOpen ? guess : measure(gl, scene, model);
  }, [gl, scene, model, seen, isLight]);
  useBehind(model, way, (open, share) => {
    open.to ??= measure(gl, scene, model);
    gl.toneMappingExposure = open.from * (open.to / open.from) ** share;
  });
}
