// What a node that saves made, shown inside it.
import { useTables } from "./tables";
import { useRuns } from "./runs";

export function Made({ id, type }: { id: string; type: string }) {
  const table = useTables().get(type);
  const outputs = useRuns((s) => s.outputs), phase = useRuns((s) => s.nodes[id]?.phase);
  if (!table?.isOutput || (phase !== "done" && phase !== "cached")) return null;
  const own = outputs.filter((o) => (o as { node?: string | null }).node === id);
  const shown = (own.length ? own : outputs.filter((o) => (/video|film/i.test(type) ? o.kind === "film" : /image|preview/i.test(type) ? o.kind === "image" : false))).slice(0, 4);
  if (shown.length === 0) return null;
  return (
    <div className="mx-2.5 mt-2 grid gap-1.5">
      {shown.map((o) => (o.kind === "film" ? <video key={o.url} src={o.url} autoPlay loop muted playsInline className="nodrag w-full rounded-lg" /> : <img key={o.url} src={o.url} alt={o.file} className="w-full rounded-lg" draggable={false} />))}
    </div>
  );
}
