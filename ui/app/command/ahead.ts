// The scene that a sentence would make, told before it is sent: whoever draws scenes makes it ready while hands rest.
import { useEffect } from "react";
import { create } from "zustand";
import { call } from "../../wire/client";
import { writeExact } from "../../wire/exact";
import { useApp } from "../state";
import type { Command } from "../wire/queries";
import type { DryRun } from "./useDryRun";

export interface Ahead { key: string; commands: Command[] }

/** `project`: whose it will be; null is one that is not made yet. */
export interface Sent extends Ahead { project: string | null }

/** What a scene is called whose project has not come yet. */
export const sentName = "sent";

/** `sent`: of a sentence on its way, until its project has it. */
export const useAhead = create<{ ahead: Ahead | null; sent: Sent | null }>(() => ({ ahead: null, sent: null }));

/** Equal commands make the same scene. */
export const keyOf = (commands: readonly unknown[]) => writeExact(commands);

/** A scene that nobody has seen yet. */
export const fromTheBeginning = { isFilmShown: false, isPlaying: true, seconds: 0 };

/** So long after a letter the sentence may be finished. */
const restMs = 120;

function look(scene: unknown): Ahead | null {
  if (!Array.isArray(scene) || scene.length === 0) return null;
  const commands = scene as Command[], ahead = { key: keyOf(commands), commands };
  if (useAhead.getState().ahead?.key !== ahead.key) useAhead.setState({ ahead });
  return ahead;
}

let latest: DryRun | null = null;

export const noteRun = (run: DryRun | null) => { latest = run; };

/** Of what is typed. */
export function useLookAhead(run: DryRun | null): void {
  useEffect(() => {
    noteRun(run);
    if (!run) return;
    const id = setTimeout(() => look(run.understanding.scene), restMs);
    return () => clearTimeout(id);
  }, [run]);
}

let asked: AbortController | null = null;

function ask(sentence: string, then: (scene: unknown) => void): void {
  asked?.abort();
  asked = new AbortController();
  const { projectId } = useApp.getState().preferences, { signal } = asked;
  call("post", "/execute-command", { body: { command: sentence, dry_run: true, ...(projectId ? { project_id: projectId } : {}) }, signal })
    .then((data) => then((data as unknown as { scene?: unknown }).scene))
    .catch(() => {}); // it is then made when it is sent
}

/** Of a sentence that is offered, when a hand comes near it. */
export const lookAhead = (sentence: string) => ask(sentence, look);

/** Of a sentence that is on its way, whose project comes later than what it will have: it is shown at once, from its beginning. */
export function lookNow(sentence: string, now: readonly unknown[]): void {
  const project = useApp.getState().preferences.projectId;
  const show = (scene: unknown) => {
    const ahead = look(scene);
    if (!ahead || ahead.key === keyOf(now)) return;
    useAhead.setState({ sent: { ...ahead, project } });
    useApp.getState().set(fromTheBeginning);
  };
  if (latest?.sentence.trim() === sentence) show(latest.understanding.scene);
  else ask(sentence, show);
}

/** Its project has it, or will not have it. */
export function lookNoMore(): void {
  asked?.abort();
  useAhead.setState({ sent: null });
}
