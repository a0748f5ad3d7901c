// Cards in rows, as many as there are works, of which only those in sight are drawn; what has not come yet keeps its place.
import { useVirtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent, ReactNode } from "react";
import { useEffect, useRef, useState } from "react";
import { takeBack } from "../parts/removing";
import { Card } from "./Card";
import type { Choice } from "./useChoice";
import type { Work } from "./useWorks";

const gap = 10;

interface Props {
  /** The first of `total`. */
  works: readonly Work[];
  total: number;
  isWide: boolean;
  choice: Choice;
  /** The one that keys go on from. */
  at: number;
  onAt: (index: number) => void;
  /** Where one has been meanwhile, to go on from with the focus; a new object each time. */
  back: { index: number } | null;
  /** What the cards are of; others begin at the top. */
  about: string;
  onOpen: (index: number) => void;
  /** The first `n` will be in sight soon. */
  onWant: (n: number) => void;
  onChooseAll: () => void;
  onRemove: (works: readonly Work[]) => void;
  /** Above the cards, where there is something to say. */
  children: ReactNode;
}

export function Shelf({ works, total, isWide, choice, at, onAt, back, about, onOpen, onWant, onChooseAll, onRemove, children }: Props) {
  const scroll = useRef<HTMLDivElement>(null), wanted = useRef<number | null>(null);
  const [width, setWidth] = useState(300);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 300));
    if (scroll.current) watch.observe(scroll.current);
    return () => watch.disconnect();
  }, []);
  const columns = Math.max(1, Math.floor((width + gap) / ((isWide ? 250 : 128) + gap)));
  const card = (width - gap * (columns - 1)) / columns, height = Math.round((card * 9) / 16) + (isWide ? 44 : 30);
  const rows = useVirtualizer({ count: Math.ceil(total / columns), getScrollElement: () => scroll.current, estimateSize: () => height + gap, overscan: 2 });
  useEffect(() => rows.measure(), [rows, height]);
  const last = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => { scroll.current?.scrollTo({ top: 0 }); }, [about]);
  // By where the view is now: the rows hear of it a frame later, and would ask for those at the end of what was shown before.
  useEffect(() => {
    const { scrollTop, clientHeight } = scroll.current as HTMLElement, need = Math.min(total, (Math.ceil((scrollTop + clientHeight) / (height + gap)) + 3) * columns);
    if (need > works.length) onWant(need);
  }, [last, height, columns, total, works, onWant]); // again when what came was not enough
  /** As soon as it is drawn, and again when it went and came while the view moved; until the focus is somewhere else. */
  const focusWanted = () => {
    if (wanted.current === null) return;
    const card = scroll.current?.querySelector<HTMLElement>(`[data-work="${wanted.current}"]`), has = document.activeElement;
    if (has !== document.body && has !== scroll.current && has !== card) wanted.current = null;
    else if (!card) scroll.current?.focus({ preventScroll: true });
    else if (card !== has) card.focus();
  };
  const goTo = (index: number) => {
    onAt(index);
    wanted.current = index;
    rows.scrollToIndex(Math.floor(index / columns));
  };
  useEffect(() => { if (back) goTo(back.index); }, [back]); // eslint-disable-line -- once for each
  /** With the focus; the card that has it may go before the other one is drawn. */
  const lead = (index: number) => {
    goTo(index);
    scroll.current?.focus({ preventScroll: true });
    focusWanted();
  };
  const onKey = (event: KeyboardEvent) => {
    const isWith = event.ctrlKey || event.metaKey;
    if (event.key === "Escape" && choice.chosen.length) return choice.clear();
    if (event.key === "z" && isWith && takeBack()) return event.preventDefault();
    if (event.key === "a" && isWith) { event.preventDefault(); return onChooseAll(); }
    const from = Number((event.target as HTMLElement).dataset["work"] ?? at); // where the focus is, not where it was to go
    if (event.key === "Delete" && works[from]) {
      const gone = choice.chosen.length ? choice.chosen : [works[from]];
      onRemove(gone);
      return goTo(Math.max(0, Math.min(from, total - gone.length - 1)));
    }
    const page = columns * Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / (height + gap)));
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -total, End: total }[event.key];
    if (step === undefined || total === 0) return;
    event.preventDefault();
    lead(Math.min(total - 1, Math.max(0, from + step)));
  };
  useEffect(focusWanted);
  // Cards that stay in sight are not drawn again when others come: what they call is the same each time.
  const now = useRef({ choice, onAt, onOpen });
  useEffect(() => { now.current = { choice, onAt, onOpen }; });
  const [open] = useState(() => (index: number) => { now.current.onAt(index); now.current.onOpen(index); });
  const [choose] = useState(() => (index: number, isRange: boolean) => { now.current.onAt(index); now.current.choice.toggle(index, isRange); });
  return (
    <div ref={scroll} tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none px-4 pt-1 pb-24" onKeyDown={onKey}>
      {children}
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => (
          <div key={row.key} className="absolute inset-x-0 grid" style={{ transform: `translateY(${row.start}px)`, gap, gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
            {Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, i) => {
              const index = row.index * columns + i, work = works[index];
              if (!work) return <span key={index} aria-hidden data-coming className="block aspect-video rounded-xl bg-raised" />;
              return <Card key={work.url} work={work} index={index} isWide={isWide} isCurrent={index === at} isChosen={choice.has(work)} isChoosing={choice.chosen.length > 0} onChoose={choose} onOpen={open} />;
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
