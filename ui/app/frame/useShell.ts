// What the native window asks for, and what it is told: files and links come in, running work and the theme go out.
import { useEffect } from "react";
import type { Schemas } from "../../wire/client";
import { call, settled } from "../../wire/client";
import { newProject } from "../command/actions";
import { submit } from "../command/submit";
import { openBytes } from "../graph/files";
import { openWorkflowOf } from "../gallery/origin";
import { complain } from "../parts/Toasts";
import { go } from "../route";
import { useApp } from "../state";
import { client, isLive, keys, useTasks } from "../wire/queries";
import type { Told } from "./shell";
import { ask, bytesOf, hear, isInShell } from "./shell";
import { useIsLight } from "./useTheme";

async function openTask(id: string): Promise<void> {
  const task = await call("get", "/task/{id}", { path: { id } }), first = task.outputs.find((o) => !o.is_preview);
  if (!first) return go("scene", "queue");
  await openWorkflowOf({ task_id: task.id, file: first.file, title: task.title });
  go("graph");
}

/** How much is under way, with what was only just asked for. */
async function underWay(): Promise<number> {
  await settled();
  await client.refetchQueries({ queryKey: keys.tasks });
  return client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items.filter(isLive).length ?? 0;
}

async function follow(told: Told): Promise<void> {
  if (told.type === "file") {
    openBytes(bytesOf(told.base64), told.name);
    go("graph");
  } else if (told.type === "closing") await ask({ type: "leave", n: await underWay() });
  else if (told.type === "command") told.name === "settings" ? useApp.getState().prefer({ room: "settings" }) : newProject();
  else if (told.action === "make") await submit(told.sentence);
  else if (told.kind === "project") {
    useApp.getState().prefer({ projectId: told.id });
    go("scene", "projects");
  } else if (told.kind === "workflow") go("graph", "workflows");
  else await openTask(told.id);
}

export function useShell(): void {
  const isLight = useIsLight(), { data: tasks } = useTasks();
  const n = tasks?.items.filter(isLive).length;
  useEffect(() => hear((told) => void follow(told).catch(complain)), []);
  useEffect(() => { void ask({ type: "theme", dark: !isLight }); }, [isLight]);
  useEffect(() => { if (n !== undefined && isInShell()) void ask({ type: "running", n }); }, [n]);
}
