// Copy and paste through the system's clipboard, so that nodes go from one workflow to another, and to other windows.
import { useReactFlow } from "@xyflow/react";
import type { RefObject } from "react";
import { useCallback, useEffect, useRef } from "react";
import type { Graph, Wire } from "../../flow/graph";
import { copyPart, emptyGraph, paste, removeNodes, wayTo, wiresInto } from "../../flow/graph";
import { apart } from "../../flow/shared";
import { parseExact, writeExact } from "../../wire/exact";
import { isTyping } from "../frame/useKeys";
import { graphOf, knownTables } from "./files";
import { shownGraph, useGraphs } from "./store";

const mark = "miktos-nodes";

interface Part { graph: Graph; incoming: readonly Wire[] }

function read(text: string): Part | null {
  try {
    const value = parseExact(text) as Record<string, unknown>;
    if (value[mark]) return { graph: { ...emptyGraph, ...value[mark] as Graph }, incoming: (value["incoming"] ?? []) as Wire[] };
    const graph = graphOf(value, knownTables());
    return graph && { graph, incoming: [] };
  } catch {
    return null;
  }
}

/** Where the pointer is on the canvas, or its middle while it is elsewhere. */
function usePointer(area: RefObject<HTMLElement | null>): () => { x: number; y: number } {
  const last = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    const element = area.current, move = (event: PointerEvent) => { last.current = { x: event.clientX, y: event.clientY }; }, leave = () => { last.current = null; };
    element?.addEventListener("pointermove", move);
    element?.addEventListener("pointerleave", leave);
    return () => {
      element?.removeEventListener("pointermove", move);
      element?.removeEventListener("pointerleave", leave);
    };
  }, [area]);
  return useCallback(() => {
    const { left = 0, top = 0, width = 0, height = 0 } = area.current?.getBoundingClientRect() ?? {};
    return last.current ?? { x: left + width / 2, y: top + height / 2 };
  }, [area]);
}

export function useClipboard(area: RefObject<HTMLElement | null>): void {
  const { screenToFlowPosition } = useReactFlow(), pointer = usePointer(area);
  useEffect(() => {
    // With Shift what is pasted keeps its wires from nodes that were not copied.
    let isWired = false;
    const onKey = (event: KeyboardEvent) => { isWired = event.shiftKey; };
    const copy = (event: ClipboardEvent) => {
      const s = useGraphs.getState();
      if (isTyping(event.target) || s.selected.size === 0 || !area.current) return;
      event.clipboardData?.setData("text/plain", writeExact({ [mark]: copyPart(shownGraph(s), s.selected), incoming: wiresInto(shownGraph(s), s.selected) }));
      event.preventDefault();
      if (event.type === "cut") { s.edit((g) => removeNodes(g, s.selected)); s.select([]); }
    };
    const onPaste = (event: ClipboardEvent) => {
      const part = isTyping(event.target) ? null : read(event.clipboardData?.getData("text/plain") ?? "");
      if (!part) return;
      const pastedPart = apart(part.graph, useGraphs.getState().history.present);
      event.preventDefault();
      const at = screenToFlowPosition(pointer());
      let ids = new Set<string>();
      useGraphs.getState().edit((g) => {
        const { dx, dy } = wayTo(g, pastedPart, at), pasted = paste(g, pastedPart, dx, dy, isWired ? part.incoming : []);
        ids = pasted.ids;
        return pasted.graph;
      });
      useGraphs.getState().select(ids);
    };
    document.addEventListener("keydown", onKey, true);
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("keydown", onKey, true);
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", onPaste);
    };
  }, [area, screenToFlowPosition, pointer]);
}
