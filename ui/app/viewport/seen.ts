// Which scene the last picture of a canvas showed. What is drawn behind the curtain is not seen.
import { createContext, useContext } from "react";
import type { StoreApi } from "zustand";
import { createStore } from "zustand";
import type { SceneModel } from "./useSceneModel";

export type Seen = StoreApi<{ model: SceneModel | null }>;

export const newSeen = (): Seen => createStore(() => ({ model: null }));

/** Each canvas has its own. */
export const SeenHere = createContext(newSeen());

export const useSeen = (): Seen => useContext(SeenHere);
