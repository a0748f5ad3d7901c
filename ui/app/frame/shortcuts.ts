// Every key that does something: one list for the listeners, the panel that shows them, and the settings.
import type { Word } from "../words";

/** `ctrl` stands for Cmd as well. The first of `keys` is the one that is shown. */
interface Shortcut { keys: readonly string[]; word: Word }

export const everywhere = [
  { keys: ["ctrl+k"], word: "command.label" }, { keys: ["ctrl+shift+k", "?"], word: "keys.title" }, { keys: ["ctrl+,"], word: "room.settings" }, { keys: ["ctrl+`"], word: "keys.log" },
  { keys: ["f"], word: "keys.focus" }, { keys: ["f8"], word: "keys.messages" }, { keys: ["alt+1"], word: "view.scene" }, { keys: ["alt+2"], word: "view.graph" }, { keys: ["alt+3"], word: "view.split" }, { keys: ["alt+4"], word: "view.gallery" },
] as const satisfies readonly Shortcut[];

export const inScene = [
  { keys: ["ctrl+enter"], word: "action.render" }, { keys: ["ctrl+z"], word: "action.undo" }, { keys: ["ctrl+shift+z", "ctrl+y"], word: "action.redo" }, { keys: ["space"], word: "action.play" },
  { keys: ["q"], word: "tool.none" }, { keys: ["g"], word: "tool.translate" }, { keys: ["r"], word: "tool.rotate" }, { keys: ["s"], word: "tool.scale" },
  { keys: ["c"], word: "action.camera" }, { keys: ["w"], word: "action.wireframe" }, { keys: ["."], word: "keys.fit" }, { keys: ["n"], word: "keys.next" }, { keys: ["shift+n"], word: "keys.previous" },
  { keys: ["h"], word: "keys.hide" }, { keys: ["shift+h"], word: "keys.alone" }, { keys: ["delete", "backspace"], word: "keys.remove" }, { keys: ["escape"], word: "keys.nothing" },
  { keys: ["arrowleft"], word: "timeline.back" }, { keys: ["arrowright"], word: "timeline.forward" }, { keys: ["home"], word: "timeline.start" }, { keys: ["end"], word: "timeline.end" },
  { keys: ["1"], word: "look.shaded" }, { keys: ["2"], word: "look.clay" }, { keys: ["3"], word: "look.wireframe" }, { keys: ["4"], word: "look.normal" }, { keys: ["5"], word: "look.depth" }, { keys: ["6"], word: "look.albedo" }, { keys: ["7"], word: "look.mask" },
] as const satisfies readonly Shortcut[];

/** As ComfyUI has them, with a few of one's own: Alt Enter, L, / and Shift N. */
export const onCanvas = [
  { keys: ["ctrl+enter"], word: "graph.run" }, { keys: ["ctrl+shift+enter"], word: "keys.runFirst" }, { keys: ["alt+enter"], word: "graph.runTo" }, { keys: ["ctrl+alt+enter"], word: "keys.stop" },
  { keys: ["ctrl+z"], word: "action.undo" }, { keys: ["ctrl+y", "ctrl+shift+z"], word: "action.redo" }, { keys: ["ctrl+s"], word: "graph.save" }, { keys: ["ctrl+o"], word: "graph.open" },
  { keys: ["ctrl+backspace", "ctrl+delete"], word: "keys.clear" }, { keys: ["ctrl+a"], word: "keys.all" }, { keys: ["delete", "backspace"], word: "keys.remove" },
  { keys: ["ctrl+m"], word: "graph.mute" }, { keys: ["ctrl+b"], word: "graph.bypass" }, { keys: ["alt+c"], word: "node.collapse" }, { keys: ["p"], word: "keys.pin" }, { keys: ["ctrl+d"], word: "node.clone" }, { keys: ["f2"], word: "node.rename" }, { keys: ["ctrl+g"], word: "node.group" },
  { keys: ["ctrl+shift+e"], word: "node.subgraph" }, { keys: ["enter"], word: "keys.enter" }, { keys: ["escape"], word: "keys.leave" }, { keys: ["n", "/"], word: "search.label" }, { keys: ["shift+n"], word: "node.note" },
  { keys: ["arrowleft", "arrowright", "arrowup", "arrowdown"], word: "keys.nudge" }, { keys: ["."], word: "keys.fit" }, { keys: ["alt+=", "alt++"], word: "keys.closer" }, { keys: ["alt+-"], word: "keys.away" }, { keys: ["l"], word: "graph.layOut" }, { keys: ["alt+m"], word: "graph.map" },
  { keys: ["h"], word: "keys.lock" }, { keys: ["v"], word: "keys.unlock" }, { keys: ["q"], word: "room.queue" }, { keys: ["w"], word: "graph.templates" }, { keys: ["m"], word: "room.models" }, { keys: ["a"], word: "room.gallery" }, { keys: ["r"], word: "keys.refresh" },
] as const satisfies readonly Shortcut[];

/** Done by the clipboard and by the pointer. */
export const byHand = [
  { keys: ["ctrl+c"], word: "keys.copy" }, { keys: ["ctrl+v"], word: "keys.paste" }, { keys: ["ctrl+shift+v"], word: "keys.pasteWired" }, { keys: ["space+drag"], word: "keys.pan" }, { keys: ["shift+drag", "ctrl+drag"], word: "keys.box" },
  { keys: ["ctrl+click", "shift+click"], word: "keys.add" }, { keys: ["alt+drag"], word: "node.clone" }, { keys: ["right-click"], word: "graph.menu" }, { keys: ["double-click"], word: "keys.find" }, { keys: ["double-click-wire"], word: "keys.bend" }, { keys: ["drag-wire"], word: "keys.void" }, { keys: ["ctrl+arrowup", "ctrl+arrowdown"], word: "keys.weight" },
] as const satisfies readonly Shortcut[];

export type Combo<List extends readonly Shortcut[]> = List[number]["keys"][number];

/** What was pressed, in the words of the lists above. Shift only counts beside letters and named keys: it takes no part in how a sign is typed. */
export function comboOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase(), isSign = key.length === 1 && !/[a-z]/.test(key);
  return [event.ctrlKey || event.metaKey ? "ctrl+" : "", event.altKey ? "alt+" : "", event.shiftKey && !isSign ? "shift+" : "", key].join("");
}
