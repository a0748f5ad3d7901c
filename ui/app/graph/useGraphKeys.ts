// The keys of ComfyUI's editor.
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import type { NodeTable } from "../../flow/nodes";
import { isTyping } from "../frame/useKeys";
import { useApp } from "../state";
import { client, keys } from "../wire/queries";
import * as commands from "./commands";
import { keep } from "./keep";
import { runGraph, stopRun } from "./run";
import { shownGraph, useGraphs } from "./store";
import type { AnyNode } from "./toFlow";
import type { Canvas } from "./useCanvas";

export function useGraphKeys(tables: Map<string, NodeTable>, canvas: Canvas): void {
  const flow = useReactFlow<AnyNode>();
  useEffect(() => {
    const middle = () => flow.screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 });
    const withCommand: Record<string, (event: KeyboardEvent) => void> = {
      enter: (e) => void runGraph(tables, e.shiftKey ? useGraphs.getState().selected : undefined), s: () => void keep(tables), o: () => dispatchEvent(new Event("miktos:open")), a: commands.selectAll,
      z: (e) => (e.shiftKey ? useGraphs.getState().redo() : useGraphs.getState().undo()), y: () => useGraphs.getState().redo(), m: () => commands.setMode("muted"), b: () => commands.setMode("bypassed"),
      backspace: commands.clear, delete: commands.clear, g: () => commands.group(tables, flow), e: (e) => { if (e.shiftKey) commands.wrapOrUnwrap(tables); },
    };
    const withAlt: Record<string, (event: KeyboardEvent) => void> = {
      c: commands.collapse, "=": () => void flow.zoomIn(), "+": () => void flow.zoomIn(), "-": () => void flow.zoomOut(), enter: (e) => { if (e.ctrlKey || e.metaKey) void stopRun(); },
    };
    const alone: Record<string, () => void> = {
      delete: () => commands.remove(flow), backspace: () => commands.remove(flow), ".": () => commands.showAll(flow),
      r: () => void client.invalidateQueries({ queryKey: keys.nodes }), q: () => useApp.getState().prefer({ room: "queue" }), w: () => useApp.getState().prefer({ room: "workflows" }),
      p: commands.pin, l: () => commands.layOutAll(tables, flow), n: () => commands.note(middle()), "/": () => canvas.ask({ x: innerWidth / 2 - 160, y: innerHeight / 3, wire: null }),
      escape: () => { const s = useGraphs.getState(); if (s.selected.size === 0 && s.path.length) s.enter(s.path.slice(0, -1)); else s.select([]); useApp.getState().set({ selected: null }); },
      enter: () => { const s = useGraphs.getState(), [id] = s.selected; if (s.selected.size === 1 && id && shownGraph(s).nodes[id]?.inner) s.enter([...s.path, id]); },
    };
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase(), isCommand = event.ctrlKey || event.metaKey;
      if (isTyping(event.target) && !(isCommand && (key === "enter" || key === "s"))) return;
      if (document.querySelector("[role=dialog]")) return;
      const run = event.altKey ? withAlt[key] : isCommand ? withCommand[key] : alone[key];
      if (!run || (isCommand && key === "e" && !event.shiftKey)) return;
      event.preventDefault();
      run(event);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [tables, flow, canvas]);
}
