// Which objects of a scene a node is about: scene nodes name them by id, several with commas between.
import type { GraphNode } from "./graph";

/** Objects that the node makes or changes, those it acts on first; empty for nodes of other kinds. */
export function objectsOfNode(node: Pick<GraphNode, "type" | "values">): string[] {
  if (!node.type.startsWith("Scene")) return [];
  const targets = String(node.values["targets"] ?? "").split(/[,\s]+/).map((target) => target.split(/[./]/)[0] as string);
  return [...new Set([...targets, String(node.values["id"] ?? "")])].filter((id) => id !== "");
}
