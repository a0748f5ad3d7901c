// All projects, the newest first; many are searched.
import { Clapperboard, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { call, urlOf } from "../../wire/client";
import { newProject } from "../command/actions";
import { Button, Empty, Panel, Search, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { ago, cx } from "../parts/format";
import { matches } from "../parts/menu";
import { Rename } from "../parts/Rename";
import { Thumb } from "../parts/Thumb";
import { complain } from "../parts/Toasts";
import { useIsRemoved } from "../parts/removing";
import { useApp, useProjectId } from "../state";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { putProject, useProjects, useTasks } from "../wire/queries";
import { removeProject } from "./deeds";

const few = 6;

function Row({ project, isOpen, onOpen }: { project: Project; isOpen: boolean; onOpen: () => void }) {
  const film = useTasks().data?.items.flatMap((i) => (i.project_id === project.id ? i.outputs : [])).find((o) => o.thumbnail_url && !o.is_preview);
  const scene = project.commands.length > 0 ? urlOf("/projects/{id}/history/{version}/thumbnail", { id: project.id, version: project.version }) : null;
  const [isNaming, setNaming] = useState(false);
  const rename = (name: string | null) => {
    setNaming(false);
    if (name) call("patch", "/projects/{id}", { path: { id: project.id }, body: { name } }).then(putProject).catch(complain);
  };
  return (
    <li className={cx("group relative mx-2 flex [content-visibility:auto] [contain-intrinsic-size:auto_60px] items-center gap-3 rounded-xl p-2", isOpen ? "bg-accent/12" : "hover:bg-raised")}>
      {isNaming ? <><Thumb src={film?.thumbnail_url ?? scene} icon={<Clapperboard size={17} />} className="h-11 w-[72px] shrink-0 rounded-lg" /><Rename name={project.name} label={t("project.rename", { name: project.name })} longest={200} className="field !h-7 w-full min-w-0" onDone={rename} /></> : (
        <button type="button" onClick={onOpen} onKeyDown={(e) => { if (e.key === "F2") setNaming(true); }} className="flex min-w-0 flex-1 items-center gap-3 text-left">
          <Thumb src={film?.thumbnail_url ?? scene} icon={<Clapperboard size={17} />} className="h-11 w-[72px] shrink-0 rounded-lg" />
          <span className="min-w-0 flex-1"><span className="line-clamp-2 leading-snug font-medium">{project.name}</span><span className="block truncate text-xs text-soft">{ago(project.updated_at)} · {t("project.changes", { n: project.version })}</span></span>
        </button>
      )}
      <span className="absolute top-1.5 right-1.5 flex gap-0.5 rounded-lg bg-raised opacity-0 group-hover:opacity-100 focus-within:opacity-100 phone:hidden">
        {!isNaming && <button type="button" aria-label={t("project.rename", { name: project.name })} title="F2" onClick={() => setNaming(true)} className="rounded p-1.5 text-soft hover:text-ink"><Pencil size={14} /></button>}
        <button type="button" aria-label={t("project.remove", { name: project.name })} onClick={() => removeProject(project)} className="rounded p-1.5 text-soft hover:text-bad"><Trash2 size={14} /></button>
      </span>
    </li>
  );
}

export default function AllProjects({ onOpen }: { onOpen: () => void }) {
  const open = useProjectId(), prefer = useApp((s) => s.prefer), set = useApp((s) => s.set);
  const { data, error, isPending, refetch } = useProjects();
  const isRemoved = useIsRemoved(), [words, setWords] = useState("");
  const all = (data?.items ?? []).filter((p) => !isRemoved(p.id)), shown = all.filter((p) => matches(words, p.name));
  const pick = (id: string) => {
    prefer({ projectId: id });
    set({ selected: null, isFilmShown: false, seconds: 0 });
    onOpen();
  };
  return (
    <Panel title={t("room.projects")} actions={<Button kind="ghost" label={t("action.new")} icon={<Plus size={16} />} onClick={() => { newProject(); onOpen(); }} />}>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {all.length > few && <div className="sticky top-0 z-10 bg-panel px-4 pb-3 phone:bg-ground"><Search value={words} onChange={setWords} label={t("project.search")} /></div>}
      <ul className="pb-4">{shown.map((p) => <Row key={p.id} project={p} isOpen={p.id === open} onOpen={() => pick(p.id)} />)}</ul>
      {data && all.length === 0 && <Empty icon={<Clapperboard size={26} strokeWidth={1.5} />} title={t("project.empty")}>{t("project.emptyText")}</Empty>}
      {all.length > 0 && shown.length === 0 && <Empty icon={<Clapperboard size={26} strokeWidth={1.5} />} title={t("gallery.none")}><Button className="mt-1" onClick={() => setWords("")}>{t("gallery.noneAct")}</Button></Empty>}
    </Panel>
  );
}
