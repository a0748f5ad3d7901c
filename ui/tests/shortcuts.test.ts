import { describe, expect, it } from "vitest";
import { byHand, comboOf, everywhere, inScene, onCanvas } from "../app/frame/shortcuts";
import { namesOf } from "../app/settings/Keys";

const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {}) => comboOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe("shortcuts", () => {
  it("are read as they are listed, with Cmd for Ctrl and Shift only where it is no part of the sign", () => {
    expect([press("K", { ctrlKey: true, shiftKey: true }), press("k", { metaKey: true }), press("+", { altKey: true, shiftKey: true }), press("/", { shiftKey: true }), press(" "), press("N", { shiftKey: true })])
      .toEqual(["ctrl+shift+k", "ctrl+k", "alt++", "/", "space", "shift+n"]);
  });
  it("mean one thing in one place", () => {
    for (const place of [inScene, onCanvas]) {
      const combos = [...everywhere, ...place].flatMap((s) => [...s.keys] as string[]);
      expect(combos.filter((c, i) => combos.indexOf(c) !== i)).toEqual([]);
    }
  });
  it("are those of ComfyUI's editor on the canvas", () => {
    const known: string[] = [...everywhere, ...onCanvas, ...byHand].flatMap((s) => [...s.keys]);
    const comfy = ["ctrl+enter", "ctrl+shift+enter", "ctrl+alt+enter", "ctrl+z", "ctrl+y", "ctrl+s", "ctrl+o", "ctrl+a", "alt+c", "ctrl+m", "ctrl+b", "delete", "backspace", "ctrl+backspace", "space+drag", "ctrl+click", "shift+click",
      "ctrl+c", "ctrl+v", "ctrl+shift+v", "ctrl+g", "ctrl+,", "alt+=", "alt+-", ".", "p", "q", "w", "n", "m", "a", "r", "f", "h", "v", "ctrl+`", "alt+m", "ctrl+shift+e", "ctrl+shift+k", "escape", "double-click", "arrowleft", "arrowright", "arrowup", "arrowdown", "ctrl+arrowup", "ctrl+arrowdown"];
    expect(comfy.filter((c) => !known.includes(c))).toEqual([]);
  });
  it("are written as keys", () => {
    expect([namesOf("ctrl+shift+k"), namesOf("alt++"), namesOf("alt+-"), namesOf("space+drag")]).toEqual([["Ctrl", "Shift", "K"], ["Alt", "+"], ["Alt", "-"], ["Space", "Drag"]]);
  });
});
