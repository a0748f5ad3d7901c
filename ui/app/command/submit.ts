// A sentence on its way: the project changes at once, its film follows.
import { notifyManager } from "@tanstack/react-query";
import { create } from "zustand";
import { WireError, call, expect } from "../../wire/client";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import type { Understanding } from "../wire/queries";
import { useLink } from "../wire/live";
import type { Done } from "../wire/outbox";
import { GivenUp, followOthers, inTurn, put, useWaiting } from "../wire/outbox";
import { client, currentProject, isLive, keys, putAnswer, putNewTask } from "../wire/queries";
import { allUnsent } from "../wire/unsent";
import type { Schemas } from "../../wire/client";
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

/** What follows when the project has it, or will not have it. */
async function follow(sentence: string, sent: Promise<Done>): Promise<boolean> {
  try {
    const { project, understanding, hasChanged } = await sent;
    remember(sentence);
    if (project.id === useApp.getState().preferences.projectId) {
      useAnswer.setState({ answer: { sentence, understanding, error: null } });
      if (!useAhead.getState().sent) useApp.getState().set(fromTheBeginning);
      if (useApp.getState().view === "gallery") useApp.getState().set({ view: "scene" });
    }
    if (hasChanged && project.commands.length > 0 && useApp.getState().preferences.renderAfterCommand) {
      const film = filmOf(project);
      expect(film);
      film.catch(complain);
    }
    return true;
  } catch (error) {
    if (error instanceof GivenUp) return false;
    const isGivenUp = error instanceof DOMException && error.name === "AbortError";
    useAnswer.setState({ answer: isGivenUp ? null : { sentence, understanding: null, error } });
    return false;
  } finally {
    rest();
  }
}

/** Nothing is on its way just now. */
function rest(): void {
  useAnswer.setState({ isBusy: false });
  notifyManager.schedule(lookNoMore); // when all have heard of the project
}

/** True when it is done, or waits for a bridge that is away. */
export function submit(sentence: string): Promise<boolean> {
  const words = sentence.trim(), isThere = useLink.getState().link !== "lost" && useWaiting.getState().waiting.length === 0;
  if (!words) return Promise.resolve(false);
  useAnswer.setState({ isBusy: true });
  return new Promise((then) => {
    const sent = put({ sentence: words }, () => { useAnswer.setState({ answer: null }); rest(); then(true); });
    if (isThere && useApp.getState().seen !== null) lookNow(words, currentProject()?.commands ?? []);
    void follow(words, sent).then(then);
  });
}

/** What a window that was closed, or has crashed, had not got rid of; that its project is gone meanwhile is no news. */
export function sendWhatWaits(): void {
  followOthers();
  for (const change of allUnsent()) {
    const sent = inTurn(change, true, () => {});
    if ("sentence" in change) void follow(change.sentence, sent);
    else sent.catch((error: unknown) => { if (!(error instanceof GivenUp) && !(error instanceof WireError && error.status === 404)) complain(error); });
  }
}
