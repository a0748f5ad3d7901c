// How large a node is that no hand has sized, before it is drawn.
import type { GraphNode } from "./graph";
import { tableOf } from "./graph";
import type { Size } from "./layout";
import type { InputTable, NodeTable } from "./nodes";
import { fits, previewOf } from "./nodes";

export const defaultWidth = 252;

const unknown = 120, head = 44, row = 30, socket = 24, tall = 92, foot = 30, heard = 44, seen = 172;

/** A widget with what it shows beside its value. */
function heightOf(input: InputTable, value: unknown): number {
  if (input.multiline) return tall;
  if (input.hasControl) return row * 2;
  const kind = input.isUpload && typeof value === "string" ? previewOf(value) : undefined;
  return row + (kind === undefined ? 0 : kind === "audio" ? heard : seen);
}

/** What it will have made is shown inside it: a layout that kept no room for that would have wires run behind it after the first run. */
const showsPicture = (table: NodeTable) => table.isOutput && table.inputs.some((i) => !i.isWidget && (fits("IMAGE", i.type) || fits("VIDEO", i.type)));

export function usualSize(node: GraphNode, tables: Map<string, NodeTable>): Size {
  const table = tableOf(node, tables);
  if (!table) return { width: defaultWidth, height: unknown };
  const sockets = Math.max(table.inputs.filter((i) => !i.isWidget).length, table.outputs.length);
  const widgets = table.inputs.filter((i) => i.isWidget && (!i.isOptional || (i.name in node.values && node.values[i.name] !== i.default)));
  return { width: defaultWidth, height: head + sockets * socket + widgets.reduce((sum, w) => sum + heightOf(w, node.values[w.name]), 0) + (showsPicture(table) ? seen : 0) + foot };
}
