// What the whole window shares: the project, the graph that is edited, what runs, and the connection.
import { create } from "zustand";
import type { Graph } from "../flow/graph";
import { emptyGraph } from "../flow/graph";
import type { History } from "../flow/history";
import { begin, push, redo, seal, undo } from "../flow/history";
import type { Schemas } from "../wire/client";
import type { Link } from "../wire/socket";

export type View = "scene" | "graph" | "both";
export type Shelf = "projects" | "workflows" | "objects" | "gallery" | "models" | "queue" | "settings";
export type RunState = { phase: "queued" | "running" | "cached" | "done" | "failed"; fraction?: number; message?: string };

interface State {
  theme: "dark" | "light";
  view: View;
  shelf: Shelf | null;
  isCommandOpen: boolean;
  projectId: string | null;
  understanding: Schemas["Understanding"] | null;
  selected: ReadonlySet<string>;
  history: History<Graph>;
  runs: Record<string, RunState>;
  tasks: Record<string, Schemas["Task"]>;
  link: Link;
  seconds: number;
  isPlaying: boolean;
  set: (change: Partial<State>) => void;
  edit: (change: (graph: Graph) => Graph, label?: string) => void;
  seal: () => void;
  load: (graph: Graph) => void;
  undoGraph: () => void;
  redoGraph: () => void;
  putTask: (task: Schemas["Task"]) => void;
  progress: (id: string, progress: Partial<Schemas["Progress"]>) => void;
}

const stored = (name: string) => (typeof localStorage === "undefined" ? null : localStorage.getItem(name));

export const useApp = create<State>((set) => ({
  theme: stored("theme") === "light" ? "light" : "dark",
  view: "scene",
  shelf: "projects",
  isCommandOpen: false,
  projectId: stored("project"),
  understanding: null,
  selected: new Set(),
  history: begin(emptyGraph),
  runs: {},
  tasks: {},
  link: "connecting",
  seconds: 0,
  isPlaying: true,
  set: (change) => set(change),
  edit: (change, label) => set((s) => ({ history: push(s.history, change(s.history.present), label ?? null) })),
  seal: () => set((s) => ({ history: seal(s.history) })),
  load: (graph) => set((s) => ({ history: push(s.history, graph), selected: new Set(), runs: {} })),
  undoGraph: () => set((s) => ({ history: undo(s.history) })),
  redoGraph: () => set((s) => ({ history: redo(s.history) })),
  putTask: (task) => set((s) => ({ tasks: { ...s.tasks, [task.id]: task } })),
  progress: (id, progress) => set((s) => {
    const task = s.tasks[id];
    return task ? { tasks: { ...s.tasks, [id]: { ...task, progress: { ...task.progress, ...progress } } } } : {};
  }),
}));

export const useGraph = () => useApp((s) => s.history.present);
