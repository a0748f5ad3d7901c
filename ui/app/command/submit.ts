// A sentence on its way: the project changes at once, its film follows.
import { notifyManager } from "@tanstack/react-query";
import { create } from "zustand";
import { call, expect } from "../../wire/client";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import type { Understanding } from "../wire/queries";
import { changeProject, client, currentProject, isLive, keys, putAnswer, putNewTask, putProject } from "../wire/queries";
import type { Schemas } from "../../wire/client";
import { once } from "../../wire/once";
import { fromTheBeginning, lookNoMore, lookNow, sentName, useAhead } from "./ahead";
import { remember } from "./memory";

export interface Answer { sentence: string; understanding: Understanding | null; error: unknown }

export const useAnswer = create<{ answer: Answer | null; isBusy: boolean }>(() => ({ answer: null, isBusy: false }));

/** A film that nobody waits for any more makes room for the newer one. */
export async function stopOlder(project: string): Promise<void> {
  const page = client.getQueryData<Schemas["TaskPage"]>(keys.tasks);
  const older = page?.items.filter((i) => i.project_id === project && i.kind === "command" && isLive(i)) ?? [];
  await Promise.all(older.map((i) => call("post", "/task/{id}/cancel", { path: { id: i.id } }).then((task) => putAnswer(task, i)).catch(() => {})));
}

/** The settings, as far as no sentence has said otherwise ("in 1080p"). */
function wishes(project: string): Schemas["RenderOptions"] {
  const { quality, width, height, seed } = useApp.getState().preferences;
  const said = client.getQueryData<Schemas["Project"]>(keys.project(project))?.commands.filter((c) => c.op === "render") ?? [];
  const isSaid = (name: string) => said.some((c) => name in c);
  return { seed, ...(isSaid("quality") ? {} : { quality }), ...(isSaid("width") || isSaid("height") ? {} : { width, height }) };
}

export async function renderProject(project: string, options: Schemas["RenderOptions"] = {}): Promise<void> {
  await stopOlder(project);
  putNewTask(await call("post", "/projects/{id}/render", { path: { id: project }, body: { ...wishes(project), outputs: ["mp4", "glb", "png"], ...options } }));
}

/** A picture of the scene is worth this wait: the film takes all of the machine. */
const mostWaitMs = 1500;

/** Until the live scene is seen, where there is one to see. */
function untilSeen(project: Schemas["Project"]): Promise<void> {
  const key = `${project.id}/${project.version}`, isThere = () => [null, key, sentName].includes(useApp.getState().seen) || document.hidden;
  return new Promise((then) => {
    if (isThere()) return then();
    const end = () => { clearTimeout(timer); leave(); then(); };
    const timer = setTimeout(end, mostWaitMs), leave = useApp.subscribe(() => { if (isThere()) end(); });
  });
}

async function filmOf(project: Schemas["Project"]): Promise<void> {
  await stopOlder(project.id);
  await untilSeen(project);
  await renderProject(project.id);
}

export async function submit(sentence: string): Promise<boolean> {
  const words = sentence.trim();
  if (!words) return false;
  useAnswer.setState({ isBusy: true });
  try {
    const { projectId } = useApp.getState().preferences, asking = once(`${projectId} ${words}`, (idempotencyKey) => changeProject(words, { sentence: words }, { idempotencyKey }));
    if (useApp.getState().seen !== null) lookNow(words, currentProject()?.commands ?? []);
    const data = await asking, { id } = data.project;
    const before = client.getQueryData<Schemas["Project"]>(keys.project(id))?.version;
    putProject(data.project);
    remember(words);
    useAnswer.setState({ answer: { sentence: words, understanding: data.understanding, error: null } });
    if (!useAhead.getState().sent) useApp.getState().set(fromTheBeginning);
    if (useApp.getState().view === "gallery") useApp.getState().set({ view: "scene" });
    const hasChanged = data.project.version !== before && data.project.commands.length > 0;
    if (hasChanged && useApp.getState().preferences.renderAfterCommand) {
      const film = filmOf(data.project);
      expect(film);
      film.catch(complain);
    }
    return true;
  } catch (error) {
    const isGivenUp = error instanceof DOMException && error.name === "AbortError";
    useAnswer.setState({ answer: isGivenUp ? null : { sentence: words, understanding: null, error } });
    return false;
  } finally {
    useAnswer.setState({ isBusy: false });
    notifyManager.schedule(lookNoMore); // when all have heard of the project
  }
}
