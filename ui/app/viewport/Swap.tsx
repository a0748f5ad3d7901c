// A new scene takes the place of the old one when it is ready to be drawn, and its sky with it; until then the old one plays on, and
// before the first one those shaders are made ready that nearly every scene needs.
import { useThree } from "@react-three/fiber";
import type { ReactNode } from "react";
import { useEffect, useState } from "react";
import { useIsLight } from "./device";
import { isReady, letGo, makeReady } from "./ready";
import { skyOf } from "./sky";
import { Stage } from "./Stage";
import type { SceneModel } from "./useSceneModel";
import { Warm } from "./Warm";

/** `waiting`: one that is drawn where there is none, behind the curtain. `isAwaiting`: one is on its way. */
export function Swap({ model, waiting, isAwaiting, children }: { model: SceneModel | null; waiting: SceneModel | null; isAwaiting: boolean; children: (shown: SceneModel) => ReactNode }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), camera = useThree((s) => s.camera), isLight = useIsLight(), next = model ?? waiting;
  const [kept, setKept] = useState<SceneModel | null>(null), shown = next && isReady(next, isLight) ? next : model && kept;
  useEffect(() => {
    if (!model) return setKept(null);
    let isWanted = true;
    void makeReady({ gl, scene, camera, isLight }, model).then(() => { if (isWanted) setKept(model); });
    return () => { isWanted = false; };
  }, [model, gl, scene, camera, isLight]);
  useEffect(() => (shown ? () => letGo(shown) : undefined), [shown]);
  return (
    <>
      <Stage sky={shown?.sky ?? skyOf()} isLit />
      {shown ? children(shown) : <Warm isHeld={isAwaiting || model !== null} />}
    </>
  );
}
