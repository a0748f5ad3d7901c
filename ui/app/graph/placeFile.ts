// A picture or a film that carries no workflow becomes the node that loads it.
import { addNode, setValue } from "../../flow/graph";
import type { NodeTable } from "../../flow/nodes";
import { client, keys } from "../wire/queries";
import { upload } from "../wire/upload";
import { useGraphs } from "./store";

const loaders: readonly [RegExp, string][] = [[/^image\//, "LoadImage"], [/^video\//, "LoadVideo"], [/^audio\//, "LoadAudio"]];

/** False when no node loads such a file. */
export async function placeFile(file: File, tables: Map<string, NodeTable>, at: { x: number; y: number }): Promise<boolean> {
  const type = loaders.find(([kind]) => kind.test(file.type))?.[1], table = type === undefined ? undefined : tables.get(type), input = table?.inputs.find((i) => i.isUpload);
  if (!table || !input) return false;
  const name = await upload(file);
  useGraphs.getState().edit((g) => {
    const added = addNode(g, table, Math.round(at.x), Math.round(at.y));
    return setValue(added.graph, added.id, input.name, name);
  });
  await client.invalidateQueries({ queryKey: keys.nodes });
  return true;
}
