// A workflow at a glance: its nodes as small boxes, its wires as lines.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { defaultWidth } from "../../flow/nodeSize";
import { call } from "../../wire/client";
import { cx } from "../parts/format";
import { graphOf } from "../graph/files";
import { useNodeTables } from "../wire/queries";

const height = 90;

export function Sketch({ id, version, className }: { id: string; version: number; className: string }) {
  const tables = useNodeTables().data;
  const { data } = useQuery({ queryKey: ["workflows", id, version], staleTime: Infinity, queryFn: ({ signal }) => call("get", "/workflows/{id}", { path: { id }, signal }) });
  const graph = useMemo(() => (data && tables ? graphOf(data.graph, tables) : null), [data, tables]);
  const nodes = graph ? Object.values(graph.nodes) : [];
  const left = Math.min(...nodes.map((n) => n.x)), top = Math.min(...nodes.map((n) => n.y));
  const width = Math.max(...nodes.map((n) => n.x)) - left + defaultWidth, tall = Math.max(...nodes.map((n) => n.y)) - top + height;
  return (
    <span className={cx("block shrink-0 overflow-hidden bg-ground", className)} aria-hidden>
      {nodes.length > 0 && (
        <svg viewBox={`${left} ${top} ${width} ${tall}`} className="size-full">
          {graph?.wires.map((w, i) => {
            const a = graph.nodes[w.from], b = graph.nodes[w.to];
            return a && b && a.x < b.x && <line key={i} x1={a.x + defaultWidth} y1={a.y + height / 2} x2={b.x} y2={b.y + height / 2} stroke="var(--soft)" strokeWidth={10} opacity=".6" />;
          })}
          {nodes.map((n) => <rect key={n.id} x={n.x} y={n.y} width={defaultWidth} height={height} rx={20} fill={tables?.get(n.type)?.isOutput ? "var(--accent)" : "var(--soft)"} />)}
        </svg>
      )}
    </span>
  );
}
