// Models on their way here, or being read again to see whether they are whole.
import { Bar } from "../parts/controls";
import { bytes, duration } from "../parts/format";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { isLive, useCancel, useTasks } from "../wire/queries";

export function Progress({ task }: { task: Task }) {
  const cancel = useCancel(), p = task.progress;
  return (
    <div className="mt-2">
      <Bar fraction={p.fraction} label={task.title} />
      <p className="mt-1 flex justify-between text-xs text-soft"><span>{p.bytes_done !== undefined ? `${bytes(p.bytes_done)} / ${bytes(p.bytes_total ?? 0)}` : t("task.queued")}{p.seconds_left !== null && ` · ${duration(p.seconds_left)}`}</span><button type="button" className="font-semibold text-bad" onClick={() => cancel.mutate(task.id)}>{t("task.cancel")}</button></p>
    </div>
  );
}

export function Installing() {
  const tasks = useTasks().data?.items.filter((i) => isLive(i) && (i.kind === "install" || i.kind === "verify")) ?? [];
  if (tasks.length === 0) return null;
  return <ul className="flex flex-col gap-2 px-4 pb-3">{tasks.map((i) => <li key={i.id} className="rounded-xl border border-line bg-raised p-3"><p className="font-medium break-words">{i.title}</p><Progress task={i} /></li>)}</ul>;
}
