// Time under the viewport: play, scrub, and a row for each thing that moves.
import { Pause, Play, SkipBack, StepBack, StepForward, ZoomIn, ZoomOut } from "lucide-react";
import type { KeyboardEvent, PointerEvent, RefObject } from "react";
import { useEffect, useMemo, useRef, useState } from "react";
import { thingOf } from "../../flow/objects";
import type { Track } from "../../flow/tracks";
import { markStep, markText, tracksOf } from "../../flow/tracks";
import { Button } from "../parts/controls";
import { clock, cx } from "../parts/format";
import { useApp } from "../state";
import type { SceneModel } from "../viewport/useSceneModel";
import { t } from "../words";
import { Edge } from "./Edge";
import { goBy, goTo } from "./go";
import { nameOfTrack } from "./nameOfTrack";
import { Tracks } from "./Tracks";
import { padPx, useSight, useZoom, zoomStep } from "./useZoom";

const labelWidth = 132;

function Clock({ duration, fps }: { duration: number; fps: number }) {
  const text = useRef<HTMLSpanElement>(null), frame = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const total = Math.max(1, Math.round(duration * fps));
    const show = (seconds: number) => {
      if (text.current) text.current.textContent = clock(seconds);
      if (frame.current) frame.current.textContent = t("timeline.frame", { n: Math.min(total, Math.floor(seconds * fps + 1e-6) + 1), total });
    };
    show(useApp.getState().seconds);
    return useApp.subscribe((s) => show(s.seconds));
  }, [duration, fps]);
  return <span className="ml-1.5 text-xs whitespace-nowrap tabular-nums"><span ref={text} /> <span className="text-soft">/ {clock(duration)}</span><span ref={frame} className="ml-3 text-soft @max-[440px]:hidden" /></span>;
}

/** What the playhead says to those who do not see it; at rest only, for nobody listens to each picture of a film. */
function useSpokenTime(area: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const tell = () => {
      const { seconds, isPlaying } = useApp.getState();
      if (isPlaying) return;
      area.current?.setAttribute("aria-valuenow", seconds.toFixed(2));
      area.current?.setAttribute("aria-valuetext", clock(seconds));
    };
    tell();
    return useApp.subscribe(tell);
  }, [area]);
}

/** `hasTip`: where it is in the ruler, which stays while rows scroll. */
function Playhead({ duration, hasTip = false }: { duration: number; hasTip?: boolean }) {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = (seconds: number) => { if (line.current) line.current.style.left = `${(seconds / duration) * 100}%`; };
    place(useApp.getState().seconds);
    return useApp.subscribe((s) => place(s.seconds));
  }, [duration]);
  return <div ref={line} className="pointer-events-none absolute inset-y-0 z-10 w-px bg-accent">{hasTip && <div className="absolute -top-px -left-[5px] size-[11px] rotate-45 rounded-[3px] bg-accent" />}</div>;
}

/** Tells what floats over the view how high the timeline is. */
function useDock(section: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const style = document.documentElement.style;
    const watch = new ResizeObserver(() => style.setProperty("--dock", `${section.current?.offsetHeight ?? 0}px`));
    if (section.current) watch.observe(section.current);
    return () => {
      watch.disconnect();
      style.removeProperty("--dock");
    };
  }, [section]);
}

function Name({ track }: { track: Track }) {
  const isOn = useApp((s) => s.selected !== null && thingOf(s.selected) === track.id), row = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (isOn) row.current?.scrollIntoView({ block: "nearest" }); }, [isOn]);
  return (
    <button ref={row} type="button" aria-pressed={isOn} onClick={() => useApp.getState().set({ selected: track.id === "camera" ? null : track.id })} className={cx("block h-7 w-full scroll-mt-6 truncate px-3 text-left text-xs hover:text-ink", isOn ? "text-ink" : "text-soft")}>{nameOfTrack(track)}</button>
  );
}

export function Timeline({ model }: { model: SceneModel }) {
  const isPlaying = useApp((s) => s.isPlaying), set = useApp((s) => s.set);
  const tracks = useMemo(() => tracksOf(model.commands, model.duration), [model]);
  const area = useRef<HTMLDivElement>(null), section = useRef<HTMLElement>(null), scroller = useRef<HTMLDivElement>(null);
  const { zoom, by } = useZoom(scroller, model.duration, labelWidth), sight = useSight(scroller, zoom);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600));
    if (area.current) watch.observe(area.current);
    return () => watch.disconnect();
  }, []);
  useDock(section);
  useSpokenTime(area);
  const scrub = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    set({ isPlaying: false, seconds: Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * model.duration });
  };
  const nudge = (frames: number) => goBy(frames / model.fps);
  const onKey = (event: KeyboardEvent) => {
    const { [event.key]: go } = { ArrowLeft: () => nudge(-1), ArrowRight: () => nudge(1), Home: () => goTo(0), End: () => goTo(model.duration), "+": () => by(zoomStep), "-": () => by(1 / zoomStep), 0: () => by(0) } as Record<string, (() => void) | undefined>;
    if (!go) return;
    event.preventDefault();
    go();
  };
  const step = markStep(model.duration, width);
  const first = Math.max(0, Math.ceil((sight.from * model.duration) / step)), last = Math.floor((Math.min(1, sight.to) * model.duration) / step + 1e-6);
  const marks = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  return (
    <section ref={section} aria-label={t("timeline.label")} className="@container relative flex h-full flex-col border-t border-line bg-panel">
      <Edge />
      <div className="flex h-10 shrink-0 items-center gap-0.5 px-2">
        <Button kind="ghost" label={t("timeline.start")} icon={<SkipBack size={15} />} onClick={() => set({ seconds: 0 })} />
        <Button kind="ghost" label={t("timeline.back")} icon={<StepBack size={15} />} onClick={() => nudge(-1)} />
        <Button kind="ghost" label={isPlaying ? t("timeline.pause") : t("timeline.play")} icon={isPlaying ? <Pause size={16} /> : <Play size={16} />} onClick={() => set({ isPlaying: !isPlaying })} />
        <Button kind="ghost" label={t("timeline.forward")} icon={<StepForward size={15} />} onClick={() => nudge(1)} />
        <Clock duration={model.duration} fps={model.fps} />
        <span className="ml-auto pr-2 text-xs whitespace-nowrap text-soft"><span className="@max-[520px]:hidden">{t("timeline.fps", { n: model.fps })}</span></span>
        <Button kind="ghost" label={t("timeline.zoomOut")} icon={<ZoomOut size={15} />} disabled={zoom <= 1} onClick={() => by(1 / zoomStep)} />
        <Button kind="ghost" label={t("timeline.zoomIn")} icon={<ZoomIn size={15} />} onClick={() => by(zoomStep)} />
      </div>
      <div ref={scroller} className="flex min-h-0 flex-1 overflow-auto border-t border-line">
        <div className="sticky left-0 z-30 min-h-full shrink-0 self-start border-r border-line bg-panel" data-names style={{ width: labelWidth }}>
          <div className="sticky top-0 z-20 h-6 bg-panel" />
          {tracks.map((track) => <Name key={track.id} track={track} />)}
        </div>
        <div className="relative flex min-h-full shrink-0 flex-col self-start" style={{ width: `calc((100% - ${labelWidth + 2 * padPx}px) * ${zoom} + ${2 * padPx}px)`, paddingInline: padPx }}>
          <div className="relative flex-1 cursor-ew-resize touch-none select-none" onPointerDown={scrub} onPointerMove={scrub}>
            <div ref={area} role="slider" tabIndex={0} aria-label={t("timeline.playhead")} aria-valuemin={0} aria-valuemax={model.duration} aria-valuenow={0} onKeyDown={onKey} className="sticky top-0 z-20 h-6 bg-panel">{marks.map((m) => <span key={m} className="absolute top-1.5 text-[10.5px] text-soft tabular-nums" style={{ left: `${(m / model.duration) * 100}%` }}>{markText(m, model.duration)}</span>)}<Playhead duration={model.duration} hasTip /></div>
            <Tracks tracks={tracks} model={model} />
            <Playhead duration={model.duration} />
          </div>
        </div>
      </div>
    </section>
  );
}
