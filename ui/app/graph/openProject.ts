// The graph that makes the project's film, as the bridge plans it.
import { call } from "../../wire/client";
import { fetchNodeTables } from "../wire/queries";
import { graphOf } from "./files";
import { useGraphs } from "./store";

export async function openProject(id: string): Promise<void> {
  const [document, project, tables] = await Promise.all([
    call("get", "/projects/{id}/workflow", { path: { id } }), call("get", "/projects/{id}", { path: { id } }),
    fetchNodeTables(),
  ]);
  const graph = graphOf(document, tables);
  if (graph) useGraphs.getState().open(graph, project.name, { source: { project: id, version: project.version } });
}
