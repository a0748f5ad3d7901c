// What a finished work was made from, as the bridge remembers it.
import type { ApiGraph } from "../../flow/api";
import { looksLikeApi } from "../../flow/api";
import { call } from "../../wire/client";
import { NoWorkflow, graphOf, knownTables } from "../graph/files";
import { useGraphs } from "../graph/store";
import { useApp } from "../state";
import { t } from "../words";
import type { Work } from "./useWorks";

type Origin = Pick<Work, "task_id" | "file" | "title">;

async function workflowOf(work: Origin): Promise<unknown> {
  const details = await call("get", "/outputs/{task}/{file}/details", { path: { task: work.task_id, file: work.file } });
  return details.workflow;
}

export async function openWorkflowOf(work: Origin): Promise<void> {
  const graph = graphOf(await workflowOf(work), knownTables());
  if (!graph) throw new NoWorkflow(t("file.none", { name: work.file }));
  useGraphs.getState().open(graph, work.title);
}

/** The last seed of the workflow; it is used for the films that follow. */
export async function reuseSeedOf(work: Work): Promise<number> {
  const workflow = await workflowOf(work);
  const nodes = looksLikeApi(workflow) ? Object.values(workflow as ApiGraph) : [];
  for (const node of nodes.reverse())
    for (const name of ["seed", "noise_seed"]) {
      const seed = node.inputs[name];
      if (typeof seed !== "number") continue;
      useApp.getState().prefer({ seed });
      return seed;
    }
  throw new NoWorkflow(t("gallery.noSeed"));
}
