// Sub-graphs that stand in several places: one inside for all of them, what their own widgets are set to is each one's own.
import type { Graph, GraphNode } from "./graph";
import { changeNode, setValue, valueOf } from "./graph";

type Inner = NonNullable<GraphNode["inner"]>;

/** A name that nothing else has, in the form of a UUID. */
export function newDefinition(): string {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const found = new WeakMap<Graph, Map<string, Inner[]>>();

/** Every inside by the definition that it is of, those within others, too. */
function insides(graph: Graph): Map<string, Inner[]> {
  const known = found.get(graph);
  if (known) return known;
  const all = new Map<string, Inner[]>(), note = (id: string, list: readonly Inner[]) => all.set(id, [...all.get(id) ?? [], ...list]);
  for (const { inner } of Object.values(graph.nodes)) {
    if (!inner) continue;
    if (inner.id) note(inner.id, [inner]);
    for (const [id, list] of insides(inner.graph)) note(id, list);
  }
  found.set(graph, all);
  return all;
}

/** In how many places it stands. */
export const placesOf = (graph: Graph, definition: string | undefined): number => (definition === undefined ? 0 : insides(graph).get(definition)?.length ?? 0);

/** The node with the inside of another place. What its own sockets are set to stays, and wires to sockets that are still there. */
function take(graph: Graph, node: GraphNode, old: Inner, master: Inner): Graph {
  const own = old.inputs.filter((p) => p.isProxy && master.graph.nodes[p.node] !== undefined), inputs = [...master.inputs.filter((p) => !p.isProxy), ...own];
  let next: Graph = { ...graph, nodes: { ...graph.nodes, [node.id]: { ...node, inner: { ...master, inputs } } } };
  for (const { name } of inputs) {
    if (!old.inputs.some((p) => p.name === name)) continue;
    for (const widget of [name, `${name}:control`]) {
      const value = valueOf(node, widget);
      if (value !== undefined) next = setValue(next, node.id, widget, value);
    }
  }
  const wires = graph.wires.flatMap((w) => {
    if (w.to === node.id && !inputs.some((p) => p.name === w.input)) return [];
    if (w.from !== node.id) return [w];
    const output = master.outputs.findIndex((p) => p.name === old.outputs[w.output]?.name);
    return output < 0 ? [] : output === w.output ? [w] : [{ ...w, output }];
  });
  return wires.every((w, i) => w === graph.wires[i]) && wires.length === graph.wires.length ? next : { ...next, wires };
}

function follow(graph: Graph, masters: ReadonlyMap<string, Inner>): Graph {
  let next = graph;
  for (const { id } of Object.values(graph.nodes)) {
    const node = next.nodes[id], inner = node?.inner, master = inner?.id === undefined ? undefined : masters.get(inner.id);
    if (node && inner && master && master !== inner) next = take(next, node, inner, master);
    const now = next.nodes[id]?.inner, deeper = now && follow(now.graph, masters);
    if (now && deeper && deeper !== now.graph) next = changeNode(next, id, { inner: { ...now, graph: deeper } });
  }
  return next;
}

/** Every place of a definition is as the one that `path` leads through, or as the first one. */
export function unify(graph: Graph, path: readonly string[] = []): Graph {
  const all = insides(graph), masters = new Map<string, Inner>();
  if (![...all.values()].some((list) => list.length > 1)) return graph;
  let level: Graph | undefined = graph;
  for (const id of path) {
    const inner: Inner | undefined = level?.nodes[id]?.inner;
    if (inner?.id) masters.set(inner.id, inner);
    level = inner?.graph;
  }
  for (const [id, list] of all) if (!masters.has(id) && list[0]) masters.set(id, list[0]);
  return follow(graph, masters);
}

/** A sub-graph that no other place follows any more. */
export function makeOwn(graph: Graph, id: string): Graph {
  const inner = graph.nodes[id]?.inner;
  return inner ? changeNode(graph, id, { inner: { ...inner, id: newDefinition() } }) : graph;
}

const textOf = (inner: Inner | undefined) => JSON.stringify(inner?.graph, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));

/** What goes into a graph that knows a definition of that name otherwise comes with a name of its own. */
export function apart(part: Graph, into: Graph): Graph {
  const known = insides(into), renamed = new Map<string, string>();
  for (const [id, list] of insides(part)) {
    const mine = list[0], theirs = known.get(id)?.[0];
    if (!mine || !theirs) continue;
    const holder: GraphNode = { id: "", type: "", x: 0, y: 0, values: {}, mode: "on", isCollapsed: false, inner: mine };
    const same = take({ nodes: { "": holder }, wires: [], groups: [], notes: [] }, holder, mine, theirs).nodes[""]?.inner;
    if (textOf(same) !== textOf(mine)) renamed.set(id, newDefinition());
  }
  const rename = (graph: Graph): Graph => ({ ...graph, nodes: Object.fromEntries(Object.entries(graph.nodes).map(([id, node]) => {
    if (!node.inner) return [id, node];
    const own = node.inner.id === undefined ? undefined : renamed.get(node.inner.id);
    return [id, { ...node, inner: { ...node.inner, graph: rename(node.inner.graph), ...(own ? { id: own } : {}) } }];
  })) });
  return renamed.size ? rename(part) : part;
}
