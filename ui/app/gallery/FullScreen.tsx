// One work as large as the window, with what it was made from; arrows go to the next.
import { ChevronLeft, ChevronRight, Dices, Download, FolderOpen, Trash2, Workflow } from "lucide-react";
import { useEffect } from "react";
import { ask, isInShell } from "../frame/shell";
import { useNarrow } from "../frame/space";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { bytes, cx, duration, moment } from "../parts/format";
import { takeBack } from "../parts/removing";
import { complain, say } from "../parts/Toasts";
import { go } from "../route";
import { t } from "../words";
import { useNodeTables } from "../wire/queries";
import { openWorkflowOf, reuseSeedOf, useMadeOf } from "./origin";
import { Picture } from "./Picture";
import { removeWorks } from "./remove";
import type { Work } from "./useWorks";

function Fact({ name, value }: { name: string; value: string }) {
  return <div className="flex justify-between gap-4 border-b border-line py-2 text-[13px] last:border-0"><dt className="text-soft">{name}</dt><dd className="min-w-0 text-right break-words">{value}</dd></div>;
}

export function FullScreen({ works, index, onMove, onClose }: { works: Work[]; index: number; onMove: (index: number) => void; onClose: () => void }) {
  const work = works[index] as Work;
  const isNarrow = useNarrow(), { seed, models } = useMadeOf(work);
  useNodeTables();
  /** The next one takes its place; after the last there is nothing to see. */
  const remove = () => {
    removeWorks([work]);
    if (works.length === 1) onClose();
    else if (index === works.length - 1) onMove(index - 1);
  };
  const move = (by: number) => onMove((index + by + works.length) % works.length);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => { if (event.key === "ArrowLeft") move(-1); if (event.key === "ArrowRight") move(1); if (event.key === "Delete") remove(); if (event.key === "z" && (event.ctrlKey || event.metaKey)) takeBack(); };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
  return (
    <Dialog isFull title={work.title} onClose={onClose}>
      <div className="flex h-full min-h-0 max-md:flex-col">
        <div className="relative min-h-0 min-w-0 flex-1 bg-ground">
          <div className="absolute inset-x-16 inset-y-4 grid place-items-center [container-type:size] phone:inset-x-0 phone:inset-y-2"><Picture key={work.url} work={work} /></div>
          <Button className="absolute top-1/2 left-3.5 size-9! -translate-y-1/2 rounded-full! shadow-lift phone:size-11!" label={t("gallery.previous")} icon={<ChevronLeft size={18} />} onClick={() => move(-1)} />
          <Button className="absolute top-1/2 right-3.5 size-9! -translate-y-1/2 rounded-full! shadow-lift phone:size-11!" label={t("gallery.next")} icon={<ChevronRight size={18} />} onClick={() => move(1)} />
        </div>
        <aside className="w-80 shrink-0 overflow-auto border-l border-line p-5 max-md:w-full max-md:border-t max-md:border-l-0">
          <dl>
            <Fact name={t("gallery.file")} value={work.file} />
            <Fact name={t("gallery.size")} value={bytes(work.bytes)} />
            {work.width && work.height ? <Fact name={t("gallery.pixels")} value={`${work.width} × ${work.height}`} /> : null}
            {work.duration_s ? <Fact name={t("gallery.length")} value={`${duration(work.duration_s)}${work.fps ? ` · ${t("timeline.fps", { n: work.fps })}` : ""}`} /> : null}
            <Fact name={t("gallery.made")} value={moment(work.created_at)} />
            {seed !== null && <Fact name={t("gallery.itsSeed")} value={String(seed)} />}
            {models.length > 0 && <Fact name={t("gallery.models")} value={models.join(", ")} />}
          </dl>
          <div className="mt-5 flex flex-col gap-2">
            {!isNarrow && <Button kind="primary" icon={<Workflow size={15} />} onClick={() => openWorkflowOf(work).then(() => { onClose(); go("graph"); }).catch(complain)}>{t("gallery.open")}</Button>}
            <Button icon={<Dices size={15} />} onClick={() => reuseSeedOf(work).then((seed) => say(t("gallery.seed", { seed: String(seed) }))).catch(complain)}>{t("gallery.reuse")}</Button>
            {isInShell() && <Button icon={<FolderOpen size={15} />} onClick={() => void ask({ type: "show-folder", task: work.task_id }).catch(complain)}>{t("gallery.folder")}</Button>}
            <a href={work.url} download={work.file} className={cx("inline-flex h-[30px] items-center justify-center gap-1.5 rounded-lg text-[13px] font-medium", isNarrow ? "order-first bg-accent text-on-accent" : "border border-line bg-raised hover:border-soft/60")}><Download size={15} />{t("gallery.download")}</a>
            <Button icon={<Trash2 size={15} />} onClick={remove}>{t("gallery.remove")}</Button>
          </div>
        </aside>
      </div>
    </Dialog>
  );
}
