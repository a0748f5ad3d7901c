// Scene commands that come from hands rather than words: gizmos, bars of the timeline, colour fields, the outliner.
import { useMutation } from "@tanstack/react-query";
import { WireError, newKey } from "../../wire/client";
import { say } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import { useLink } from "./live";
import type { Command, Project } from "./queries";
import { changeProject, putProject } from "./queries";

/** Before the bridge is asked again. */
const pauseMs = 500;

async function untilThere(): Promise<void> {
  await new Promise((then) => setTimeout(then, pauseMs));
  if (useLink.getState().link === "open") return;
  await new Promise<void>((then) => {
    const leave = useLink.subscribe(({ link }) => {
      if (link !== "open") return;
      leave();
      then();
    });
  });
}

/** A bridge that is away is waited for. However often it is asked, the same key lets it be done once. */
async function send(commands: Command[], project: string | null): Promise<Project> {
  const idempotencyKey = newKey();
  for (let isSaid = false; ; isSaid = true) {
    try {
      const data = await changeProject("Untitled", { commands }, { idempotencyKey, project });
      putProject(data.project);
      return data.project;
    } catch (error) {
      if (!(error instanceof WireError) || error.status !== 0) throw error;
      if (!isSaid) say(t("hands.waits"));
      await untilThere();
    }
  }
}

let before: Promise<unknown> = Promise.resolve();

/** One after the other, as they were done. */
export function applyByHand(commands: Command[]): Promise<Project> {
  const { projectId } = useApp.getState().preferences, own = before.then(() => send(commands, projectId));
  before = own.catch(() => {});
  return own;
}

export const useApply = () => useMutation({ mutationFn: applyByHand });
