// What waits, what runs and what ended, each with what can be done about it.
import { CircleX, ListVideo, RotateCw, Trash2 } from "lucide-react";
import { call } from "../../wire/client";
import { Bar, Button, Empty, Panel, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { ago, cx, duration } from "../parts/format";
import { complain } from "../parts/Toasts";
import type { Word } from "../words";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { client, isLive, keys, useCancel, useRetry, useTasks } from "../wire/queries";

const tones: Record<Task["state"], string> = { queued: "text-soft", leased: "text-accent", running: "text-accent", done: "text-good", failed: "text-bad", cancelled: "text-soft" };

function Row({ task }: { task: Task }) {
  const cancel = useCancel(), retry = useRetry();
  const remove = () => call("delete", "/task/{id}", { path: { id: task.id } }).then(() => client.invalidateQueries({ queryKey: keys.tasks })).catch(complain);
  return (
    <li className="group mx-2 rounded-xl p-2.5 hover:bg-raised" data-task={task.state}>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="line-clamp-2 leading-snug font-medium">{task.title}</p>
          <p className="text-xs text-soft"><span className={cx("font-medium", tones[task.state])}>{t(`task.${task.state}` as Word)}</span> · {ago(task.created_at)}{task.attempt > 1 && ` · ${t("task.attempt", { n: task.attempt })}`}{task.progress.seconds_left !== null && task.state === "running" && ` · ${t("task.left", { time: duration(task.progress.seconds_left) })}`}</p>
        </div>
        {isLive(task) && <Button kind="ghost" label={t("task.cancel")} icon={<CircleX size={15} />} onClick={() => cancel.mutate(task.id)} />}
        {(task.state === "failed" || task.state === "cancelled") && <Button kind="ghost" label={t("task.retry")} icon={<RotateCw size={15} />} onClick={() => retry.mutate(task.id)} />}
        {!isLive(task) && <Button kind="ghost" className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100" label={t("task.remove")} icon={<Trash2 size={15} />} onClick={() => void remove()} />}
      </div>
      {task.state === "running" && <div className="mt-2"><Bar fraction={task.progress.fraction} label={task.title} /></div>}
      {task.error && <p className="mt-1.5 rounded-lg bg-bad/10 px-2.5 py-1.5 text-xs">{task.error.message}{task.error.node_type && <span className="text-soft"> ({task.error.node_type})</span>}</p>}
    </li>
  );
}

function Group({ title, tasks }: { title: string; tasks: Task[] }) {
  if (tasks.length === 0) return null;
  return <section aria-label={title}><h3 className="px-4 pt-2 pb-1 text-xs font-semibold text-soft">{title}</h3><ul>{tasks.map((i) => <Row key={i.id} task={i} />)}</ul></section>;
}

export default function Queue() {
  const { data, error, isPending, refetch } = useTasks();
  const tasks = data?.items ?? [];
  return (
    <Panel title={t("room.queue")}>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      <Group title={t("queue.running")} tasks={tasks.filter((i) => i.state === "running" || i.state === "leased")} />
      <Group title={t("queue.waiting")} tasks={tasks.filter((i) => i.state === "queued").reverse()} />
      <Group title={t("queue.ended")} tasks={tasks.filter((i) => !isLive(i))} />
      {data && tasks.length === 0 && <Empty icon={<ListVideo size={26} strokeWidth={1.5} />} title={t("queue.empty")}>{t("queue.emptyText")}</Empty>}
    </Panel>
  );
}
