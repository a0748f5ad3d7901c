// Every change of a project: go back to one, branch from it, or lay two side by side.
import { Clapperboard, GitBranch, History, SplitSquareHorizontal } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { call, urlOf } from "../../wire/client";
import { Button, Empty, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { ago, cx } from "../parts/format";
import { Thumb } from "../parts/Thumb";
import { complain, say } from "../parts/Toasts";
import { t } from "../words";
import type { Project } from "../wire/queries";
import { putProject, useHistory } from "../wire/queries";
import type { Version } from "./Compare";
import { branchFrom } from "./deeds";
import { entryTitle } from "./entryTitle";

const Compare = lazy(() => import("./Compare"));

export function HistoryList({ project }: { project: Project }) {
  const { data, error, isPending, refetch } = useHistory(project.id);
  const [chosen, setChosen] = useState<number[]>([]), [isComparing, setComparing] = useState(false);
  const toggle = (version: number) => setChosen((c) => (c.includes(version) ? c.filter((v) => v !== version) : [...c, version].slice(-2)));
  const restore = (version: number) => call("post", "/projects/{id}/restore", { path: { id: project.id }, body: { version } }).then((p) => { putProject(p); say(t("history.restored", { n: version })); }).catch(complain);
  const versionOf = (number: number): Version => ({ number, title: entryTitle(data?.items.find((e) => e.version === number)) });
  const pair = [versionOf(Math.min(...chosen)), versionOf(Math.max(...chosen))] as const;
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  const entries = [...data.items].sort((a, b) => b.version - a.version);
  return (
    <>
      <p className="px-4 pb-2 text-xs text-soft">{t("history.text")}</p>
      <ol className="px-2">
        {entries.map((e) => (
          <li key={e.version} className={cx("group relative flex gap-3 rounded-xl p-2 [content-visibility:auto] [contain-intrinsic-size:auto_70px]", e.version === project.version ? "bg-accent/12" : "hover:bg-raised")}>
            <label className="relative">
              <Thumb src={e.n_commands > 0 ? urlOf("/projects/{id}/history/{version}/thumbnail", { id: project.id, version: e.version }) : null} icon={<Clapperboard size={17} />} className="h-[54px] w-24 shrink-0 rounded-lg" />
              <input type="checkbox" aria-label={t("history.choose", { n: e.version })} checked={chosen.includes(e.version)} onChange={() => toggle(e.version)} className={cx("absolute top-1.5 left-1.5 size-4 accent-(--accent) transition-opacity", !chosen.includes(e.version) && "opacity-0 group-hover:opacity-100 focus-visible:opacity-100", chosen.length > 0 && "opacity-100")} />
              {chosen.includes(e.version) && <span className="pointer-events-none absolute inset-0 rounded-lg ring-2 ring-accent" />}
            </label>
            <div className="min-w-0 flex-1">
              <p className="line-clamp-2 text-[13px] leading-snug" title={entryTitle(e)}>{entryTitle(e)}</p>
              <p className="mt-0.5 flex items-center gap-1.5 text-xs whitespace-nowrap text-soft"><span className="tabular-nums">{e.version}</span><span aria-hidden>·</span>{ago(e.time)}{e.version === project.version && <span className="font-semibold text-accent">{t("history.current")}</span>}</p>
            </div>
            {e.version !== project.version && (
              <div className="absolute right-2 bottom-2 flex gap-0.5 rounded-lg bg-raised opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100">
                <Button kind="ghost" label={t("history.restore")} aria-label={`${t("history.restore")}: ${e.version}`} icon={<History size={15} />} onClick={() => void restore(e.version)} />
                <Button kind="ghost" label={t("history.branch")} aria-label={`${t("history.branch")}: ${e.version}`} icon={<GitBranch size={15} />} onClick={() => void branchFrom(project, e.version)} />
              </div>
            )}
          </li>
        ))}
      </ol>
      {entries.length === 0 && <Empty icon={<History size={26} strokeWidth={1.5} />} title={t("history.empty")} />}
      {chosen.length === 2 && <div className="sticky bottom-0 border-t border-line bg-panel p-3"><Button kind="primary" className="w-full" icon={<SplitSquareHorizontal size={15} />} onClick={() => setComparing(true)}>{t("history.compare", { a: Math.min(...chosen), b: Math.max(...chosen) })}</Button></div>}
      {isComparing && <Suspense fallback={null}><Compare project={project} versions={pair} onClose={() => setComparing(false)} /></Suspense>}
    </>
  );
}
