// Several works at once: one after the other, or all between two.
import { useState } from "react";
import type { Work } from "./useWorks";

export interface Choice {
  chosen: readonly Work[];
  has: (work: Work) => boolean;
  toggle: (index: number, isRange: boolean) => void;
  all: () => void;
  clear: () => void;
}

/** What `toggle` makes of the addresses that are chosen. */
export function toggled(works: readonly Work[], urls: readonly string[], index: number, from: number, isRange: boolean): string[] {
  const url = works[index]?.url;
  if (url === undefined) return [...urls];
  if (!isRange) return urls.includes(url) ? urls.filter((u) => u !== url) : [...urls, url];
  const range = works.slice(Math.min(from, index), Math.max(from, index) + 1).map((w) => w.url);
  return [...urls, ...range.filter((u) => !urls.includes(u))];
}

export function useChoice(works: readonly Work[]): Choice {
  const [urls, setUrls] = useState<readonly string[]>([]), [last, setLast] = useState(0);
  return {
    chosen: urls.length ? urls.flatMap((url) => works.find((w) => w.url === url) ?? []) : [],
    has: (work) => urls.includes(work.url),
    toggle: (index, isRange) => { setUrls(toggled(works, urls, index, last, isRange)); setLast(index); },
    all: () => setUrls(works.map((w) => w.url)),
    clear: () => setUrls([]),
  };
}
