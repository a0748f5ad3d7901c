// How large a node will be drawn, for laying out what was never drawn.
import type { Graph } from "../../flow/graph";
import { tableOf } from "../../flow/graph";
import type { Size } from "../../flow/layout";
import type { NodeTable } from "../../flow/nodes";
import { defaultWidth } from "./toFlow";

const head = 44, row = 28, tall = 92;

export function sizeIn(graph: Graph, tables: Map<string, NodeTable>, drawn: (id: string) => Size | null = () => null): (id: string) => Size {
  return (id) => {
    const known = drawn(id), node = graph.nodes[id];
    if (known) return known;
    const table = node && tableOf(node, tables);
    if (!node || !table) return { width: defaultWidth, height: 120 };
    const sockets = Math.max(table.inputs.filter((i) => !i.isWidget).length, table.outputs.length);
    const widgets = table.inputs.filter((i) => i.isWidget && (!i.isOptional || (i.name in node.values && node.values[i.name] !== i.default)));
    return { width: node.width ?? defaultWidth, height: head + sockets * 24 + widgets.reduce((sum, w) => sum + (w.multiline ? tall : w.hasControl ? row * 2 : row), 0) + 24 };
  };
}
