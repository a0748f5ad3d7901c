// What a finished work was made from, as the bridge remembers it.
import { useQuery } from "@tanstack/react-query";
import type { ApiGraph } from "../../flow/api";
import { looksLikeApi } from "../../flow/api";
import { modelsOf, seedOf } from "../../flow/madeOf";
import { call } from "../../wire/client";
import { client } from "../wire/queries";
import { NoWorkflow, graphOf, knownTables } from "../graph/files";
import { useGraphs } from "../graph/store";
import { useApp } from "../state";
import { t } from "../words";
import type { Work } from "./useWorks";

type Origin = Pick<Work, "task_id" | "file" | "title">;

/** It never changes. */
const workflowQuery = (work: Origin) => ({
  queryKey: ["made of", work.task_id, work.file], staleTime: Infinity,
  queryFn: async (): Promise<unknown> => (await call("get", "/outputs/{task}/{file}/details", { path: { task: work.task_id, file: work.file } })).workflow ?? null,
});
const workflowOf = (work: Origin) => client.fetchQuery(workflowQuery(work));
const apiOf = (workflow: unknown) => (looksLikeApi(workflow) ? workflow as ApiGraph : {});

/** Its seed and the models that it was made with, when they are known. */
export function useMadeOf(work: Work): { seed: number | null; models: string[] } {
  const graph = apiOf(useQuery(workflowQuery(work)).data);
  return { seed: seedOf(graph), models: modelsOf(graph) };
}

export async function openWorkflowOf(work: Origin): Promise<void> {
  const graph = graphOf(await workflowOf(work), knownTables());
  if (!graph) throw new NoWorkflow(t("file.none", { name: work.file }));
  useGraphs.getState().open(graph, work.title);
}

/** The last seed of the workflow; it is used for the films that follow. */
export async function reuseSeedOf(work: Work): Promise<number> {
  const seed = seedOf(apiOf(await workflowOf(work)));
  if (seed === null) throw new NoWorkflow(t("gallery.noSeed"));
  useApp.getState().prefer({ seed });
  return seed;
}
