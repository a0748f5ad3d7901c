// The workflow as a graph that can be rewired: React Flow draws it, flow/ knows its rules.
import { Background, BackgroundVariant, MiniMap, ReactFlow, ReactFlowProvider, SelectionMode, useStore } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef } from "react";
import { learn } from "../../flow/litegraph";
import { objectsOfNode, thingOf } from "../../flow/objects";
import { rerouteTable, rerouteType } from "../../flow/nodes";
import { Failure } from "../parts/Failure";
import { useApp } from "../state";
import { t } from "../words";
import { useNodeTables } from "../wire/queries";
import { CanvasMenu } from "./CanvasMenu";
import { beginClone, endClone } from "./cloneDrag";
import { Crumbs } from "./Crumbs";
import { EmptyCanvas } from "./EmptyCanvas";
import { NodeBox } from "./NodeBox";
import { NodeSearch } from "./NodeSearch";
import { Toolbar } from "./Toolbar";
import "./canvas.css";
import { useRuns } from "./runs";
import { Dot, GroupBox, NoteBox } from "./small";
import { useGraph, useGraphs } from "./store";
import { Tables, useTables } from "./tables";
import { edgesOf } from "./toFlow";
import type { AnyNode } from "./toFlow";
import { useCanvas } from "./useCanvas";
import { useClipboard } from "./useClipboard";
import { useFollow, useShownWhole } from "./useFollow";
import { useFlowNodes } from "./useFlowNodes";
import { useGraphKeys } from "./useGraphKeys";
import { useMenu } from "./useMenu";

/** From here on the map fits beside the command bar; below, it lies above it. */
const widthBesideBar = 1120, aboveBar = 92;

const nodeTypes = { box: NodeBox, dot: Dot, note: NoteBox, frame: GroupBox };

function colorOf(node: AnyNode): string {
  if (node.type === "frame") return "transparent";
  if (node.type === "note") return "var(--hue-light)";
  const phase = useRuns.getState().nodes[node.id]?.phase, chosen = useApp.getState().selected;
  if (chosen && "node" in node.data && objectsOfNode(node.data.node).includes(thingOf(chosen))) return "var(--accent)";
  return phase === "failed" ? "var(--bad)" : phase === "running" ? "var(--accent)" : "var(--line)";
}

function Canvas() {
  const graph = useGraph(), tables = useTables();
  const runs = useRuns((s) => s.nodes);
  const running = useMemo(() => new Set(Object.entries(runs).filter(([, r]) => r.phase === "running").map(([id]) => id)), [runs]);
  const runningKey = [...running].join();
  const edges = useMemo(() => edgesOf(graph, tables, running), [graph, tables, runningKey]); // eslint-disable-line -- the set's content is the key
  useEffect(() => { useGraphs.getState().editWhole((g) => learn(g, tables)); }, [tables]);
  const { nodes, onNodesChange } = useFlowNodes(graph);
  const canvas = useCanvas(tables);
  const menu = useMenu();
  const area = useRef<HTMLDivElement>(null);
  useGraphKeys(tables, canvas);
  useClipboard(area);
  useFollow();
  const { onMoveStart } = useShownWhole();
  const isWide = useStore((s) => s.width > 900), isBesideBar = useStore((s) => s.width > widthBesideBar);
  const isMapShown = useApp((s) => s.isMapShown), isLocked = useGraphs((s) => s.isLocked);
  const isLarge = nodes.length > 150;
  return (
    <div ref={area} className="relative h-full" onDoubleClick={canvas.onDoubleClick} onDragOver={canvas.onDragOver} onDrop={canvas.onDrop} data-nodes={nodes.length}>
      <ReactFlow<AnyNode> nodes={nodes} edges={edges} nodeTypes={nodeTypes} onNodesChange={onNodesChange} onEdgesChange={canvas.onEdgesChange} onEdgeDoubleClick={canvas.onEdgeDoubleClick} onConnect={canvas.onConnect} onConnectEnd={canvas.onConnectEnd} isValidConnection={canvas.isValid} onMoveStart={onMoveStart} onPaneClick={() => useApp.getState().set({ selected: null })} onNodeDragStart={(event, node, dragged) => { if (event.altKey) beginClone(node, dragged); }} onNodeDragStop={(_, node) => { endClone(node.position); useGraphs.getState().seal(); }}
        onReconnect={canvas.onReconnect} onReconnectEnd={canvas.onReconnectEnd} reconnectRadius={14}
        onNodeContextMenu={menu.onNode} onSelectionContextMenu={menu.onSelection} onEdgeContextMenu={menu.onEdge} onPaneContextMenu={menu.onPane}
        onlyRenderVisibleElements={isLarge} elevateNodesOnSelect={!isLarge} zoomOnDoubleClick={false} nodesDraggable={!isLocked} nodesConnectable={!isLocked} elementsSelectable={!isLocked} deleteKeyCode={null} selectionKeyCode={isLocked ? null : ["Shift", "Control", "Meta"]} multiSelectionKeyCode={["Control", "Meta", "Shift"]} selectionMode={SelectionMode.Partial} panActivationKeyCode="Space"
        minZoom={.08} maxZoom={2.5} aria-label={t("graph.label")} connectionRadius={28}>
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.3} color="var(--line)" />
        {nodes.length > 0 && isWide && isMapShown && <MiniMap<AnyNode> position="bottom-right" pannable zoomable nodeColor={colorOf} nodeStrokeWidth={0} maskColor="color-mix(in srgb, var(--ground) 70%, transparent)" ariaLabel={t("graph.map")} style={{ width: 168, height: 108, ...(isBesideBar ? {} : { marginBottom: aboveBar }) }} />}
      </ReactFlow>
      {nodes.length === 0 && <EmptyCanvas />}
      <Toolbar canvas={canvas} />
      <Crumbs />
      {menu.clicked && <CanvasMenu clicked={menu.clicked} canvas={canvas} onClose={menu.close} />}
      {canvas.asked && <NodeSearch asked={canvas.asked} onPick={canvas.add} onClose={canvas.closeSearch} />}
    </div>
  );
}

export default function WorkflowCanvas() {
  const { data, error, refetch } = useNodeTables();
  const tables = useMemo(() => (data ? new Map(data).set(rerouteType, rerouteTable) : new Map()), [data]);
  return (
    <Tables.Provider value={tables}>
      <ReactFlowProvider>
        {error && <div className="absolute inset-x-0 top-16 z-10 mx-auto max-w-md"><Failure error={error} retry={() => void refetch()} /></div>}
        <Canvas />
      </ReactFlowProvider>
    </Tables.Provider>
  );
}
