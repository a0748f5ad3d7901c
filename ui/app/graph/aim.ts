// What the view is aimed at: all of the graph, or one node. It is aimed again as what it shows is drawn, laid out anew,
// covered or given another size, until hands move it.
import { useNodesInitialized, useReactFlow, useStore } from "@xyflow/react";
import { useEffect, useMemo, useRef } from "react";
import { create } from "zustand";
import { useGraphs } from "./store";
import type { AnyNode } from "./toFlow";
import type { Flow } from "./view";
import { bringIntoView, showAll } from "./view";

/** Null where hands left it. */
export type Aim = { node: string | null } | null;

export const useAim = create<{ aim: Aim }>(() => ({ aim: null }));

/** At a node, or at all. */
export const aimAt = (node: string | null): void => useAim.setState({ aim: { node } });
export const letGo = (): void => useAim.setState({ aim: null });

function look(flow: Flow): void {
  const { aim } = useAim.getState();
  if (aim?.node) bringIntoView(flow, aim.node, true);
  else if (aim) showAll(flow, 0);
}

/** Opening a document, or the inside of a node, aims at all of it; a graph that hands have changed is looked at once. */
export function useAiming(nodes: readonly AnyNode[]): { onMoveStart: (event: unknown) => void } {
  const flow = useReactFlow<AnyNode>(), isDrawn = useNodesInitialized(), aim = useAim((s) => s.aim);
  const opened = useGraphs((s) => `${s.opened}/${s.path.join()}`), isUntouched = useGraphs((s) => s.source !== null && !s.isDirty);
  const width = useStore((s) => s.width), height = useStore((s) => s.height), seen = useRef<string | null>(null);
  const places = useMemo(() => (isUntouched ? nodes.map((n) => `${n.position.x},${n.position.y}`).join(" ") : ""), [nodes, isUntouched]);
  // What was measured anew, as when widgets got their lists, covers more or less than before.
  const drawn = useStore((s) => { let sum = 0; if (isUntouched) for (const n of s.nodeLookup.values()) sum += (n.measured.height ?? 0) + (n.measured.width ?? 0); return sum; });
  useEffect(() => aimAt(null), [opened]);
  useEffect(() => {
    if (!isDrawn || (seen.current === opened && !isUntouched)) return;
    seen.current = opened;
    look(flow);
  }, [flow, isDrawn, opened, isUntouched]);
  useEffect(() => { if (seen.current !== null) look(flow); }, [flow, aim, width, height, drawn]);
  useEffect(() => { if (places) look(flow); }, [flow, places]);
  useEffect(() => {
    const watch = new MutationObserver(() => requestAnimationFrame(() => look(flow)));
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
    return () => watch.disconnect();
  }, [flow]);
  return { onMoveStart: (event) => { if (event) letGo(); } };
}
