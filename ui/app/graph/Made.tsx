// What a node made, shown inside it.
import { shownAt } from "../../flow/partial";
import { useRuns } from "./runs";

const most = 4;

/** `id` is the node's flat name. */
export function Made({ id }: { id: string }) {
  const outputs = useRuns((s) => s.outputs), phase = useRuns((s) => s.nodes[id]?.phase);
  if (phase !== "done" && phase !== "cached") return null;
  const shown = outputs.filter((o) => o.node_id !== undefined && shownAt(o.node_id) === id && (o.kind === "film" || o.kind === "image")).slice(0, most);
  if (shown.length === 0) return null;
  return (
    <div className="mx-2.5 mt-2 grid gap-1.5">
      {shown.map((o) => (o.kind === "film" ? <video key={o.url} src={o.url} autoPlay loop muted playsInline className="nodrag w-full rounded-lg" /> : <img key={o.url} src={o.url} alt={o.file} className="w-full rounded-lg" draggable={false} />))}
    </div>
  );
}
