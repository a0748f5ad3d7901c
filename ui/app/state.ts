// What the whole window shares: where one is, what is selected, and what plays. Data of the bridge lives in wire/.
import { create } from "zustand";
import type { Language } from "./words";
import { preferredLanguage } from "./words";

export const views = ["scene", "graph", "split", "gallery"] as const;
export type View = (typeof views)[number];
export const rooms = ["projects", "workflows", "objects", "gallery", "models", "queue", "engines", "plugins", "settings"] as const;
export type Room = (typeof rooms)[number];
/** How the live view draws: as it will be, as work, and as passes. */
export const looks = ["shaded", "clay", "wireframe", "normal", "depth", "albedo", "mask"] as const;
/** What the detail above the status bar is about. */
export const details = ["engines", "cpu", "memory", "disk"] as const;
export type StatusDetail = (typeof details)[number];
export type Theme = "dark" | "light" | "system";
export type Look = (typeof looks)[number];
/** How finely the viewport draws; "auto" asks the machine. */
export type Detail = "auto" | "full" | "light";
export type GizmoMode = "none" | "translate" | "rotate" | "scale";

/** Kept between visits. */
export interface Preferences {
  theme: Theme;
  language: Language;
  room: Room | null;
  isOutlineOpen: boolean;
  timelineHeight: number;
  projectId: string | null;
  quality: "draft" | "standard" | "final";
  width: number;
  height: number;
  seed: number;
  renderAfterCommand: boolean;
  /** When the seeds of nodes go on. */
  seedTurns: "after" | "before";
  detail: Detail;
  hasSeenTour: boolean;
  /** Ids of interface plugins that run. */
  plugins: readonly string[];
}

interface State {
  preferences: Preferences;
  view: View;
  /** Of a split view, which was touched last. */
  half: "scene" | "graph";
  isPaletteOpen: boolean;
  isTourOpen: boolean;
  statusDetail: StatusDetail | null;
  areKeysShown: boolean;
  isMapShown: boolean;
  /** Ids of scene commands' objects ("ball-1"). */
  selected: string | null;
  seconds: number;
  duration: number;
  fps: number;
  isPlaying: boolean;
  look: Look;
  gizmo: GizmoMode;
  isThroughCamera: boolean;
  /** How often it was asked to see what is selected, or all. */
  framings: number;
  /** Ids of what the live view leaves out, and of what it shows alone. */
  hidden: readonly string[];
  alone: string | null;
  /** Names of the parts of each thing that can be seen. */
  parts: Readonly<Record<string, readonly string[]>>;
  isFilmShown: boolean;
  /** Something over the viewport plays in its stead. */
  isCovered: boolean;
  /** "project/version" of the scene whose picture is there; null where no scenes are drawn. */
  seen: string | null;
  prefer: (change: Partial<Preferences>) => void;
  set: (change: Partial<Omit<State, "prefer" | "set" | "preferences">>) => void;
}

const key = "miktos.preferences";
/** What is each window's own matter; the rest is the person's, and is so in all windows at once. */
const own: ReadonlySet<keyof Preferences> = new Set(["room", "isOutlineOpen", "timelineHeight", "projectId"]);

const firstPreferences: Preferences = {
  theme: "system", language: typeof navigator === "undefined" ? "en" : preferredLanguage(), room: "projects", isOutlineOpen: true, timelineHeight: 150, projectId: null,
  quality: "draft", width: 640, height: 360, seed: 0, renderAfterCommand: true, seedTurns: "after", detail: "auto", hasSeenTour: false, plugins: [],
};

function stored(): Preferences {
  try {
    return { ...firstPreferences, ...JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Preferences> };
  } catch {
    return firstPreferences;
  }
}

/** What cannot be kept is no reason to hold anybody up: it holds until the window closes. */
function keep(preferences: Preferences): void {
  try {
    localStorage.setItem(key, JSON.stringify(preferences));
  } catch { /* there is no room, or keeping is forbidden */ }
}

export const useApp = create<State>((set) => ({
  preferences: stored(),
  view: "scene",
  half: "graph",
  isPaletteOpen: false,
  isTourOpen: false,
  statusDetail: null,
  areKeysShown: false,
  isMapShown: true,
  selected: null,
  seconds: 0,
  duration: 4,
  fps: 24,
  isPlaying: true,
  look: "shaded",
  gizmo: "none",
  isThroughCamera: false,
  framings: 0,
  hidden: [],
  alone: null,
  parts: {},
  isFilmShown: false,
  isCovered: false,
  seen: null,
  prefer: (change) => set((s) => {
    keep({ ...stored(), ...change }); // with what another window has chosen meanwhile
    return { preferences: { ...s.preferences, ...change } };
  }),
  set: (change) => set(change),
}));

/** Opens what the detail above the status bar tells of it, or closes that. */
export function toggleDetail(of: StatusDetail): void {
  const { statusDetail, set } = useApp.getState();
  set({ statusDetail: statusDetail === of ? null : of });
}

/** Opens the detail, or closes it whatever it is about. */
export function toggleAnyDetail(): void {
  const { statusDetail, set } = useApp.getState();
  set({ statusDetail: statusDetail ? null : "engines" });
}

export const usePreference = <K extends keyof Preferences>(name: K): Preferences[K] => useApp((s) => s.preferences[name]);
export const useProjectId = () => useApp((s) => s.preferences.projectId);

/** What is chosen in another window is so in this one; to be called once. */
export function followOtherWindows(): void {
  addEventListener("storage", (event) => {
    if (event.key !== key || event.newValue === null) return;
    const theirs = Object.entries(stored()).filter(([name]) => !own.has(name as keyof Preferences));
    useApp.setState((s) => ({ preferences: { ...s.preferences, ...Object.fromEntries(theirs) } }));
  });
}
