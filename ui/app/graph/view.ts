// Moves the view over the canvas: to all of the graph, or to one node.
import type { ReactFlowInstance } from "@xyflow/react";
import { getViewportForBounds } from "@xyflow/react";
import { canvasRect, margins } from "./size";
import type { AnyNode } from "./toFlow";

export type Flow = ReactFlowInstance<AnyNode>;

/** How long the view takes to another place. */
export const travelMs = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250);

/** How far and how near the canvas goes. */
export const zooms = { farthest: .08, nearest: 2.5 };

/** At once: React Flow's own `fitView` waits for its next list of nodes, and would take back what moved the view meanwhile. */
export function showAll(flow: Flow, duration = travelMs()): void {
  const nodes = flow.getNodes(), canvas = canvasRect();
  if (!canvas?.width || nodes.length === 0) return;
  const px = (n: number) => `${n}px` as const, { top, side, bottom } = margins();
  void flow.setViewport(getViewportForBounds(flow.getNodesBounds(nodes), canvas.width, canvas.height, zooms.farthest, 1, { top: px(top), right: px(side), bottom: px(bottom), left: px(side) }), { duration });
}

/** At this zoom the text of a node can be read. */
const readable = .55, comfortable = .85;

/** `mayZoom`: comes so near that it can be read. */
export function bringIntoView(flow: Flow, id: string, mayZoom: boolean): void {
  const node = flow.getNode(id), canvas = canvasRect();
  if (!node || !canvas) return;
  const { top, side, bottom } = margins(), zoom = flow.getZoom(), width = node.measured?.width ?? 0, height = node.measured?.height ?? 0;
  const from = flow.flowToScreenPosition(node.position), to = flow.flowToScreenPosition({ x: node.position.x + width, y: node.position.y + height });
  const isSeen = from.x >= canvas.left + side / 2 && to.x <= canvas.right - side / 2 && from.y >= canvas.top + top / 2 && to.y <= canvas.bottom - bottom / 2;
  if (isSeen && (!mayZoom || zoom >= readable)) return;
  const next = mayZoom && zoom < readable ? comfortable : zoom, lift = (bottom - top) / 2 / next;
  void flow.setCenter(node.position.x + width / 2, node.position.y + height / 2 + lift, { zoom: next, duration: travelMs() });
}
