// The upper edge of the timeline, which can be pulled.
import type { KeyboardEvent, PointerEvent } from "react";
import { useApp, usePreference } from "../state";
import { t } from "../words";

const lowest = 96, highest = 480, stepPx = 28;
/** Of its buttons, and of all that has to be there beside it. */
const barPx = 41, othersPx = 460;

const within = (wanted: number): number => Math.min(highest, Math.max(lowest, wanted));

/** As a length: in a low window rows give way before the scene does, and the buttons stay. */
export const heightOf = (wanted: number): string => `clamp(${barPx}px, calc(100vh - ${othersPx}px), ${within(wanted)}px)`;

export function Edge() {
  const height = usePreference("timelineHeight"), prefer = useApp((s) => s.prefer);
  const to = (wanted: number) => prefer({ timelineHeight: within(wanted) });
  const pull = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    to(height - event.movementY);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    to(height + (event.key === "ArrowUp" ? stepPx : -stepPx));
  };
  return (
    <div role="separator" aria-orientation="horizontal" aria-label={t("timeline.resize")} aria-valuenow={height} aria-valuemin={lowest} aria-valuemax={highest} tabIndex={0} onPointerDown={pull} onPointerMove={pull} onKeyDown={onKey}
      className="absolute inset-x-0 -top-1 z-30 h-2 cursor-row-resize touch-none hover:bg-accent/30" />
  );
}
