// The keys of ComfyUI's editor; frame/shortcuts.ts lists them.
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import type { NodeTable } from "../../flow/nodes";
import { comboOf } from "../frame/shortcuts";
import { isInScene } from "../frame/half";
import { isTyping, ownsArrows, toggleRoom } from "../frame/useKeys";
import { useApp } from "../state";
import { client, keys } from "../wire/queries";
import { complain } from "../parts/Toasts";
import { letGo } from "./aim";
import type { Deed } from "./byWords";
import { hearWords, keyless } from "./byWords";
import * as commands from "./commands";
import { saveAs } from "./files";
import { keep } from "./keep";
import { openProject } from "./openProject";
import { runGraph, stopRun } from "./run";
import { shownGraph, useGraphs } from "./store";
import type { AnyNode } from "./toFlow";
import type { Canvas } from "./useCanvas";
import type { Flow } from "./view";

/** Out of what is open, or from what is selected to nothing. */
function leave(): void {
  const { selected, path, enter, select } = useGraphs.getState();
  if (selected.size === 0 && path.length) enter(path.slice(0, -1));
  else select([]);
  useApp.getState().set({ selected: null });
}

function enterChosen(): void {
  const s = useGraphs.getState(), [id] = s.selected;
  if (s.selected.size === 1 && id && shownGraph(s).nodes[id]?.inner) s.enter([...s.path, id]);
}

function rename(): void {
  const s = useGraphs.getState(), [id] = s.selected;
  if (s.selected.size === 1 && id && shownGraph(s).nodes[id]) useGraphs.setState({ renaming: id });
}

function fromScene(): void {
  const id = useApp.getState().preferences.projectId;
  if (id) openProject(id).catch(complain);
}

type Handlers = Record<Deed, () => void>;

function handlers(tables: Map<string, NodeTable>, flow: Flow, canvas: Canvas): Handlers {
  const graphs = useGraphs.getState, remove = () => commands.remove(flow), closer = () => { letGo(); void flow.zoomIn(); }, redo = () => graphs().redo();
  const align = (side: Parameters<typeof commands.alignChosen>[0]) => () => commands.alignChosen(side, tables, flow);
  const nudge = (dx: number, dy: number) => () => { if (!graphs().isLocked) commands.nudge(dx, dy); };
  const find = () => canvas.ask({ x: innerWidth / 2 - 160, y: innerHeight / 3, wire: null });
  return {
    "ctrl+enter": () => void runGraph(tables), "ctrl+shift+enter": () => void runGraph(tables, { isFirst: true }), "alt+enter": () => void runGraph(tables, { targets: graphs().selected }), "ctrl+alt+enter": () => void stopRun(),
    "ctrl+z": () => graphs().undo(), "ctrl+y": redo, "ctrl+shift+z": redo, "ctrl+s": () => void keep(tables), "ctrl+o": () => dispatchEvent(new Event("miktos:open")),
    "ctrl+backspace": commands.clear, "ctrl+delete": commands.clear, "ctrl+a": commands.selectAll, delete: remove, backspace: remove,
    "ctrl+m": () => commands.setMode("muted"), "ctrl+b": () => commands.setMode("bypassed"), "alt+c": commands.collapse, p: commands.pin, "ctrl+g": () => commands.group(tables, flow),
    "ctrl+shift+e": () => commands.wrapOrUnwrap(tables), enter: enterChosen, "ctrl+d": commands.clone, f2: rename, escape: leave, n: find, "/": find, "shift+n": () => commands.note(flow.screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 }), tables, flow),
    arrowleft: nudge(-1, 0), arrowright: nudge(1, 0), arrowup: nudge(0, -1), arrowdown: nudge(0, 1),
    ".": () => commands.showChosen(flow), "alt+=": closer, "alt++": closer, "alt+-": () => { letGo(); void flow.zoomOut(); }, l: () => commands.layOutAll(tables, flow), "alt+m": () => useApp.getState().set({ isMapShown: !useApp.getState().isMapShown }),
    h: () => useGraphs.setState({ isLocked: true }), v: () => useGraphs.setState({ isLocked: false }),
    q: () => toggleRoom("queue"), w: () => toggleRoom("workflows"), m: () => toggleRoom("models"), a: () => toggleRoom("gallery"), r: () => void client.invalidateQueries({ queryKey: keys.nodes }),
    export: () => saveAs("editor", tables), "export-api": () => saveAs("api", tables), "from-scene": fromScene,
    "align-left": align("left"), "align-right": align("right"), "align-top": align("top"), "align-bottom": align("bottom"), "spread-x": align("spread-x"), "spread-y": align("spread-y"),
  };
}

export function useGraphKeys(tables: Map<string, NodeTable>, canvas: Canvas): void {
  const flow = useReactFlow<AnyNode>();
  useEffect(() => {
    const known = handlers(tables, flow, canvas), silence = tables.size > 0 ? hearWords((deed) => known[deed]()) : () => {};
    const onKey = (event: KeyboardEvent) => {
      const combo = comboOf(event), run = known[combo as keyof Handlers];
      if (!run || isInScene() || keyless.includes(combo as never) || document.querySelector("[role=dialog]")) return;
      if (isTyping(event.target) && !/^ctrl\+(.+\+)?(enter|s)$/.test(combo)) return;
      // A node that has the focus was moved by it already; without a choice arrows scroll what has the focus.
      if (combo.startsWith("arrow") && (event.defaultPrevented || useGraphs.getState().selected.size === 0 || ownsArrows(event.target))) return;
      // Enter presses the button that has the focus.
      if (combo === "enter" && event.target instanceof HTMLButtonElement) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => {
      silence();
      removeEventListener("keydown", onKey);
    };
  }, [tables, flow, canvas]);
}
