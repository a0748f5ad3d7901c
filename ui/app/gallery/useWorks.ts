// Everything that was made, newest first, page by page as one scrolls.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import type { Schemas } from "../../wire/client";
import { useIsRemoved } from "../parts/removing";
import type { Kind } from "./newest";
import { pageOf, worksKey } from "./newest";

const pageSize = 120;

export type Work = Schemas["OutputItem"];

export function useWorks(kind: Kind, words: string) {
  const q = useDeferredValue(words.trim());
  const query = useInfiniteQuery({
    queryKey: worksKey(kind, q),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => pageOf(kind, q, { limit: pageSize, ...(pageParam ? { cursor: pageParam } : {}) }, signal),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const isRemoved = useIsRemoved(), all = useMemo(() => query.data?.pages.flatMap((p) => p.items) ?? [], [query.data]);
  const works = useMemo(() => all.filter((w) => !isRemoved(w.url)), [all, isRemoved]);
  return { ...query, works, total: (query.data?.pages[0]?.total ?? 0) - (all.length - works.length) };
}
