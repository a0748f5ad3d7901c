// Scene commands that come from hands rather than words: gizmos, bars of the timeline, colour fields, the outliner.
import { useMutation } from "@tanstack/react-query";
import { WireError, newKey } from "../../wire/client";
import { complain, say } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import type { Command, Project } from "./queries";
import { changeProject, putProject } from "./queries";
import type { Unsent } from "./unsent";
import { allUnsent, forgetUnsent, keepUnsent } from "./unsent";
import { untilThere } from "./untilThere";

/** A bridge that is away is waited for. However often it is asked, the same key lets it be done once. */
async function send(change: Unsent): Promise<Project> {
  for (let isSaid = false; ; isSaid = true) {
    try {
      const data = await changeProject("Untitled", { commands: change.commands }, { idempotencyKey: change.key, project: change.project });
      forgetUnsent(change);
      putProject(data.project);
      return data.project;
    } catch (error) {
      if (!(error instanceof WireError) || error.status !== 0) {
        forgetUnsent(change);
        throw error;
      }
      if (!isSaid) say(t("hands.waits"));
      await untilThere();
    }
  }
}

let before: Promise<unknown> = Promise.resolve();

/** One after the other, as they were done. */
function inTurn(change: Unsent): Promise<Project> {
  const own = before.then(() => send(change));
  before = own.catch(() => {});
  return own;
}

let last = 0;

export function applyByHand(commands: Command[]): Promise<Project> {
  last = Math.max(Date.now(), last + 1); // no two at once: their order is kept
  const change = { key: newKey(), project: useApp.getState().preferences.projectId, commands, at: last };
  keepUnsent(change);
  return inTurn(change);
}

/** What a window that was closed, or has crashed, had not got rid of; that its project is gone meanwhile is no news. */
export function sendWhatWaits(): void {
  for (const change of allUnsent()) inTurn(change).catch((error: unknown) => { if (!(error instanceof WireError) || error.status !== 404) complain(error); });
}

export const useApply = () => useMutation({ mutationFn: applyByHand });
