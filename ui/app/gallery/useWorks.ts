// Everything that was made, newest first, as the gallery shows it.
import { useMemo } from "react";
import { matches } from "../parts/menu";
import type { Output, Task } from "../wire/queries";
import { useTasks } from "../wire/queries";

export type Kind = "all" | "film" | "image" | "scene";
export interface Work { id: string; task: Task; output: Output }

export function useWorks(kind: Kind, words: string): Work[] {
  const tasks = useTasks().data?.items;
  return useMemo(() => (tasks ?? []).flatMap((task) => task.outputs.map((output) => ({ id: `${task.id}/${output.file}`, task, output })))
    .filter((w) => (kind === "all" || w.output.kind === kind) && matches(words, w.task.title, w.output.file)), [tasks, kind, words]);
}
