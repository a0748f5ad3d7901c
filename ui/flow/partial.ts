// What runs when only some nodes are asked for. Engines run what leads to something that is saved or shown; where nothing does, what the nodes make is looked at.
import type { ApiGraph } from "./api";
import type { NodeTable } from "./nodes";
import { fits } from "./nodes";

const shower = "PreviewImage", mark = ".seen";

/** The node that a picture is shown at: its own, or the one that is looked at. */
export const shownAt = (id: string): string => (id.endsWith(mark) ? id.slice(0, -mark.length) : id);

/** With the pictures of `targets` (flat names) made to be seen; null where there is nothing to see of them. */
export function withSight(api: ApiGraph, targets: readonly string[], tables: Map<string, NodeTable>): ApiGraph | null {
  if (Object.values(api).some((node) => tables.get(node.class_type)?.isOutput ?? true)) return api; // a stranger may be one
  const seen: ApiGraph = {};
  for (const id of Object.keys(api).filter((id) => targets.some((t) => id === t || id.startsWith(`${t}:`)))) {
    const output = tables.get(api[id]?.class_type ?? "")?.outputs.findIndex((o) => o.type !== "*" && fits(o.type, "IMAGE")) ?? -1;
    if (output >= 0 && tables.has(shower)) seen[id + mark] = { class_type: shower, inputs: { images: [id, output] } };
  }
  return Object.keys(seen).length ? { ...api, ...seen } : null;
}
