// The name of a node, written anew after a double click or F2.
import { changeNode } from "../../flow/graph";
import { Rename } from "../parts/Rename";
import { t } from "../words";
import { useGraphs } from "./store";

export function NodeTitle({ id, title, hint }: { id: string; title: string; hint: string | undefined }) {
  const isRenaming = useGraphs((s) => s.renaming === id), edit = useGraphs((s) => s.edit);
  const end = (name: string | null) => {
    useGraphs.setState({ renaming: null });
    if (name) edit((g) => changeNode(g, id, { title: name }));
  };
  if (!isRenaming) return <span className="min-w-0 flex-1 truncate font-semibold" title={hint} onDoubleClick={() => useGraphs.setState({ renaming: id })}>{title}</span>;
  return <Rename name={title} label={t("node.name")} longest={200} className="nodrag min-w-0 flex-1 rounded border border-accent bg-ground px-1 font-semibold text-ink" onDone={end} />;
}
