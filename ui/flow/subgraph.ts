// Graphs within nodes: several nodes become one, one becomes its nodes again, and all are flat when they run.
import { renumberBends } from "./bends";
import type { Graph, GraphNode, Port, Wire } from "./graph";
import { copyPart, nextId, tableOf } from "./graph";
import type { NodeTable } from "./nodes";
import { newDefinition, unify } from "./shared";

export const subgraphType = "Subgraph";

type Inner = NonNullable<GraphNode["inner"]>;

/** What a node in the sub-graph at `path` is called when all is flat. */
export const flatId = (path: readonly string[], id: string) => [...path, id].join(":");

/** A name for a port that no other has. */
export function unique(name: string, taken: readonly Port[]): string {
  let tried = name || "value", n = 2;
  while (taken.some((p) => p.name === tried)) tried = `${name || "value"} ${n++}`;
  return tried;
}

/** The chosen nodes as one; wires that crossed the border become its sockets. */
export function wrap(graph: Graph, chosen: ReadonlySet<string>, tables: Map<string, NodeTable>, title: string): { graph: Graph; id: string } | null {
  const members = Object.values(graph.nodes).filter((n) => chosen.has(n.id));
  if (members.length === 0) return null;
  const id = nextId(graph), inner = copyPart(graph, new Set(members.map((m) => m.id)));
  const inputs: Port[] = [], outputs: Port[] = [], wires: Wire[] = [];
  for (const w of graph.wires) {
    const isFromInside = chosen.has(w.from), isToInside = chosen.has(w.to);
    if (isFromInside === isToInside) {
      if (!isFromInside) wires.push(w);
      continue;
    }
    const from = graph.nodes[w.from];
    const output = from && tableOf(from, tables)?.outputs[w.output];
    if (isToInside) {
      const port: Port = { name: unique(w.input, inputs), type: output?.type ?? "*", node: w.to, socket: w.input };
      inputs.push(port);
      wires.push({ ...w, to: id, input: port.name });
    } else {
      let slot = outputs.findIndex((p) => p.node === w.from && p.socket === w.output);
      if (slot < 0) slot = outputs.push({ name: unique(output?.name ?? "", outputs), type: output?.type ?? "*", node: w.from, socket: w.output }) - 1;
      wires.push({ ...w, from: id, output: slot });
    }
  }
  const nodes = Object.fromEntries(Object.entries(graph.nodes).filter(([key]) => !chosen.has(key)));
  nodes[id] = { id, type: subgraphType, title, x: Math.min(...members.map((m) => m.x)), y: Math.min(...members.map((m) => m.y)), values: {}, mode: "on", isCollapsed: false, inner: { id: newDefinition(), graph: { ...inner, groups: [], notes: [] }, inputs, outputs } };
  return { id, graph: { ...graph, nodes, wires } };
}

function replace(graph: Graph, node: GraphNode, nameOf: (id: string) => string): Graph {
  const inner = node.inner;
  if (!inner) return graph;
  const nodes = { ...graph.nodes };
  delete nodes[node.id];
  for (const m of Object.values(inner.graph.nodes)) nodes[nameOf(m.id)] = { ...m, id: nameOf(m.id), mode: node.mode === "on" ? m.mode : node.mode };
  const bent = renumberBends(inner.graph, graph, 0, 0), wires = bent.wires.map((w) => ({ ...w, from: nameOf(w.from), to: nameOf(w.to) }));
  for (const w of graph.wires) {
    let next: Wire | null = w;
    if (next.to === node.id) {
      const port: Port | undefined = inner.inputs.find((p) => p.name === w.input);
      next = port ? { ...next, to: nameOf(port.node), input: String(port.socket) } : null;
    }
    if (next && next.from === node.id) {
      const port: Port | undefined = inner.outputs[w.output];
      next = port ? { ...next, from: nameOf(port.node), output: Number(port.socket) } : null;
    }
    if (next) wires.push(next);
  }
  return { ...graph, ...(bent.bends?.length ? { bends: [...graph.bends ?? [], ...bent.bends] } : {}), nodes, wires };
}

/** One node becomes its nodes again, where they were. */
export function unwrap(graph: Graph, id: string): { graph: Graph; ids: Set<string> } {
  const node = graph.nodes[id];
  if (!node?.inner) return { graph, ids: new Set() };
  let next = Number(nextId(graph));
  const names = new Map(Object.keys(node.inner.graph.nodes).map((old) => [old, String(next++)]));
  return { ids: new Set(names.values()), graph: replace(graph, node, (old) => names.get(old) ?? old) };
}

/** Without any sub-graph; nodes inside are called "outer:inner", as ComfyUI calls them. */
export function flatten(graph: Graph): Graph {
  let flat = graph;
  for (;;) {
    const node = Object.values(flat.nodes).find((n) => n.inner);
    if (!node) return flat;
    flat = replace(flat, node, (id) => flatId([node.id], id));
  }
}

/** The graph that `path` leads into, node by node. */
export function at(graph: Graph, path: readonly string[]): Graph | null {
  const [id, ...rest] = path;
  if (id === undefined) return graph;
  const inner = graph.nodes[id]?.inner;
  return inner ? at(inner.graph, rest) : null;
}

/** As much of `path` as still leads into a graph. */
export function reachable(graph: Graph, path: readonly string[]): readonly string[] {
  let length = path.length;
  while (length > 0 && !at(graph, path.slice(0, length))) length--;
  return path.slice(0, length);
}

/** What changes inside a sub-graph changes in every place where it stands. */
export function changeAt(graph: Graph, path: readonly string[], change: (graph: Graph) => Graph): Graph {
  const next = changeOnly(graph, path, change);
  return next === graph || path.length === 0 ? next : unify(next, path);
}

function changeOnly(graph: Graph, path: readonly string[], change: (graph: Graph) => Graph): Graph {
  const [id, ...rest] = path;
  if (id === undefined) return change(graph);
  const node = graph.nodes[id];
  if (!node?.inner) return graph;
  const inner = changeOnly(node.inner.graph, rest, change);
  return inner === node.inner.graph ? graph : withInner(graph, node, { ...node.inner, graph: inner });
}

/** The node with another inside. Sockets whose node is gone go, with their wires; those that led nowhere before stay. */
function withInner(graph: Graph, node: GraphNode, inner: Inner): Graph {
  const before = node.inner?.graph.nodes ?? {}, isThere = (p: Port) => inner.graph.nodes[p.node] !== undefined || before[p.node] === undefined;
  const inputs = inner.inputs.filter(isThere), outputs = inner.outputs.filter(isThere), nodes = { ...graph.nodes, [node.id]: { ...node, inner: { ...inner, inputs, outputs } } };
  const isAsBefore = inputs.length === node.inner?.inputs.length && outputs.length === node.inner.outputs.length;
  if (isAsBefore) return { ...graph, nodes };
  const wires = graph.wires.flatMap((w) => {
    if (w.to === node.id && !inputs.some((p) => p.name === w.input)) return [];
    if (w.from !== node.id) return [w];
    const output = outputs.indexOf(inner.outputs[w.output] as Port);
    return output < 0 ? [] : [{ ...w, output }];
  });
  return { ...graph, nodes, wires };
}

/** Shows a widget of a node within a sub-graph outside, on the sub-graph itself; or no longer. */
export function promote(graph: Graph, path: readonly string[], id: string, input: { name: string; type: string }): Graph {
  const owner = path.at(-1);
  if (owner === undefined) return graph;
  const next = changeOnly(graph, path.slice(0, -1), (g) => {
    const node = g.nodes[owner], inner = node?.inner;
    if (!inner) return g;
    const known = inner.inputs.find((p) => p.node === id && p.socket === input.name);
    const port: Port = { name: unique(input.name, inner.inputs), type: input.type, node: id, socket: input.name };
    return withInner(g, node, { ...inner, inputs: known ? inner.inputs.filter((p) => p !== known) : [...inner.inputs, port] });
  });
  return unify(next, path);
}
