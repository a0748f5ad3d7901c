// The first picture of the first scene comes without its shadows, which cost half as much again where no card draws; they fade in behind it.
import { useLayoutEffect, useRef } from "react";
import type { LightShadow } from "three";
import { Light } from "three";
import { useIsLight } from "./device";
import { useSeen } from "./seen";
import { useBehind } from "./useBehind";
import type { SceneModel } from "./useSceneModel";

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
  const isLight = useIsLight(), seen = useSeen(), fading = useRef<LightShadow[] | null>(null);
  useLayoutEffect(() => {
    if (!isLight || seen.getState().model !== null) return;
    const own = fading.current = shadowsOf(model);
    set(own, 0);
    return () => {
      set(own, 1);
      fading.current = null;
    };
  }, [model, seen, isLight]);
  useBehind(model, fading, set);
  return null;
}
