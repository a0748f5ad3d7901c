// Bends that wires share: a tree of places, in which each wire knows the last one on its way.
import type { Bend, Graph, Wire } from "./graph";

/** How a bend is called among nodes, when it is selected or moved. */
export const bendKey = (id: number) => `bend-${id}`;

/** The way of a wire from its beginning to its end. */
export function bendsOf(graph: Pick<Graph, "bends">, last: number | undefined): Bend[] {
  const way: Bend[] = [];
  for (let id = last; id !== undefined;) {
    const bend = graph.bends?.find((b) => b.id === id);
    if (!bend || way.includes(bend)) break;
    way.unshift(bend);
    id = bend.after;
  }
  return way;
}

/** What ran through them runs through the bends before them. */
export function withoutBends(graph: Graph, keys: ReadonlySet<string>): Graph {
  const gone = new Map((graph.bends ?? []).filter((b) => keys.has(bendKey(b.id))).map((b) => [b.id, b.after]));
  if (gone.size === 0) return graph;
  const before = (id: number | undefined) => {
    const seen = new Set<number>();
    while (id !== undefined && gone.has(id) && !seen.has(id)) { seen.add(id); id = gone.get(id); }
    return id !== undefined && gone.has(id) ? undefined : id;
  };
  const wires = graph.wires.map((w) => {
    if (w.via === undefined || !gone.has(w.via)) return w;
    const { via, ...straight } = w, next = before(via);
    return next === undefined ? straight : { ...straight, via: next };
  });
  const bends = (graph.bends ?? []).filter((b) => !gone.has(b.id)).map(({ after, ...b }) => {
    const next = before(after);
    return next === undefined ? b : { ...b, after: next };
  });
  return { ...graph, wires, bends };
}

/** `after` without the bends that only wires ran through which `before` had and it has not. */
export function withoutIdle(before: Graph, after: Graph): Graph {
  if (!after.bends?.length || before.wires === after.wires) return after;
  const used = new Set(after.wires.flatMap((w) => bendsOf(after, w.via)));
  const idle = new Set(before.wires.flatMap((w) => bendsOf(before, w.via)).filter((b) => !b.floating && ![...used].some((u) => u.id === b.id)).map((b) => b.id));
  return idle.size ? { ...after, bends: after.bends.filter((b) => !idle.has(b.id)) } : after;
}

export function moveBends(graph: Graph, places: ReadonlyMap<string, { x: number; y: number }>): Graph {
  if (!graph.bends?.some((b) => places.has(bendKey(b.id)))) return graph;
  return { ...graph, bends: graph.bends.map((b) => ({ ...b, ...places.get(bendKey(b.id)) })) };
}

/** Those that the wires run through. */
export function partOfBends(graph: Graph, wires: readonly Wire[]): Bend[] {
  if (!graph.bends?.length) return [];
  const used = new Set(wires.flatMap((w) => bendsOf(graph, w.via)));
  return graph.bends.filter((b) => used.has(b));
}

/** A part with bends that are called like none of the graph that it goes into. */
export function renumberBends(part: Pick<Graph, "wires" | "bends">, into: Pick<Graph, "bends">, dx: number, dy: number): Pick<Graph, "wires" | "bends"> {
  if (!part.bends?.length) return part;
  let next = Math.max(0, ...(into.bends ?? []).map((b) => b.id)) + 1;
  const renamed = new Map(part.bends.map((b) => [b.id, next++]));
  const bends = part.bends.map(({ after, ...b }): Bend => ({ ...b, id: renamed.get(b.id) as number, x: b.x + dx, y: b.y + dy, ...(after !== undefined && renamed.has(after) ? { after: renamed.get(after) as number } : {}) }));
  const wires = part.wires.map(({ via, ...w }): Wire => (via !== undefined && renamed.has(via) ? { ...w, via: renamed.get(via) as number } : w));
  return { wires, bends };
}

interface Point { x: number; y: number }

/** A smooth line through all points, level where it begins and ends. It leaves a bend as it came there, so that wires which share a way lie on each other. */
export function pathThrough(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const pull = (i: number): Point => {
    const before = points[i - 1], here = points[i] as Point, isEnd = i === points.length - 1;
    if (before && !isEnd) return { x: (here.x - before.x) * .3, y: (here.y - before.y) * .3 };
    const next = before ?? points[i + 1] ?? here;
    return { x: Math.max(20, Math.abs(next.x - here.x) / 3), y: 0 };
  };
  const curves = rest.map((to, i) => {
    const from = points[i] as Point, out = pull(i), into = pull(i + 1);
    return `C${from.x + out.x},${from.y + out.y} ${to.x - into.x},${to.y - into.y} ${to.x},${to.y}`;
  });
  return `M${first.x},${first.y} ${curves.join(" ")}`;
}
