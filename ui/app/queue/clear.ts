// What ended leaves the list; what it made stays in the gallery.
import { call } from "../../wire/client";
import { removeLater } from "../parts/removing";
import { say } from "../parts/Toasts";
import { t } from "../words";
import type { Task } from "../wire/queries";
import { client, isLive, keys } from "../wire/queries";

async function removeAll(tasks: readonly Task[]): Promise<void> {
  try {
    for (const { id } of tasks) await call("delete", "/task/{id}", { path: { id } });
  } finally {
    await client.invalidateQueries({ queryKey: keys.tasks });
  }
}

export function clearEnded(tasks: readonly Task[]): void {
  const ended = tasks.filter((i) => !isLive(i));
  if (ended.length === 0) return say(t("queue.noneEnded"));
  removeLater(ended.map((i) => i.id), t("queue.tasks", { n: ended.length }), () => removeAll(ended));
}
