// What was made since the gallery asked: its newest works are asked for alone, and laid before those that it has.
import type { InfiniteData } from "@tanstack/react-query";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { client, keys, refresh } from "../wire/queries";

export type Kind = "all" | "film" | "image" | "scene";

type Page = Schemas["OutputPage"];
type Pages = InfiniteData<Page, string | undefined>;

export const worksKey = (kind: Kind, q: string) => [...keys.outputs, kind, q] as const;

export const pageOf = (kind: Kind, q: string, query: { limit: number; cursor?: string }, signal?: AbortSignal): Promise<Page> =>
  call("get", "/outputs", { ...(signal ? { signal } : {}), query: { ...query, ...(kind === "all" ? {} : { kind }), ...(q ? { q } : {}) } });

/** One task makes a few. */
const newestSize = 24;

/** `newest` first, and behind them what was there already; null where a gap would lie between. What is gone from among the newest is gone here, too. */
export function withNewest({ pages, pageParams }: Pages, newest: Page): Pages | null {
  if (newest.next_cursor === null) return { pages: [newest], pageParams: [undefined] };
  const last = newest.items.at(-1)?.url, at = pages.findIndex((page) => page.items.some((item) => item.url === last)), met = pages[at];
  if (!met) return null;
  const older = met.items.slice(met.items.findIndex((item) => item.url === last) + 1);
  return { pages: [{ items: [...newest.items, ...older], next_cursor: met.next_cursor, total: newest.total }, ...pages.slice(at + 1)], pageParams: [undefined, ...pageParams.slice(at + 1)] };
}

async function takeInto(key: readonly [string, Kind, string]): Promise<void> {
  const [, kind, q] = key, isComing = () => client.getQueryState(key)?.fetchStatus !== "idle";
  const newest = isComing() ? null : await pageOf(kind, q, { limit: newestSize }).catch(() => null), known = client.getQueryData<Pages>(key), all = newest && known && !isComing() ? withNewest(known, newest) : null;
  if (all) client.setQueryData<Pages>(key, all);
  else await refresh(key, true); // an answer that is under way may be from before
}

/** A gallery that is closed asks when it is opened. */
export async function takeNewest(): Promise<void> {
  const cache = client.getQueryCache();
  void client.invalidateQueries({ queryKey: keys.outputs, type: "inactive", refetchType: "none" });
  await Promise.all(cache.findAll({ queryKey: keys.outputs, type: "active" }).map((query) => takeInto(query.queryKey as [string, Kind, string])));
}
