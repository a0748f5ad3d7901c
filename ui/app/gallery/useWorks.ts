// Everything that was made, newest first, page by page as one scrolls.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { useIsRemoved } from "../parts/removing";
import { keys } from "../wire/queries";

export type Kind = "all" | "film" | "image" | "scene";
const pageSize = 120;

export type Work = Schemas["OutputItem"];

export function useWorks(kind: Kind, words: string) {
  const q = useDeferredValue(words.trim());
  const query = useInfiniteQuery({
    queryKey: [...keys.outputs, kind, q],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => call("get", "/outputs", { signal, query: { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}), ...(kind === "all" ? {} : { kind }), ...(q ? { q } : {}) } }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const isRemoved = useIsRemoved(), all = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  const works = useMemo(() => all.filter((w) => !isRemoved(w.url)), [all, isRemoved]);
  return { ...query, works, total: (query.data?.pages[0]?.total ?? 0) - (all.length - works.length) };
}
