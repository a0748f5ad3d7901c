// One work as large as the window, with what it was made from; arrows go to the next.
import { ChevronLeft, ChevronRight, Download, Dices, FolderOpen, Workflow } from "lucide-react";
import { lazy, Suspense, useEffect } from "react";
import { ask, isInShell } from "../frame/shell";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { bytes, duration } from "../parts/format";
import { complain, say } from "../parts/Toasts";
import { go } from "../route";
import { useApp } from "../state";
import { t } from "../words";
import { openWorkflowOf, seedOf } from "./origin";
import type { Work } from "./useWorks";

const SceneFile = lazy(() => import("./SceneFile"));

function Picture({ work }: { work: Work }) {
  const { output, task } = work;
  if (output.kind === "film") return <video key={output.url} src={output.url} controls autoPlay loop muted playsInline className="max-h-full max-w-full" />;
  if (output.kind === "image") return <img src={output.url} alt={task.title} className="max-h-full max-w-full object-contain" />;
  if (output.kind === "scene") return <Suspense fallback={null}><SceneFile url={output.url} /></Suspense>;
  return <p className="text-soft">{output.file}</p>;
}

function Fact({ name, value }: { name: string; value: string }) {
  return <div className="flex justify-between gap-4 border-b border-line py-2 text-[13px] last:border-0"><dt className="text-soft">{name}</dt><dd className="min-w-0 text-right break-words">{value}</dd></div>;
}

export function FullScreen({ works, index, onMove, onClose }: { works: Work[]; index: number; onMove: (index: number) => void; onClose: () => void }) {
  const work = works[index] as Work, { task, output } = work;
  const move = (by: number) => onMove((index + by + works.length) % works.length);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => { if (event.key === "ArrowLeft") move(-1); if (event.key === "ArrowRight") move(1); };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  const took = task.started_at && task.finished_at ? (Date.parse(task.finished_at) - Date.parse(task.started_at)) / 1000 : null;
  const reuse = () => seedOf(output.url).then((seed) => { void navigator.clipboard?.writeText(String(seed)); useApp.getState().set({ isPaletteOpen: true }); say(t("gallery.seed", { seed: String(seed) })); }).catch(complain);
  return (
    <Dialog isFull title={task.title} onClose={onClose}>
      <div className="flex h-full min-h-0 max-md:flex-col">
        <div className="relative grid min-h-0 min-w-0 flex-1 place-items-center bg-ground p-4">
          <Picture work={work} />
          <Button className="absolute top-1/2 left-3 rounded-full" label={t("gallery.previous")} icon={<ChevronLeft size={18} />} onClick={() => move(-1)} />
          <Button className="absolute top-1/2 right-3 rounded-full" label={t("gallery.next")} icon={<ChevronRight size={18} />} onClick={() => move(1)} />
        </div>
        <aside className="w-80 shrink-0 overflow-auto border-l border-line p-5 max-md:w-full max-md:border-t max-md:border-l-0">
          {task.understanding?.reply && <p className="mb-4 text-[13.5px]">{task.understanding.reply}</p>}
          <dl>
            <Fact name={t("gallery.file")} value={output.file} />
            <Fact name={t("gallery.size")} value={bytes(output.bytes)} />
            <Fact name={t("gallery.made")} value={new Date(task.finished_at ?? task.created_at).toLocaleString()} />
            {took !== null && <Fact name={t("gallery.took")} value={duration(took)} />}
            {task.progress.frames_total > 0 && <Fact name={t("gallery.frames")} value={String(task.progress.frames_total)} />}
            {task.engine_id && <Fact name={t("gallery.engine")} value={task.engine_id} />}
          </dl>
          <div className="mt-5 flex flex-col gap-2">
            <Button kind="primary" icon={<Workflow size={15} />} onClick={() => openWorkflowOf(output.url).then(() => { onClose(); go("graph"); }).catch(complain)}>{t("gallery.open")}</Button>
            <Button icon={<Dices size={15} />} onClick={() => void reuse()}>{t("gallery.reuse")}</Button>
            {isInShell() && <Button icon={<FolderOpen size={15} />} onClick={() => void ask({ type: "show-folder", task: task.id }).catch(complain)}>{t("gallery.folder")}</Button>}
            <a href={output.url} download={output.file} className="inline-flex h-[30px] items-center justify-center gap-1.5 rounded-lg border border-line bg-raised text-[13px] font-medium hover:border-soft/60"><Download size={15} />{t("gallery.download")}</a>
          </div>
        </aside>
      </div>
    </Dialog>
  );
}
