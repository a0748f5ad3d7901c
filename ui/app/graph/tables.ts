// The engine's node tables and the wires of a node, for what is drawn inside the canvas.
import { createContext, useContext } from "react";
import { useShallow } from "zustand/react/shallow";
import type { NodeTable } from "../../flow/nodes";
import { at } from "../../flow/subgraph";
import { shownGraph, useGraphs } from "./store";

export const Tables = createContext<Map<string, NodeTable>>(new Map());
export const useTables = () => useContext(Tables);

const inputsByGraph = new WeakMap<readonly object[], Map<string, string[]>>();
const none: string[] = [];

/** Names of the inputs that have a wire; found once per graph, not once per node. */
export function wiredInputs(wires: readonly { to: string; input: string }[], id: string): string[] {
  let map = inputsByGraph.get(wires);
  if (!map) {
    map = new Map();
    for (const w of wires) map.set(w.to, [...(map.get(w.to) ?? []), w.input]);
    inputsByGraph.set(wires, map);
  }
  return map.get(id) ?? none;
}

export function useWiredInputs(id: string): string[] {
  return useGraphs(useShallow((s) => wiredInputs(shownGraph(s).wires, id)));
}

/** Names of the inputs that the sub-graph around the node stands for, and of those the ones that have a wire outside. */
export function useBorder(id: string): { names: string[]; wired: string[] } {
  const names = useGraphs(useShallow((s) => borderOf(s).filter((p) => p.node === id).map((p) => p.socket)));
  const wired = useGraphs(useShallow((s) => borderOf(s).filter((p) => p.node === id && p.isWired).map((p) => p.socket)));
  return { names, wired };
}

function borderOf({ history, path }: Parameters<typeof shownGraph>[0]): { node: string; socket: string; isWired: boolean }[] {
  const id = path.at(-1), around = id === undefined ? null : at(history.present, path.slice(0, -1)), inputs = (id !== undefined && around?.nodes[id]?.inner?.inputs) || [];
  return inputs.map((p) => ({ node: p.node, socket: String(p.socket), isWired: wiredInputs(around?.wires ?? [], id as string).includes(p.name) }));
}

/** How many outputs its wires tell of, for nodes that nobody knows. */
export function useWiredOutputs(id: string): number {
  const tables = useTables();
  return useGraphs((s) => {
    const graph = shownGraph(s), node = graph.nodes[id];
    if (!node || node.inner || tables.has(node.type)) return 0;
    return Math.max(0, ...graph.wires.map((w) => (w.from === id ? w.output + 1 : 0)));
  });
}
