// What waits, what runs and what ended, each with what can be done about it.
import { CircleX, ListVideo, ListX } from "lucide-react";
import { Button, Empty, Panel, Waiting as Loading } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { useIsRemoved } from "../parts/removing";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { isLive, useTasks } from "../wire/queries";
import { cancelAll } from "./cancel";
import { clearEnded } from "./clear";
import { TaskRow } from "./TaskRow";
import { Waiting } from "./Waiting";

function Group({ title, tasks }: { title: string; tasks: Task[] }) {
  if (tasks.length === 0) return null;
  return <section aria-label={title}><h3 className="px-4 pt-2 pb-1 text-xs font-semibold text-soft">{title}</h3><ul>{tasks.map((i) => <li key={i.id} className="mx-2"><TaskRow task={i} /></li>)}</ul></section>;
}

export default function Queue() {
  const { data, error, isPending, refetch } = useTasks();
  const isRemoved = useIsRemoved(), tasks = data?.items.filter((i) => !isRemoved(i.id)) ?? [];
  return (
    <Panel title={t("room.queue")} actions={<>{tasks.filter(isLive).length > 1 && <Button kind="ghost" label={t("action.cancelAll")} icon={<CircleX size={16} />} onClick={() => void cancelAll().catch(complain)} />}{tasks.some((i) => !isLive(i)) && <Button kind="ghost" label={t("queue.clear")} icon={<ListX size={16} />} onClick={() => clearEnded(tasks)} />}</>}>
      {isPending && <Loading />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      <Group title={t("queue.running")} tasks={tasks.filter((i) => i.state === "running" || i.state === "leased")} />
      <Waiting tasks={tasks.filter((i) => i.state === "queued")} />
      <Group title={t("queue.ended")} tasks={tasks.filter((i) => !isLive(i))} />
      {data && tasks.length === 0 && <Empty icon={<ListVideo size={26} strokeWidth={1.5} />} title={t("queue.empty")}>{t("queue.emptyText")}</Empty>}
    </Panel>
  );
}
