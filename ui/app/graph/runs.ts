// What each node of the canvas does while its workflow runs.
import { create } from "zustand";
import type { Schemas } from "../../wire/client";

export type Phase = "queued" | "running" | "cached" | "done" | "failed";
export interface Run { phase: Phase; fraction?: number; message?: string; kind?: string }
export type Nodes = Readonly<Record<string, Run>>;
interface News { progress: Schemas["Progress"]; task: Schemas["Task"] | null }

interface Runs {
  taskId: string | null;
  nodes: Nodes;
  outputs: readonly Schemas["Output"][];
  begin: (taskId: string, ids: readonly string[]) => void;
  clear: () => void;
}

export function afterNews(nodes: Nodes, { progress, task }: News): Nodes {
  const next: Record<string, Run> = { ...nodes };
  const settle = (to: (run: Run) => Run) => { for (const [id, run] of Object.entries(next)) next[id] = to(run); };
  // What waited for a run that is over waits no more.
  const forget = (...phases: Phase[]) => { for (const [id, run] of Object.entries(next)) if (phases.includes(run.phase)) delete next[id]; };
  for (const id of progress.cached ?? []) if (next[id]) next[id] = { phase: "cached" };
  const leftOut = task?.state === "failed" ? undefined : task?.error?.left_out;
  for (const id of leftOut ?? []) delete next[id];
  if (task?.state === "done") settle((run) => (run.phase === "cached" ? run : { phase: "done" }));
  else if (task?.state === "failed") {
    settle((run) => (run.phase === "running" ? { phase: "done" } : run));
    forget("queued");
    if (task.error?.node_id) next[task.error.node_id] = { phase: "failed", message: task.error.message, kind: task.error.type };
  } else if (task?.state === "cancelled") forget("queued", "running");
  else if (progress.node) {
    for (const [id, run] of Object.entries(next)) if (id !== progress.node && run.phase === "running") next[id] = { phase: "done" };
    next[progress.node] = { phase: "running", ...(progress.frames_total > 0 ? { fraction: progress.frames_done / progress.frames_total } : {}) };
  }
  if (leftOut && task?.error?.node_id) next[task.error.node_id] = { phase: "failed", message: task.error.message, kind: task.error.type };
  return next;
}

const order: readonly Phase[] = ["failed", "running", "queued", "done", "cached"];

/** What a node does, by its flat name; a sub-graph does what most needs to be known of the nodes inside it. */
export function runOf(nodes: Nodes, id: string, hasInside: boolean): Run | undefined {
  if (!hasInside) return nodes[id];
  const inside = Object.entries(nodes).flatMap(([key, run]) => (key.startsWith(`${id}:`) ? [run] : []));
  return inside.sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase))[0];
}

/** A quick run may be over before its number is known here: what was heard last is kept and heard again. */
const heard = new Map<string, News[]>();
const mostTasks = 8, mostNews = 400;

function remember(taskId: string, news: News): void {
  heard.set(taskId, [...(heard.get(taskId) ?? []), news].slice(-mostNews));
  for (const old of [...heard.keys()].slice(0, -mostTasks)) heard.delete(old);
}

export const useRuns = create<Runs>((set) => ({
  taskId: null,
  nodes: {},
  outputs: [],
  begin: (taskId, ids) => {
    const waiting: Nodes = Object.fromEntries(ids.map((id) => [id, { phase: "queued" as const }]));
    const news = heard.get(taskId) ?? [];
    set({ taskId, outputs: news.at(-1)?.task?.outputs ?? [], nodes: news.reduce(afterNews, waiting) });
  },
  clear: () => set({ taskId: null, nodes: {}, outputs: [] }),
}));

export function followRun(taskId: string, progress: Schemas["Progress"], task: Schemas["Task"] | null = null): void {
  const news = { progress, task };
  remember(taskId, news);
  const { taskId: own, nodes } = useRuns.getState();
  if (taskId === own) useRuns.setState({ nodes: afterNews(nodes, news), ...(task ? { outputs: task.outputs } : {}) });
}
