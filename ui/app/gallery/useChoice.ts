// Several works at once: one after the other, or all between two.
import { useMemo, useState } from "react";
import type { Work } from "./useWorks";

export interface Choice {
  chosen: readonly Work[];
  has: (work: Work) => boolean;
  toggle: (index: number, isRange: boolean) => void;
  all: (works: readonly Work[]) => void;
  clear: () => void;
}

/** What `toggle` makes of the addresses that are chosen. */
export function toggled(works: readonly Work[], urls: readonly string[], index: number, from: number, isRange: boolean): string[] {
  const url = works[index]?.url;
  if (url === undefined) return [...urls];
  if (!isRange) return urls.includes(url) ? urls.filter((u) => u !== url) : [...urls, url];
  return [...new Set([...urls, ...works.slice(Math.min(from, index), Math.max(from, index) + 1).map((w) => w.url)])];
}

export function useChoice(works: readonly Work[]): Choice {
  const [urls, setUrls] = useState<readonly string[]>([]), [last, setLast] = useState(0), set = useMemo(() => new Set(urls), [urls]);
  const chosen = useMemo(() => {
    const byUrl = new Map(urls.length ? works.map((w) => [w.url, w]) : []);
    return urls.flatMap((url) => byUrl.get(url) ?? []);
  }, [works, urls]);
  return {
    chosen,
    has: (work) => set.has(work.url),
    toggle: (index, isRange) => { setUrls(toggled(works, urls, index, last, isRange)); setLast(index); },
    all: (some) => setUrls(some.map((w) => w.url)),
    clear: () => setUrls([]),
  };
}
