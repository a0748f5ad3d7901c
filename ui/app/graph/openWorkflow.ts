// A template, or a workflow that was saved, on the canvas; with what was answered to its questions.
import { call } from "../../wire/client";
import type { Answers, Asked } from "../../flow/asked";
import { answered } from "../../flow/asked";
import { go } from "../route";
import { t } from "../words";
import { fetchNodeTables } from "../wire/queries";
import { NoWorkflow, graphOf } from "./files";
import { useGraphs } from "./store";

export async function openWorkflow(id: string, form?: { asked: readonly Asked[]; answers: Answers }): Promise<void> {
  const [workflow, tables] = await Promise.all([call("get", "/workflows/{id}", { path: { id } }), fetchNodeTables()]);
  const graph = graphOf(workflow.graph, tables);
  if (!graph) throw new NoWorkflow(t("file.none", { name: workflow.name }));
  useGraphs.getState().open(form ? answered(graph, form.asked, form.answers) : graph, workflow.name, { workflowId: workflow.is_template ? null : workflow.id });
  go("graph");
}
