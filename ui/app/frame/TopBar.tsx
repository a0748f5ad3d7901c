// The project's name, what is looked at, and the film.
import { Box, Clapperboard, Columns2, Image, Moon, PanelRight, Redo2, Sun, Undo2, Workflow } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { call } from "../../wire/client";
import { renderProject } from "../command/submit";
import { Button, Segments } from "../parts/controls";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { putProject, useProject, useStep } from "../wire/queries";
import { HelpMenu } from "./HelpMenu";
import { toggleOutline, useOutlineShown } from "./space";
import { useIsLight } from "./useTheme";

function Name({ project }: { project: Project }) {
  const [draft, setDraft] = useState<string | null>(null), field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const select = () => field.current?.select();
    addEventListener("miktos:rename", select);
    return () => removeEventListener("miktos:rename", select);
  }, []);
  const keep = () => {
    if (draft?.trim() && draft !== project.name) call("patch", "/projects/{id}", { path: { id: project.id }, body: { name: draft.trim().slice(0, 200) } }).then(putProject).catch(complain);
    setDraft(null);
  };
  return (
    <input ref={field} value={draft ?? project.name} onChange={(e) => setDraft(e.target.value)} onBlur={keep} onKeyDown={(e) => { if (e.key === "Enter") e.currentTarget.blur(); if (e.key === "Escape") setDraft(null); }}
      aria-label={t("project.name")} className="h-[30px] w-64 min-w-0 truncate rounded-lg border border-transparent bg-transparent px-2 text-[13.5px] font-medium hover:border-line focus:border-line" />
  );
}

export function TopBar() {
  const project = useProject().data, view = useApp((s) => s.view), set = useApp((s) => s.set), prefer = useApp((s) => s.prefer);
  const isOutlineShown = useOutlineShown(), isLight = useIsLight();
  const undo = useStep("undo"), redo = useStep("redo");
  const isScene = view === "scene" || view === "split";
  return (
    <header className="grid h-12 shrink-0 grid-cols-[1fr_auto_1fr] items-center gap-3 border-b border-line bg-panel pr-3 pl-4">
      <div className="flex min-w-0 items-center gap-2.5">
        <svg viewBox="0 0 24 24" className="size-6 shrink-0" aria-hidden><path d="M3 19.5q9 2.4 18 0" fill="none" stroke="var(--soft)" strokeWidth="1.4" strokeLinecap="round" /><path d="M4 18C5 7 9 6 11 16" fill="none" stroke="var(--accent)" strokeWidth="1.6" strokeLinecap="round" strokeDasharray=".1 3" /><circle cx="16" cy="12.5" r="5" fill="var(--accent)" /></svg>
        <span className="text-[15px] font-semibold tracking-[-.02em]">Miktos</span>
        <span className="text-line">/</span>
        {project ? <Name project={project} /> : <span className="px-2 text-soft">{t("project.none")}</span>}
      </div>
      <Segments value={view} label={t("view.label")} isBrief onChange={(value) => set({ view: value })} options={[
        { value: "scene", label: t("view.scene"), icon: <Box size={14} /> }, { value: "graph", label: t("view.graph"), icon: <Workflow size={14} /> },
        { value: "split", label: t("view.split"), icon: <Columns2 size={14} /> }, { value: "gallery", label: t("view.gallery"), icon: <Image size={14} /> },
      ]} />
      <div className="flex items-center justify-end gap-0.5">
        {isScene && <Button kind="ghost" label={t("action.undo")} icon={<Undo2 size={16} />} disabled={!project?.can_undo} onClick={() => project && undo.mutate(project.id)} />}
        {isScene && <Button kind="ghost" label={t("action.redo")} icon={<Redo2 size={16} />} disabled={!project?.can_redo} onClick={() => project && redo.mutate(project.id)} />}
        <HelpMenu />
        <Button kind="ghost" label={t("action.theme")} icon={isLight ? <Moon size={16} /> : <Sun size={16} />} onClick={() => prefer({ theme: isLight ? "dark" : "light" })} />
        {isScene && <Button kind="ghost" isOn={isOutlineShown} label={t("outline.toggle")} icon={<PanelRight size={16} />} onClick={toggleOutline} />}
        <Button kind="primary" className="ml-2" icon={<Clapperboard size={15} />} disabled={!project?.commands.length} onClick={() => project && renderProject(project.id).catch(complain)}>{t("action.renderShort")}</Button>
      </div>
    </header>
  );
}
