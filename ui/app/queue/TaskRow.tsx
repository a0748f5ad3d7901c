// One task: what it is, how far it is, what went wrong, and what can be done about it.
import { CircleX, Clapperboard, RotateCw, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { call } from "../../wire/client";
import { wordsOf } from "../parts/Failure";
import { Bar, Button } from "../parts/controls";
import { ago, cx, duration } from "../parts/format";
import { removeLater } from "../parts/removing";
import { Thumb } from "../parts/Thumb";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { client, isLive, keys, useCancel, useRetry } from "../wire/queries";
import { stateOf, titleOf } from "../wire/titles";

const tones: Record<Task["state"], string> = { queued: "text-soft", leased: "text-accent", running: "text-accent", done: "text-good", failed: "text-bad", cancelled: "text-soft" };

export function TaskRow({ task, handle }: { task: Task; handle?: ReactNode }) {
  const cancel = useCancel(), retry = useRetry();
  const remove = () => removeLater(task.id, titleOf(task), () => call("delete", "/task/{id}", { path: { id: task.id } }).then(() => Promise.all([client.invalidateQueries({ queryKey: keys.tasks }), client.invalidateQueries({ queryKey: keys.outputs })])));
  const made = isLive(task) ? undefined : task.outputs.find((o) => o.thumbnail_url && !o.is_preview);
  const left = task.state === "running" ? task.progress.seconds_left : null;
  return (
    <div className={cx("group rounded-xl p-2.5 hover:bg-raised", handle !== undefined && "pl-1")} data-task={task.state}>
      <div className="flex items-start gap-2">
        {handle}
        {!isLive(task) && <Thumb src={made?.thumbnail_url} icon={<Clapperboard size={15} />} className="mr-1 h-9 w-16 shrink-0 rounded-md" />}
        <div className="min-w-0 flex-1">
          <p className="line-clamp-2 leading-snug font-medium">{titleOf(task)}</p>
          <p className="text-xs text-soft"><span className={cx("font-medium", tones[task.state])}>{stateOf(task)}</span> · {ago(task.created_at)}{task.attempt > 1 && ` · ${t("task.attempt", { n: task.attempt })}`}{left !== null && ` · ${t("task.left", { time: duration(left) })}`}</p>
        </div>
        {isLive(task) && <Button kind="ghost" label={t("task.cancel")} aria-label={`${t("task.cancel")}: ${titleOf(task)}`} icon={<CircleX size={15} />} onClick={() => cancel.mutate(task.id)} />}
        {task.state === "cancelled" && <Button kind="ghost" label={t("task.retry")} aria-label={`${t("task.retry")}: ${titleOf(task)}`} icon={<RotateCw size={15} />} onClick={() => retry.mutate(task.id)} />}
        {!isLive(task) && <Button kind="ghost" className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100" label={t("task.remove")} aria-label={`${t("task.remove")}: ${titleOf(task)}`} icon={<Trash2 size={15} />} onClick={remove} />}
      </div>
      {task.state === "running" && <div className="mt-2"><Bar fraction={task.progress.fraction} label={titleOf(task)} /></div>}
      {task.error && <div className="mt-1.5 rounded-lg bg-bad/10 px-2.5 py-2 text-xs"><p>{wordsOf(task.error, task.error.message)}{task.error.node_type && <span className="text-soft"> ({task.error.node_type})</span>}{wordsOf(task.error, task.error.message) !== task.error.message && <span className="mt-0.5 block break-words text-soft" lang="en">{task.error.message}</span>}</p>
        {task.state === "failed" && <Button className="mt-2" aria-label={`${t("error.retry")}: ${titleOf(task)}`} icon={<RotateCw size={14} />} onClick={() => retry.mutate(task.id)}>{t("error.retry")}</Button>}
      </div>}
    </div>
  );
}
