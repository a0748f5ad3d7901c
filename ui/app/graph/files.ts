// Workflows that come in as files and go out as files.
import { fromApi, looksLikeApi, toApi } from "../../flow/api";
import { findWorkflow } from "../../flow/embedded";
import type { Graph } from "../../flow/graph";
import { layOut } from "../../flow/layout";
import { TooLarge, fromLitegraph, looksLikeLitegraph, toLitegraph } from "../../flow/litegraph";
import type { RawGraph } from "../../flow/litegraph";
import type { NodeTable } from "../../flow/nodes";
import { writeExact } from "../../wire/exact";
import { Plain } from "../parts/Failure";
import { download } from "../parts/menu";
import { say } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";
import { shape, sizeIn } from "./size";
import { useGraphs } from "./store";

export class NoWorkflow extends Plain {
  override advice = t("file.noneAdvice");
}

function editorGraph(document: RawGraph, tables: Map<string, NodeTable>): Graph {
  try {
    return fromLitegraph(document, tables);
  } catch (error) {
    throw error instanceof TooLarge ? new Plain(t("file.tooLarge", { n: error.most.toLocaleString() })) : error;
  }
}

/** API format has no places, so it is laid out. */
export function graphOf(document: unknown, tables: Map<string, NodeTable>): Graph | null {
  if (looksLikeLitegraph(document)) return editorGraph(document, tables);
  if (!looksLikeApi(document)) return null;
  const graph = fromApi(document);
  return layOut(graph, sizeIn(graph, tables), shape());
}

export function knownTables(): Map<string, NodeTable> {
  return client.getQueryData<Map<string, NodeTable>>(keys.nodes) ?? new Map();
}

export function openBytes(bytes: Uint8Array, name: string): void {
  const found = findWorkflow(bytes), tables = knownTables();
  const graph = graphOf(found.workflow, tables) ?? graphOf(found.prompt, tables);
  if (!graph) throw new NoWorkflow(t("file.none", { name }));
  useGraphs.getState().open(graph, name.replace(/\.[a-z0-9]+$/i, ""));
  const unknown = [...new Set(Object.values(graph.nodes).filter((n) => !n.inner && !tables.has(n.type) && n.type !== "Reroute").map((n) => n.type))];
  say(unknown.length && tables.size ? t("file.unknown", { names: unknown.slice(0, 5).join(", "), n: unknown.length }) : t("file.opened", { name }));
}

export async function openFile(file: File): Promise<void> {
  openBytes(new Uint8Array(await file.arrayBuffer()), file.name);
}

export function saveAs(kind: "api" | "editor", tables: Map<string, NodeTable>): void {
  const { history, name } = useGraphs.getState(), graph = history.present;
  const document = kind === "api" ? toApi(graph, tables) : toLitegraph(graph, tables);
  download(`${name || "workflow"}${kind === "api" ? "-api" : ""}.json`, writeExact(document, 2));
}
