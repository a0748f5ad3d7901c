// Where there is nothing to see yet, the scene of a typed sentence is drawn behind the curtain while hands rest, and is there when it is sent.
import { create } from "zustand";
import type { SceneModel } from "./useSceneModel";

export const useCurtain = create<{ model: SceneModel | null }>(() => ({ model: null }));
