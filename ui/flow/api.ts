// ComfyUI's API format: what an engine runs.
import type { Graph, GraphNode, Wire } from "./graph";
import { emptyGraph, upstream } from "./graph";
import { flatten } from "./subgraph";
import type { Constant, NodeTable } from "./nodes";
import { rerouteType } from "./nodes";

export type Link = [string, number];
export interface ApiNode { class_type: string; inputs: Record<string, Constant | Link>; _meta?: { title?: string } }
export type ApiGraph = Record<string, ApiNode>;

export function isLink(value: unknown): value is Link {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number";
}

export function looksLikeApi(value: unknown): value is ApiGraph {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0 &&
    Object.values(value).every((node) => typeof node === "object" && node !== null && "class_type" in node);
}

/** Where an output of a reroute or of a bypassed node comes from: its input, or the first one of the same type. */
function throughBypass(graph: Graph, tables: Map<string, NodeTable>, wire: Wire): Wire | null {
  let from = wire.from, output = wire.output;
  for (let hops = 0; hops <= graph.wires.length; hops++) {
    const node = graph.nodes[from];
    if (!node || node.mode === "muted") return null;
    if (node.type === rerouteType) {
      const next = graph.wires.find((w) => w.to === from);
      if (!next) return null;
      from = next.from;
      output = next.output;
      continue;
    }
    if (node.mode === "on") return { ...wire, from, output };
    const table = tables.get(node.type);
    const type = table?.outputs[output]?.type;
    const inputs = table?.inputs.filter((i) => i.type === type) ?? [];
    const next = inputs.map((i) => graph.wires.find((w) => w.to === from && w.input === i.name)).find((w) => w !== undefined);
    if (!next) return null;
    from = next.from;
    output = next.output;
  }
  return null;
}

/** What runs; with `targets` only what those need: nodes by their flat names, a sub-graph with all inside. */
export function toApi(nested: Graph, tables: Map<string, NodeTable>, targets?: Iterable<string>): ApiGraph {
  const graph = flatten(nested);
  const wanted = targets ? upstream(graph, [...targets].flatMap((t) => Object.keys(graph.nodes).filter((id) => id === t || id.startsWith(`${t}:`)))) : null;
  const api: ApiGraph = {};
  for (const node of Object.values(graph.nodes)) {
    if (node.mode !== "on" || node.type === rerouteType || (wanted && !wanted.has(node.id))) continue;
    const inputs: ApiNode["inputs"] = Object.fromEntries(Object.entries(node.values).filter(([name]) => !name.endsWith(":control")));
    for (const wire of graph.wires) {
      if (wire.to !== node.id) continue;
      const real = throughBypass(graph, tables, wire);
      if (real) inputs[wire.input] = [real.from, real.output];
    }
    api[node.id] = { class_type: node.type, inputs, _meta: { title: node.title ?? tables.get(node.type)?.label ?? node.type } };
  }
  return api;
}

/** Without places: lay it out afterwards. Unknown nodes are kept whole. */
export function fromApi(api: ApiGraph): Graph {
  const graph: Graph = { ...emptyGraph, nodes: {}, wires: [] };
  for (const [id, raw] of Object.entries(api)) {
    const values: GraphNode["values"] = {};
    for (const [name, value] of Object.entries(raw.inputs ?? {}))
      if (isLink(value)) graph.wires.push({ from: value[0], output: value[1], to: id, input: name });
      else values[name] = value;
    const node: GraphNode = { id, type: raw.class_type, x: 0, y: 0, values, mode: "on", isCollapsed: false };
    if (raw._meta?.title) node.title = raw._meta.title;
    graph.nodes[id] = node;
  }
  graph.wires = graph.wires.filter((w) => graph.nodes[w.from]);
  return graph;
}
