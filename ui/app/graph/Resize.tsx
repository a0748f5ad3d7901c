// The edges of a node that is selected, to be dragged: wider, taller, or both at its corner, where a double click lets it have its own size again.
import type { ControlPosition, ResizeParams } from "@xyflow/react";
import { NodeResizeControl, ResizeControlVariant } from "@xyflow/react";
import { changeNode } from "../../flow/graph";
import { t } from "../words";
import { useGraphs } from "./store";

const least = { minWidth: 200, minHeight: 60, maxWidth: 1600, maxHeight: 1600 };
/** The grip lies around the corner, where it covers no word of the node. */
const outside = 7;
const plain = { border: 0, background: "transparent" };
const edges: readonly [ControlPosition, React.CSSProperties][] = [["right", { ...plain, width: 10, height: "100%" }], ["bottom", { ...plain, width: "100%", height: 10 }]];

export function Resize({ id }: { id: string }) {
  const edit = useGraphs((s) => s.edit);
  const end = (side: ControlPosition) => (_: unknown, { x, y, width, height }: ResizeParams) => edit((g) => changeNode(g, id, { x, y, ...(side === "bottom" ? {} : { width: Math.round(width) }), ...(side === "right" ? {} : { height: Math.round(height) }) }));
  const ownSize = () => edit((g) => {
    const { width: _, height: __, ...node } = g.nodes[id] ?? {};
    return g.nodes[id] ? { ...g, nodes: { ...g.nodes, [id]: node as typeof g.nodes[string] } } : g;
  });
  return (
    <>
      {edges.map(([side, style]) => <NodeResizeControl key={side} {...least} position={side} variant={ResizeControlVariant.Line} style={style} onResizeEnd={end(side)} />)}
      <NodeResizeControl {...least} position="bottom-right" style={{ ...plain, width: 24, height: 24, translate: `calc(${outside}px - 100%) calc(${outside}px - 100%)` }} onResizeEnd={end("bottom-right")}>
        <svg viewBox="0 0 24 24" className="size-full text-accent" role="img" aria-label={t("node.resize")} onDoubleClick={ownSize}><path d="M22 7A17 17 0 0 1 7 22" fill="none" stroke="currentColor" strokeWidth="3" strokeLinecap="round" /></svg>
      </NodeResizeControl>
    </>
  );
}
