// The editor's format that ComfyUI's frontend saves: nodes, links, widgets_values, groups, notes.
import type { Graph, GraphNode, Mode } from "./graph";
import { emptyGraph, tableOf } from "./graph";
import type { Constant, NodeTable } from "./nodes";
import { initialValue, rerouteType } from "./nodes";
import { subgraphType } from "./subgraph";

interface RawSlot { name: string; type?: string; link?: number | null; widget?: { name: string } }
interface RawNode {
  id: number | string;
  type: string;
  title?: string;
  pos?: [number, number] | { 0: number; 1: number };
  size?: [number, number] | { 0: number; 1: number };
  mode?: number;
  flags?: { collapsed?: boolean; pinned?: boolean };
  color?: string;
  inputs?: RawSlot[];
  outputs?: { name: string; type: string; links?: number[] | null }[];
  widgets_values?: Constant[] | Record<string, Constant>;
}
type RawLink = [number, number | string, number, number | string, number, string];
interface RawPort { id?: string; name: string; type: string; linkIds?: number[] }
interface RawDefinition { id: string; name?: string; inputs?: RawPort[]; outputs?: RawPort[]; nodes: RawNode[]; links: RawGraph["links"]; inputNode?: { id: number }; outputNode?: { id: number } }
interface RawGroup { title?: string; bounding?: number[]; color?: string }
export interface RawGraph { nodes: RawNode[]; links: (RawLink | { id: number; origin_id: number | string; origin_slot: number; target_id: number | string; target_slot: number; type: string })[]; groups?: RawGroup[]; definitions?: { subgraphs?: RawDefinition[] }; version?: number }

const modes: Record<number, Mode> = { 0: "on", 2: "muted", 4: "bypassed" };
const modeNumbers: Record<Mode, number> = { on: 0, muted: 2, bypassed: 4 };
const controls = new Set(["fixed", "increment", "decrement", "randomize"]);

export function looksLikeLitegraph(value: unknown): value is RawGraph {
  return typeof value === "object" && value !== null && Array.isArray((value as RawGraph).nodes) && Array.isArray((value as RawGraph).links);
}

/** Widget values are a bare list; the node's table says which value is whose. Seeds carry their control behind them. */
function readValues(raw: RawNode, table: NodeTable | undefined): GraphNode["values"] {
  const given = raw.widgets_values;
  if (!given) return {};
  if (!Array.isArray(given)) return { ...given };
  if (!table) return Object.fromEntries(given.map((value, i) => [`widget ${i + 1}`, value]));
  const values: GraphNode["values"] = {};
  let at = 0;
  for (const input of table.inputs.filter((i) => i.isWidget)) {
    if (at >= given.length) break;
    values[input.name] = given[at++] as Constant;
    if (input.hasControl && controls.has(String(given[at]))) values[`${input.name}:control`] = given[at++] as Constant;
  }
  return values;
}

/** Ids of a definition's own border: where its inputs come in and its outputs go out. */
const borderIn = -10, borderOut = -20;

interface End { from: string; output: number; to: string; slot: number }

function endsOf(link: RawGraph["links"][number]): End {
  return Array.isArray(link) ? { from: String(link[1]), output: link[2], to: String(link[3]), slot: link[4] } : { from: String(link.origin_id), output: link.origin_slot, to: String(link.target_id), slot: link.target_slot };
}

/** A definition as the inside of a node. An input that leads to several sockets does so through a reroute. */
function readDefinition(definition: RawDefinition, all: RawGraph["definitions"], tables: Map<string, NodeTable>): NonNullable<GraphNode["inner"]> {
  const graph = fromLitegraph({ nodes: definition.nodes, links: definition.links, ...(all ? { definitions: all } : {}) }, tables);
  const ends = definition.links.map(endsOf), names = new Map(definition.nodes.map((n) => [String(n.id), n.inputs?.map((i) => i.name) ?? []]));
  const inputs = (definition.inputs ?? []).map((port, slot) => {
    const targets = ends.filter((e) => e.from === String(borderIn) && e.output === slot).map((e) => ({ to: e.to, input: names.get(e.to)?.[e.slot] ?? "" }));
    if (targets.length <= 1) return { name: port.name, type: port.type, node: targets[0]?.to ?? "", socket: targets[0]?.input ?? "" };
    const id = `in-${slot}`;
    graph.nodes[id] = { id, type: rerouteType, x: 0, y: slot * 60, values: {}, mode: "on", isCollapsed: false };
    for (const target of targets) graph.wires.push({ from: id, output: 0, ...target });
    return { name: port.name, type: port.type, node: id, socket: "" };
  });
  const outputs = (definition.outputs ?? []).map((port, slot) => {
    const source = ends.find((e) => e.to === String(borderOut) && e.slot === slot);
    return { name: port.name, type: port.type, node: source?.from ?? "", socket: source?.output ?? 0 };
  });
  return { graph, inputs, outputs };
}

export function fromLitegraph(raw: RawGraph, tables: Map<string, NodeTable>): Graph {
  const graph: Graph = { ...emptyGraph, nodes: {}, wires: [], groups: [], notes: [] };
  const inputNames = new Map<string, string>();
  for (const node of raw.nodes) {
    const id = String(node.id);
    const x = node.pos?.[0] ?? 0, y = node.pos?.[1] ?? 0;
    if (node.type === "Note" || node.type === "MarkdownNote") {
      const text = Array.isArray(node.widgets_values) ? String(node.widgets_values[0] ?? "") : "";
      graph.notes.push({ id, text, x, y, width: node.size?.[0] ?? 220, height: node.size?.[1] ?? 120 });
      continue;
    }
    const made: GraphNode = { id, type: node.type, x, y, values: readValues(node, tables.get(node.type)), mode: modes[node.mode ?? 0] ?? "on", isCollapsed: node.flags?.collapsed === true };
    const definition = raw.definitions?.subgraphs?.find((d) => d.id === node.type);
    if (definition) {
      made.type = subgraphType;
      made.inner = readDefinition(definition, raw.definitions, tables);
      made.title = definition.name ?? subgraphType;
    }
    if (node.flags?.pinned) made.isPinned = true;
    if (node.title) made.title = node.title;
    if (node.color) made.color = node.color;
    if (node.size) { made.width = node.size[0]; made.height = node.size[1]; }
    graph.nodes[id] = made;
    node.inputs?.forEach((slot, i) => inputNames.set(`${id}/${i}`, slot.name));
  }
  for (const link of raw.links) {
    const [from, output, to, slot] = Array.isArray(link) ? [link[1], link[2], link[3], link[4]] : [link.origin_id, link.origin_slot, link.target_id, link.target_slot];
    const input = inputNames.get(`${to}/${slot}`);
    if (input !== undefined && graph.nodes[String(from)] && graph.nodes[String(to)]) graph.wires.push({ from: String(from), output, to: String(to), input });
  }
  graph.groups = (raw.groups ?? []).map((group, i) => {
    const [x = 0, y = 0, width = 300, height = 200] = group.bounding ?? [];
    return { id: `group-${i + 1}`, title: group.title ?? "Group", x, y, width, height, color: group.color ?? "#3f789e" };
  });
  return graph;
}

function writeValues(node: GraphNode, table: NodeTable | undefined): Constant[] {
  if (!table) return Object.values(node.values);
  return table.inputs.filter((i) => i.isWidget).flatMap((input) => {
    const value = node.values[input.name] ?? initialValue(input);
    return input.hasControl ? [value, node.values[`${input.name}:control`] ?? "randomize"] : [value];
  });
}

/** The editor's format knows nodes by number. */
function numbersOf(graph: Graph): Map<string, number> {
  return new Map(Object.keys(graph.nodes).map((id, i) => [id, Number.isInteger(Number(id)) ? Number(id) : 100000 + i]));
}

/** Its inside as ComfyUI keeps it, with links to and from its border. */
function writeDefinition(node: GraphNode, inner: NonNullable<GraphNode["inner"]>, id: string, tables: Map<string, NodeTable>): { own: RawDefinition; deeper: RawDefinition[] } {
  const raw = toLitegraph(inner.graph, tables, inner.inputs.map((p) => ({ to: p.node, input: String(p.socket) })));
  const links: RawGraph["links"] = raw.links.map((l) => (Array.isArray(l) ? { id: l[0], origin_id: l[1], origin_slot: l[2], target_id: l[3], target_slot: l[4], type: l[5] } : l));
  const numbers = numbersOf(inner.graph);
  let next = links.length;
  const inputs = inner.inputs.map((port, slot): RawPort => {
    const target = raw.nodes.find((n) => n.id === numbers.get(port.node)), at = target?.inputs?.findIndex((i) => i.name === port.socket) ?? -1;
    if (!target || at < 0) return { id: `${id}-in-${slot}`, name: port.name, type: port.type, linkIds: [] };
    links.push({ id: ++next, origin_id: borderIn, origin_slot: slot, target_id: target.id, target_slot: at, type: port.type });
    return { id: `${id}-in-${slot}`, name: port.name, type: port.type, linkIds: [next] };
  });
  const outputs = inner.outputs.map((port, slot): RawPort => {
    links.push({ id: ++next, origin_id: numbers.get(port.node) ?? 0, origin_slot: Number(port.socket), target_id: borderOut, target_slot: slot, type: port.type });
    return { id: `${id}-out-${slot}`, name: port.name, type: port.type, linkIds: [next] };
  });
  const own = { id, name: node.title ?? subgraphType, inputs, outputs, nodes: raw.nodes, links, inputNode: { id: borderIn }, outputNode: { id: borderOut } };
  return { own, deeper: raw.definitions?.subgraphs ?? [] };
}

/** `bordering`: inputs that get their value from outside of a sub-graph. */
export function toLitegraph(graph: Graph, tables: Map<string, NodeTable>, bordering: readonly { to: string; input: string }[] = []): RawGraph {
  const definitions: RawDefinition[] = [];
  const links: RawLink[] = [];
  const ids = numbersOf(graph);
  const slotsOf = new Map<string, string[]>();
  for (const node of Object.values(graph.nodes)) {
    const table = tableOf(node, tables);
    const wired = [...graph.wires, ...bordering].filter((w) => w.to === node.id).map((w) => w.input);
    const sockets = table?.inputs.filter((i) => !i.isWidget || wired.includes(i.name)).map((i) => i.name) ?? [];
    slotsOf.set(node.id, [...sockets, ...wired.filter((name) => !sockets.includes(name))]);
  }
  const typeOf = (wire: Graph["wires"][number]) => {
    const from = graph.nodes[wire.from];
    return from && tableOf(from, tables)?.outputs[wire.output]?.type;
  };
  for (const wire of graph.wires) {
    const type = typeOf(wire) ?? "*";
    links.push([links.length + 1, ids.get(wire.from) ?? 0, wire.output, ids.get(wire.to) ?? 0, slotsOf.get(wire.to)?.indexOf(wire.input) ?? 0, type]);
  }
  const nodes = Object.values(graph.nodes).map((node): RawNode => {
    const table = tableOf(node, tables), id = ids.get(node.id) ?? 0;
    const type = node.inner ? `miktos-sub-graph-${id}-${node.title ?? ""}` : node.type;
    if (node.inner) {
      const { own, deeper } = writeDefinition(node, node.inner, type, tables);
      definitions.push(own, ...deeper);
    }
    return {
      id, type, pos: [node.x, node.y], size: [node.width ?? 300, node.height ?? 120], mode: modeNumbers[node.mode], flags: { ...(node.isCollapsed ? { collapsed: true } : {}), ...(node.isPinned ? { pinned: true } : {}) },
      ...(node.title ? { title: node.title } : {}), ...(node.color ? { color: node.color } : {}),
      inputs: (slotsOf.get(node.id) ?? []).map((name, slot) => {
        const input = table?.inputs.find((i) => i.name === name);
        return { name, type: input?.type ?? "*", link: links.find((l) => l[3] === id && l[4] === slot)?.[0] ?? null, ...(input?.isWidget ? { widget: { name } } : {}) };
      }),
      outputs: (table?.outputs ?? []).map((output, slot) => ({ name: output.name, type: output.type, links: links.filter((l) => l[1] === id && l[2] === slot).map((l) => l[0]) })),
      widgets_values: writeValues(node, table),
    };
  });
  const notes = graph.notes.map((note, i): RawNode => ({ id: 200000 + i, type: "Note", pos: [note.x, note.y], size: [note.width, note.height], mode: 0, flags: {}, widgets_values: [note.text] }));
  return { nodes: [...nodes, ...notes], links, groups: graph.groups.map((g) => ({ title: g.title, bounding: [g.x, g.y, g.width, g.height], color: g.color })), ...(definitions.length ? { definitions: { subgraphs: definitions } } : {}), version: 0.4 };
}
