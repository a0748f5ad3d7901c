// Models on their way here, or being read again to see whether they are whole.
import { Bar } from "../parts/controls";
import { bytes, duration } from "../parts/format";
import { TaskRow } from "../queue/TaskRow";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { isLive, useCancel, useTasks } from "../wire/queries";
import { titleOf } from "../wire/titles";

export function Progress({ task }: { task: Task }) {
  const cancel = useCancel(), p = task.progress;
  return (
    <div className="mt-2">
      <Bar fraction={p.fraction} label={titleOf(task)} />
      <p className="mt-1 flex justify-between text-xs text-soft"><span>{p.bytes_done !== undefined ? `${bytes(p.bytes_done)} / ${bytes(p.bytes_total ?? 0)}` : t("task.queued")}{p.seconds_left !== null && ` · ${duration(p.seconds_left)}`}</span><button type="button" className="font-semibold text-bad" onClick={() => cancel.mutate(task.id)}>{t("task.cancel")}</button></p>
    </div>
  );
}

/** What failed and was not begun anew since. */
function failedOf(tasks: readonly Task[]): Task[] {
  return tasks.filter((i) => (i.kind === "install" || i.kind === "verify") && i.state === "failed" && !tasks.some((other) => other.title === i.title && other.created_at > i.created_at));
}

/** What did not come or is not whole, with a way to try again. */
export function Failed() {
  const failed = failedOf(useTasks().data?.items ?? []);
  return failed.length > 0 && <div className="flex flex-col gap-1 px-2 pb-3">{failed.map((i) => <TaskRow key={i.id} task={i} />)}</div>;
}

export function Installing() {
  const tasks = useTasks().data?.items.filter((i) => isLive(i) && (i.kind === "install" || i.kind === "verify")) ?? [];
  if (tasks.length === 0) return null;
  return <ul className="flex flex-col gap-2 px-4 pb-3">{tasks.map((i) => <li key={i.id} className="rounded-xl border border-line bg-raised p-3"><p className="font-medium break-words">{titleOf(i)}</p><Progress task={i} /></li>)}</ul>;
}
