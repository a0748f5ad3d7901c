// What changes a project goes to the bridge through here, one after the other, as it was done. A bridge that is away is waited for.
import { create } from "zustand";
import { WireError, newKey } from "../../wire/client";
import { useApp } from "../state";
import { useLink } from "./live";
import type { Project, Understanding } from "./queries";
import { changeProject, client, keys, putProject } from "./queries";
import type { Change, Unsent } from "./unsent";
import { forgetUnsent, isKept, keepUnsent, onOthersUnsent } from "./unsent";
import { untilThere } from "./untilThere";

/** `hasChanged`: the project is another than the one that was shown. */
export interface Done { project: Project; understanding: Understanding | null; hasChanged: boolean }

/** Those that wait for a bridge that is away, in their order. */
export const useWaiting = create<{ waiting: readonly Unsent[] }>(() => ({ waiting: [] }));

const isAway = (error: unknown) => error instanceof WireError && error.status === 0;

/** It is not wanted any more. */
export class GivenUp extends Error {}

function setWaiting(change: Unsent, waits: boolean): void {
  const { waiting } = useWaiting.getState();
  if (waiting.some((i) => i.key === change.key) === waits) return;
  useWaiting.setState({ waiting: waits ? [...waiting, change].sort((a, b) => a.at - b.at) : waiting.filter((i) => i.key !== change.key) });
}

/** A connection that hangs is as good as none: the answer may come after all, so the same key is asked with again. */
function untilLost(): { lost: Promise<never>; leave: () => void } {
  let leave = () => {};
  const lost = new Promise<never>((_, fail) => { leave = useLink.subscribe(({ link }) => { if (link === "lost") fail(new WireError("The bridge does not answer.", 0)); }); });
  return { lost, leave };
}

async function post(change: Unsent) {
  const { key, project, ...rest } = change, { lost, leave } = untilLost();
  const body = "sentence" in rest ? { sentence: rest.sentence } : { commands: rest.commands };
  try {
    return await Promise.race([lost, changeProject("sentence" in rest ? rest.sentence : "Untitled", body, { idempotencyKey: key, project })]);
  } finally {
    leave();
  }
}

const given = new Set<string>();

/** However often it is asked, the same key lets it be done once. */
async function send(change: Unsent, wasKept: boolean, waits: () => void): Promise<Done> {
  const isWanted = () => !given.has(change.key) && (!wasKept || isKept(change));
  for (;;) {
    if (!isWanted()) throw new GivenUp();
    try {
      if (useLink.getState().link === "lost") throw new WireError("The bridge does not answer.", 0);
      const data = await post(change);
      const hasChanged = client.getQueryData<Project>(keys.project(data.project.id))?.version !== data.project.version;
      forgetUnsent(change);
      putProject(data.project);
      return { ...data, hasChanged };
    } catch (error) {
      if (!isAway(error)) {
        forgetUnsent(change);
        throw error;
      }
      waits();
      await untilThere();
    }
  }
}

let before: Promise<unknown> = Promise.resolve();
/** What makes each of those wait that have not been answered. */
const inLine = new Set<() => void>();

/** `waits` is called once, as soon as it is seen that the bridge is away: for one of them, and so for all behind it. */
export function inTurn(change: Unsent, wasKept: boolean, waits: () => void): Promise<Done> {
  let isSaid = false;
  const wait = () => {
    setWaiting(change, true);
    if (!isSaid) waits();
    isSaid = true;
  };
  if (useWaiting.getState().waiting.length > 0) wait();
  inLine.add(wait);
  const own = before.then(() => send(change, wasKept, () => inLine.forEach((each) => each()))).finally(() => { inLine.delete(wait); setWaiting(change, false); });
  before = own.catch(() => {});
  return own;
}

let last = 0;

/** For the project one works in. */
export function put(change: Change, waits: () => void): Promise<Done> {
  last = Math.max(Date.now(), last + 1); // no two at once: their order is kept
  const unsent: Unsent = { key: newKey(), project: useApp.getState().preferences.projectId, at: last, ...change };
  return inTurn(unsent, keepUnsent(unsent), waits);
}

/** Of one that waits. */
export function giveUp(change: Unsent): void {
  given.add(change.key);
  forgetUnsent(change);
  setWaiting(change, false);
}

/** What another window has done or given up does not wait here any more; to be called once. */
export function followOthers(): void {
  onOthersUnsent(() => useWaiting.getState().waiting.filter((i) => !isKept(i)).forEach((i) => setWaiting(i, false)));
}
