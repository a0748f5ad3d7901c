// What each node of the canvas does while its workflow runs.
import { create } from "zustand";
import type { Schemas } from "../../wire/client";

export type Phase = "queued" | "running" | "cached" | "done" | "failed";
export interface Run { phase: Phase; fraction?: number; message?: string }

interface Runs {
  taskId: string | null;
  nodes: Readonly<Record<string, Run>>;
  outputs: readonly Schemas["Output"][];
  begin: (taskId: string, ids: readonly string[]) => void;
  clear: () => void;
}

export const useRuns = create<Runs>((set) => ({
  taskId: null,
  nodes: {},
  outputs: [],
  begin: (taskId, ids) => set({ taskId, outputs: [], nodes: Object.fromEntries(ids.map((id) => [id, { phase: "queued" as const }])) }),
  clear: () => set({ taskId: null, nodes: {}, outputs: [] }),
}));

/** A node that follows ends the one before; what was never run when all is done was in the cache. */
export function followRun(taskId: string, progress: Schemas["Progress"], task?: Schemas["Task"]): void {
  const { taskId: own, nodes } = useRuns.getState();
  if (taskId !== own) return;
  const next: Record<string, Run> = { ...nodes };
  const settle = (to: (run: Run) => Run) => { for (const [id, run] of Object.entries(next)) next[id] = to(run); };
  if (task?.state === "done") settle((run) => (run.phase === "queued" ? { phase: "cached" } : { phase: "done" }));
  else if (task?.state === "failed") {
    settle((run) => (run.phase === "running" ? { phase: "done" } : run));
    if (task.error?.node_id) next[task.error.node_id] = { phase: "failed", message: task.error.message };
  } else if (task?.state === "cancelled") settle((run) => (run.phase === "running" ? { phase: "queued" } : run));
  else if (progress.node) {
    for (const [id, run] of Object.entries(next)) if (id !== progress.node && run.phase === "running") next[id] = { phase: "done" };
    const fraction = progress.frames_total > 0 ? progress.frames_done / progress.frames_total : undefined;
    next[progress.node] = { phase: "running", ...(fraction !== undefined ? { fraction } : {}) };
  }
  useRuns.setState({ nodes: next, ...(task ? { outputs: task.outputs } : {}) });
}
