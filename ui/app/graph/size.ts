// How large a node will be drawn, for laying out what was never drawn.
import type { Graph } from "../../flow/graph";
import { tableOf } from "../../flow/graph";
import type { Size } from "../../flow/layout";
import type { InputTable, NodeTable } from "../../flow/nodes";
import { previewOf } from "../../flow/nodes";
import { defaultWidth } from "./toFlow";

const rectOf = (name: string) => document.querySelector(`[data-${name}]`)?.getBoundingClientRect();

export const canvasRect = () => rectOf("nodes");

/** What the tools above the canvas and the command bar below it cover, in pixels. */
export function margins(): { top: number; side: number; bottom: number } {
  const canvas = canvasRect(), bar = rectOf("command-bar"), tools = rectOf("tools");
  return { top: canvas && tools ? tools.bottom - canvas.top + 20 : 76, side: 28, bottom: canvas && bar && bar.height > 0 ? Math.max(28, canvas.bottom - bar.top + 20) : 28 };
}

const usualShape = 1.9;

/** Width by height of what is free for the graph. */
export function shape(): number {
  const canvas = canvasRect();
  if (!canvas?.width) return usualShape;
  const { top, side, bottom } = margins(), height = canvas.height - top - bottom;
  return height > 0 ? Math.max(.4, (canvas.width - 2 * side) / height) : usualShape;
}

const head = 44, row = 30, tall = 92, foot = 30, heard = 44, seen = 172;

/** A widget with what it shows beside its value. */
function heightOf(input: InputTable, value: unknown): number {
  if (input.multiline) return tall;
  if (input.hasControl) return row * 2;
  const kind = input.isUpload && typeof value === "string" ? previewOf(value) : undefined;
  return row + (kind === undefined ? 0 : kind === "audio" ? heard : seen);
}

export function sizeIn(graph: Graph, tables: Map<string, NodeTable>, drawn: (id: string) => Size | null = () => null): (id: string) => Size {
  return (id) => {
    const known = drawn(id), node = graph.nodes[id];
    if (known) return known;
    const table = node && tableOf(node, tables);
    if (!node || !table) return { width: defaultWidth, height: 120 };
    const sockets = Math.max(table.inputs.filter((i) => !i.isWidget).length, table.outputs.length);
    const widgets = table.inputs.filter((i) => i.isWidget && (!i.isOptional || (i.name in node.values && node.values[i.name] !== i.default)));
    return { width: node.width ?? defaultWidth, height: Math.max(node.height ?? 0, head + sockets * 24 + widgets.reduce((sum, w) => sum + heightOf(w, node.values[w.name]), 0) + foot) };
  };
}
