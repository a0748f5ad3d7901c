// What hands do on the canvas: wires, the search, files that are dropped.
import type { Connection, Edge, EdgeChange, FinalConnectionState } from "@xyflow/react";
import { useReactFlow } from "@xyflow/react";
import type { DragEvent, MouseEvent } from "react";
import { useCallback, useState } from "react";
import type { Graph, Wire } from "../../flow/graph";
import { addNode, bend, canConnect, connect, disconnect, tableOf } from "../../flow/graph";
import type { NodeTable } from "../../flow/nodes";
import { fits } from "../../flow/nodes";
import { complain } from "../parts/Toasts";
import type { Asked } from "./NodeSearch";
import { takeFile } from "./placeFile";
import { shownGraph, useGraphs } from "./store";

const dotSize = 16;

export interface Canvas {
  asked: Asked | null;
  ask: (asked: Asked | null) => void;
  closeSearch: () => void;
  add: (type: string) => void;
  onConnect: (connection: Connection) => void;
  onConnectEnd: (event: globalThis.MouseEvent | TouchEvent, state: FinalConnectionState) => void;
  onEdgesChange: (changes: EdgeChange[]) => void;
  onReconnect: (old: Edge, connection: Connection) => void;
  onReconnectEnd: (event: globalThis.MouseEvent | TouchEvent, edge: Edge, end: string, state: FinalConnectionState) => void;
  isValid: (connection: Connection | Edge) => boolean;
  bendAt: (wire: Wire, x: number, y: number) => void;
  onEdgeDoubleClick: (event: MouseEvent, edge: Edge) => void;
  onDoubleClick: (event: MouseEvent) => void;
  onDragOver: (event: DragEvent) => void;
  onDrop: (event: DragEvent) => void;
}

function wireOf(c: Connection | Edge): Wire {
  return { from: c.source, output: Number((c.sourceHandle ?? "out-0").slice(4)), to: c.target, input: (c.targetHandle ?? "in-").slice(3) };
}

const reach = 18;

/** The input under the pointer; while a wire is pulled inputs are deaf to it, so it is found by its place. */
function inputAt(event: { clientX: number; clientY: number }): { node: string; name: string } | null {
  const handle = [...document.querySelectorAll<HTMLElement>(".react-flow__handle.target")].find((e) => {
    const { left, top, width, height } = e.getBoundingClientRect();
    return Math.hypot(left + width / 2 - event.clientX, top + height / 2 - event.clientY) < reach;
  });
  const node = handle?.dataset["nodeid"], id = handle?.dataset["handleid"];
  return node !== undefined && id !== undefined ? { node, name: id.slice(3) } : null;
}

/** The wire that a new node gets at once, to where the search was opened from. */
function wireTo(graph: Graph, tables: Map<string, NodeTable>, added: string, asked: NonNullable<Asked["wire"]>): Wire | null {
  const node = graph.nodes[added], table = node && tableOf(node, tables);
  if (!table) return null;
  if (asked.end === "output") {
    const input = table.inputs.find((i) => !i.isWidget && fits(asked.type, i.type)) ?? table.inputs.find((i) => fits(asked.type, i.type));
    return input ? { from: asked.node, output: Number(asked.handle.slice(4)), to: added, input: input.name } : null;
  }
  const output = table.outputs.findIndex((o) => fits(o.type, asked.type));
  return output < 0 ? null : { from: added, output, to: asked.node, input: asked.handle.slice(3) };
}

export function useCanvas(tables: Map<string, NodeTable>): Canvas {
  const { screenToFlowPosition } = useReactFlow(), edit = useGraphs((s) => s.edit);
  const [asked, ask] = useState<Asked | null>(null);
  const closeSearch = useCallback(() => ask(null), []);
  const add = (type: string) => {
    const table = tables.get(type);
    if (!table || !asked) return;
    const at = screenToFlowPosition({ x: asked.x, y: asked.y });
    edit((g) => {
      const added = addNode(g, table, Math.round(at.x), Math.round(at.y));
      const wire = asked.wire && wireTo(added.graph, tables, added.id, asked.wire);
      return wire && canConnect(added.graph, tables, wire) === null ? connect(added.graph, wire) : added.graph;
    });
    ask(null);
  };
  const bendAt = (wire: Wire, x: number, y: number) => {
    const at = screenToFlowPosition({ x, y });
    edit((g) => bend(g, wire, Math.round(at.x) - dotSize / 2, Math.round(at.y) - dotSize / 2));
  };
  // A wire that is pulled off its input goes to another one, or away.
  const pull = (event: { clientX: number; clientY: number }, wire: Wire) => {
    const to = inputAt(event);
    edit((g) => {
      const without = disconnect(g, wire.to, wire.input), next = to && { ...wire, to: to.node, input: to.name };
      return !next ? without : canConnect(without, tables, next) === null ? connect(without, next) : g;
    });
  };
  const onConnectEnd: Canvas["onConnectEnd"] = (event, state) => {
    if (state.isValid || !state.fromNode || !state.fromHandle?.id || !("clientX" in event)) return;
    const pulled = shownGraph(useGraphs.getState()).wires.find((w) => state.fromHandle?.type === "target" && w.to === state.fromNode?.id && `in-${w.input}` === state.fromHandle.id);
    if (pulled) return pull(event, pulled);
    if (state.toNode) return;
    const node = shownGraph(useGraphs.getState()).nodes[state.fromNode.id], table = node && tableOf(node, tables), handle = state.fromHandle.id;
    const isOutput = handle.startsWith("out-");
    const type = isOutput ? table?.outputs[Number(handle.slice(4))]?.type : table?.inputs.find((i) => i.name === handle.slice(3))?.type;
    if (type) ask({ x: event.clientX, y: event.clientY, wire: { type, end: isOutput ? "output" : "input", node: state.fromNode.id, handle } });
  };
  return {
    asked, ask, closeSearch, add, onConnectEnd,
    onConnect: useCallback((c: Connection) => edit((g) => connect(g, wireOf(c))), [edit]),
    isValid: useCallback((c: Connection | Edge) => canConnect(shownGraph(useGraphs.getState()), tables, wireOf(c)) === null, [tables]),
    onEdgesChange: useCallback((changes: EdgeChange[]) => {
      for (const c of changes) {
        if (c.type !== "remove") continue;
        const [, end = ""] = c.id.split("-"), dot = end.indexOf(".");
        edit((g) => disconnect(g, end.slice(0, dot), end.slice(dot + 1)));
      }
    }, [edit]),
    onReconnect: (old, connection) => edit((g) => connect(disconnect(g, wireOf(old).to, wireOf(old).input), wireOf(connection))),
    onReconnectEnd: (_, edge, _end, state) => { if (!state.isValid && !state.toNode) edit((g) => disconnect(g, wireOf(edge).to, wireOf(edge).input)); },
    bendAt,
    onEdgeDoubleClick: (event, edge) => bendAt(wireOf(edge), event.clientX, event.clientY),
    onDoubleClick: (event) => { if ((event.target as HTMLElement).classList.contains("react-flow__pane")) ask({ x: event.clientX, y: event.clientY, wire: null }); },
    onDragOver: (event) => { if (event.dataTransfer.types.includes("Files")) { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; } },
    onDrop: (event) => {
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      const at = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      takeFile(file, at).catch(complain);
    },
  };
}
