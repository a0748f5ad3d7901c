// Places nodes in columns from left to right so that wires go forwards and cross little; long ones go on below.
import type { Graph } from "./graph";

export interface Size { width: number; height: number }

const columnGap = 90, rowGap = 36;

/** Column of each node: the longest way from a node without inputs. Cycles, which cannot run, end the search. */
function columnsOf(graph: Graph): Map<string, number> {
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

interface Column { ids: string[]; width: number; height: number }

const bandGap = 90, fewest = 2;

function bandsOf(columns: Column[], perBand: number): Column[][] {
  return Array.from({ length: Math.ceil(columns.length / perBand) }, (_, i) => columns.slice(i * perBand, (i + 1) * perBand));
}

const widthOf = (band: Column[]) => band.reduce((sum, c) => sum + c.width + columnGap, -columnGap);
const heightOf = (band: Column[]) => Math.max(0, ...band.map((c) => c.height));

/** How large it is drawn when all of it is in the window, 1 at most. */
function scaleOf(bands: Column[][], window: Size): number {
  const height = bands.reduce((sum, b) => sum + heightOf(b) + bandGap, -bandGap);
  return Math.min(1, window.width / Math.max(1, ...bands.map(widthOf)), window.height / Math.max(1, height));
}

/** Long chains are folded so that they can be read in the window. */
function fold(columns: Column[], window: Size): Column[][] {
  let best = bandsOf(columns, Math.max(1, columns.length));
  for (let perBand = columns.length - 1; perBand >= fewest; perBand--) {
    const bands = bandsOf(columns, perBand);
    if (scaleOf(bands, window) > scaleOf(best, window) * 1.15) best = bands;
  }
  return best;
}

export function layOut(graph: Graph, sizeOf: (id: string) => Size, window: Size = { width: 1400, height: 760 }): Graph {
  const byColumn: string[][] = [];
  for (const [id, column] of columnsOf(graph)) (byColumn[column] ??= []).push(id);
  order(byColumn, graph);
  const columns = byColumn.map((ids): Column => {
    const sizes = ids.map(sizeOf);
    return { ids, width: Math.max(0, ...sizes.map((s) => s.width)), height: sizes.reduce((sum, s) => sum + s.height + rowGap, -rowGap) };
  });
  const nodes = { ...graph.nodes };
  let top = 0;
  for (const band of fold(columns, window)) {
    let x = 0;
    for (const column of band) {
      let y = top;
      for (const id of column.ids) {
        const node = nodes[id];
        if (node) nodes[id] = { ...node, x, y };
        y += sizeOf(id).height + rowGap;
      }
      x += column.width + columnGap;
    }
    top += heightOf(band) + bandGap;
  }
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
