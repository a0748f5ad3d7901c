// Brings into view what one looks for: the node of what was chosen elsewhere, and the node that has been running for a while.
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { nodeAbout, thingOf } from "../../flow/objects";
import { useApp } from "../state";
import type { Flow } from "./commands";
import { travelMs } from "./commands";
import { useRuns } from "./runs";
import { margins } from "./size";
import { shownGraph, useGraphs } from "./store";
import type { AnyNode } from "./toFlow";

/** At this zoom the text of a node can be read. */
const readable = .55, comfortable = .85;
/** A node that is done sooner moves nothing. */
const patienceMs = 700;

/** `mayZoom`: comes so near that it can be read. */
export function bringIntoView(flow: Flow, id: string, mayZoom: boolean): void {
  const node = flow.getNode(id), canvas = document.querySelector("[data-nodes]")?.getBoundingClientRect();
  if (!node || !canvas) return;
  const { top, side, bottom } = margins(), zoom = flow.getZoom(), width = node.measured?.width ?? 0, height = node.measured?.height ?? 0;
  const from = flow.flowToScreenPosition(node.position), to = flow.flowToScreenPosition({ x: node.position.x + width, y: node.position.y + height });
  const isSeen = from.x >= canvas.left + side / 2 && to.x <= canvas.right - side / 2 && from.y >= canvas.top + top / 2 && to.y <= canvas.bottom - bottom / 2;
  if (isSeen && (!mayZoom || zoom >= readable)) return;
  const next = mayZoom && zoom < readable ? comfortable : zoom, lift = (bottom - top) / 2 / next;
  void flow.setCenter(node.position.x + width / 2, node.position.y + height / 2 + lift, { zoom: next, duration: travelMs() });
}

/** What is seen of a node that runs, which may be within others. */
function seenPart(flatId: string, path: readonly string[]): string | null {
  const parts = flatId.split(":");
  return path.every((id, i) => parts[i] === id) ? parts[path.length] ?? null : null;
}

export function useAttention(): void {
  const flow = useReactFlow<AnyNode>(), chosen = useApp((s) => s.selected);
  const running = useRuns((s) => Object.entries(s.nodes).find(([, r]) => r.phase === "running")?.[0] ?? null);
  useEffect(() => {
    const s = useGraphs.getState(), id = chosen && nodeAbout(shownGraph(s), thingOf(chosen));
    if (id && !s.selected.has(id)) bringIntoView(flow, id, true);
  }, [flow, chosen]);
  useEffect(() => {
    const id = running && seenPart(running, useGraphs.getState().path);
    if (!id) return;
    const timer = setTimeout(() => bringIntoView(flow, id, false), patienceMs);
    return () => clearTimeout(timer);
  }, [flow, running]);
}
