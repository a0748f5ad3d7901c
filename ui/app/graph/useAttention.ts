// Brings into view what one looks for: the node of what was chosen elsewhere, and the node that has been running for a while.
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { nodeAbout, thingOf } from "../../flow/objects";
import { useApp } from "../state";
import { aimAt, letGo, useAim } from "./aim";
import { useRuns } from "./runs";
import { shownGraph, useGraphs } from "./store";
import type { AnyNode } from "./toFlow";
import { bringIntoView } from "./view";

/** A node that is done sooner moves nothing. */
const patienceMs = 700;

/** What is seen of a node that runs, which may be within others. */
function seenPart(flatId: string, path: readonly string[]): string | null {
  const parts = flatId.split(":");
  return path.every((id, i) => parts[i] === id) ? parts[path.length] ?? null : null;
}

export function useAttention(): void {
  const flow = useReactFlow<AnyNode>(), chosen = useApp((s) => s.selected), opened = useGraphs((s) => s.opened);
  const running = useRuns((s) => Object.entries(s.nodes).find(([, r]) => r.phase === "running")?.[0] ?? null);
  useEffect(() => {
    const s = useGraphs.getState(), id = chosen && nodeAbout(shownGraph(s), thingOf(chosen));
    if (id && !s.selected.has(id)) aimAt(id);
    return () => { if (useAim.getState().aim?.node) letGo(); };
  }, [chosen, opened]);
  useEffect(() => {
    const id = running && seenPart(running, useGraphs.getState().path);
    if (!id) return;
    const timer = setTimeout(() => bringIntoView(flow, id, false), patienceMs);
    return () => clearTimeout(timer);
  }, [flow, running]);
}
