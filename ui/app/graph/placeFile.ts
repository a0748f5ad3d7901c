// A picture or a film that carries no workflow becomes the node that loads it.
import { addNode, emptyGraph, setValue } from "../../flow/graph";
import type { Graph } from "../../flow/graph";
import type { NodeTable } from "../../flow/nodes";
import { client, fetchNodeTables, keys } from "../wire/queries";
import { NoWorkflow, openFile } from "./files";
import { upload } from "../wire/upload";
import { useGraphs } from "./store";

const loaders: readonly [RegExp, string][] = [[/^image\//, "LoadImage"], [/^video\//, "LoadVideo"], [/^audio\//, "LoadAudio"]];

/** At a place of what is open, or as a graph of its own. False when no node loads such a file. */
async function placeFile(file: File, tables: Map<string, NodeTable>, at: { x: number; y: number } | null): Promise<boolean> {
  const type = loaders.find(([kind]) => kind.test(file.type))?.[1], table = type === undefined ? undefined : tables.get(type), input = table?.inputs.find((i) => i.isUpload);
  if (!table || !input) return false;
  const name = await upload(file);
  const withNode = (graph: Graph) => {
    const added = addNode(graph, table, Math.round(at?.x ?? 0), Math.round(at?.y ?? 0));
    return setValue(added.graph, added.id, input.name, name);
  };
  if (at) useGraphs.getState().edit(withNode);
  else useGraphs.getState().open(withNode(emptyGraph), file.name);
  await client.invalidateQueries({ queryKey: keys.nodes });
  return true;
}

/** The workflow that the file carries, or the file itself. */
export async function takeFile(file: File, at: { x: number; y: number } | null = null): Promise<void> {
  const tables = await fetchNodeTables();
  await openFile(file).catch(async (error: unknown) => {
    if (!(error instanceof NoWorkflow) || !(await placeFile(file, tables, at))) throw error;
  });
}
