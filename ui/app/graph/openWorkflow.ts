// A template, or a workflow that was saved, on the canvas.
import { call } from "../../wire/client";
import { go } from "../route";
import { t } from "../words";
import { fetchNodeTables } from "../wire/queries";
import { NoWorkflow, graphOf } from "./files";
import { useGraphs } from "./store";

export async function openWorkflow(id: string): Promise<void> {
  const [workflow, tables] = await Promise.all([call("get", "/workflows/{id}", { path: { id } }), fetchNodeTables()]);
  const graph = graphOf(workflow.graph, tables);
  if (!graph) throw new NoWorkflow(t("file.none", { name: workflow.name }));
  useGraphs.getState().open(graph, workflow.name, { workflowId: workflow.is_template ? null : workflow.id });
  go("graph");
}
