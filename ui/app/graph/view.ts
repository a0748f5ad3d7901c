// Moves the view over the canvas: to all of the graph, or to one node.
import type { ReactFlowInstance } from "@xyflow/react";
import { margins } from "./size";
import type { AnyNode } from "./toFlow";

export type Flow = ReactFlowInstance<AnyNode>;

/** How long the view takes to another place. */
export const travelMs = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 250);

export function showAll(flow: Pick<Flow, "fitView">, duration = travelMs()): void {
  const px = (n: number) => `${n}px` as const, { top, side, bottom } = margins();
  void flow.fitView({ maxZoom: 1, padding: { top: px(top), right: px(side), bottom: px(bottom), left: px(side) }, duration });
}

/** At this zoom the text of a node can be read. */
const readable = .55, comfortable = .85;

/** `mayZoom`: comes so near that it can be read. */
export function bringIntoView(flow: Flow, id: string, mayZoom: boolean): void {
  const node = flow.getNode(id), canvas = document.querySelector("[data-nodes]")?.getBoundingClientRect();
  if (!node || !canvas) return;
  const { top, side, bottom } = margins(), zoom = flow.getZoom(), width = node.measured?.width ?? 0, height = node.measured?.height ?? 0;
  const from = flow.flowToScreenPosition(node.position), to = flow.flowToScreenPosition({ x: node.position.x + width, y: node.position.y + height });
  const isSeen = from.x >= canvas.left + side / 2 && to.x <= canvas.right - side / 2 && from.y >= canvas.top + top / 2 && to.y <= canvas.bottom - bottom / 2;
  if (isSeen && (!mayZoom || zoom >= readable)) return;
  const next = mayZoom && zoom < readable ? comfortable : zoom, lift = (bottom - top) / 2 / next;
  void flow.setCenter(node.position.x + width / 2, node.position.y + height / 2 + lift, { zoom: next, duration: travelMs() });
}
