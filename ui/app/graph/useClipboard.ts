// Copy and paste through the system's clipboard, so that nodes go from one workflow to another, and to other windows.
import type { RefObject } from "react";
import { useEffect } from "react";
import type { Graph } from "../../flow/graph";
import { copyPart, emptyGraph, paste, removeNodes } from "../../flow/graph";
import { parseExact, writeExact } from "../../wire/exact";
import { isTyping } from "../frame/useKeys";
import { graphOf, knownTables } from "./files";
import { shownGraph, useGraphs } from "./store";

const mark = "miktos-nodes";

function read(text: string): Graph | null {
  try {
    const value = parseExact(text) as Record<string, unknown>;
    if (value[mark]) return { ...emptyGraph, ...value[mark] as Graph };
    return graphOf(value, knownTables());
  } catch {
    return null;
  }
}

export function useClipboard(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const copy = (event: ClipboardEvent) => {
      const s = useGraphs.getState();
      if (isTyping(event.target) || s.selected.size === 0 || !area.current) return;
      event.clipboardData?.setData("text/plain", writeExact({ [mark]: copyPart(shownGraph(s), s.selected) }));
      event.preventDefault();
      if (event.type === "cut") { s.edit((g) => removeNodes(g, s.selected)); s.select([]); }
    };
    const onPaste = (event: ClipboardEvent) => {
      const part = isTyping(event.target) ? null : read(event.clipboardData?.getData("text/plain") ?? "");
      if (!part) return;
      event.preventDefault();
      let ids = new Set<string>();
      useGraphs.getState().edit((g) => {
        const pasted = paste(g, part, 36, 36);
        ids = pasted.ids;
        return pasted.graph;
      });
      useGraphs.getState().select(ids);
    };
    document.addEventListener("copy", copy);
    document.addEventListener("cut", copy);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("copy", copy);
      document.removeEventListener("cut", copy);
      document.removeEventListener("paste", onPaste);
    };
  }, [area]);
}
