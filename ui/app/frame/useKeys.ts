// Keys that work everywhere; a view adds its own.
import { useEffect } from "react";
import { allActions } from "../command/actions";
import { views, useApp } from "../state";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function openCommandBar(): void {
  useApp.getState().set({ isPaletteOpen: true });
  dispatchEvent(new Event("miktos:command"));
}

function act(id: string): void {
  allActions().find((a) => a.id === id)?.run();
}

const gizmoKeys = { q: "none", g: "translate", r: "rotate", s: "scale" } as const;

function onKey(event: KeyboardEvent): void {
  const { set, view } = useApp.getState();
  const isCommand = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
  if (isCommand && key === "k") { event.preventDefault(); openCommandBar(); return; }
  if (event.altKey && /^[1-4]$/.test(event.key)) { event.preventDefault(); set({ view: views[Number(event.key) - 1] ?? "scene" }); return; }
  if (isTyping(event.target) || view !== "scene") return;
  if (isCommand && key === "z") { event.preventDefault(); act(event.shiftKey ? "redo" : "undo"); return; }
  if (isCommand && key === "y") { event.preventDefault(); act("redo"); return; }
  if (isCommand && event.key === "Enter") { event.preventDefault(); act("render"); return; }
  if (isCommand || event.altKey) return;
  if (event.key === " " && !(event.target instanceof HTMLButtonElement)) { event.preventDefault(); act("play"); }
  if (key === "c") act("camera");
  if (key === "w") act("wireframe");
  if (event.key === "Escape") set({ selected: null, gizmo: "none", isFilmShown: false });
  if (key in gizmoKeys) set({ gizmo: gizmoKeys[key as keyof typeof gizmoKeys] });
}

export function useKeys(): void {
  useEffect(() => {
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
