// Which scene the last picture of the viewport showed.
import { create } from "zustand";
import type { SceneModel } from "./useSceneModel";

export const useSeen = create<{ model: SceneModel | null }>(() => ({ model: null }));
