// The whole graph in a corner, while a part of it is out of sight.
import type { ReactFlowState } from "@xyflow/react";
import { MiniMap, useStore } from "@xyflow/react";
import { objectsOfNode, thingOf } from "../../flow/objects";
import { useApp } from "../state";
import { t } from "../words";
import { useRuns } from "./runs";
import type { AnyNode } from "./toFlow";

/** From here on the map fits beside the command bar; below, it lies above it. */
const widthBesideBar = 1120, aboveBar = 92, narrowest = 900, slack = 24;

interface Box { left: number; top: number; right: number; bottom: number }
const known = new WeakMap<object, Box>();

/** Of all nodes; found once for each list of them, not once for each step of the hand. */
function boundsOf(nodes: ReactFlowState["nodes"]): Box {
  let box = known.get(nodes);
  if (!box) {
    box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
    for (const { position: { x, y }, measured, width, height } of nodes) {
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x + (measured?.width ?? width ?? 0));
      box.bottom = Math.max(box.bottom, y + (measured?.height ?? height ?? 0));
    }
    known.set(nodes, box);
  }
  return box;
}

function isAllSeen({ nodes, transform: [x, y, zoom], width, height }: ReactFlowState): boolean {
  const { left, top, right, bottom } = boundsOf(nodes);
  return left * zoom + x >= -slack && top * zoom + y >= -slack && right * zoom + x <= width + slack && bottom * zoom + y <= height + slack;
}

function colorOf(node: AnyNode): string {
  if (node.type === "frame") return "transparent";
  if (node.type === "note") return "var(--hue-light)";
  const phase = useRuns.getState().nodes[node.id]?.phase, chosen = useApp.getState().selected;
  if (chosen && "node" in node.data && objectsOfNode(node.data.node).includes(thingOf(chosen))) return "var(--accent)";
  return phase === "failed" ? "var(--bad)" : phase === "running" ? "var(--accent)" : "var(--line)";
}

export function GraphMap() {
  const isWide = useStore((s) => s.width > narrowest), isBesideBar = useStore((s) => s.width > widthBesideBar), isNeeded = useStore((s) => !isAllSeen(s));
  const isMapShown = useApp((s) => s.isMapShown);
  if (!isWide || !isNeeded || !isMapShown) return null;
  return <MiniMap<AnyNode> position="bottom-right" pannable zoomable nodeColor={colorOf} nodeStrokeWidth={0} maskColor="color-mix(in srgb, var(--ground) 70%, transparent)" ariaLabel={t("graph.map")} style={{ width: 168, height: 108, ...(isBesideBar ? {} : { marginBottom: aboveBar }) }} />;
}
