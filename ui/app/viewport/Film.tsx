// The path-traced picture of the current version: its progress while it comes, the film over the viewport when it is there.
import { Clapperboard, Download, Eye, EyeOff, X } from "lucide-react";
import { AnimatePresence, motion } from "motion/react";
import { useEffect, useRef, useState } from "react";
import { Bar, Button } from "../parts/controls";
import { cx, duration } from "../parts/format";
import { saveFrom } from "../parts/menu";
import { useApp } from "../state";
import { t } from "../words";
import type { Project, Task } from "../wire/queries";
import { isLive, useCancel, useTasks } from "../wire/queries";
import { isResuming } from "../wire/titles";
import { placeOf } from "./FilmFrame";
import { Screen } from "./Screen";
import type { Frame } from "./filmFrame";

/** What is at a standstill because its engine broke off says so over its last frame. */
function stageOf(task: Task): string {
  const { state, attempt, progress: { step, frames_done: done, frames_total: total } } = task;
  if (state === "queued") return t(attempt > 0 ? "film.goesOn" : "film.queued");
  if (isResuming(task)) return t("film.resuming");
  return step === "SceneRenderVideo" && total > 1 ? t("film.frames", { done, total }) : t("film.rendering");
}

/** The picture as it comes fades in over a corner of the scene, which plays on, and over all of it at a click; a still one where its place is, when one looks through the camera. */
function Progress({ task, place, isThrough }: { task: Task; place: Frame | null; isThrough: boolean }) {
  const cancel = useCancel(), [wish, setWanted] = useState<boolean | null>(null);
  const p = task.progress, isStill = p.frames_total <= 1, isLarge = p.preview !== null && (wish ?? (isStill && isThrough));
  return (
    <>
      {isLarge && p.preview && <img src={p.preview} alt="" className={cx("appear pointer-events-none absolute bg-black object-contain", !place && "inset-0 size-full")} style={place ? placeOf(place) : undefined} data-preview="large" />}
      <motion.div initial={{ opacity: 0, y: -8 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0 }} className="absolute top-16 left-16 w-64 rounded-xl @min-[900px]:top-3 border border-line bg-panel/94 p-2.5 shadow-lift">
        {!isLarge && p.preview && <button type="button" aria-label={t("film.preview")} title={t("film.preview")} className="rise mb-2 block w-full" onClick={() => setWanted(true)}><img src={p.preview} alt="" className="aspect-video w-full rounded-lg bg-black object-contain" data-preview="small" /></button>}
        <div className="mb-1.5 flex items-center gap-2 text-xs">
          <Clapperboard size={14} className="text-accent" />
          <span role="status" className="flex-1 font-medium" data-stage={isResuming(task) ? "resuming" : task.state}>{stageOf(task)}</span>
          {p.seconds_left !== null && <span className="text-soft tabular-nums">{duration(p.seconds_left)}</span>}
          {p.preview && <button type="button" aria-pressed={isLarge} aria-label={t("film.preview")} title={t("film.preview")} className="rounded p-0.5 text-soft hover:text-ink" onClick={() => setWanted(!isLarge)}>{isLarge ? <EyeOff size={14} /> : <Eye size={14} />}</button>}
          <button type="button" aria-label={t("task.cancel")} title={t("task.cancel")} className="rounded p-0.5 text-soft hover:text-bad" onClick={() => cancel.mutate(task.id)}><X size={14} /></button>
        </div>
        <Bar fraction={p.fraction} label={t("film.rendering")} />
      </motion.div>
    </>
  );
}

export function Film({ project, place, isThrough }: { project: Project | undefined; place: Frame | null; isThrough: boolean }) {
  const tasks = useTasks().data?.items ?? [], isShown = useApp((s) => s.isFilmShown), set = useApp((s) => s.set);
  const own = tasks.filter((i) => project && i.project_id === project.id && i.kind === "command");
  const live = own.find(isLive), done = own.find((i) => i.state === "done" && i.outputs.some((o) => o.kind === "film" || o.kind === "image"));
  const waitedFor = useRef<string | null>(null);
  useEffect(() => {
    if (live) waitedFor.current = live.id;
    // The film that was waited for fades in by itself, unless hands are at work in the scene.
    else if (done && waitedFor.current === done.id && !useApp.getState().selected) { waitedFor.current = null; set({ isFilmShown: true }); }
  }, [live, done, set]);
  const film = done?.outputs.find((o) => o.kind === "film"), picture = done?.outputs.find((o) => o.kind === "image"), made = film ?? picture;
  return (
    <>
      <AnimatePresence>{live && <Progress key={live.id} task={live} place={place} isThrough={isThrough} />}</AnimatePresence>
      <AnimatePresence>
        {isShown && made && <Screen key={done?.id} film={film} picture={picture} title={done?.title ?? ""} place={place} />}
      </AnimatePresence>
      {done && !live && (
        <div className="absolute top-3 left-16 flex gap-1 rounded-xl border border-line bg-panel/92 p-1 shadow-lift">
          <Button kind="ghost" isOn={isShown} icon={isShown ? <EyeOff size={15} /> : <Eye size={15} />} onClick={() => set({ isFilmShown: !isShown })}>{isShown ? t("film.hide") : t("film.show")}</Button>
          {isShown && made && <Button kind="ghost" icon={<Download size={15} />} onClick={() => saveFrom(made.url, made.file)}>{t("gallery.download")}</Button>}
        </div>
      )}
    </>
  );
}
