// What can be done to what is selected; keys and the toolbar both call these.
import { bendKey, moveBends } from "../../flow/bends";
import type { Graph, GraphNode, Mode } from "../../flow/graph";
import { changeNode, copyPart, emptyGraph, paste, removeNodes, wiresInto } from "../../flow/graph";
import type { Side, Size } from "../../flow/layout";
import { align, layOut } from "../../flow/layout";
import type { NodeTable } from "../../flow/nodes";
import { frameAround, freePlace, movedFrames } from "../../flow/places";
import { makeOwn } from "../../flow/shared";
import { at, promote, unwrap, wrap } from "../../flow/subgraph";
import { t } from "../words";
import { shape, sizeIn } from "./size";
import { shownGraph, useGraphs } from "./store";
import type { Flow } from "./view";
import { showAll, travelMs } from "./view";

function state() {
  const s = useGraphs.getState();
  return { ...s, graph: shownGraph(s), chosen: [...s.selected] };
}

/** What is selected as large as it can be read, or all when nothing is. */
export function showChosen(flow: Flow): void {
  const { chosen } = state();
  if (chosen.length) void flow.fitView({ nodes: chosen.map((id) => ({ id })), maxZoom: 1, padding: .2, duration: travelMs() });
  else showAll(flow);
}

function drawnSize(flow: Flow): (id: string) => Size | null {
  return (id) => {
    const measured = flow.getNode(id)?.measured;
    return measured?.width && measured.height ? { width: measured.width, height: measured.height } : null;
  };
}

const change = (to: (graph: Graph) => Graph) => state().edit(to);

export function remove(flow: Flow): void {
  const { selected } = state(), edges = flow.getEdges().filter((e) => e.selected);
  change((g) => {
    const wires = g.wires.filter((w) => !edges.some((e) => e.source === w.from && e.target === w.to && e.targetHandle === `in-${w.input}`));
    return removeNodes(wires.length === g.wires.length ? g : { ...g, wires }, selected);
  });
  state().select([]);
}

/** All that are selected take the mode, or lose it when all have it. */
export function setMode(mode: Mode): void {
  const { graph, chosen } = state();
  const isAll = chosen.every((id) => !graph.nodes[id] || graph.nodes[id].mode === mode);
  change((g) => chosen.reduce((next, id) => changeNode(next, id, { mode: isAll ? "on" : mode }), g));
}

export function collapse(): void {
  const { graph, chosen } = state();
  const isAll = chosen.every((id) => !graph.nodes[id] || graph.nodes[id].isCollapsed);
  change((g) => chosen.reduce((next, id) => changeNode(next, id, { isCollapsed: !isAll }), g));
}

/** What is pinned stays where it is. */
export function pin(): void {
  const { graph, chosen } = state();
  const isAll = chosen.every((id) => !graph.nodes[id] || graph.nodes[id].isPinned);
  change((g) => chosen.reduce((next, id) => changeNode(next, id, { isPinned: !isAll }), g));
}

/** The colour of heads, or none of their own. */
export function paint(color: string | undefined): void {
  change((g) => state().chosen.reduce((next, id) => {
    const { color: _, ...plain } = next.nodes[id] ?? {};
    return next.nodes[id] ? { ...next, nodes: { ...next.nodes, [id]: { ...plain, ...(color ? { color } : {}) } as GraphNode } } : next;
  }, g));
}

/** The grid of ComfyUI's editor. */
const gridPx = 10;

/** What is selected goes a step of the grid; what is pinned stays. Steps in a row are one for undo. */
export function nudge(dx: number, dy: number): void {
  const { selected, edit } = state(), go = <T extends { id: string; x: number; y: number; isPinned?: boolean }>(i: T): T => (selected.has(i.id) && !i.isPinned ? { ...i, x: i.x + dx * gridPx, y: i.y + dy * gridPx } : i);
  if (selected.size === 0) return;
  edit((g) => moveBends({ ...g, nodes: Object.fromEntries(Object.entries(g.nodes).map(([id, n]) => [id, go(n)])), groups: g.groups.map(go), notes: g.notes.map(go) },
    new Map((g.bends ?? []).filter((b) => selected.has(bendKey(b.id))).map((b) => [bendKey(b.id), { x: b.x + dx * gridPx, y: b.y + dy * gridPx }]))), `nudge ${[...selected].join(" ")}`);
}

const beside = 36;

/** What is selected once more, with its wires from what was not. */
export function clone(): void {
  const { selected, select } = state();
  let ids = new Set<string>();
  change((g) => {
    const pasted = paste(g, copyPart(g, selected), beside, beside, wiresInto(g, selected));
    ids = pasted.ids;
    return pasted.graph;
  });
  select(ids);
}

/** What is selected no longer follows the other places of its sub-graph. */
export function own(id: string): void {
  change((g) => makeOwn(g, id));
}

/** Shows a widget inside a sub-graph on the sub-graph, or no longer. */
export function promoteInput(id: string, input: { name: string; type: string }): void {
  const { path, editWhole } = state();
  editWhole((g) => promote(g, path, id, input));
}

export function clear(): void {
  change(() => emptyGraph);
  state().select([]);
}

export function layOutAll(tables: Map<string, NodeTable>, flow: Flow): void {
  change((g) => {
    const size = sizeIn(g, tables, drawnSize(flow)), boxes = (of: Graph) => new Map(Object.values(of.nodes).map((n) => [n.id, { x: n.x, y: n.y, ...size(n.id) }])), laid = layOut(g, size, shape());
    return { ...laid, groups: movedFrames(g.groups, boxes(g), boxes(laid)) };
  });
  setTimeout(() => showAll(flow), 50);
}

/** A graph that no hand has changed, once more for a canvas of another shape; no step of its own. */
export function reflow(tables: Map<string, NodeTable>): void {
  state().arrange((g) => layOut(g, sizeIn(g, tables), shape()));
}

export function alignChosen(side: Side, tables: Map<string, NodeTable>, flow: Flow): void {
  const { chosen } = state();
  change((g) => align(g, chosen, side, sizeIn(g, tables, drawnSize(flow))));
}

const groupColors = ["#5c8fc9", "#c98f5c", "#6fae7a", "#a57bc4", "#c46f84"];

export function group(tables: Map<string, NodeTable>, flow: Flow): void {
  const { graph, chosen } = state(), size = sizeIn(graph, tables, drawnSize(flow));
  const boxes = chosen.flatMap((id) => (graph.nodes[id] ? [{ ...graph.nodes[id], ...size(id) }] : []));
  const frame = frameAround(boxes), id = `group-${Date.now().toString(36)}`;
  if (!frame) return;
  change((g) => ({ ...g, groups: [...g.groups, { id, title: t("node.group"), ...frame, color: groupColors[g.groups.length % groupColors.length] as string }] }));
  useGraphs.setState({ renaming: id });
}

const noteSize = { width: 220, height: 110 };

/** As near as it lies over nothing, ready to be written on. */
export function note(at: { x: number; y: number }, tables: Map<string, NodeTable>, flow: Flow): void {
  const id = `note-${Date.now().toString(36)}`;
  change((g) => {
    const size = sizeIn(g, tables, drawnSize(flow)), taken = [...Object.values(g.nodes).map((n) => ({ x: n.x, y: n.y, ...size(n.id) })), ...g.notes];
    return { ...g, notes: [...g.notes, { id, text: "", ...noteSize, ...freePlace(taken, { ...at, ...noteSize }) }] };
  });
  useGraphs.setState({ renaming: id });
}

/** Several become one; a sub-graph that is selected alone becomes its nodes again. */
export function wrapOrUnwrap(tables: Map<string, NodeTable>): void {
  const { graph, chosen, selected, select, history, path } = state();
  const around = path.length ? at(history.present, path.slice(0, -1))?.nodes[path.at(-1) as string]?.inner : undefined;
  // What the sub-graph around it leads to has to stay where it is.
  if (around && [...around.inputs, ...around.outputs].some((p) => selected.has(p.node))) return;
  const only = chosen.length === 1 ? graph.nodes[chosen[0] as string] : undefined;
  if (only?.inner) {
    const opened = unwrap(graph, only.id);
    change(() => opened.graph);
    select(opened.ids);
    return;
  }
  const made = wrap(graph, selected, tables, t("node.subgraph"));
  if (!made) return;
  change(() => made.graph);
  select([made.id]);
}

export function selectAll(): void {
  const { graph, select } = state();
  select([...Object.keys(graph.nodes), ...graph.notes.map((n) => n.id), ...graph.groups.map((n) => n.id), ...(graph.bends ?? []).map((b) => bendKey(b.id))]);
}
