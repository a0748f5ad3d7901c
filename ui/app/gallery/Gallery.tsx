// Films, pictures and scenes: only the rows in sight are drawn, however many there are.
import { useVirtualizer } from "@tanstack/react-virtual";
import { Images } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { Button, Empty, Panel, Search, Segments, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { count } from "../parts/format";
import { t } from "../words";
import { Card } from "./Card";
import { canCompare, Chosen } from "./Chosen";
import { CompareWorks } from "./CompareWorks";
import { FullScreen } from "./FullScreen";
import { takeBack } from "../parts/removing";
import { removeWorks } from "./remove";
import { useChoice } from "./useChoice";
import type { Kind } from "./newest";
import type { Work } from "./useWorks";
import { useWorks } from "./useWorks";

const gap = 10;

export default function Gallery({ isWide = false }: { isWide?: boolean }) {
  const [kind, setKind] = useState<Kind>("all"), [words, setWords] = useState(""), [open, setOpen] = useState<number | null>(null), [at, setAt] = useState(0), [toEnd, setToEnd] = useState(0);
  const { works, total, error, isPending, hasNextPage, fetchNextPage, refetch } = useWorks(kind, words);
  const choice = useChoice(works), [isComparing, setComparing] = useState(false);
  const scroll = useRef<HTMLDivElement>(null), wanted = useRef<number | null>(null);
  const [width, setWidth] = useState(300);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 300));
    if (scroll.current) watch.observe(scroll.current);
    return () => watch.disconnect();
  }, []);
  const columns = Math.max(1, Math.floor((width + gap) / ((isWide ? 250 : 128) + gap)));
  const card = (width - gap * (columns - 1)) / columns, height = Math.round((card * 9) / 16) + (isWide ? 44 : 30);
  const rows = useVirtualizer({ count: Math.ceil(works.length / columns), getScrollElement: () => scroll.current, estimateSize: () => height + gap, overscan: 3 });
  useEffect(() => rows.measure(), [rows, height]);
  const last = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => { if (hasNextPage && (last + 2) * columns >= works.length) void fetchNextPage(); }, [hasNextPage, last, columns, works.length, fetchNextPage]);
  /** As soon as it is drawn, and again when it went and came while the view moved; until the focus is somewhere else. */
  const focusWanted = () => {
    if (wanted.current === null) return;
    const card = scroll.current?.querySelector<HTMLElement>(`[data-work="${wanted.current}"]`), has = document.activeElement;
    if (has !== document.body && has !== scroll.current && has !== card) wanted.current = null;
    else if (!card) scroll.current?.focus({ preventScroll: true });
    else if (card !== has) card.focus();
  };
  const goTo = (index: number) => {
    setAt(index);
    wanted.current = index;
    rows.scrollToIndex(Math.floor(index / columns));
  };
  /** With the focus; the card that has it may go before the other one is drawn. */
  const lead = (index: number) => {
    goTo(index);
    scroll.current?.focus({ preventScroll: true });
    focusWanted();
  };
  /** Page by page, until another key is pressed. */
  const ending = useRef(0);
  const goToEnd = async () => {
    const mine = ending.current;
    for (let more = hasNextPage; more && ending.current === mine; more = (await fetchNextPage()).hasNextPage);
    if (ending.current === mine) setToEnd((n) => n + 1);
  };
  useEffect(() => { if (toEnd > 0 && scroll.current?.contains(document.activeElement)) lead(works.length - 1); }, [toEnd]); // eslint-disable-line -- once, when all are there
  /** The next one has the focus then. */
  const remove = (index: number) => {
    const gone = choice.chosen.length ? choice.chosen : works.slice(index, index + 1);
    removeWorks(gone);
    choice.clear();
    goTo(Math.max(0, Math.min(index, works.length - gone.length - 1)));
  };
  const close = () => {
    if (open !== null) goTo(Math.min(open, works.length - 1));
    setOpen(null);
  };
  const onKey = (event: KeyboardEvent) => {
    ending.current++;
    if (event.key === "Escape" && choice.chosen.length) return choice.clear();
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && takeBack()) return event.preventDefault();
    if (event.key === "a" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); return choice.all(); }
    const from = Number((event.target as HTMLElement).dataset["work"] ?? at); // where the focus is, not where it was to go
    if (event.key === "Delete" && works[from]) return remove(from);
    const page = columns * Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / (height + gap)));
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -page, PageDown: page, Home: -works.length }[event.key];
    if (event.key === "End") { event.preventDefault(); return void goToEnd(); }
    if (step === undefined || works.length === 0) return;
    event.preventDefault();
    lead(Math.min(works.length - 1, Math.max(0, from + step)));
  };
  useEffect(focusWanted);
  const isFiltered = kind !== "all" || words !== "";
  const kinds = (["all", "film", "image", "scene"] as const).map((value) => ({ value, label: t(`gallery.${value}`) }));
  return (
    <Panel title={t("room.gallery")} actions={<span className="pr-2 text-xs text-soft">{count(total)}</span>}>
      <div className="flex h-full flex-col">
        <div className="flex flex-wrap gap-2 px-4 pb-3">
          <Segments value={kind} options={kinds} onChange={setKind} label={t("gallery.kind")} />
          <div className="min-w-32 flex-1"><Search value={words} onChange={setWords} label={t("gallery.search")} /></div>
        </div>
        {choice.chosen.length > 0 && <Chosen works={choice.chosen} onCompare={() => setComparing(true)} onClear={choice.clear} />}
        <div ref={scroll} tabIndex={-1} className="min-h-0 flex-1 overflow-auto outline-none px-4 pt-1 pb-24" onKeyDown={onKey}>
          {isPending && <Waiting rows={3} />}
          {error && <Failure error={error} retry={() => void refetch()} />}
          {!isPending && !error && works.length === 0 && <Empty icon={<Images size={26} strokeWidth={1.5} />} title={t(isFiltered ? "gallery.none" : "gallery.empty")}>{isFiltered ? <Button className="mt-1" onClick={() => { setKind("all"); setWords(""); }}>{t("gallery.noneAct")}</Button> : t("gallery.emptyText")}</Empty>}
          <div className="relative" style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((row) => (
              <div key={row.key} className="absolute inset-x-0 grid" style={{ transform: `translateY(${row.start}px)`, gap, gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
                {works.slice(row.index * columns, (row.index + 1) * columns).map((work, i) => {
                  const index = row.index * columns + i;
                  return <Card key={work.url} work={work} index={index} isWide={isWide} isCurrent={index === at} isChosen={choice.has(work)} isChoosing={choice.chosen.length > 0} onChoose={(isRange) => { setAt(index); choice.toggle(index, isRange); }} onOpen={() => { setAt(index); setOpen(index); }} />;
                })}
              </div>
            ))}
          </div>
        </div>
      </div>
      {isComparing && canCompare(choice.chosen) && <CompareWorks works={choice.chosen as [Work, Work]} onClose={() => setComparing(false)} />}
      {open !== null && works[open] && <FullScreen works={works} index={open} onMove={setOpen} onClose={close} />}
    </Panel>
  );
}
