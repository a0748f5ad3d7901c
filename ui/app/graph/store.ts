// The graph that is edited, with its undo; several can be open one after the other, each with its own name.
import { create } from "zustand";
import type { Graph } from "../../flow/graph";
import { emptyGraph } from "../../flow/graph";
import type { History } from "../../flow/history";
import { begin, push, redo, seal, undo } from "../../flow/history";
import { at, changeAt, reachable } from "../../flow/subgraph";
import { parseExact, writeExact } from "../../wire/exact";
import { useRuns } from "./runs";

const key = "miktos.graph";

/** The version of a project that the graph was planned from. */
export interface Source { project: string; version: number }
interface Kept { graph: Graph; name: string; workflowId: string | null; source?: Source | null; isDirty?: boolean }

interface GraphState {
  history: History<Graph>;
  /** Nodes whose insides are open, outermost first. */
  path: readonly string[];
  name: string;
  /** Of a workflow kept by the bridge. */
  workflowId: string | null;
  source: Source | null;
  isDirty: boolean;
  /** Counts documents that were opened, so that each is shown whole once. */
  opened: number;
  selected: ReadonlySet<string>;
  /** The hand only moves the canvas. */
  isLocked: boolean;
  /** The node whose name is being written. */
  renaming: string | null;
  /** What is seen. */
  edit: (change: (graph: Graph) => Graph, label?: string) => void;
  /** From the outermost graph on. */
  editWhole: (change: (graph: Graph) => Graph) => void;
  /** Other places for the same graph: no step, and no change that is to be saved. */
  arrange: (change: (graph: Graph) => Graph) => void;
  seal: () => void;
  undo: () => void;
  redo: () => void;
  /** Another document: what was undone in the last one stays reachable by undo. */
  open: (graph: Graph, name: string, from?: { workflowId?: string | null; source?: Source }) => void;
  select: (ids: Iterable<string>) => void;
  enter: (path: readonly string[]) => void;
}

function kept(): Kept {
  try {
    const found = parseExact(sessionStorage.getItem(key) ?? localStorage.getItem(key) ?? "null") as Kept | null;
    if (found?.graph.nodes) return { ...found, graph: { ...emptyGraph, ...found.graph } };
  } catch { /* a damaged draft is no reason to show nothing */ }
  return { graph: emptyGraph, name: "", workflowId: null };
}

function changed(s: GraphState, graph: Graph, label?: string): Partial<GraphState> {
  const history = push(s.history, graph, label ?? null);
  return history === s.history ? {} : { history, isDirty: true };
}

/** A sub-graph that is no longer there is left. */
function stepTo(s: GraphState, history: History<Graph>): Partial<GraphState> {
  return history === s.history ? {} : { history, path: reachable(history.present, s.path), isDirty: true };
}

const first = kept();

export const useGraphs = create<GraphState>((set) => ({
  history: begin(first.graph),
  path: [],
  name: first.name,
  workflowId: first.workflowId,
  source: first.source ?? null,
  isDirty: first.isDirty ?? false,
  opened: 0,
  selected: new Set(),
  isLocked: false,
  renaming: null,
  edit: (change, label) => set((s) => changed(s, changeAt(s.history.present, s.path, change), label)),
  editWhole: (change) => set((s) => changed(s, change(s.history.present))),
  arrange: (change) => set((s) => ({ history: { ...s.history, present: change(s.history.present) } })),
  seal: () => set((s) => ({ history: seal(s.history) })),
  undo: () => set((s) => stepTo(s, undo(s.history))),
  redo: () => set((s) => stepTo(s, redo(s.history))),
  open: (graph, name, { workflowId = null, source } = {}) => {
    useRuns.getState().clear();
    set((s) => ({ history: push(s.history, graph), name, workflowId, source: source ?? null, isDirty: false, opened: s.opened + 1, selected: new Set(), path: [] }));
  },
  select: (ids) => set({ selected: new Set(ids) }),
  enter: (path) => set({ path, selected: new Set() }),
}));

/** What is seen: the whole, or what is inside the node that is open. */
export function shownGraph(s: Pick<GraphState, "history" | "path">): Graph {
  return at(s.history.present, s.path) ?? s.history.present;
}

export const useGraph = () => useGraphs(shownGraph);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Now rather than when hands rest: the window is about to close. */
export function keepDraft(): void {
  if (timer === undefined) return;
  clearTimeout(timer);
  timer = undefined;
  const s = useGraphs.getState(), text = writeExact({ graph: s.history.present, name: s.name, workflowId: s.workflowId, source: s.source, isDirty: s.isDirty } satisfies Kept);
  for (const place of [sessionStorage, localStorage]) // this window's own, and the last one's for the next visit
    try {
      place.setItem(key, text);
    } catch { /* a draft too large for the browser is still kept by Save */ }
}

/** The draft outlives a reload and a crash, written when hands rest. */
useGraphs.subscribe((s, before) => {
  if (s.history.present === before.history.present && s.name === before.name) return;
  clearTimeout(timer);
  timer = setTimeout(keepDraft, 400);
});
