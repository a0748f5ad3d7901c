// A graph that is being edited: plain data, never changed in place.
import type { Constant, InputTable, NodeTable } from "./nodes";
import { fits, initialValue, plainSocket, rerouteType } from "./nodes";
import { partOfBends, renumberBends, withoutBends, withoutIdle } from "./bends";
import type { RawNode } from "./litegraph";

export type Mode = "on" | "muted" | "bypassed";

export interface GraphNode {
  id: string;
  type: string;
  title?: string;
  x: number;
  y: number;
  values: Record<string, Constant>;
  mode: Mode;
  isCollapsed: boolean;
  /** Stays where it is. */
  isPinned?: boolean;
  color?: string;
  /** Of its body, in editors that paint it. */
  bgcolor?: string;
  width?: number;
  height?: number;
  /** As it was read, when no engine here knows its type: it goes out whole. */
  raw?: RawNode;
  /** Of the editor that it comes from, kept for it. */
  properties?: Record<string, unknown>;
  /** What it lists of widgets inside that are not known here. */
  unread?: Record<string, Constant>;
  /** A graph within this node, and where its own sockets lead. Nodes of the same `id` share it: flow/shared.ts. */
  inner?: { id?: string; graph: Graph; inputs: Port[]; outputs: Port[] };
}

/** A socket of a sub-graph: the socket inside that it stands for. A proxy is a widget alone, which no wire goes into. */
export interface Port { name: string; type: string; node: string; socket: string | number; isProxy?: boolean; via?: number }

/** `via` is the last bend on its way. */
export interface Wire { from: string; output: number; to: string; input: string; via?: number }
/** A place that wires run through; `after` is the bend before it. Several wires may share one. */
export interface Bend { id: number; x: number; y: number; after?: number; floating?: unknown }
export interface Group { id: string; title: string; x: number; y: number; width: number; height: number; color: string }
export interface Note { id: string; text: string; x: number; y: number; width: number; height: number }

export interface Graph {
  nodes: Record<string, GraphNode>;
  wires: Wire[];
  groups: Group[];
  notes: Note[];
  bends?: Bend[];
  /** What else an editor wrote beside its nodes, kept for it. */
  kept?: Record<string, unknown>;
}

export const emptyGraph: Graph = { nodes: {}, wires: [], groups: [], notes: [] };

/** The table of a node's type; a sub-graph's is made of its ports. A port that stands for a widget is one. */
export function tableOf(node: GraphNode, tables: Map<string, NodeTable>): NodeTable | undefined {
  const inner = node.inner;
  if (!inner) return tables.get(node.type);
  const inside = (p: Port): InputTable | undefined => {
    const owner = inner.graph.nodes[p.node];
    return owner && tableOf(owner, tables)?.inputs.find((i) => i.name === p.socket && i.isWidget);
  };
  return {
    id: node.type, label: node.title ?? node.type, category: "", help: "", isOutput: false,
    inputs: inner.inputs.map((p) => ({ ...(inside(p) ?? { ...plainSocket, type: p.type }), name: p.name, isOptional: false, ...(p.isProxy ? { isBare: true } : {}) })),
    outputs: inner.outputs.map((p) => ({ name: p.name, type: p.type, isList: false })),
  };
}

const controlled = ":control";

/** What a widget is set to; those of a sub-graph are set within it. Undefined when it was left alone. */
export function valueOf(node: GraphNode, name: string): Constant | undefined {
  if (!node.inner) return node.values[name];
  const isControl = name.endsWith(controlled), port = node.inner.inputs.find((p) => p.name === (isControl ? name.slice(0, -controlled.length) : name));
  const owner = port && node.inner.graph.nodes[port.node];
  return owner && valueOf(owner, `${port.socket}${isControl ? controlled : ""}`);
}

export function nextId(graph: Graph): string {
  const used = Object.keys(graph.nodes).map(Number).filter(Number.isFinite);
  return String(Math.max(0, ...used) + 1);
}

export function newNode(id: string, table: NodeTable, x: number, y: number): GraphNode {
  const values = Object.fromEntries(table.inputs.filter((i) => i.isWidget && !i.isOptional).map((i) => [i.name, initialValue(i)]));
  return { id, type: table.id, x, y, values, mode: "on", isCollapsed: false };
}

export function addNode(graph: Graph, table: NodeTable, x: number, y: number): { graph: Graph; id: string } {
  const id = nextId(graph);
  return { id, graph: { ...graph, nodes: { ...graph.nodes, [id]: newNode(id, table, x, y) } } };
}

export function removeNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  const bent = withoutBends(graph, ids);
  return withoutIdle(bent, {
    ...bent,
    nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => !ids.has(id))),
    wires: bent.wires.filter((w) => !ids.has(w.from) && !ids.has(w.to)),
    notes: graph.notes.filter((n) => !ids.has(n.id)),
    groups: graph.groups.filter((g) => !ids.has(g.id)),
  });
}

export function changeNode(graph: Graph, id: string, change: Partial<GraphNode>): Graph {
  const node = graph.nodes[id];
  return node ? { ...graph, nodes: { ...graph.nodes, [id]: { ...node, ...change } } } : graph;
}

export function setValue(graph: Graph, id: string, name: string, value: Constant): Graph {
  const node = graph.nodes[id];
  if (!node?.inner) return node ? changeNode(graph, id, { values: { ...node.values, [name]: value } }) : graph;
  const isControl = name.endsWith(controlled), port = node.inner.inputs.find((p) => p.name === (isControl ? name.slice(0, -controlled.length) : name));
  if (!port) return graph;
  return changeNode(graph, id, { inner: { ...node.inner, graph: setValue(node.inner.graph, port.node, `${port.socket}${isControl ? controlled : ""}`, value) } });
}

export function moveNodes(graph: Graph, places: Record<string, { x: number; y: number }>): Graph {
  let next = graph;
  for (const [id, place] of Object.entries(places)) next = changeNode(next, id, place);
  return next;
}

/** Every node that `id` depends on, itself included. */
export function upstream(graph: Graph, ids: Iterable<string>): Set<string> {
  const seen = new Set<string>();
  const waiting = [...ids];
  while (waiting.length) {
    const id = waiting.pop() as string;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const wire of graph.wires) if (wire.to === id) waiting.push(wire.from);
  }
  return seen;
}

/** What the wire carries: "*" when nobody knows. */
/** The wire that a wire goes on from; a reroute that nothing leads to, or one in a circle, is the end of the search. */
function beforeReroutes(graph: Graph, wire: Wire): Wire {
  let at = wire;
  for (let hops = 0; hops <= graph.wires.length && graph.nodes[at.from]?.type === rerouteType; hops++) {
    const next = graph.wires.find((w) => w.to === at.from);
    if (!next) break;
    at = next;
  }
  return at;
}

/** What runs along it; through reroutes, what came into the first of them. */
export function typeOfWire(graph: Graph, tables: Map<string, NodeTable>, wire: Wire): string {
  const source = beforeReroutes(graph, wire), from = graph.nodes[source.from], table = from && tableOf(from, tables);
  return (table ? table.outputs[source.output]?.type : from?.raw?.outputs?.[source.output]?.type) ?? "*";
}

export type Refusal = "unknown" | "type" | "cycle";

export function canConnect(graph: Graph, tables: Map<string, NodeTable>, wire: Wire): Refusal | null {
  const from = graph.nodes[wire.from], to = graph.nodes[wire.to];
  const output = from && tableOf(from, tables)?.outputs[wire.output];
  const input = to && tableOf(to, tables)?.inputs.find((i) => i.name === wire.input);
  if (!output || !input) return "unknown";
  if (input.isBare || !fits(output.type, input.type)) return "type";
  if (upstream(graph, [wire.from]).has(wire.to)) return "cycle";
  return null;
}

/** An input holds one wire: a new one takes the place of the old. */
export function connect(graph: Graph, wire: Wire): Graph {
  return withoutIdle(graph, { ...graph, wires: [...graph.wires.filter((w) => w.to !== wire.to || w.input !== wire.input), wire] });
}

/** A bend in the wire, where hands ask for one. */
export function bend(graph: Graph, wire: Wire, x: number, y: number): Graph {
  if (!graph.wires.some((w) => w.to === wire.to && w.input === wire.input && w.from === wire.from)) return graph;
  const id = nextId(graph), node: GraphNode = { id, type: rerouteType, x, y, values: {}, mode: "on", isCollapsed: false };
  const bent = connect({ ...graph, nodes: { ...graph.nodes, [id]: node } }, { ...wire, from: id, output: 0 });
  return connect(bent, { from: wire.from, output: wire.output, to: id, input: "" });
}

export function disconnect(graph: Graph, to: string, input: string): Graph {
  return withoutIdle(graph, { ...graph, wires: graph.wires.filter((w) => w.to !== to || w.input !== input) });
}

/** A part of a graph with the wires inside it, to paste somewhere else. */
export function copyPart(graph: Graph, ids: ReadonlySet<string>): Graph {
  const wires = graph.wires.filter((w) => ids.has(w.from) && ids.has(w.to)), bends = partOfBends(graph, wires);
  return {
    nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([id]) => ids.has(id))),
    wires, ...(bends.length ? { bends } : {}),
    groups: graph.groups.filter((g) => ids.has(g.id)),
    notes: graph.notes.filter((n) => ids.has(n.id)),
  };
}

/** The wires into a part from what stands around it. */
export function wiresInto(graph: Graph, ids: ReadonlySet<string>): Wire[] {
  return graph.wires.filter((w) => !ids.has(w.from) && ids.has(w.to));
}

const stepAside = 36;

/** How far a part goes until its upper left corner is at a place, and a step aside of what is exactly there. */
export function wayTo(graph: Graph, part: Graph, at: { x: number; y: number }): { dx: number; dy: number } {
  const all = [...Object.values(part.nodes), ...part.notes, ...part.groups], there = [...Object.values(graph.nodes), ...graph.notes, ...graph.groups];
  const left = Math.min(...all.map((i) => i.x)), top = Math.min(...all.map((i) => i.y)), first = all[0];
  let dx = Math.round(at.x - left), dy = Math.round(at.y - top);
  while (first && there.some((i) => i.x === first.x + dx && i.y === first.y + dy)) {
    dx += stepAside;
    dy += stepAside;
  }
  return { dx, dy };
}

/** `incoming` are wires into the part; those whose beginning stands in the graph are drawn again. */
export function paste(graph: Graph, part: Graph, dx: number, dy: number, incoming: readonly Wire[] = []): { graph: Graph; ids: Set<string> } {
  const numbers = [...graph.notes, ...graph.groups].map((i) => Number(i.id.replace(/^\D+/, ""))).filter(Number.isSafeInteger);
  let next = Math.max(Number(nextId(graph)), ...numbers.map((n) => n + 1));
  const renamed = new Map(Object.keys(part.nodes).map((id) => [id, String(next++)]));
  const nodes = Object.values(part.nodes).map((node) => {
    const id = renamed.get(node.id) as string;
    return [id, { ...node, id, x: node.x + dx, y: node.y + dy }] as const;
  });
  const bent = renumberBends(part, graph, dx, dy);
  const wires = bent.wires.map((w) => ({ ...w, from: renamed.get(w.from) as string, to: renamed.get(w.to) as string }));
  for (const { via: _, ...w } of incoming) if (graph.nodes[w.from] && renamed.has(w.to)) wires.push({ ...w, to: renamed.get(w.to) as string });
  const notes = part.notes.map((n) => ({ ...n, id: `note-${next++}`, x: n.x + dx, y: n.y + dy }));
  const groups = part.groups.map((g) => ({ ...g, id: `group-${next++}`, x: g.x + dx, y: g.y + dy }));
  return {
    ids: new Set([...renamed.values(), ...notes.map((n) => n.id), ...groups.map((g) => g.id)]),
    graph: { ...graph, ...(bent.bends?.length ? { bends: [...graph.bends ?? [], ...bent.bends] } : {}), nodes: { ...graph.nodes, ...Object.fromEntries(nodes) }, wires: [...graph.wires, ...wires], groups: [...graph.groups, ...groups], notes: [...graph.notes, ...notes] },
  };
}
