// Where one is within sub-graphs, the way out, and where else what is changed here stands.
import { ChevronRight } from "lucide-react";
import { makeOwn, placesOf } from "../../flow/shared";
import { at, changeAt } from "../../flow/subgraph";
import { t } from "../words";
import { useGraphs } from "./store";

/** Changes here change all places of the sub-graph, unless it is made its own. */
function Shared() {
  const { path, history, editWhole } = useGraphs(), around = path.slice(0, -1), id = path.at(-1) ?? "";
  const n = placesOf(history.present, at(history.present, around)?.nodes[id]?.inner?.id);
  if (n < 2) return null;
  return (
    <span className="ml-2 flex items-center gap-2 border-l border-line pl-3 text-soft">{t("node.shared", { n })}
      <button type="button" className="font-medium text-accent hover:underline" onClick={() => editWhole((g) => changeAt(g, around, (inner) => makeOwn(inner, id)))}>{t("node.own")}</button>
    </span>
  );
}

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
      <Shared />
    </nav>
  );
}
