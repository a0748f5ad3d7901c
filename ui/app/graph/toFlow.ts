// Our graph as React Flow wants it; what did not change keeps its identity, so that only what changed is drawn again.
import type { Edge, Node } from "@xyflow/react";
import type { Graph, GraphNode, Group, Note } from "../../flow/graph";
import { typeOfWire } from "../../flow/graph";
import type { NodeTable } from "../../flow/nodes";
import { colorOfType } from "./colors";

export type BoxNode = Node<{ node: GraphNode }, "box">;
export type DotNode = Node<{ node: GraphNode }, "dot">;
export type NoteNode = Node<{ note: Note }, "note">;
export type GroupNode = Node<{ group: Group }, "frame">;
export type AnyNode = BoxNode | DotNode | NoteNode | GroupNode;

const made = new WeakMap<object, AnyNode>();

function remember<T extends AnyNode>(of: object, node: T, isSelected: boolean): AnyNode {
  const old = made.get(of);
  if (old && old.selected === isSelected) return old;
  const next = { ...node, selected: isSelected };
  made.set(of, next);
  return next;
}

export const defaultWidth = 252;

/** Below all nodes, also when it is selected, which lifts it by 1000. */
const groupDepth = -1001;

export function nodesOf(graph: Graph, selected: ReadonlySet<string>): AnyNode[] {
  const list: AnyNode[] = graph.groups.map((g) => remember(g, { id: g.id, type: "frame", position: { x: g.x, y: g.y }, width: g.width, height: g.height, zIndex: groupDepth, dragHandle: ".group-handle", data: { group: g } }, selected.has(g.id)));
  for (const n of graph.notes) list.push(remember(n, { id: n.id, type: "note", position: { x: n.x, y: n.y }, width: n.width, height: n.height, data: { note: n } }, selected.has(n.id)));
  for (const n of Object.values(graph.nodes)) {
    const place = { id: n.id, position: { x: n.x, y: n.y }, data: { node: n }, ...(n.isPinned ? { draggable: false } : {}) };
    list.push(remember(n, n.type === "Reroute" ? { ...place, type: "dot" } : { ...place, type: "box", width: Math.max(200, n.width ?? defaultWidth) }, selected.has(n.id)));
  }
  return list;
}

export function edgesOf(graph: Graph, tables: Map<string, NodeTable>, running: ReadonlySet<string>): Edge[] {
  return graph.wires.map((w) => {
    const from = graph.nodes[w.from];
    const type = typeOfWire(graph, tables, w);
    const isOff = from?.mode === "muted" || graph.nodes[w.to]?.mode === "muted";
    return {
      id: `${w.from}.${w.output}-${w.to}.${w.input}`, source: w.from, target: w.to, sourceHandle: `out-${w.output}`, targetHandle: `in-${w.input}`,
      animated: running.has(w.to), style: { stroke: colorOfType(type), strokeWidth: 2, opacity: isOff ? .25 : .85 },
    };
  });
}
