// A small picture; until it is there, and where there is none, an icon. Nothing moves while it comes: there may be hundreds.
import type { ReactNode, RefObject } from "react";
import { useEffect, useRef, useState } from "react";
import { cx } from "./format";
import { enter } from "./gate";

const farAhead = "200px";

/** The picture once it is near the view and its turn has come. What goes out of sight before it is there is given up; `settle` lets the next one in. */
function useTurn(src: string | null | undefined, box: RefObject<HTMLElement | null>): { shown: string | null; settle: () => void } {
  const [shown, setShown] = useState<string | null>(null), leave = useRef<() => void>(() => undefined), isSettled = useRef(false);
  useEffect(() => {
    if (!src || !box.current) return;
    isSettled.current = false;
    const watch = new IntersectionObserver((seen) => {
      if (isSettled.current) return;
      leave.current();
      if (seen.at(-1)?.isIntersecting) leave.current = enter(() => setShown(src));
      else setShown(null);
    }, { rootMargin: farAhead });
    watch.observe(box.current);
    return () => { watch.disconnect(); leave.current(); };
  }, [src, box]);
  return { shown: shown === src ? shown : null, settle: () => { isSettled.current = true; leave.current(); } };
}

export function Thumb({ src, icon, className }: { src: string | null | undefined; icon: ReactNode; className: string }) {
  const [settled, setSettled] = useState<{ src: string; isThere: boolean } | null>(null), box = useRef<HTMLSpanElement>(null), { shown, settle } = useTurn(src, box);
  const state = !src ? "none" : settled?.src !== src ? "coming" : settled.isThere ? "there" : "none";
  const end = (isThere: boolean) => { settle(); if (src) setSettled({ src, isThere }); };
  return (
    <span ref={box} data-thumb={state} className={cx("relative grid place-items-center overflow-hidden bg-raised text-soft", className)}>
      {state !== "there" && <span className={cx(state === "coming" && "opacity-40")}>{icon}</span>}
      {shown && state !== "none" && <img src={shown} alt="" decoding="async" draggable={false} className={cx("absolute inset-0 size-full object-cover transition-opacity", state === "coming" && "opacity-0")} onLoad={() => end(true)} onError={() => end(false)} />}
    </span>
  );
}
