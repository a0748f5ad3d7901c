// What the menu of the canvas offers, by what was clicked.
import { disconnect } from "../../flow/graph";
import { tableOf } from "../../flow/graph";
import type { NodeTable } from "../../flow/nodes";
import { placesOf } from "../../flow/shared";
import { at } from "../../flow/subgraph";
import { t } from "../words";
import type { Clicked } from "./CanvasMenu";
import * as commands from "./commands";
import { runGraph } from "./run";
import { shownGraph, useGraphs } from "./store";
import type { Canvas } from "./useCanvas";
import type { Flow } from "./view";
import { showAll } from "./view";

/** `keys` as in frame/shortcuts.ts. */
export interface Deed { label: string; keys?: string; run: () => void }

/** Widgets of the node within a sub-graph that can be shown outside. */
function promotions(id: string, tables: Map<string, NodeTable>): Deed[] {
  const s = useGraphs.getState(), node = shownGraph(s).nodes[id], owner = s.path.length ? at(s.history.present, s.path.slice(0, -1))?.nodes[s.path.at(-1) as string] : undefined;
  if (!node || !owner?.inner) return [];
  const shown = owner.inner.inputs;
  return (tableOf(node, tables)?.inputs ?? []).filter((i) => i.isWidget).map((i) => ({
    label: t(shown.some((p) => p.node === id && p.socket === i.name) ? "node.demote" : "node.promote", { name: i.name }), run: () => commands.promoteInput(id, i),
  }));
}

function ofNodes(tables: Map<string, NodeTable>, flow: Flow): Deed[] {
  const s = useGraphs.getState(), graph = shownGraph(s), chosen = [...s.selected], only = chosen.length === 1 ? chosen[0] as string : null, node = only === null ? undefined : graph.nodes[only];
  const hasNodes = chosen.some((id) => graph.nodes[id]), align = (side: Parameters<typeof commands.alignChosen>[0]) => () => commands.alignChosen(side, tables, flow);
  return [
    ...(hasNodes ? [{ label: t("graph.runTo"), keys: "alt+enter", run: () => void runGraph(tables, { targets: chosen }) }] : []),
    ...(node ? [{ label: t("node.rename"), keys: "f2", run: () => useGraphs.setState({ renaming: only }) }] : []),
    ...(node?.inner ? [{ label: t("keys.enter"), keys: "enter", run: () => s.enter([...s.path, node.id]) }] : []),
    ...(node?.inner && placesOf(s.history.present, node.inner.id) > 1 ? [{ label: t("node.own"), run: () => commands.own(node.id) }] : []),
    { label: t("node.clone"), keys: "ctrl+d", run: commands.clone },
    ...(hasNodes ? [
      { label: t("graph.mute"), keys: "ctrl+m", run: () => commands.setMode("muted") }, { label: t("graph.bypass"), keys: "ctrl+b", run: () => commands.setMode("bypassed") },
      { label: t("node.collapse"), keys: "alt+c", run: commands.collapse }, { label: t("keys.pin"), keys: "p", run: commands.pin },
      { label: t("node.group"), keys: "ctrl+g", run: () => commands.group(tables, flow) },
      { label: t(node?.inner ? "node.unpack" : "node.subgraph"), keys: "ctrl+shift+e", run: () => commands.wrapOrUnwrap(tables) },
    ] : []),
    ...(chosen.length > 1 ? ([["left", "align.left"], ["right", "align.right"], ["top", "align.top"], ["bottom", "align.bottom"], ["spread-x", "align.spreadX"], ["spread-y", "align.spreadY"]] as const).map(([side, word]) => ({ label: t(word), run: align(side) })) : []),
    ...(node ? promotions(node.id, tables) : []),
    { label: t("keys.remove"), keys: "delete", run: () => commands.remove(flow) },
  ];
}

function ofWire(id: string, x: number, y: number, canvas: Canvas): Deed[] {
  const wire = shownGraph(useGraphs.getState()).wires.find((w) => `${w.from}.${w.output}-${w.to}.${w.input}` === id);
  if (!wire) return [];
  return [
    { label: t("keys.bend"), run: () => canvas.bendAt(wire, x, y) },
    { label: t("graph.cut"), keys: "delete", run: () => useGraphs.getState().edit((g) => disconnect(g, wire.to, wire.input)) },
  ];
}

function ofPane(x: number, y: number, tables: Map<string, NodeTable>, flow: Flow, canvas: Canvas): Deed[] {
  return [
    { label: t("search.label"), keys: "n", run: () => canvas.ask({ x, y, wire: null }) },
    { label: t("node.note"), keys: "shift+n", run: () => commands.note(flow.screenToFlowPosition({ x, y }), tables, flow) },
    { label: t("keys.all"), keys: "ctrl+a", run: commands.selectAll },
    { label: t("graph.layOut"), keys: "l", run: () => commands.layOutAll(tables, flow) },
    { label: t("graph.fit"), keys: ".", run: () => showAll(flow) },
    { label: t("keys.clear"), keys: "ctrl+backspace", run: commands.clear },
  ];
}

export function deedsFor({ x, y, on }: Clicked, tables: Map<string, NodeTable>, flow: Flow, canvas: Canvas): Deed[] {
  if (on === "nodes") return ofNodes(tables, flow);
  return on === "pane" ? ofPane(x, y, tables, flow, canvas) : ofWire(on.wire, x, y, canvas);
}
