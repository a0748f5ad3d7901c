// Where one is within sub-graphs, and the way out.
import { ChevronRight } from "lucide-react";
import { at } from "../../flow/subgraph";
import { t } from "../words";
import { useGraphs } from "./store";

export function Crumbs() {
  const { path, history, enter, name } = useGraphs();
  if (path.length === 0) return null;
  return (
    <nav aria-label={t("graph.path")} className="absolute top-16 left-3 flex items-center gap-1 rounded-xl border border-line bg-panel/94 px-2.5 py-1.5 text-xs shadow-lift">
      <button type="button" className="font-medium text-accent hover:underline" onClick={() => enter([])}>{name || t("graph.untitled")}</button>
      {path.map((id, i) => (
        <span key={id} className="flex items-center gap-1"><ChevronRight size={12} className="text-soft" />
          <button type="button" disabled={i === path.length - 1} className="font-medium" onClick={() => enter(path.slice(0, i + 1))}>{at(history.present, path.slice(0, i))?.nodes[id]?.title ?? id}</button>
        </span>
      ))}
    </nav>
  );
}
