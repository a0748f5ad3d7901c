// While a sentence is typed, the scene that it would make is made ready behind the one that is seen, or drawn where none is.
import { useThree } from "@react-three/fiber";
import { useEffect } from "react";
import { keyOf, useAhead } from "../command/ahead";
import { useApp } from "../state";
import type { Command } from "../wire/queries";
import { bring } from "./aheadModel";
import { useCurtain } from "./curtain";
import { useDetail, useIsLight } from "./device";
import { makeReady, sendUp } from "./ready";
import { handsRest } from "./typing";

/** So long after a letter the sentence is perhaps a whole one: a picture of it takes as long as some letters. */
const restMs = 200;

/** `isEmpty`: no scene is seen. */
export function Ahead({ commands, isEmpty }: { commands: readonly Command[]; isEmpty: boolean }) {
  const gl = useThree((s) => s.gl), scene = useThree((s) => s.scene), camera = useThree((s) => s.camera), isLight = useIsLight(), detail = useDetail();
  const ahead = useAhead((s) => s.ahead);
  useEffect(() => {
    if (!ahead || ahead.key === keyOf(commands) || ahead.key === useAhead.getState().sent?.key) return;
    let isResting = true;
    bring(ahead, detail).then(async (model) => {
      await makeReady({ gl, scene, camera, isLight }, model);
      await handsRest(restMs);
      if (!isResting || useAhead.getState().sent !== null) return;
      if (!isEmpty) return sendUp({ gl, scene, camera, isLight }, model);
      useApp.getState().set({ seconds: 0 });
      useCurtain.setState({ model });
    }).catch(() => {}); // it is then made when it is sent
    return () => { isResting = false; };
  }, [ahead, commands, isEmpty, gl, scene, camera, isLight, detail]);
  return null;
}
