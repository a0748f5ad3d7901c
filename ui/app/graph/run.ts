// Running what is on the canvas, all of it or what some nodes need.
import { call } from "../../wire/client";
import { setValue } from "../../flow/graph";
import { toApi } from "../../flow/api";
import type { NodeTable } from "../../flow/nodes";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import { t } from "../words";
import { putTask } from "../wire/queries";
import { useRuns } from "./runs";
import { nextSeed } from "./widgets/SeedWidget";
import { useGraphs } from "./store";

/** What the seed controls say happens after a run. */
function turnSeeds(): void {
  const { history, edit } = useGraphs.getState();
  for (const node of Object.values(history.present.nodes))
    for (const [name, control] of Object.entries(node.values)) {
      if (!name.endsWith(":control") || control === "fixed") continue;
      const input = name.slice(0, -":control".length), next = nextSeed(node.values[input] ?? 0, control);
      edit((g) => setValue(g, node.id, input, next), "seeds");
    }
}

/** Ends the run that the canvas follows. */
export async function stopRun(): Promise<void> {
  const id = useRuns.getState().taskId;
  if (id) await call("post", "/task/{id}/cancel", { path: { id } }).then(putTask).catch(complain);
}

export async function runGraph(tables: Map<string, NodeTable>, targets?: Iterable<string>): Promise<void> {
  const { history, name } = useGraphs.getState();
  const api = toApi(history.present, tables, targets);
  if (Object.keys(api).length === 0) return;
  try {
    const project = useApp.getState().preferences.projectId;
    const task = await call("post", "/graphs/run", { body: { title: name || t("graph.untitled"), graph: api as never, ...(project ? { project_id: project } : {}) } });
    useRuns.getState().begin(task.id, Object.keys(api));
    putTask(task);
    turnSeeds();
  } catch (error) {
    complain(error);
  }
}
