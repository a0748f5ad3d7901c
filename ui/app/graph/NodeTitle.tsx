// The name of a node, written anew after a double click or F2.
import { changeNode } from "../../flow/graph";
import { t } from "../words";
import { useGraphs } from "./store";

export function NodeTitle({ id, title, hint }: { id: string; title: string; hint: string | undefined }) {
  const isRenaming = useGraphs((s) => s.renaming === id), edit = useGraphs((s) => s.edit);
  const end = (name: string) => {
    useGraphs.setState({ renaming: null });
    if (name.trim() && name !== title) edit((g) => changeNode(g, id, { title: name.trim() }));
  };
  if (!isRenaming) return <span className="min-w-0 flex-1 truncate font-semibold" title={hint} onDoubleClick={() => useGraphs.setState({ renaming: id })}>{title}</span>;
  return (
    <input autoFocus className="nodrag min-w-0 flex-1 rounded border border-accent bg-ground px-1 font-semibold text-ink" aria-label={t("node.name")} defaultValue={title} onFocus={(e) => e.target.select()} onBlur={(e) => end(e.target.value)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === "Enter") e.currentTarget.blur();
        if (e.key === "Escape") end(title);
      }} />
  );
}
