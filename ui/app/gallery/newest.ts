// Works as far as they are known, newest first: what was made since lies before them, and more comes as far as one looks.
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { client, keys } from "../wire/queries";

export type Kind = "all" | "film" | "image" | "scene";
export type Work = Schemas["OutputItem"];
/** The first of them, as many as have come; `total` counts all. */
export type Works = Schemas["OutputPage"];

export const worksKey = (kind: Kind, q: string) => [...keys.outputs, kind, q] as const;

/** As many as fill a large window a few times. */
const firstSize = 120;
/** The most that the bridge gives at once: far away is reached in few steps. */
const mostSize = 200;

const pageOf = (kind: Kind, q: string, query: { limit: number; cursor?: string }, signal?: AbortSignal): Promise<Works> =>
  call("get", "/outputs", { ...(signal ? { signal } : {}), query: { ...query, ...(kind === "all" ? {} : { kind }), ...(q ? { q } : {}) } });

/** `newest` first, and behind them what was there already; `newest` alone where a gap would lie between, or where something went further back. */
export function withNewest(known: Works, newest: Works): Works {
  const last = newest.items.at(-1)?.url, met = known.items.findIndex((item) => item.url === last);
  if (newest.next_cursor === null || met < 0 || newest.total - newest.items.length !== known.total - (met + 1)) return newest;
  const before = new Map(known.items.slice(0, met + 1).map((item) => [item.url, item])); // the same object is not drawn again
  return { items: [...newest.items.map((item) => before.get(item.url) ?? item), ...known.items.slice(met + 1)], next_cursor: known.items.length > met + 1 ? known.next_cursor : newest.next_cursor, total: newest.total };
}

/** What a gallery asks when it is opened and whenever something was made: never more than its first works. */
export async function firstWorks(kind: Kind, q: string, signal: AbortSignal): Promise<Works> {
  const newest = await pageOf(kind, q, { limit: firstSize }, signal), known = client.getQueryData<Works>(worksKey(kind, q));
  return known ? withNewest(known, newest) : newest;
}

interface Way { goal: number; walk: Promise<void> }
const ways = new Map<string, Way>();

async function walk(kind: Kind, q: string, way: Way): Promise<void> {
  const key = worksKey(kind, q), from = client.getQueryData<Works>(key), items: Work[] = [];
  if (!from) return;
  let cursor = from.next_cursor;
  try {
    while (cursor !== null && from.items.length + items.length < way.goal) {
      const page: Works = await pageOf(kind, q, { limit: mostSize, cursor });
      items.push(...page.items);
      cursor = page.next_cursor;
    }
  } finally {
    // Told once, however many steps it took: each telling draws what is in sight.
    client.setQueryData<Works>(key, (now) => (now && now.next_cursor === from.next_cursor ? { ...now, items: [...now.items, ...items], next_cursor: cursor } : now));
  }
}

/** Until the first `n` are known, or all there are. One that is on its way already goes on as far as that. */
export async function reach(kind: Kind, q: string, n: number): Promise<Work[]> {
  const name = JSON.stringify([kind, q]), known = ways.get(name);
  if (known) known.goal = Math.max(known.goal, n);
  else {
    const way: Way = { goal: n, walk: Promise.resolve() };
    ways.set(name, way);
    way.walk = walk(kind, q, way).finally(() => ways.delete(name));
  }
  await ways.get(name)?.walk;
  return client.getQueryData<Works>(worksKey(kind, q))?.items ?? [];
}

/** They are gone for good: wherever they were known they are no more. */
export function forget(works: readonly Work[]): void {
  const gone = new Set(works.map((w) => w.url));
  client.setQueriesData<Works>({ queryKey: keys.outputs }, (known) => {
    const items = known?.items.filter((w) => !gone.has(w.url));
    return known && items && { ...known, items, total: known.total - (known.items.length - items.length) };
  });
}
