// Everything that was made, newest first, as far as somebody looks.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useMemo } from "react";
import { useIsRemoved } from "../parts/removing";
import type { Kind, Work } from "./newest";
import { firstWorks, reach, worksKey } from "./newest";

export type { Work };

const none: Work[] = [];

/** `works` are the first of `total`; `want` asks for the first `n`, and gives those that are to be had. */
export function useWorks(kind: Kind, words: string) {
  const q = useDeferredValue(words.trim()), isRemoved = useIsRemoved();
  const query = useQuery({ queryKey: worksKey(kind, q), queryFn: ({ signal }) => firstWorks(kind, q, signal), placeholderData: keepPreviousData, structuralSharing: false });
  const all = query.data?.items ?? none, works = useMemo(() => all.filter((w) => !isRemoved(w.url)), [all, isRemoved]);
  const hidden = all.length - works.length;
  const want = useCallback((n: number) => reach(kind, q, n + hidden).then((items) => items.filter((w) => !isRemoved(w.url))), [kind, q, hidden, isRemoved]);
  return { ...query, works, total: (query.data?.total ?? 0) - hidden, want };
}
