// What waits, in the order in which it will run; the order is changed by dragging, or by arrow keys on a handle.
import { GripVertical } from "lucide-react";
import type { ComponentProps, CSSProperties, KeyboardEvent } from "react";
import { useState } from "react";
import { changesFor, inOrder, shifted } from "../../flow/queue";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { reorder, waitingTasks } from "../wire/queries";
import { TaskRow } from "./TaskRow";
import { titleOf } from "../wire/titles";
import { useRowDrag } from "./useRowDrag";

const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

function Item({ task, isAlone, drag, style, onStep }: { task: Task; isAlone: boolean; drag: ComponentProps<"button">; style: CSSProperties; onStep: (n: number) => void }) {
  const onKey = (event: KeyboardEvent) => {
    const n = steps[event.key];
    if (n === undefined) return;
    event.preventDefault();
    onStep(n);
  };
  const handle = !isAlone && (
    <button type="button" aria-label={t("queue.move", { title: titleOf(task) })} title={t("queue.moveHint")} onKeyDown={onKey} {...drag} className="mt-0.5 cursor-grab touch-none rounded p-0.5 text-soft opacity-60 group-hover:opacity-100 hover:text-ink focus-visible:opacity-100 active:cursor-grabbing">
      <GripVertical size={15} />
    </button>
  );
  return <li style={style} className="relative mx-2 rounded-xl bg-panel"><TaskRow task={task} handle={handle} /></li>;
}

export function Waiting({ tasks }: { tasks: readonly Task[] }) {
  const [told, setTold] = useState(""), [wanted, setWanted] = useState<string[]>([]);
  // As it was asked for until the bridge has heard of it; what came or began meanwhile takes its own place.
  const known = inOrder(tasks), listed = [...wanted.flatMap((id) => known.find((i) => i.id === id) ?? []), ...known.filter((i) => !wanted.includes(i.id))];
  const step = (id: string, n: number) => {
    const next = shifted(inOrder(waitingTasks()), id, n), at = next.findIndex((i) => i.id === id), task = next[at]; // keys may come faster than pictures
    if (!task) return;
    rows.remember();
    setTold(t("queue.moved", { title: titleOf(task), n: at + 1, of: next.length }));
    setWanted(next.map((i) => i.id));
    void reorder(changesFor(next)).catch(complain).finally(() => setWanted([]));
  };
  const rows = useRowDrag(listed.map((i) => i.id), step);
  if (tasks.length === 0) return null;
  return (
    <section aria-label={t("queue.waiting")}>
      <h3 className="px-4 pt-2 pb-1 text-xs font-semibold text-soft">{t("queue.waiting")}</h3>
      <ul ref={rows.list} className="relative">
        {listed.map((task) => <Item key={task.id} task={task} isAlone={listed.length < 2} drag={rows.handle(task.id)} style={rows.styleOf(task.id)} onStep={(n) => step(task.id, n)} />)}
      </ul>
      <p role="status" className="sr-only">{told}</p>
    </section>
  );
}
