// A small window at a place on the canvas; it goes when something else is pressed.
import type { ReactNode } from "react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

const edge = 8;

export function Floating({ x, y, className, onClose, children }: { x: number; y: number; className: string; onClose: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null), [at, setAt] = useState({ left: x, top: y });
  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect();
    if (size) setAt({ left: Math.max(edge, Math.min(x, innerWidth - size.width - edge)), top: Math.max(edge, Math.min(y, innerHeight - size.height - edge)) });
  }, [x, y]);
  useEffect(() => {
    const onDown = (event: PointerEvent) => { if (!box.current?.contains(event.target as Node)) onClose(); };
    addEventListener("pointerdown", onDown, true);
    return () => removeEventListener("pointerdown", onDown, true);
  }, [onClose]);
  // What had the focus has it again, so that keys go on where they were.
  useEffect(() => {
    const before = document.activeElement;
    return () => { if (before instanceof HTMLElement && (document.activeElement === document.body || document.activeElement === null)) before.focus({ preventScroll: true }); };
  }, []);
  return <div ref={box} className={`rise fixed z-70 overflow-hidden rounded-xl border border-line bg-panel shadow-lift ${className}`} style={at} onKeyDown={(e) => { if (e.key === "Escape") { e.stopPropagation(); onClose(); } }}>{children}</div>;
}
