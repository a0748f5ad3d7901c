// While a sentence is typed, the scene that it would make is made ready behind the one that is seen.
import { useThree } from "@react-three/fiber";
import { useEffect } from "react";
import { keyOf, useAhead } from "../command/ahead";
import type { Command } from "../wire/queries";
import { bring } from "./aheadModel";
import { useDetail, useIsLight } from "./device";
import { makeReady, sendUp } from "./ready";

export function Ahead({ commands }: { commands: readonly Command[] }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), camera = useThree((s) => s.camera), isLight = useIsLight(), detail = useDetail();
  const ahead = useAhead((s) => s.ahead);
  useEffect(() => {
    if (!ahead || ahead.key === keyOf(commands) || ahead.key === useAhead.getState().sent?.key) return;
    let isResting = true;
    bring(ahead, detail).then(async (model) => {
      await makeReady({ gl, scene, camera, isLight }, model);
      if (isResting && useAhead.getState().sent === null) sendUp({ gl, scene, camera, isLight }, model);
    }).catch(() => {}); // it is then made when it is sent
    return () => { isResting = false; };
  }, [ahead, commands, gl, scene, camera, isLight, detail]);
  return null;
}
