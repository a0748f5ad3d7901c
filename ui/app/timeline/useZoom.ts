// How close one looks at time: all of it, or a part that is pulled along; the playhead stays in sight.
import type { RefObject } from "react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { zoomed } from "../../flow/tracks";
import { useApp } from "../state";

/** Left and right of all of time. */
export const padPx = 12;
const perWheelPx = .004;

/** `labels` pixels of `scroller` stand still at its left. */
export function useZoom(scroller: RefObject<HTMLDivElement | null>, duration: number, labels: number) {
  const [zoom, setZoom] = useState(1), current = useRef(1), goal = useRef<number | null>(null);
  const roomOf = useCallback((box: HTMLDivElement) => Math.max(1, box.clientWidth - labels - 2 * padPx), [labels]);
  /** Around what is at `clientX`, or around the playhead. */
  const by = useCallback((factor: number, clientX?: number) => {
    const box = scroller.current;
    if (!box) return;
    const room = roomOf(box), before = current.current, after = zoomed(before, factor, duration, room);
    const head = (useApp.getState().seconds / duration) * room * before, seen = head - box.scrollLeft;
    const offset = clientX !== undefined ? clientX - box.getBoundingClientRect().left - labels - padPx : seen >= 0 && seen <= room ? seen : room / 2;
    const middle = clientX !== undefined ? box.scrollLeft + offset : head;
    goal.current = middle * (after / before) - offset;
    current.current = after;
    setZoom(after);
  }, [scroller, duration, labels, roomOf]);
  useLayoutEffect(() => {
    if (goal.current !== null && scroller.current) scroller.current.scrollLeft = goal.current;
    goal.current = null;
  }, [zoom, scroller]);
  useEffect(() => {
    const hear = (event: Event) => { if (event instanceof CustomEvent && typeof event.detail === "number") by(event.detail); };
    addEventListener("miktos:zoom-time", hear);
    return () => removeEventListener("miktos:zoom-time", hear);
  }, [by]);
  useEffect(() => by(1), [by]); // another film may be too short for it
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      by(Math.exp(-event.deltaY * perWheelPx), event.clientX);
    };
    box.addEventListener("wheel", onWheel, { passive: false });
    const leave = useApp.subscribe(({ seconds, isPlaying }, before) => {
      if (current.current === 1 || seconds === before.seconds) return;
      const room = roomOf(box), head = (seconds / duration) * room * current.current, seen = head - box.scrollLeft;
      if (seen < 0 || seen > room) box.scrollLeft = head - room * (isPlaying ? .1 : .5);
    });
    return () => {
      leave();
      box.removeEventListener("wheel", onWheel);
    };
  }, [scroller, by, duration, roomOf]);
  return { zoom, by };
}

/** How often a press comes closer, or goes away. */
export const zoomStep = 2;

/** Asked for where no timeline is at hand; it hears it when it is there. */
export function zoomTime(factor: number): void {
  dispatchEvent(new CustomEvent("miktos:zoom-time", { detail: factor }));
}

/** The part of all of time that is in sight, 0 to 1 each, with some room on both sides. */
export function useSight(scroller: RefObject<HTMLDivElement | null>, zoom: number): { from: number; to: number } {
  const [sight, setSight] = useState({ from: 0, to: 1 });
  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const look = () => {
      const { scrollLeft, scrollWidth, clientWidth } = box, part = clientWidth / scrollWidth, at = Math.floor(scrollLeft / clientWidth) * part;
      const from = at - part, to = at + 3 * part;
      setSight((s) => (s.from === from && s.to === to ? s : { from, to }));
    };
    look();
    const watch = new ResizeObserver(look);
    watch.observe(box);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      watch.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [scroller, zoom]);
  return sight;
}
