// A motion in time: pulled as a whole or at its ends, or moved by arrow keys; letting go says it as a scene command.
import type { KeyboardEvent, PointerEvent } from "react";
import { useEffect, useRef, useState } from "react";
import type { Grip, MotionBar, Stretch } from "../../flow/tracks";
import { commandOfBar, earliest, retimed, snapped, stretch } from "../../flow/tracks";
import { complain } from "../parts/Toasts";
import { cx } from "../parts/format";
import { tell } from "../viewport/hands";
import { applyByHand } from "../wire/byHand";
import type { Command } from "../wire/queries";
import { currentProject } from "../wire/queries";
import { t } from "../words";
import { valueOf } from "../words/foreign";

interface Props {
  bar: MotionBar;
  /** Whose it is. */
  name: string;
  duration: number;
  fps: number;
  /** Where it clicks in. */
  marks: readonly number[];
  onPick: () => void;
}

const edgePx = 7, leastPx = 10, snapPx = 6, restMs = 600;
const cursors: Record<Grip, string> = { whole: "cursor-grab", start: "cursor-ew-resize", end: "cursor-ew-resize" };

export function Bar({ bar, name, duration, fps, marks, onPick }: Props) {
  const [place, setPlace] = useState<Stretch | null>(null), [grip, setGrip] = useState<Grip>("whole");
  const pull = useRef<{ x: number; perPx: number; grip: Grip } | null>(null), timer = useRef<ReturnType<typeof setTimeout>>(undefined), current = useRef<Stretch | null>(null);
  const shown = place ?? bar, command = commandOfBar((currentProject()?.commands ?? []) as Command[], bar);
  useEffect(() => { // another scene came: it says where the bar is
    current.current = null;
    setPlace(null);
  }, [bar]);
  const label = valueOf(bar.op, bar.label), words = ({ from, to }: Stretch) => t("timeline.bar", { what: label, name, from: from.toFixed(2), to: to.toFixed(2) });
  const show = (to: Stretch) => {
    current.current = to;
    setPlace(to);
    tell({ text: words(to), hint: t("hands.bar"), isDone: false });
  };
  const drop = () => {
    clearTimeout(timer.current);
    pull.current = null;
    current.current = null;
    setPlace(null);
    tell(null);
  };
  const send = () => {
    const to = current.current, change = command && to && retimed(command, bar, to, duration);
    if (!change || !to) return drop();
    tell({ text: words(to), isDone: true });
    applyByHand([change as Command]).catch((error: unknown) => { drop(); complain(error); });
  };
  const gripAt = (event: PointerEvent<HTMLButtonElement>): Grip => {
    const box = event.currentTarget.getBoundingClientRect();
    if (box.width < edgePx * 3) return "whole";
    return event.clientX - box.left < edgePx ? "start" : box.right - event.clientX < edgePx ? "end" : "whole";
  };
  const begin = (event: PointerEvent<HTMLButtonElement>) => {
    event.stopPropagation();
    if (event.button !== 0 || !command) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const track = (event.currentTarget.parentElement as HTMLElement).getBoundingClientRect();
    pull.current = { x: event.clientX, perPx: duration / track.width, grip: gripAt(event) };
  };
  const move = (event: PointerEvent<HTMLButtonElement>) => {
    const held = pull.current;
    if (!held || !command) return setGrip(gripAt(event));
    event.stopPropagation();
    const seconds = (event.clientX - held.x) * held.perPx;
    if (!current.current && Math.abs(event.clientX - held.x) < 3) return;
    const edge = held.grip === "end" ? bar.to : bar.from, clicked = snapped(edge + seconds, marks, snapPx * held.perPx, fps);
    show(stretch(bar, held.grip, clicked - edge, earliest(command, bar), fps));
  };
  const end = () => {
    if (!pull.current) return;
    pull.current = null;
    if (current.current) send();
    else onPick();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && current.current) {
      event.stopPropagation();
      return drop();
    }
    const sign = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!sign || !command) return;
    event.preventDefault();
    event.stopPropagation();
    const frames = sign * (event.shiftKey ? 10 : 1);
    show(stretch(current.current ?? bar, event.altKey ? "end" : "whole", frames / fps, earliest(command, bar), fps));
    clearTimeout(timer.current);
    timer.current = setTimeout(send, restMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  // Escape while the pointer holds it, wherever the focus is.
  useEffect(() => {
    if (!place) return;
    const onEscape = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "Escape" || !pull.current) return;
      event.stopImmediatePropagation();
      drop();
    };
    addEventListener("keydown", onEscape, true);
    return () => removeEventListener("keydown", onEscape, true);
  });
  const at = (seconds: number) => `${(seconds / duration) * 100}%`, hue = `var(--hue-${bar.kind})`;
  return (
    <button type="button" data-bar={bar.id ?? ""} aria-label={words(shown)} title={t("timeline.barHint", { what: label })} onPointerDown={begin} onPointerMove={move} onPointerUp={end} onPointerCancel={drop} onKeyDown={onKey} onClick={(event) => { if (event.detail === 0) onPick(); }}
      className={cx("absolute inset-y-1 touch-none overflow-hidden rounded-md px-2 text-left text-[11px] leading-5 font-medium", command ? place ? "cursor-grabbing" : cursors[grip] : "cursor-default")}
      style={{ left: at(shown.from), width: at(shown.to - shown.from), minWidth: leastPx, background: `color-mix(in srgb, ${hue} ${place ? 40 : 24}%, transparent)`, boxShadow: `inset 2px 0 ${hue}${command ? `, inset -2px 0 ${hue}` : ""}` }}>
      {label}
    </button>
  );
}
