// The workflow as a graph that can be rewired: React Flow draws it, flow/ knows its rules.
import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider, SelectionMode } from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef } from "react";
import { learn } from "../../flow/litegraph";
import { rerouteTable, rerouteType } from "../../flow/nodes";
import { Failure } from "../parts/Failure";
import { useApp } from "../state";
import { t } from "../words";
import { useNodeTables } from "../wire/queries";
import { letGo, useAiming } from "./aim";
import { BentWire } from "./BentWire";
import { CanvasMenu } from "./CanvasMenu";
import { beginClone, endClone } from "./cloneDrag";
import { Crumbs } from "./Crumbs";
import { EmptyCanvas } from "./EmptyCanvas";
import { GraphMap } from "./GraphMap";
import { NodeBox } from "./NodeBox";
import { NodeSearch } from "./NodeSearch";
import { Toolbar } from "./Toolbar";
import "./canvas.css";
import { useRuns } from "./runs";
import { BendDot, Dot, GroupBox, NoteBox } from "./small";
import { useGraph, useGraphs } from "./store";
import { Tables, useTables } from "./tables";
import { TurnWire } from "./TurnWire";
import { edgesOf } from "./toFlow";
import type { AnyNode } from "./toFlow";
import { useAttention } from "./useAttention";
import { useCanvas } from "./useCanvas";
import { useClipboard } from "./useClipboard";
import { useFollow, useShape } from "./useFollow";
import { useFlowNodes } from "./useFlowNodes";
import { useGraphKeys } from "./useGraphKeys";
import { useMenu } from "./useMenu";
import { zooms } from "./view";

const nodeTypes = { box: NodeBox, dot: Dot, note: NoteBox, frame: GroupBox, bend: BendDot };
const edgeTypes = { turn: TurnWire, bent: BentWire };

function Canvas() {
  const graph = useGraph(), tables = useTables();
  const runs = useRuns((s) => s.nodes);
  const running = useMemo(() => new Set(Object.entries(runs).filter(([, r]) => r.phase === "running").map(([id]) => id)), [runs]);
  const runningKey = [...running].join();
  const edges = useMemo(() => edgesOf(graph, tables, running), [graph, tables, runningKey]); // eslint-disable-line -- the set's content is the key
  // What is known of it now is no change of it.
  useEffect(() => { useGraphs.getState().arrange((g) => learn(g, tables)); }, [tables]);
  const { nodes, onNodesChange } = useFlowNodes(graph);
  const canvas = useCanvas(tables);
  const menu = useMenu();
  const area = useRef<HTMLDivElement>(null);
  useGraphKeys(tables, canvas);
  useClipboard(area);
  useFollow();
  useShape(tables);
  const { onMoveStart } = useAiming(nodes);
  useAttention();
  const isLocked = useGraphs((s) => s.isLocked);
  const isLarge = nodes.length > 150;
  return (
    <div ref={area} className="relative h-full" onDoubleClick={canvas.onDoubleClick} onDragOver={canvas.onDragOver} onDrop={canvas.onDrop} data-nodes={nodes.length}>
      <ReactFlow<AnyNode> nodes={nodes} edges={edges} nodeTypes={nodeTypes} edgeTypes={edgeTypes} onNodesChange={onNodesChange} onEdgesChange={canvas.onEdgesChange} onEdgeDoubleClick={canvas.onEdgeDoubleClick} onConnect={canvas.onConnect} onConnectEnd={canvas.onConnectEnd} isValidConnection={canvas.isValid} onMoveStart={onMoveStart} onPaneClick={() => useApp.getState().set({ selected: null })} onNodeDragStart={(event, node, dragged) => { letGo(); if (event.altKey) beginClone(node, dragged); }} onNodeDragStop={(_, node) => { endClone(node.position); useGraphs.getState().seal(); }}
        onReconnect={canvas.onReconnect} onReconnectEnd={canvas.onReconnectEnd} reconnectRadius={14}
        onNodeContextMenu={menu.onNode} onSelectionContextMenu={menu.onSelection} onEdgeContextMenu={menu.onEdge} onPaneContextMenu={menu.onPane}
        onlyRenderVisibleElements={isLarge} elevateNodesOnSelect={!isLarge} zoomOnDoubleClick={false} nodesDraggable={!isLocked} nodesConnectable={!isLocked} elementsSelectable={!isLocked} deleteKeyCode={null} selectionKeyCode={isLocked ? null : ["Shift", "Control", "Meta"]} multiSelectionKeyCode={["Control", "Meta", "Shift"]} selectionMode={SelectionMode.Partial} panActivationKeyCode="Space"
        minZoom={zooms.farthest} maxZoom={zooms.nearest} aria-label={t("graph.label")} connectionRadius={28}>
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.3} color="var(--line)" />
        {nodes.length > 0 && <GraphMap />}
      </ReactFlow>
      {nodes.length === 0 && <EmptyCanvas onFind={() => canvas.ask({ x: innerWidth / 2 - 160, y: innerHeight / 3, wire: null })} />}
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
