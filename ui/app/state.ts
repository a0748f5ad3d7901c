// What the whole window shares: where one is, what is selected, and what plays. Data of the bridge lives in wire/.
import { create } from "zustand";
import type { Language } from "./words";
import { preferredLanguage } from "./words";

export const views = ["scene", "graph", "split", "gallery"] as const;
export type View = (typeof views)[number];
export const rooms = ["projects", "workflows", "objects", "gallery", "models", "queue", "engines", "plugins", "settings"] as const;
export type Room = (typeof rooms)[number];
export type Theme = "dark" | "light" | "system";
export type Look = "shaded" | "wireframe" | "normal" | "depth" | "clay";
/** How finely the viewport draws; "auto" asks the machine. */
export type Detail = "auto" | "full" | "light";
export type GizmoMode = "none" | "translate" | "rotate" | "scale";

/** Kept between visits. */
export interface Preferences {
  theme: Theme;
  language: Language;
  room: Room | null;
  isOutlineOpen: boolean;
  projectId: string | null;
  quality: "draft" | "standard" | "final";
  width: number;
  height: number;
  seed: number;
  renderAfterCommand: boolean;
  detail: Detail;
  hasSeenTour: boolean;
  /** Ids of interface plugins that run. */
  plugins: readonly string[];
}

interface State {
  preferences: Preferences;
  view: View;
  isPaletteOpen: boolean;
  isTourOpen: boolean;
  isDetailOpen: boolean;
  areKeysShown: boolean;
  isMapShown: boolean;
  /** Ids of scene commands' objects ("ball-1"). */
  selected: string | null;
  seconds: number;
  duration: number;
  isPlaying: boolean;
  look: Look;
  gizmo: GizmoMode;
  isThroughCamera: boolean;
  isFilmShown: boolean;
  /** Something over the viewport plays in its stead. */
  isCovered: boolean;
  /** "project/version" of the scene whose picture is there; null where no scenes are drawn. */
  seen: string | null;
  prefer: (change: Partial<Preferences>) => void;
  set: (change: Partial<Omit<State, "prefer" | "set" | "preferences">>) => void;
}

const key = "miktos.preferences";

const firstPreferences: Preferences = {
  theme: "system", language: typeof navigator === "undefined" ? "en" : preferredLanguage(), room: "projects", isOutlineOpen: true, projectId: null,
  quality: "draft", width: 640, height: 360, seed: 0, renderAfterCommand: true, detail: "auto", hasSeenTour: false, plugins: [],
};

function stored(): Preferences {
  try {
    return { ...firstPreferences, ...JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Preferences> };
  } catch {
    return firstPreferences;
  }
}

export const useApp = create<State>((set) => ({
  preferences: stored(),
  view: "scene",
  isPaletteOpen: false,
  isTourOpen: false,
  isDetailOpen: false,
  areKeysShown: false,
  isMapShown: true,
  selected: null,
  seconds: 0,
  duration: 4,
  isPlaying: true,
  look: "shaded",
  gizmo: "none",
  isThroughCamera: false,
  isFilmShown: false,
  isCovered: false,
  seen: null,
  prefer: (change) => set((s) => {
    const preferences = { ...s.preferences, ...change };
    localStorage.setItem(key, JSON.stringify(preferences));
    return { preferences };
  }),
  set: (change) => set(change),
}));

export const usePreference = <K extends keyof Preferences>(name: K): Preferences[K] => useApp((s) => s.preferences[name]);
export const useProjectId = () => useApp((s) => s.preferences.projectId);
