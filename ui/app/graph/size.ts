// How large a node will be drawn, for laying out what was never drawn.
import type { Graph } from "../../flow/graph";
import type { Size } from "../../flow/layout";
import { defaultWidth, usualSize } from "../../flow/nodeSize";
import type { NodeTable } from "../../flow/nodes";

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

export function sizeIn(graph: Graph, tables: Map<string, NodeTable>, drawn: (id: string) => Size | null = () => null): (id: string) => Size {
  return (id) => {
    const known = drawn(id), node = graph.nodes[id];
    if (known) return known;
    if (!node) return { width: defaultWidth, height: 0 };
    const usual = usualSize(node, tables);
    return { width: node.width ?? usual.width, height: Math.max(node.height ?? 0, usual.height) };
  };
}
