// Dragging with Alt leaves what is dragged where it is and drops a copy. While it moves, a stand-in holds its place and its wires.
import type { Graph, Wire } from "../../flow/graph";
import { copyPart, paste } from "../../flow/graph";
import { shownGraph, useGraphs } from "./store";

const label = "clone";
let begun: { graph: Graph; ids: ReadonlySet<string>; id: string; x: number; y: number } | null = null;

export const isCloning = () => begun !== null;

function withStandIns(graph: Graph, ids: ReadonlySet<string>): Graph {
  const names = new Map([...ids].map((id) => [id, `stay-${id}`])), nameOf = (id: string) => names.get(id) ?? id;
  const nodes = { ...graph.nodes };
  for (const id of ids) if (graph.nodes[id]) nodes[nameOf(id)] = { ...graph.nodes[id], id: nameOf(id) };
  const stay = (w: Wire): Wire => ({ ...w, from: nameOf(w.from), to: nameOf(w.to) });
  return { ...graph, nodes, wires: [...graph.wires.map(stay), ...copyPart(graph, ids).wires] };
}

export function beginClone(node: { id: string; position: { x: number; y: number } }, dragged: readonly { id: string }[]): void {
  const s = useGraphs.getState(), graph = shownGraph(s), ids = new Set(dragged.map((n) => n.id));
  begun = { graph, ids, id: node.id, ...node.position };
  s.seal();
  s.edit((g) => withStandIns(g, ids), label);
}

export function endClone(to: { x: number; y: number }): void {
  if (!begun) return;
  const { graph, ids, x, y } = begun, s = useGraphs.getState();
  const pasted = paste(graph, copyPart(graph, ids), Math.round(to.x - x), Math.round(to.y - y));
  begun = null;
  s.edit(() => pasted.graph, label);
  s.seal();
  s.select(pasted.ids);
}
