// The line between two pictures that lie over each other: dragged by hand, or moved by arrow keys.
import { ChevronsLeftRight } from "lucide-react";
import type { KeyboardEvent, PointerEvent } from "react";
import { t } from "../words";

const step = .02;

export function Divider({ at, onMove }: { at: number; onMove: (at: number) => void }) {
  const put = (to: number) => onMove(Math.min(1, Math.max(0, to)));
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const room = event.currentTarget.parentElement?.getBoundingClientRect();
    if (room) put((event.clientX - room.left) / room.width);
  };
  const onKey = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    put(to);
  };
  return (
    <div role="slider" tabIndex={0} aria-label={t("compare.slider")} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(at * 100)} onKeyDown={onKey}
      onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)} onPointerMove={onPointer}
      className="group absolute inset-y-0 flex w-9 -translate-x-1/2 cursor-ew-resize touch-none justify-center outline-none" style={{ left: `${at * 100}%` }}>
      <span className="h-full w-0.5 bg-accent shadow-[0_0_0_1px_rgb(0_0_0/.25)]" />
      <span className="absolute top-1/2 grid size-9 -translate-y-1/2 place-items-center rounded-full bg-accent text-on-accent shadow-lift transition-transform group-hover:scale-110 group-focus-visible:ring-4 group-focus-visible:ring-accent/40"><ChevronsLeftRight size={18} /></span>
    </div>
  );
}
