// The editor's format that ComfyUI's frontend saves: nodes, links, widgets_values, groups, notes.
import type { Bend, Graph, GraphNode, Mode, Port, Wire } from "./graph";
import { emptyGraph, setValue, tableOf, typeOfWire, valueOf } from "./graph";
import { bendsOf } from "./bends";
import { usualSize } from "./nodeSize";
import type { Constant, NodeTable } from "./nodes";
import { initialValue, rerouteType } from "./nodes";
import { subgraphType, unique } from "./subgraph";

interface RawSlot { name: string; type?: string; link?: number | null; widget?: { name: string } }
export interface RawNode {
  id: number | string;
  type: string;
  title?: string;
  pos?: [number, number] | { 0: number; 1: number };
  size?: [number, number] | { 0: number; 1: number };
  mode?: number;
  flags?: { collapsed?: boolean; pinned?: boolean };
  order?: number;
  properties?: Record<string, unknown>;
  color?: string;
  bgcolor?: string;
  inputs?: RawSlot[];
  outputs?: { name: string; type: string; links?: number[] | null }[];
  widgets_values?: Constant[] | Record<string, Constant>;
}
type RawLink = [number, number | string, number, number | string, number, string];
interface RawLinkObject { id: number; origin_id: number | string; origin_slot: number; target_id: number | string; target_slot: number; type: string; parentId?: number }
interface RawReroute { id: number; parentId?: number; pos: [number, number] | { 0: number; 1: number }; linkIds?: number[]; floating?: unknown }
interface RawPort { id?: string; name: string; type: string; linkIds?: number[] }
interface RawBorder { id: number; bounding?: number[] }
interface RawDefinition extends RawGraph { id: string; name?: string; inputs?: RawPort[]; outputs?: RawPort[]; widgets?: unknown[]; inputNode?: RawBorder; outputNode?: RawBorder; state?: Record<string, number> }
interface RawGroup { title?: string; bounding?: number[]; color?: string }
export interface RawGraph {
  nodes: RawNode[];
  links: (RawLink | RawLinkObject)[];
  reroutes?: RawReroute[];
  extra?: { reroutes?: RawReroute[]; linkExtensions?: { id: number; parentId: number }[] } & Record<string, unknown>;
  groups?: RawGroup[];
  definitions?: { subgraphs?: RawDefinition[] };
  last_node_id?: number;
  last_link_id?: number;
  revision?: number;
  version?: number;
}

type Inner = NonNullable<GraphNode["inner"]>;

/** A file with more nodes than can be edited. */
export class TooLarge extends Error {
  constructor(readonly most: number) {
    super(`more than ${most} nodes`);
  }
}

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

interface End { from: string; output: number; to: string; slot: number; via?: number }

/** Where links begin and end; bends are told by the link, or beside all links. */
function endsOf(raw: Pick<RawGraph, "links" | "extra">): End[] {
  const beside = new Map((raw.extra?.linkExtensions ?? []).map((e) => [e.id, e.parentId]));
  return raw.links.map((link) => {
    const end = Array.isArray(link) ? { from: String(link[1]), output: link[2], to: String(link[3]), slot: link[4] } : { from: String(link.origin_id), output: link.origin_slot, to: String(link.target_id), slot: link.target_slot };
    const via = (Array.isArray(link) ? undefined : link.parentId) ?? beside.get(Array.isArray(link) ? link[0] : link.id);
    return via === undefined || via === null ? end : { ...end, via };
  });
}

function readBends(raw: RawGraph): Bend[] {
  return (raw.reroutes ?? raw.extra?.reroutes ?? []).map(({ id, pos, parentId, floating }) => ({ id, x: pos[0], y: pos[1], ...(parentId === undefined || parentId === null ? {} : { after: parentId }), ...(floating ? { floating } : {}) }));
}

/** As they are kept with links that are numbered anew; `ways` are the last bends of links. */
function writeBends(graph: Graph, ways: readonly { id: number; via: number }[]): RawReroute[] {
  const links = new Map<number, number[]>();
  for (const { id, via } of ways) for (const bend of bendsOf(graph, via)) links.set(bend.id, [...(links.get(bend.id) ?? []), id]);
  return (graph.bends ?? []).map((b) => ({ id: b.id, ...(b.after === undefined ? {} : { parentId: b.after }), pos: [b.x, b.y], linkIds: links.get(b.id) ?? [], ...(b.floating ? { floating: b.floating } : {}) }));
}

/** What an editor keeps in a file beside its nodes and links. */
function readKept(raw: RawGraph): Record<string, unknown> {
  const { reroutes: _, linkExtensions: __, ...extra } = raw.extra ?? {}, kept: Record<string, unknown> = {};
  for (const key of ["id", "revision", "config", "models"] as const) if ((raw as unknown as Record<string, unknown>)[key] !== undefined) kept[key] = (raw as unknown as Record<string, unknown>)[key];
  return Object.keys(extra).length ? { ...kept, extra } : kept;
}

/** A definition as the inside of a node. An input that leads to several sockets does so through a reroute. */
function readDefinition(definition: RawDefinition, known: RawGraph["definitions"], tables: Map<string, NodeTable>, budget: Budget): Inner {
  // One that stands within itself would have no end: there it is a node that nobody knows.
  const all = known?.subgraphs && { ...known, subgraphs: known.subgraphs.filter((d) => d.id !== definition.id) };
  const graph = readGraph({ nodes: definition.nodes, links: definition.links, groups: definition.groups ?? [], ...(definition.reroutes ? { reroutes: definition.reroutes } : {}), ...(definition.extra ? { extra: definition.extra } : {}), ...(all ? { definitions: all } : {}) }, tables, budget);
  const ends = endsOf(definition), names = new Map(definition.nodes.map((n) => [String(n.id), n.inputs?.map((i) => i.name) ?? []]));
  const inputs = (definition.inputs ?? []).map((port, slot) => {
    const targets = ends.filter((e) => e.from === String(borderIn) && e.output === slot).map((e) => ({ to: e.to, input: names.get(e.to)?.[e.slot] ?? "", ...(e.via === undefined ? {} : { via: e.via }) }));
    if (targets.length <= 1) return { name: port.name, type: port.type, node: targets[0]?.to ?? "", socket: targets[0]?.input ?? "", ...(targets[0]?.via === undefined ? {} : { via: targets[0].via }) };
    const id = `in-${slot}`;
    graph.nodes[id] = { id, type: rerouteType, x: 0, y: slot * 60, values: {}, mode: "on", isCollapsed: false };
    for (const target of targets) graph.wires.push({ from: id, output: 0, ...target });
    return { name: port.name, type: port.type, node: id, socket: "" };
  });
  const outputs = (definition.outputs ?? []).map((port, slot) => {
    const source = ends.find((e) => e.to === String(borderOut) && e.slot === slot);
    return { name: port.name, type: port.type, node: source?.from ?? "", socket: source?.output ?? 0, ...(source?.via === undefined ? {} : { via: source.via }) };
  });
  return { id: definition.id, graph, inputs, outputs };
}

type Proxy = [node: string, widget: string];

/** Which widgets inside a node shows, as newer editors list them; "-1" are its own sockets. */
function proxiesOf(properties: Record<string, unknown> | undefined): Proxy[] | null {
  const list = properties?.["proxyWidgets"];
  return Array.isArray(list) ? list.flatMap((entry): Proxy[] => (Array.isArray(entry) && entry.length >= 2 ? [[String(entry[0]), String(entry[1])]] : [])) : null;
}

const ownSocket = "-1";

const portOf = (inputs: readonly Port[], [node, widget]: Proxy) => inputs.find((p) => (node === ownSocket ? !p.isProxy && p.name === widget : p.node === node && p.socket === widget));

/** The widgets that are listed are ports, too, where nothing stands for them yet. */
function withProxies(inner: Inner, proxies: readonly Proxy[], tables: Map<string, NodeTable>): Inner {
  const inputs = [...inner.inputs];
  for (const proxy of proxies) {
    const [node, widget] = proxy, owner = inner.graph.nodes[node], table = owner && tableOf(owner, tables)?.inputs.find((i) => i.name === widget && i.isWidget);
    if (table && !portOf(inputs, proxy)) inputs.push({ name: unique(widget, inputs), type: table.type, node, socket: widget, isProxy: true });
  }
  return inputs.length === inner.inputs.length ? inner : { ...inner, inputs };
}

/** What a sub-graph's own widgets are set to goes to the nodes inside that they stand for. */
function withValues(read: Inner, raw: RawNode, tables: Map<string, NodeTable>): Inner {
  const proxies = proxiesOf(raw.properties), inner = proxies ? withProxies(read, proxies, tables) : read;
  const holder: GraphNode = { id: "", type: subgraphType, x: 0, y: 0, values: {}, mode: "on", isCollapsed: false, inner };
  const given = raw.widgets_values, listed = proxies && Array.isArray(given) ? proxies.flatMap((proxy, i) => { const port = portOf(inner.inputs, proxy); return port && given[i] !== undefined && given[i] !== null ? [[port.name, given[i] as Constant] as const] : []; }) : null;
  let graph: Graph = { ...emptyGraph, nodes: { "": holder } };
  for (const [name, value] of listed ?? Object.entries(readValues(raw, tableOf(holder, tables)))) graph = setValue(graph, "", name, value);
  return graph.nodes[""]?.inner ?? inner;
}

/** The list and its values; what it names and nobody here knows stays as it was. */
function writeProxies(node: GraphNode, inner: Inner, proxies: readonly Proxy[]): { list: Proxy[]; values: Constant[] } {
  const list = proxies.filter((p) => portOf(inner.inputs, p) !== undefined || node.unread?.[p.join("/")] !== undefined);
  return { list, values: list.map((p) => { const port = portOf(inner.inputs, p); return (port && valueOf(node, port.name)) ?? node.unread?.[p.join("/")] ?? null; }) };
}

/** Values of listed widgets that stand for nothing that is known here. */
function unreadOf(raw: RawNode, inner: Inner): Record<string, Constant> {
  const given = raw.widgets_values;
  return Object.fromEntries((proxiesOf(raw.properties) ?? []).flatMap((proxy, i) => (portOf(inner.inputs, proxy) ? [] : [[proxy.join("/"), (Array.isArray(given) ? given[i] : null) ?? null] as const])));
}

/** As many nodes as a file may have with all its sub-graphs opened, so that a small file cannot fill the memory. */
const mostNodes = 50_000;
interface Budget { left: number }

export function fromLitegraph(raw: RawGraph, tables: Map<string, NodeTable>): Graph {
  return readGraph(raw, tables, { left: mostNodes });
}

function readGraph(raw: RawGraph, tables: Map<string, NodeTable>, budget: Budget): Graph {
  budget.left -= raw.nodes.length;
  if (budget.left < 0) throw new TooLarge(mostNodes);
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
      made.inner = withValues(readDefinition(definition, raw.definitions, tables, budget), node, tables);
      made.title = definition.name ?? subgraphType;
      made.values = {};
      const unread = unreadOf(node, made.inner);
      if (Object.keys(unread).length) made.unread = unread;
    }
    if (node.flags?.pinned) made.isPinned = true;
    if (node.title) made.title = node.title;
    if (node.color) made.color = node.color;
    if (node.bgcolor) made.bgcolor = node.bgcolor;
    if (node.properties && Object.keys(node.properties).length) made.properties = node.properties;
    if (!definition && node.type !== rerouteType && !tables.has(node.type)) made.raw = node;
    // One that no hand has sized is written with its usual size, and stays one.
    const usual = usualSize(made, tables);
    if (node.size && (node.size[0] !== usual.width || node.size[1] !== usual.height)) { made.width = node.size[0]; made.height = node.size[1]; }
    graph.nodes[id] = made;
    node.inputs?.forEach((slot, i) => inputNames.set(`${id}/${i}`, slot.name));
  }
  for (const { slot, ...end } of endsOf(raw)) {
    const input = inputNames.get(`${end.to}/${slot}`);
    if (input !== undefined && graph.nodes[end.from] && graph.nodes[end.to]) graph.wires.push({ ...end, input });
  }
  const bends = readBends(raw), kept = readKept(raw);
  if (bends.length) graph.bends = bends;
  if (Object.keys(kept).length) graph.kept = kept;
  graph.groups = (raw.groups ?? []).map((group, i) => {
    const [x = 0, y = 0, width = 300, height = 200] = group.bounding ?? [];
    return { id: `group-${i + 1}`, title: group.title ?? "Group", x, y, width, height, color: group.color ?? "#3f789e" };
  });
  return graph;
}

/** Nodes that were unknown when they were read and are known by now get their values by name. */
export function learn(graph: Graph, tables: Map<string, NodeTable>): Graph {
  const known = Object.values(graph.nodes).filter((n) => n.raw && tables.has(n.type));
  if (known.length === 0) return graph;
  const nodes = { ...graph.nodes };
  for (const { raw, ...node } of known) nodes[node.id] = { ...node, values: readValues(raw as RawNode, tables.get(node.type)) };
  return { ...graph, nodes };
}

function writeValues(node: GraphNode, table: NodeTable | undefined): Constant[] | Record<string, Constant> {
  if (!table) return node.raw?.widgets_values ?? node.values;
  const proxies = node.inner && proxiesOf(node.properties);
  if (node.inner && proxies) return writeProxies(node, node.inner, proxies).values;
  return table.inputs.filter((i) => i.isWidget).flatMap((input) => {
    const value = valueOf(node, input.name) ?? initialValue(input);
    return input.hasControl ? [value, valueOf(node, `${input.name}:control`) ?? "fixed"] : [value];
  });
}

/** The editor's format knows nodes by number. */
function numbersOf(graph: Graph): Map<string, number> {
  return new Map(Object.keys(graph.nodes).map((id, i) => [id, Number.isInteger(Number(id)) ? Number(id) : 100000 + i]));
}

/** A name in the form of a UUID, the same for the same text (FNV-1a, four times). */
function uuidOf(text: string): string {
  const part = (seed: number) => {
    let hash = (0x811c9dc5 ^ seed) >>> 0;
    for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) as number), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, "0");
  };
  const all = [1, 2, 3, 4].map(part).join("");
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-4${all.slice(13, 16)}-8${all.slice(17, 20)}-${all.slice(20)}`;
}

/** Where the border of a sub-graph is drawn: beside all that is inside. */
function borders(nodes: readonly RawNode[]): { inputNode: RawBorder; outputNode: RawBorder } {
  const places = nodes.map((n) => n.pos as [number, number]), xs = places.map((p) => p[0]), y = Math.min(0, ...places.map((p) => p[1]));
  return { inputNode: { id: borderIn, bounding: [Math.min(0, ...xs) - 220, y, 120, 60] }, outputNode: { id: borderOut, bounding: [Math.max(0, ...xs) + 420, y, 120, 60] } };
}

const viaOf = (of: Pick<Wire, "via"> | undefined) => (of?.via === undefined ? {} : { parentId: of.via });

/** Its inside as ComfyUI keeps it, with links to and from its border. */
function writeDefinition(node: GraphNode, inner: Inner, id: string, tables: Map<string, NodeTable>): { own: RawDefinition; deeper: RawDefinition[] } {
  const ports = inner.inputs.filter((p) => !p.isProxy);
  const raw = toLitegraph(inner.graph, tables, { path: id, bordering: ports.map((p) => ({ to: p.node, input: String(p.socket) })) });
  const links = raw.links.map((l, i): RawLinkObject => ({ ...(Array.isArray(l) ? { id: l[0], origin_id: l[1], origin_slot: l[2], target_id: l[3], target_slot: l[4], type: l[5] } : l), ...viaOf(inner.graph.wires[i]) }));
  const numbers = numbersOf(inner.graph);
  let next = links.length;
  const inputs = ports.map((port, slot): RawPort => {
    const target = raw.nodes.find((n) => n.id === numbers.get(port.node)), at = target?.inputs?.findIndex((i) => i.name === port.socket) ?? -1;
    const written = { id: uuidOf(`${id} in ${slot}`), name: port.name, type: port.type, linkIds: [] as number[] };
    if (!target?.inputs || at < 0) return written;
    links.push({ id: ++next, origin_id: borderIn, origin_slot: slot, target_id: target.id, target_slot: at, type: port.type, ...viaOf(port) });
    target.inputs[at] = { ...target.inputs[at] as RawSlot, link: next };
    return { ...written, linkIds: [next] };
  });
  const outputs = inner.outputs.map((port, slot): RawPort => {
    links.push({ id: ++next, origin_id: numbers.get(port.node) ?? 0, origin_slot: Number(port.socket), target_id: borderOut, target_slot: slot, type: port.type, ...viaOf(port) });
    return { id: uuidOf(`${id} out ${slot}`), name: port.name, type: port.type, linkIds: [next] };
  });
  const reroutes = writeBends(inner.graph, links.flatMap((l) => (l.parentId === undefined ? [] : [{ id: l.id, via: l.parentId }])));
  const state = { lastGroupId: 0, lastNodeId: raw.last_node_id ?? 0, lastLinkId: next, lastRerouteId: Math.max(0, ...reroutes.map((r) => r.id)) };
  const own: RawDefinition = { id, revision: 0, version: 1, state, name: node.title ?? subgraphType, inputs, outputs, widgets: [], nodes: raw.nodes, links, ...(reroutes.length ? { reroutes } : {}), groups: raw.groups ?? [], ...borders(raw.nodes), ...(raw.extra ? { extra: raw.extra } : {}) };
  return { own, deeper: raw.definitions?.subgraphs ?? [] };
}

function propertiesOf(node: GraphNode): Record<string, unknown> {
  const proxies = node.inner && proxiesOf(node.properties);
  return node.inner && proxies ? { ...node.properties, proxyWidgets: writeProxies(node, node.inner, proxies).list } : node.properties ?? {};
}

/** Names of the sockets of a node, in their order. */
function socketsOf(node: GraphNode, table: NodeTable | undefined, wired: readonly string[]): string[] {
  const sockets = table ? table.inputs.filter((i) => !i.isBare && (!i.isWidget || wired.includes(i.name))).map((i) => i.name) : (node.raw?.inputs ?? []).map((i) => i.name);
  return [...sockets, ...wired.filter((name) => !sockets.includes(name))];
}

/** `bordering`: inputs that get their value from outside of a sub-graph, which `path` names. */
export function toLitegraph(graph: Graph, tables: Map<string, NodeTable>, { path = "", bordering = [] }: { path?: string; bordering?: readonly { to: string; input: string }[] } = {}): RawGraph {
  const definitions: RawDefinition[] = [];
  const links: RawLink[] = [];
  const ids = numbersOf(graph);
  const slotsOf = new Map(Object.values(graph.nodes).map((node) => [node.id, socketsOf(node, tableOf(node, tables), [...graph.wires, ...bordering].filter((w) => w.to === node.id).map((w) => w.input))]));
  for (const wire of graph.wires) {
    links.push([links.length + 1, ids.get(wire.from) ?? 0, wire.output, ids.get(wire.to) ?? 0, slotsOf.get(wire.to)?.indexOf(wire.input) ?? 0, typeOfWire(graph, tables, wire)]);
  }
  const writeNode = (node: GraphNode, order: number): RawNode => {
    const table = tableOf(node, tables), raw = table ? undefined : node.raw, id = ids.get(node.id) ?? 0, usual = usualSize(node, tables);
    const type = node.inner ? node.inner.id ?? uuidOf(`${path}/${id}/${node.title ?? ""}`) : node.type;
    if (node.inner && !definitions.some((d) => d.id === type)) {
      const { own, deeper } = writeDefinition(node, node.inner, type, tables);
      definitions.push(own, ...deeper.filter((d) => !definitions.some((known) => known.id === d.id)));
    }
    const outputs: { name: string; type: string }[] = table?.outputs ?? raw?.outputs ?? [];
    return {
      ...raw, id, type, pos: [node.x, node.y], size: [node.width ?? usual.width, node.height ?? usual.height], order, mode: modeNumbers[node.mode], flags: { ...(node.isCollapsed ? { collapsed: true } : {}), ...(node.isPinned ? { pinned: true } : {}) },
      ...(node.title ? { title: node.title } : {}), ...(node.color ? { color: node.color } : {}), ...(node.bgcolor ? { bgcolor: node.bgcolor } : {}), properties: propertiesOf(node),
      inputs: (slotsOf.get(node.id) ?? []).map((name, slot) => {
        const input = table?.inputs.find((i) => i.name === name), known = raw?.inputs?.find((i) => i.name === name);
        return { ...known, name, type: input?.type ?? known?.type ?? "*", link: links.find((l) => l[3] === id && l[4] === slot)?.[0] ?? null, ...(input?.isWidget ? { widget: { name } } : {}) };
      }),
      outputs: outputs.map((output, slot) => ({ ...(raw ? output : {}), name: output.name, type: output.type, links: links.filter((l) => l[1] === id && l[2] === slot).map((l) => l[0]) })),
      widgets_values: writeValues(node, table),
    };
  };
  const nodes = Object.values(graph.nodes).map(writeNode);
  const notes = graph.notes.map((note, i): RawNode => ({ id: 200000 + i, type: "Note", pos: [note.x, note.y], size: [note.width, note.height], order: nodes.length + i, mode: 0, flags: {}, properties: {}, widgets_values: [note.text] }));
  const all = [...nodes, ...notes], { extra, ...kept } = graph.kept ?? {};
  const ways = graph.wires.flatMap((w, i) => (w.via === undefined ? [] : [{ id: i + 1, via: w.via }])), reroutes = path ? [] : writeBends(graph, ways);
  const bent = reroutes.length ? { reroutes, linkExtensions: ways.map(({ id, via }) => ({ id, parentId: via })) } : null;
  return {
    ...kept, last_node_id: Math.max(0, ...all.map((n) => Number(n.id))), last_link_id: links.length, nodes: all, links,
    groups: graph.groups.map((g) => ({ title: g.title, bounding: [g.x, g.y, g.width, g.height], color: g.color })), ...(definitions.length ? { definitions: { subgraphs: definitions } } : {}),
    ...(extra || bent ? { extra: { ...extra as object, ...bent } } : {}), version: 0.4,
  };
}
