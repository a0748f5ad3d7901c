// Keys that work everywhere, and those of the scene; the canvas adds its own.
import { useEffect } from "react";
import { allActions, focusOnWork } from "../command/actions";
import { goToMessages } from "../parts/Toasts";
import { goByFrames } from "../timeline/go";
import type { GizmoMode, Look, Room, View } from "../state";
import { toggleAnyDetail, useApp } from "../state";
import { isInScene, useHalf } from "./half";
import type { Combo, everywhere, inScene } from "./shortcuts";
import { comboOf } from "./shortcuts";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function openCommandBar(): void {
  useApp.getState().set({ isPaletteOpen: true, statusDetail: null }); // which would lie over what is typed
  dispatchEvent(new Event("miktos:command"));
}

/** Opens a room of the sidebar, or closes it when it is the one that is open. */
export function toggleRoom(room: Room): void {
  const { preferences, prefer } = useApp.getState();
  prefer({ room: preferences.room === room ? null : room });
}

function act(id: string): void {
  allActions().find((a) => a.id === id)?.run();
}

const view = (to: View) => () => useApp.getState().set({ view: to });
const gizmo = (to: GizmoMode) => () => useApp.getState().set({ gizmo: to });
const look = (to: Look) => () => useApp.getState().set({ look: to });
const showKeys = () => useApp.getState().set({ areKeysShown: true });

const always: Record<Combo<typeof everywhere>, () => void> = {
  "ctrl+k": openCommandBar, "ctrl+shift+k": showKeys, "?": showKeys, "ctrl+,": () => toggleRoom("settings"), "ctrl+`": toggleAnyDetail,
  f: focusOnWork, f8: goToMessages, "alt+1": view("scene"), "alt+2": view("graph"), "alt+3": view("split"), "alt+4": view("gallery"),
};

const scene: Record<Combo<typeof inScene>, () => void> = {
  "ctrl+enter": () => act("render"), "ctrl+z": () => act("undo"), "ctrl+shift+z": () => act("redo"), "ctrl+y": () => act("redo"), space: () => act("play"),
  q: gizmo("none"), g: gizmo("translate"), r: gizmo("rotate"), s: gizmo("scale"), c: () => act("camera"), w: () => act("wireframe"),
  ".": () => act("frame"), n: () => act("next"), "shift+n": () => act("previous"), h: () => act("hide"), "shift+h": () => act("alone"), delete: () => act("remove"), backspace: () => act("remove"),
  arrowleft: () => goByFrames(-1), arrowright: () => goByFrames(1), home: () => act("start"), end: () => act("end"),
  "1": look("shaded"), "2": look("clay"), "3": look("wireframe"), "4": look("normal"), "5": look("depth"), "6": look("albedo"), "7": look("mask"),
  escape: () => act("nothing"),
};

/** What has the focus moves by these itself. */
const arrowed = "[role=slider], [role=separator], [role=listbox], [role=menu], [role=radiogroup], [role=tablist], [role=grid]";

export const ownsArrows = (target: EventTarget | null) => target instanceof Element && target.closest(arrowed) !== null;

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const combo = comboOf(event), hasCommand = /^(ctrl|alt)\+/.test(combo);
  if (isTyping(event.target) && !(combo in always && (hasCommand || combo === "f8"))) return;
  if (document.querySelector("[role=dialog]")) return;
  // Space presses the button that has the focus.
  if (combo === "space" && event.target instanceof HTMLButtonElement) return;
  if (/^(arrow|home|end)/.test(combo) && ownsArrows(event.target)) return;
  const run = always[combo as keyof typeof always] ?? (isInScene() ? scene[combo as keyof typeof scene] : undefined);
  if (!run) return;
  event.preventDefault();
  run();
}

export function useKeys(): void {
  useHalf();
  useEffect(() => {
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
