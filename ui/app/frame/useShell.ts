// What the native window asks for, and what it is told: files and links come in, running work and the theme go out.
import { useEffect } from "react";
import type { Schemas } from "../../wire/client";
import { call, settled } from "../../wire/client";
import { newProject } from "../command/actions";
import { submit } from "../command/submit";
import { openWorkflow } from "../graph/openWorkflow";
import { takeFile } from "../graph/placeFile";
import { keepDraft } from "../graph/store";
import { openWorkflowOf } from "../gallery/origin";
import { Plain } from "../parts/Failure";
import { complain } from "../parts/Toasts";
import { go } from "../route";
import { useApp, usePreference } from "../state";
import type { Language } from "../words";
import { t } from "../words";
import { client, isLive, keys, putProject, useTasks } from "../wire/queries";
import { dropAt } from "./drops";
import type { Told } from "./shell";
import { ask, bytesOf, hear, isInShell, shellWords } from "./shell";

const types: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp", gif: "image/gif", mp4: "video/mp4", webm: "video/webm", mov: "video/quicktime", wav: "audio/wav", mp3: "audio/mpeg", flac: "audio/flac", ogg: "audio/ogg" };

/** As a browser would tell it of a file that is dropped. */
const typeOf = (name: string) => types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "";

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
    const file = new File([bytesOf(told.base64)], told.name, { type: typeOf(told.name) });
    if (told.x !== undefined && told.y !== undefined) return dropAt(file, told.x, told.y);
    await takeFile(file);
    go("graph");
  } else if (told.type === "refused") throw new Plain(t(`refused.${told.why}`, { what: told.what }));
  else if (told.type === "closing") {
    const n = await underWay();
    keepDraft();
    await ask({ type: "leave", n });
  }
  else if (told.type === "command") told.name === "settings" ? useApp.getState().prefer({ room: "settings" }) : newProject();
  else if (told.action === "make") await submit(told.sentence);
  else if (told.kind === "project") {
    putProject(await call("get", "/projects/{id}", { path: { id: told.id } })); // one that is not there leaves the open one open
    useApp.getState().prefer({ projectId: told.id });
    go("scene", "projects");
  } else if (told.kind === "workflow") await openWorkflow(told.id);
  else await openTask(told.id);
}

let last = Promise.resolve();

/** One after the other: a window that is closed at once still opens first what it was started with. */
function inTurn(told: Told): void {
  last = last.then(() => follow(told)).catch(complain);
}

/** `language` is the one that is spoken, which is the wanted one as soon as it is learned. */
export function useShell(language: Language): void {
  const theme = usePreference("theme"), { data: tasks } = useTasks();
  const n = tasks?.items.filter(isLive).length;
  useEffect(() => hear(inTurn), []);
  useEffect(() => { void ask({ type: "theme", theme }); }, [theme]);
  useEffect(() => { if (isInShell()) ask({ type: "words", words: Object.fromEntries(shellWords.map((name) => [name, t(`shell.${name}`)])) }).catch(complain); }, [language]);
  useEffect(() => { if (n !== undefined && isInShell()) void ask({ type: "running", n }); }, [n]);
}
