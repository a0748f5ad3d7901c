// Our graph as React Flow wants it; what did not change keeps its identity, so that only what changed is drawn again.
import type { Edge, Node } from "@xyflow/react";
import { bendKey, bendsOf } from "../../flow/bends";
import type { Bend, Graph, GraphNode, Group, Note } from "../../flow/graph";
import { typeOfWire } from "../../flow/graph";
import { defaultWidth } from "../../flow/nodeSize";
import type { NodeTable } from "../../flow/nodes";
import { colorOfType } from "./colors";

export type BoxNode = Node<{ node: GraphNode }, "box">;
export type DotNode = Node<{ node: GraphNode }, "dot">;
export type NoteNode = Node<{ note: Note }, "note">;
export type GroupNode = Node<{ group: Group }, "frame">;
export type BendNode = Node<{ bend: Bend }, "bend">;
export type AnyNode = BoxNode | DotNode | NoteNode | GroupNode | BendNode;
export type TurnEdge = Edge<{ top: number }, "turn">;
export type BentEdge = Edge<{ bends: readonly string[] }, "bent">;

const made = new WeakMap<object, AnyNode>();

function remember<T extends AnyNode>(of: object, node: T, isSelected: boolean): AnyNode {
  const old = made.get(of);
  if (old && old.selected === isSelected) return old;
  const next = { ...node, selected: isSelected };
  made.set(of, next);
  return next;
}

/** Of a bend, which lies on its place with its middle. */
export const bendSize = 12;

/** Below all nodes, also when it is selected, which lifts it by 1000. */
const groupDepth = -1001;

export function nodesOf(graph: Graph, selected: ReadonlySet<string>): AnyNode[] {
  const list: AnyNode[] = graph.groups.map((g) => remember(g, { id: g.id, type: "frame", position: { x: g.x, y: g.y }, width: g.width, height: g.height, zIndex: groupDepth, dragHandle: ".group-handle", data: { group: g } }, selected.has(g.id)));
  for (const n of graph.notes) list.push(remember(n, { id: n.id, type: "note", position: { x: n.x, y: n.y }, width: n.width, height: n.height, data: { note: n } }, selected.has(n.id)));
  for (const n of Object.values(graph.nodes)) {
    const place = { id: n.id, position: { x: n.x, y: n.y }, data: { node: n }, ...(n.isPinned ? { draggable: false } : {}) };
    list.push(remember(n, n.type === "Reroute" ? { ...place, type: "dot" } : { ...place, type: "box", width: Math.max(200, n.width ?? defaultWidth) }, selected.has(n.id)));
  }
  for (const b of graph.bends ?? []) list.push(remember(b, { id: bendKey(b.id), type: "bend", position: { x: b.x - bendSize / 2, y: b.y - bendSize / 2 }, width: bendSize, height: bendSize, connectable: false, data: { bend: b } }, selected.has(bendKey(b.id))));
  return list;
}

/** A wire that runs back to the beginning of a line below. */
function isTurn(from: GraphNode, to: GraphNode): boolean {
  return to.x + (to.width ?? defaultWidth) < from.x && to.y > from.y + turnHeight;
}

const turnHeight = 120, sameColumn = 24;

/** The top of the column that a node stands in, below another one. */
function lineTops(graph: Graph): (of: GraphNode, below: GraphNode) => number {
  const nodes = Object.values(graph.nodes), known = new Map<string, number>();
  return (of, below) => {
    const key = `${of.x}/${below.y}`;
    let top = known.get(key);
    if (top === undefined) known.set(key, top = Math.min(...nodes.filter((n) => Math.abs(n.x - of.x) < sameColumn && n.y > below.y + turnHeight).map((n) => n.y)));
    return top;
  };
}

export function edgesOf(graph: Graph, tables: Map<string, NodeTable>, running: ReadonlySet<string>): Edge[] {
  const lineTop = lineTops(graph);
  return graph.wires.map((w) => {
    const from = graph.nodes[w.from], to = graph.nodes[w.to], bends = bendsOf(graph, w.via).map((b) => bendKey(b.id)), top = from && to && bends.length === 0 && isTurn(from, to) ? lineTop(to, from) : null;
    const type = typeOfWire(graph, tables, w);
    const isOff = from?.mode === "muted" || to?.mode === "muted";
    return {
      id: `${w.from}.${w.output}-${w.to}.${w.input}`, source: w.from, target: w.to, sourceHandle: `out-${w.output}`, targetHandle: `in-${w.input}`, ...(top === null ? {} : { type: "turn", data: { top } }), ...(bends.length ? { type: "bent", data: { bends } } : {}),
      animated: running.has(w.to), style: { stroke: colorOfType(type), strokeWidth: 2, opacity: isOff ? .25 : .85 },
    };
  });
}
