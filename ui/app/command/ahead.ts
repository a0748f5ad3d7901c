// The scene that a sentence would make, told before it is sent: whoever draws scenes makes it ready while hands rest.
import { useEffect } from "react";
import { create } from "zustand";
import { call } from "../../wire/client";
import { writeExact } from "../../wire/exact";
import { useApp } from "../state";
import type { Command } from "../wire/queries";
import type { DryRun } from "./useDryRun";

export interface Ahead { key: string; commands: Command[] }

export const useAhead = create<{ ahead: Ahead | null }>(() => ({ ahead: null }));

/** Equal commands make the same scene. */
export const keyOf = (commands: readonly unknown[]) => writeExact(commands);

/** So long after a letter the sentence may be finished. */
const restMs = 120;

function look(scene: unknown): void {
  if (!Array.isArray(scene) || scene.length === 0) return;
  const commands = scene as Command[], key = keyOf(commands);
  if (useAhead.getState().ahead?.key !== key) useAhead.setState({ ahead: { key, commands } });
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

/** Of a sentence that is offered, when a hand comes near it. */
export function lookAhead(sentence: string): void {
  asked?.abort();
  asked = new AbortController();
  const { projectId } = useApp.getState().preferences, { signal } = asked;
  call("post", "/execute-command", { body: { command: sentence, dry_run: true, ...(projectId ? { project_id: projectId } : {}) }, signal })
    .then((data) => look((data as unknown as { scene?: unknown }).scene))
    .catch(() => {}); // it is then made when it is sent
}

/** Of a sentence that is on its way, whose project comes later than what it will have. */
export function lookNow(sentence: string): void {
  if (latest?.sentence.trim() === sentence) look(latest.understanding.scene);
  else lookAhead(sentence);
}
