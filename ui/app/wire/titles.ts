// What a task is called: sentences and workflows by their own names, the rest in the window's language.
import { t } from "../words";
import type { Word } from "../words";
import type { Task } from "./queries";

type Titled = Pick<Task, "kind" | "title">;

/** The bridge names what is installed or verified behind one word for the deed; a file has an ending. */
export function titleOf({ kind, title }: Titled): string {
  const name = title.slice(title.indexOf(" ") + 1);
  if (kind === "install") return t("task.install", { name });
  if (kind !== "verify") return title;
  return name.includes(".") ? t("task.verify", { name }) : t("task.verifyAll");
}

/** Its engine broke off, and goes on with it as soon as it is there again. */
export const isResuming = (task: Pick<Task, "state" | "progress">): boolean => task.state === "running" && task.progress.step === "resuming";

export const stateOf = (task: Pick<Task, "state" | "progress">): string => (isResuming(task) ? t("task.resuming") : t(`task.${task.state}` as Word));
