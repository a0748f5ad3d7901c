// The simple form for a small window: say it, run it, see what was made.
import { ArrowUp, Clapperboard, FolderClosed, Images, LoaderCircle, Moon, Plus, Sun, Undo2, Workflow } from "lucide-react";
import { Suspense, lazy, useState } from "react";
import { Example } from "../command/Example";
import { examples } from "../command/memory";
import { newProject } from "../command/actions";
import { renderProject, submit, useAnswer } from "../command/submit";
import { Waiting } from "../command/Waiting";
import { useDryRun } from "../command/useDryRun";
import { Chips } from "../command/Chips";
import { useIsLight } from "../frame/useTheme";
import { Bar, Button } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { complain } from "../parts/Toasts";
import { cx, duration } from "../parts/format";
import { useApp } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { useLink } from "../wire/live";
import { isLive, useCancel, useNext, useProject, useStep, useTasks } from "../wire/queries";
import { isResuming } from "../wire/titles";
import { Newest } from "./Newest";

const Gallery = lazy(() => import("../gallery/Gallery"));
const Workflows = lazy(() => import("../workflows/Workflows"));
const AllProjects = lazy(() => import("../projects/AllProjects"));

type Part = "make" | "workflows" | "projects" | "gallery";

function Say() {
  const [text, setText] = useState("");
  const run = useDryRun(text), { answer, isBusy } = useAnswer(), project = useProject().data;
  const send = (sentence: string) => void submit(sentence).then((isDone) => { if (isDone) setText(""); });
  const isGoingOn = (project?.commands.length ?? 0) > 0, next = useNext();
  const running = useTasks().data?.items.find((i) => i.project_id === project?.id && isLive(i)), cancel = useCancel(), undo = useStep("undo");
  return (
    <div className="flex flex-col gap-4 p-4 pb-24">
      <Newest project={project} />
      {running && (
        <div className="rounded-xl border border-line bg-panel p-3">
          <div className="mb-2 flex items-center gap-2 text-xs"><span className="flex-1 font-medium">{running.state === "queued" ? t("film.queued") : isResuming(running) ? t("task.resuming") : t("film.rendering")}</span>{running.progress.seconds_left !== null && <span className="text-soft">{duration(running.progress.seconds_left)}</span>}<button type="button" className="-my-3 font-semibold text-bad" onClick={() => cancel.mutate(running.id)}>{t("task.cancel")}</button></div>
          <Bar fraction={running.progress.fraction} label={running.title} />
        </div>
      )}
      <form className="rounded-2xl border border-line bg-raised" onSubmit={(e) => { e.preventDefault(); send(text); }}>
        {run && text && <div className="border-b border-line"><Chips run={run} onReplace={setText} /></div>}
        <textarea rows={3} value={text} onChange={(e) => setText(e.target.value)} aria-label={t("command.label")} placeholder={isGoingOn ? t("command.placeholderNext") : t("command.placeholder")} className="w-full resize-none bg-transparent px-4 pt-3 text-[16px] outline-none placeholder:text-soft" />
        <div className="flex items-center gap-1 p-2">
          {project && <Button kind="ghost" label={t("action.new")} icon={<Plus size={18} />} onClick={newProject} />}
          {project && <Button kind="ghost" label={t("action.undo")} icon={<Undo2 size={18} />} disabled={!project.can_undo || undo.isPending} onClick={() => undo.mutate(project.id)} />}
          {isGoingOn && !running && <Button kind="ghost" icon={<Clapperboard size={17} />} onClick={() => project && renderProject(project.id).catch(complain)}>{t("action.renderShort")}</Button>}
          <button type="submit" aria-label={t("command.send")} disabled={!text.trim() || isBusy} className="ml-auto grid size-11 place-items-center rounded-xl bg-accent text-on-accent disabled:bg-line disabled:text-soft">{isBusy ? <LoaderCircle size={18} className="animate-spin" /> : <ArrowUp size={19} strokeWidth={2.4} />}</button>
        </div>
      </form>
      <Waiting />
      {answer?.error != null && <Failure error={answer.error} place="form" />}
      {answer?.understanding && <p role="status" className="px-1 text-[14px]">{answer.understanding.reply}</p>}
      {next.length > 0 && <div className="flex flex-wrap gap-2" aria-label={t("command.next")} role="group">{next.map((step) => <button key={step} type="button" disabled={isBusy} onClick={() => send(step)} className="h-11 rounded-full border border-line bg-panel px-4 text-[13.5px] font-medium">{step}</button>)}</div>}
      {!isGoingOn && <div className="grid grid-cols-2 gap-2.5">{examples().map((e) => <Example key={e} sentence={e} onPick={send} />)}</div>}
    </div>
  );
}

const parts: readonly { name: Part; word: Word; Icon: typeof Images }[] = [
  { name: "make", word: "phone.make", Icon: Clapperboard }, { name: "workflows", word: "phone.workflows", Icon: Workflow }, { name: "projects", word: "room.projects", Icon: FolderClosed }, { name: "gallery", word: "view.gallery", Icon: Images },
];

export default function Phone() {
  const view = useApp((s) => s.view), set = useApp((s) => s.set), prefer = useApp((s) => s.prefer), isLight = useIsLight(), { link } = useLink(), project = useProject().data;
  const [listed, setListed] = useState<"projects" | "workflows" | null>(null);
  const open: Part = view === "gallery" ? "gallery" : listed ?? "make";
  const show = (part: Part) => { setListed(part === "projects" || part === "workflows" ? part : null); set({ view: part === "gallery" ? "gallery" : "scene" }); };
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-13 shrink-0 items-center gap-2 border-b border-line bg-panel pr-1.5 pl-4">
        <h1 className="shrink-0 text-[17px] font-semibold tracking-[-.02em]">Miktos</h1>
        <p className="min-w-0 flex-1 truncate text-[13.5px] text-soft">{open === "make" && project?.commands.length ? project.name : ""}</p>
        <Button kind="ghost" label={t("action.theme")} icon={isLight ? <Moon size={17} /> : <Sun size={17} />} onClick={() => prefer({ theme: isLight ? "dark" : "light" })} />
      </header>
      {link === "lost" && <p role="alert" className="bg-warn px-4 py-1.5 text-center text-[13px] font-medium text-ground">{t("link.lost")}</p>}
      <main className="min-h-0 flex-1 overflow-auto">
        <Suspense fallback={null}>{open === "gallery" ? <Gallery /> : open === "workflows" ? <Workflows /> : open === "projects" ? <AllProjects onOpen={() => show("make")} /> : <Say />}</Suspense>
      </main>
      <nav aria-label={t("rooms.label")} className="flex shrink-0 border-t border-line bg-panel pb-[env(safe-area-inset-bottom)]">
        {parts.map(({ name, word, Icon }) => (
          <button key={name} type="button" aria-pressed={open === name} className={cx("flex h-14 flex-1 flex-col items-center justify-center gap-1 text-[11px] font-medium", open === name ? "text-accent" : "text-soft")} onClick={() => show(name)}><Icon size={19} />{t(word)}</button>
        ))}
      </nav>
    </div>
  );
}
