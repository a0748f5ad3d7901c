// Scene commands that come from hands rather than words: gizmos, bars of the timeline, colour fields, the outliner.
import { useMutation } from "@tanstack/react-query";
import { say } from "../parts/Toasts";
import { t } from "../words";
import { put, useWaiting } from "./outbox";
import type { Command, Project } from "./queries";

export async function applyByHand(commands: Command[]): Promise<Project> {
  return (await put({ commands }, () => { if (useWaiting.getState().waiting.length === 1) say(t("hands.waits")); })).project;
}

export const useApply = () => useMutation({ mutationFn: applyByHand });
