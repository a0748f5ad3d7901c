// What waits, in the order in which it will run; the order is changed by dragging, or by arrow keys on a handle.
import { GripVertical } from "lucide-react";
import { Reorder, useDragControls } from "motion/react";
import type { KeyboardEvent } from "react";
import { useState } from "react";
import { changesFor, inOrder, shifted } from "../../flow/queue";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { reorder, waitingTasks } from "../wire/queries";
import { TaskRow } from "./TaskRow";
import { titleOf } from "../wire/titles";

const steps: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };

function Item({ task, isAlone, onDrop, onStep }: { task: Task; isAlone: boolean; onDrop: () => void; onStep: (n: number) => void }) {
  const controls = useDragControls();
  const onKey = (event: KeyboardEvent) => {
    const n = steps[event.key];
    if (n === undefined) return;
    event.preventDefault();
    onStep(n);
  };
  const handle = !isAlone && (
    <button type="button" aria-label={t("queue.move", { title: titleOf(task) })} title={t("queue.moveHint")} onKeyDown={onKey} onPointerDown={(e) => controls.start(e)} className="mt-0.5 cursor-grab touch-none rounded p-0.5 text-soft opacity-60 group-hover:opacity-100 hover:text-ink focus-visible:opacity-100 active:cursor-grabbing">
      <GripVertical size={15} />
    </button>
  );
  return (
    <Reorder.Item value={task.id} dragListener={false} dragControls={controls} onDragEnd={onDrop} className="relative mx-2 rounded-xl bg-panel" whileDrag={{ scale: 1.02, boxShadow: "0 10px 28px -10px var(--shade)" }}>
      <TaskRow task={task} handle={handle} />
    </Reorder.Item>
  );
}

export function Waiting({ tasks }: { tasks: readonly Task[] }) {
  const [dragged, setDragged] = useState<string[] | null>(null), [told, setTold] = useState("");
  const ordered = inOrder(tasks), ids = ordered.map((i) => i.id);
  // A task that began or came while another was held takes its own place.
  const shown = dragged ? [...dragged.filter((id) => ids.includes(id)), ...ids.filter((id) => !dragged.includes(id))] : ids;
  const byId = new Map(ordered.map((i) => [i.id, i]));
  const listed = shown.flatMap((id) => byId.get(id) ?? []);
  const apply = (wanted: readonly Task[]) => {
    setDragged(null);
    void reorder(changesFor(wanted)).catch(complain);
  };
  const step = (task: Task, n: number) => {
    const wanted = shifted(inOrder(waitingTasks()), task.id, n); // keys may come faster than pictures
    setTold(t("queue.moved", { title: titleOf(task), n: wanted.findIndex((i) => i.id === task.id) + 1, of: wanted.length }));
    apply(wanted);
  };
  if (tasks.length === 0) return null;
  return (
    <section aria-label={t("queue.waiting")}>
      <h3 className="px-4 pt-2 pb-1 text-xs font-semibold text-soft">{t("queue.waiting")}</h3>
      <Reorder.Group axis="y" values={shown} onReorder={setDragged}>
        {listed.map((task) => <Item key={task.id} task={task} isAlone={listed.length < 2} onDrop={() => apply(listed)} onStep={(n) => step(task, n)} />)}
      </Reorder.Group>
      <p role="status" className="sr-only">{told}</p>
    </section>
  );
}
