// Nodes as they are drawn. While one is dragged only React Flow knows its place; the graph hears of it as one undoable step.
import type { NodeChange } from "@xyflow/react";
import { applyNodeChanges } from "@xyflow/react";
import { useCallback, useEffect, useState } from "react";
import { bendKey, moveBends } from "../../flow/bends";
import type { Graph } from "../../flow/graph";
import { defaultWidth } from "../../flow/nodeSize";
import { objectsOfNode } from "../../flow/objects";
import { useApp } from "../state";
import { useGraphs } from "./store";
import type { AnyNode } from "./toFlow";
import { isCloning } from "./cloneDrag";
import { bendSize, nodesOf } from "./toFlow";

function place(graph: Graph, places: ReadonlyMap<string, { x: number; y: number }>): Graph {
  const moved = <T extends { id: string; x: number; y: number }>(list: T[]) => list.map((i) => (places.has(i.id) ? { ...i, ...places.get(i.id) } : i));
  const nodes = { ...graph.nodes };
  for (const [id, at] of places) if (nodes[id]) nodes[id] = { ...nodes[id], ...at };
  const bent = moveBends(graph, new Map([...places].map(([id, at]) => [id, { x: at.x + bendSize / 2, y: at.y + bendSize / 2 }])));
  return { ...bent, nodes, notes: moved(graph.notes), groups: moved(graph.groups) };
}

type Places = Map<string, { x: number; y: number }>;

const headHeight = 36;

/** A group takes what lies within it along, by the middle of its head; what is pinned stays. */
function withMembers(graph: Graph, places: Places): Places {
  for (const group of graph.groups) {
    const to = places.get(group.id);
    if (!to) continue;
    const dx = to.x - group.x, dy = to.y - group.y;
    const isWithin = (x: number, y: number) => x >= group.x && x < group.x + group.width && y >= group.y && y < group.y + group.height;
    for (const n of [...Object.values(graph.nodes), ...graph.notes])
      if (!places.has(n.id) && !("isPinned" in n && n.isPinned) && isWithin(n.x + (n.width ?? defaultWidth) / 2, n.y + headHeight / 2)) places.set(n.id, { x: n.x + dx, y: n.y + dy });
    for (const b of graph.bends ?? []) if (!places.has(bendKey(b.id)) && isWithin(b.x, b.y)) places.set(bendKey(b.id), { x: b.x - bendSize / 2 + dx, y: b.y - bendSize / 2 + dy });
  }
  return places;
}

/** Where the changes put what they name. */
function placesOf(changes: readonly NodeChange<AnyNode>[], isDragging: boolean): Places {
  const places: Places = new Map();
  for (const c of changes) if (c.type === "position" && c.position && (c.dragging === true) === isDragging) places.set(c.id, { x: Math.round(c.position.x), y: Math.round(c.position.y) });
  return places;
}

/** A node that is chosen alone chooses the object that it is about, everywhere. */
function point(graph: Graph, chosen: ReadonlySet<string>): void {
  const [id] = chosen, node = chosen.size === 1 && id ? graph.nodes[id] : undefined;
  useApp.getState().set({ selected: (node && objectsOfNode(node)[0]) ?? null });
}

export function useFlowNodes(graph: Graph): { nodes: AnyNode[]; onNodesChange: (changes: NodeChange<AnyNode>[]) => void } {
  const selected = useGraphs((s) => s.selected), edit = useGraphs((s) => s.edit), select = useGraphs((s) => s.select);
  const [nodes, setNodes] = useState(() => nodesOf(graph, selected));
  useEffect(() => {
    setNodes((old) => {
      const measured = new Map(old.map((n) => [n.id, n.measured]));
      return nodesOf(graph, selected).map((n) => {
        const size = measured.get(n.id);
        return n.measured || !size ? n : Object.assign(n, { measured: size });
      });
    });
  }, [graph, selected]);
  const onNodesChange = useCallback((changes: NodeChange<AnyNode>[]) => {
    const live = changes.filter((c) => c.type === "dimensions" || (c.type === "position" && c.dragging === true));
    const dragged = placesOf(live, true), named = new Set(dragged.keys());
    if (dragged.size) for (const [id, position] of withMembers(graph, dragged)) if (!named.has(id)) live.push({ id, type: "position", position, dragging: true });
    if (live.length) setNodes((n) => applyNodeChanges(live, n));
    const selects = changes.filter((c) => c.type === "select");
    if (selects.length) {
      const next = new Set(useGraphs.getState().selected);
      for (const c of selects) if (c.selected) next.add(c.id); else next.delete(c.id);
      select(next);
      if (selects.some((c) => c.selected) || next.size === 0) point(graph, next);
    }
    const places = placesOf(changes, false);
    if (places.size && !isCloning()) edit((g) => place(g, withMembers(g, places)));
  }, [graph, edit, select]);
  return { nodes, onNodesChange };
}
