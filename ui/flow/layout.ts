// Places nodes in columns from left to right so that every wire goes forwards and few cross; what is too long for its view goes on in another line,
// and what no wire ties together stands side by side.
import type { Column } from "./fold";
import { besideAt, fold, lineGap } from "./fold";
import type { Graph, GraphNode } from "./graph";
import { pack } from "./pack";

export interface Size { width: number; height: number }

const columnGap = 64, rowGap = 36;

/** What does not have to stand at the left stands beside what it feeds, so that no wire runs behind other nodes for long. */
function pulled(earliest: ReadonlyMap<string, number>, graph: Graph): Map<string, number> {
  const columns = new Map(earliest), targets = new Map<string, string[]>();
  for (const wire of graph.wires) targets.set(wire.from, [...(targets.get(wire.from) ?? []), wire.to]);
  for (const [id, column] of [...earliest].sort((a, b) => b[1] - a[1])) {
    const next = (targets.get(id) ?? []).flatMap((to) => columns.get(to) ?? []);
    if (next.length) columns.set(id, Math.max(column, Math.min(...next) - 1));
  }
  return columns;
}

/** Column of each node: the longest way from a node without inputs. Cycles, which cannot run, end the search. */
function earliestOf(graph: Graph): Map<string, number> {
  const columns = new Map<string, number>();
  const sources = new Map<string, string[]>();
  for (const wire of graph.wires) sources.set(wire.to, [...(sources.get(wire.to) ?? []), wire.from]);
  const visit = (id: string, path: Set<string>): number => {
    const known = columns.get(id);
    if (known !== undefined) return known;
    if (path.has(id)) return 0;
    path.add(id);
    const column = Math.max(-1, ...(sources.get(id) ?? []).map((from) => visit(from, path))) + 1;
    path.delete(id);
    columns.set(id, column);
    return column;
  };
  for (const id of Object.keys(graph.nodes)) visit(id, new Set());
  return columns;
}

/** Orders a column by the mean row of what feeds it (Sugiyama's barycentre). */
function order(columns: string[][], graph: Graph): void {
  const row = new Map<string, number>();
  for (const column of columns) {
    const weight = (id: string) => {
      const rows = graph.wires.filter((w) => w.to === id && row.has(w.from)).map((w) => row.get(w.from) as number);
      return rows.length ? rows.reduce((a, b) => a + b, 0) / rows.length : Number.MAX_SAFE_INTEGER;
    };
    const weights = new Map(column.map((id) => [id, weight(id)]));
    column.sort((a, b) => (weights.get(a) as number) - (weights.get(b) as number));
    column.forEach((id, i) => row.set(id, i));
  }
}

/** Its rows from the top: each beside what feeds it where there is room, so that a chain is one straight line. */
function rowsOf(column: readonly string[], graph: Graph, tops: ReadonlyMap<string, number>, sizeOf: (id: string) => Size): Map<string, number> {
  const rows = new Map<string, number>();
  let free = 0;
  for (const id of column) {
    const sources = graph.wires.flatMap((w) => (w.to === id && tops.has(w.from) ? [tops.get(w.from) as number] : []));
    const y = Math.max(free, sources.length ? Math.min(...sources) : 0);
    rows.set(id, y);
    free = y + sizeOf(id).height + rowGap;
  }
  return rows;
}

/** Nodes that wires tie together, each with all of its own, in the order of their first ones. */
function islandsOf(graph: Graph): Graph[] {
  const ties = new Map<string, string[]>(Object.keys(graph.nodes).map((id) => [id, []])), place = new Map<string, number>(), islands: Graph[] = [];
  for (const { from, to } of graph.wires) { ties.get(from)?.push(to); ties.get(to)?.push(from); }
  for (const [id, node] of Object.entries(graph.nodes)) {
    const waiting = place.has(id) ? [] : [id];
    if (waiting.length) islands.push({ ...graph, nodes: {}, wires: [] });
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (place.has(next) || !graph.nodes[next]) continue;
      place.set(next, islands.length - 1);
      waiting.push(...(ties.get(next) ?? []));
    }
    (islands[place.get(id) ?? 0] as Graph).nodes[id] = node;
  }
  for (const wire of graph.wires) {
    const at = place.get(wire.from);
    if (at !== undefined && place.has(wire.to)) islands[at]?.wires.push(wire);
  }
  return islands;
}

/** Of a screen. */
const usualShape = 1.6, islandGap = 96;

/** With a `shape`, the width of the view by its height, long chains are broken into lines. */
export function layOut(graph: Graph, sizeOf: (id: string) => Size, shape?: number): Graph {
  const islands = islandsOf(graph);
  if (islands.length < 2) return layOutTied(graph, sizeOf, shape);
  const laid = islands.map((island) => Object.values(layOutTied(island, sizeOf, shape).nodes));
  const edges = laid.map((nodes) => ({ left: Math.min(...nodes.map((n) => n.x)), top: Math.min(...nodes.map((n) => n.y)), right: Math.max(...nodes.map((n) => n.x + sizeOf(n.id).width)), bottom: Math.max(...nodes.map((n) => n.y + sizeOf(n.id).height)) }));
  const corners = pack(edges.map((e) => ({ width: e.right - e.left, height: e.bottom - e.top })), shape ?? usualShape, islandGap), nodes = { ...graph.nodes };
  laid.forEach((island, i) => {
    const to = corners[i], from = edges[i];
    if (to && from) for (const node of island) nodes[node.id] = { ...node, x: node.x - from.left + to.x, y: node.y - from.top + to.y };
  });
  return { ...graph, nodes };
}

function layOutTied(graph: Graph, sizeOf: (id: string) => Size, shape?: number): Graph {
  const found: string[][] = [];
  for (const [id, column] of pulled(earliestOf(graph), graph)) (found[column] ??= []).push(id);
  const columns = found.filter(() => true); // a circle leaves holes
  order(columns, graph);
  const tops = new Map<string, number>();
  for (const column of columns) for (const [id, y] of rowsOf(column, graph, tops, sizeOf)) tops.set(id, y);
  const top = (id: string) => tops.get(id) as number;
  const sized = columns.map((ids) => ({ ids, width: Math.max(...ids.map((id) => sizeOf(id).width)), height: Math.max(...ids.map((id) => top(id) + sizeOf(id).height)) - Math.min(...ids.map(top)) }));
  const nodes = { ...graph.nodes };
  /** A row of columns from there to the right; how high it is. */
  const put = (line: readonly Column[], left: number, y: number): number => {
    const ids = line.flatMap((c) => c.ids), above = Math.min(...ids.map(top));
    let x = left;
    for (const column of line) {
      for (const id of column.ids) nodes[id] = { ...graph.nodes[id] as GraphNode, x, y: y + top(id) - above };
      x += column.width + columnGap;
    }
    return Math.max(...ids.map((id) => top(id) - above + sizeOf(id).height));
  };
  const folded = shape ? fold(sized, graph.wires, shape, columnGap) : { lines: [sized], beside: [] };
  let y = 0;
  for (const line of folded.lines) y += put(line, 0, y) + lineGap;
  if (folded.beside.length) put(folded.beside, besideAt(folded, columnGap), 0);
  return { ...graph, nodes };
}

export type Side = "left" | "right" | "top" | "bottom" | "spread-x" | "spread-y";

export function align(graph: Graph, ids: readonly string[], side: Side, sizeOf: (id: string) => Size): Graph {
  const chosen = ids.flatMap((id) => graph.nodes[id] ? [{ node: graph.nodes[id], ...sizeOf(id) }] : []);
  if (chosen.length < 2) return graph;
  const nodes = { ...graph.nodes };
  if (side === "spread-x" || side === "spread-y") {
    const axis = side === "spread-x" ? "x" : "y", span = side === "spread-x" ? "width" : "height";
    chosen.sort((a, b) => a.node[axis] - b.node[axis]);
    const first = chosen[0], last = chosen.at(-1);
    if (!first || !last) return graph;
    const free = last.node[axis] + last[span] - first.node[axis] - chosen.reduce((sum, c) => sum + c[span], 0);
    let at = first.node[axis];
    for (const c of chosen) {
      nodes[c.node.id] = { ...c.node, [axis]: at };
      at += c[span] + free / (chosen.length - 1);
    }
    return { ...graph, nodes };
  }
  const left = Math.min(...chosen.map((c) => c.node.x)), right = Math.max(...chosen.map((c) => c.node.x + c.width));
  const top = Math.min(...chosen.map((c) => c.node.y)), bottom = Math.max(...chosen.map((c) => c.node.y + c.height));
  for (const { node, width, height } of chosen)
    nodes[node.id] = side === "left" ? { ...node, x: left } : side === "right" ? { ...node, x: right - width } : side === "top" ? { ...node, y: top } : { ...node, y: bottom - height };
  return { ...graph, nodes };
}
