// Running what is on the canvas, all of it or what some nodes need.
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import type { Graph } from "../../flow/graph";
import { changeNode, setValue } from "../../flow/graph";
import { chosen } from "../../flow/chance";
import { unify } from "../../flow/shared";
import { flatId } from "../../flow/subgraph";
import { toApi } from "../../flow/api";
import { withSight } from "../../flow/partial";
import type { NodeTable } from "../../flow/nodes";
import { highest } from "../../flow/queue";
import { Plain } from "../parts/Failure";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import { client, isLive, keys, knownTask, putAnswer, putNewTask } from "../wire/queries";
import { useRuns } from "./runs";
import { nextSeed } from "./widgets/SeedWidget";
import { useGraphs } from "./store";

/** What the seed controls say happens from one run to the next. */
function turned(graph: Graph): Graph {
  let next = graph;
  for (const node of Object.values(graph.nodes)) {
    if (node.inner) {
      const inner = turned(node.inner.graph);
      if (inner !== node.inner.graph) next = changeNode(next, node.id, { inner: { ...node.inner, graph: inner } });
    }
    for (const [name, control] of Object.entries(node.values)) {
      if (!name.endsWith(":control") || control === "fixed") continue;
      const input = name.slice(0, -":control".length);
      next = setValue(next, node.id, input, nextSeed(node.values[input] ?? 0, control));
    }
  }
  return next;
}

/** Ends the run that the canvas follows. */
export async function stopRun(): Promise<void> {
  const id = useRuns.getState().taskId, before = id ? knownTask(id) : undefined;
  if (id) await call("post", "/task/{id}/cancel", { path: { id } }).then((task) => putAnswer(task, before)).catch(complain);
}

/** Before all that waits. */
function firstPriority(): number {
  const waiting = client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items.filter(isLive) ?? [];
  return Math.min(highest, Math.max(0, ...waiting.map((i) => i.priority)) + 1);
}

/** The document that ran last: where seeds turn before a run, the first one takes them as they are. */
let lastRun: number | null = null;

/** All of it, or what `targets` need, which are nodes of what is seen. */
export async function runGraph(tables: Map<string, NodeTable>, { targets, isFirst = false }: { targets?: Iterable<string>; isFirst?: boolean } = {}): Promise<void> {
  const turnsBefore = useApp.getState().preferences.seedTurns === "before", { opened } = useGraphs.getState();
  if (turnsBefore && lastRun === opened) useGraphs.getState().editWhole((g) => unify(turned(g)));
  const { history, name, path } = useGraphs.getState();
  const asked = targets && [...targets].map((id) => flatId(path, id)), needed = toApi(chosen(history.present, tables, Math.random), tables, asked);
  if (Object.keys(needed).length === 0) return;
  const api = asked ? withSight(needed, asked, tables) : needed;
  if (!api) return complain(new Plain(t("graph.nothingToSee")));
  try {
    const project = useApp.getState().preferences.projectId;
    const task = await call("post", "/graphs/run", { body: { title: name || t("graph.untitled"), graph: api as never, ...(project ? { project_id: project } : {}), ...(isFirst ? { options: { priority: firstPriority() } } : {}) } });
    useRuns.getState().begin(task.id, Object.keys(api));
    putNewTask(task);
    lastRun = opened;
    if (!turnsBefore) useGraphs.getState().editWhole((g) => unify(turned(g)));
  } catch (error) {
    complain(error);
  }
}
