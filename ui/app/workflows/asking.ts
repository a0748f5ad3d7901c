// Which workflow's questions are open in its room; set by the list and by a slash.
import { create } from "zustand";
import type { Schemas } from "../../wire/client";
import { openWorkflow } from "../graph/openWorkflow";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";

export const useAsking = create<{ id: string | null }>(() => ({ id: null }));

export function askFor(id: string | null): void {
  useAsking.setState({ id });
  if (id) useApp.getState().prefer({ room: "workflows" });
}

/** What asks for nothing is opened at once. */
export function openOrAsk(workflow: Pick<Schemas["Workflow"], "id" | "inputs">): void {
  if (workflow.inputs.length > 0) askFor(workflow.id);
  else void openWorkflow(workflow.id).catch(complain);
}
