// Which objects of a scene are meant: "ball-1" is a thing or all of its copies, "ball-1.2" the second of them, "car-1/left door" a part.
import type { Graph, GraphNode } from "./graph";

/** What a command added, of which a copy or a part may be meant. */
export const thingOf = (id: string): string => id.split(/[./]/)[0] as string;

/** Whether `own` is what `id` means, or belongs to it. */
export function means(id: string, own: string): boolean {
  return own === id || (own.startsWith(id) && /[./]/.test(own.charAt(id.length)));
}

/** Whether what is done to the one is done to the other. */
export const touch = (one: string, other: string): boolean => means(one, other) || means(other, one);

/** Scene nodes name objects by id, several with commas between. Objects that the node makes or changes, those it acts on first; empty for nodes of other kinds. */
export function objectsOfNode(node: Pick<GraphNode, "type" | "values">): string[] {
  if (!node.type.startsWith("Scene")) return [];
  const targets = String(node.values["targets"] ?? "").split(/[,\s]+/).map(thingOf);
  return [...new Set([...targets, String(node.values["id"] ?? "")])].filter((id) => id !== "");
}

/** The node that makes the object, or the first that is about it. */
export function nodeAbout(graph: Pick<Graph, "nodes">, object: string): string | null {
  const about = Object.values(graph.nodes).filter((n) => objectsOfNode(n).includes(object));
  return (about.find((n) => n.values["id"] === object) ?? about[0])?.id ?? null;
}
