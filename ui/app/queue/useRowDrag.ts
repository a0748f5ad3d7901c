// Taking a row of a list by its handle and putting it down elsewhere. In the page the rows stay where they are until it is
// put down and are only shifted: what counts is where the hand is, however seldom a busy machine draws.
import type { CSSProperties, KeyboardEvent, PointerEvent } from "react";
import { useLayoutEffect, useRef, useState } from "react";
import { placeOf, shiftOf, type Span } from "../../flow/queue";

/** `by`: how far it is from its own place, in pixels. */
interface Held { id: string; grip: number; by: number; to: number }

const spansOf = (list: HTMLElement): Span[] => [...list.children].map((row) => ({ top: (row as HTMLElement).offsetTop, height: (row as HTMLElement).offsetHeight }));
const slide = { duration: 160, easing: "ease-out" };

/** `ids` as listed in `list`, whose position is not static; `onDrop` is told which row goes to which place. */
export function useRowDrag(ids: readonly string[], onDrop: (id: string, steps: number) => void) {
  const list = useRef<HTMLUListElement>(null), [held, setHeld] = useState<Held | null>(null), spans = useRef<Span[]>([]), seen = useRef<Map<string, number> | null>(null);
  const rows = () => ids.map((id, i) => [id, list.current?.children[i]] as const);
  const tops = () => new Map(rows().flatMap(([id, row]) => (row ? [[id, row.getBoundingClientRect().top]] : [])));

  /** To be called before the order changes: each row then slides from where it is seen now. */
  const remember = () => { seen.current = tops(); };
  useLayoutEffect(() => {
    const before = seen.current;
    seen.current = null;
    if (!before || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const now = tops();
    for (const [id, row] of rows()) {
      const way = (before.get(id) ?? 0) - (now.get(id) ?? 0);
      if (before.has(id) && Math.abs(way) > 1) row?.animate([{ transform: `translateY(${way}px)` }, { transform: "none" }], slide);
    }
  });

  const inList = (event: PointerEvent) => event.clientY - (list.current?.getBoundingClientRect().top ?? 0);
  /** Where the row is when the hand is there. */
  const movedTo = (event: PointerEvent, from: Held): Held => {
    const at = ids.indexOf(from.id), by = inList(event) - from.grip - (spans.current[at]?.top ?? 0);
    return { ...from, by, to: placeOf(spans.current, at, by) };
  };
  const handle = (id: string) => ({
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || !list.current) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      spans.current = spansOf(list.current);
      const at = ids.indexOf(id);
      setHeld({ id, grip: inList(event) - (spans.current[at]?.top ?? 0), by: 0, to: at });
    },
    onPointerMove: (event: PointerEvent) => {
      if (held?.id !== id || !list.current) return;
      spans.current = spansOf(list.current);
      setHeld(movedTo(event, held));
      list.current.children[ids.indexOf(id)]?.scrollIntoView({ block: "nearest" });
    },
    onPointerUp: (event: PointerEvent) => {
      if (held?.id !== id) return;
      const { to } = movedTo(event, held);
      remember();
      setHeld(null);
      if (to !== ids.indexOf(id)) onDrop(id, to - ids.indexOf(id));
    },
    onLostPointerCapture: () => setHeld(null),
    onKeyDownCapture: (event: KeyboardEvent) => { if (event.key === "Escape" && held) { event.stopPropagation(); setHeld(null); } },
  });
  const styleOf = (id: string): CSSProperties => {
    const from = held ? ids.indexOf(held.id) : -1;
    if (!held || from < 0) return {};
    if (held.id === id) return { transform: `translateY(${held.by}px) scale(1.02)`, boxShadow: "0 10px 28px -10px var(--shade)", zIndex: 1 };
    return { transform: `translateY(${shiftOf(spans.current, from, held.to, ids.indexOf(id))}px)`, transition: "transform 150ms" };
  };
  return { list, handle, styleOf, remember };
}
