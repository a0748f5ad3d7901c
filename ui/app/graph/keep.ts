// Saves the canvas with the bridge: a new workflow, or a new version of the one it came from; nothing is written over.
import { call } from "../../wire/client";
import { writeExact } from "../../wire/exact";
import { once } from "../../wire/once";
import { toLitegraph } from "../../flow/litegraph";
import type { NodeTable } from "../../flow/nodes";
import { complain, say } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";
import { useGraphs } from "./store";

export async function keep(tables: Map<string, NodeTable>): Promise<void> {
  const { history, name, workflowId } = useGraphs.getState();
  const body = { name: name || t("graph.untitled"), graph: toLitegraph(history.present, tables) as never };
  try {
    const saved = workflowId ? await call("put", "/workflows/{id}", { path: { id: workflowId }, body }) : await once(writeExact(body), (idempotencyKey) => call("post", "/workflows", { body, idempotencyKey }));
    useGraphs.setState({ workflowId: saved.id, name: saved.name, source: null, isDirty: false });
    void client.invalidateQueries({ queryKey: keys.workflows });
    say(t("graph.kept", { name: saved.name, n: saved.version }));
  } catch (error) {
    complain(error);
  }
}
