// Templates and one's own workflows: open one, run one, or remove one. What asks for something first is answered in a form.
import { FileInput, Trash2, Workflow as Icon } from "lucide-react";
import { useState } from "react";
import { call } from "../../wire/client";
import type { Schemas } from "../../wire/client";
import { useNarrow } from "../frame/space";
import { Button, Empty, Panel, Search, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { ago } from "../parts/format";
import { matches } from "../parts/menu";
import { removeLater, useIsRemoved } from "../parts/removing";
import { go } from "../route";
import { t } from "../words";
import { templateOf } from "../words/foreign";
import { client, keys, useNodeTables, useWorkflows } from "../wire/queries";
import { AskForm } from "./AskForm";
import { askFor, openOrAsk, useAsking } from "./asking";
import { Sketch } from "./Sketch";
import { TemplateCard } from "./TemplateCard";

function Row({ workflow }: { workflow: Schemas["Workflow"] }) {
  const remove = () => {
    removeLater(workflow.id, workflow.name, () => call("delete", "/workflows/{id}", { path: { id: workflow.id } }).then(() => client.invalidateQueries({ queryKey: keys.workflows })));
  };
  const { name, description } = workflow;
  return (
    <li className="group mx-2 flex items-start gap-3 rounded-xl p-2 hover:bg-raised">
      <button type="button" onClick={() => openOrAsk(workflow)} className="flex min-w-0 flex-1 gap-3 text-left">
        <Sketch id={workflow.id} version={workflow.version} className="h-12 w-[76px] rounded-lg p-1.5" />
        <span className="min-w-0"><span className="block leading-snug font-medium">{name}</span><span className="line-clamp-2 text-xs text-soft">{description || t("workflow.version", { n: workflow.version, time: ago(workflow.updated_at) })}</span></span>
      </button>
      <button type="button" aria-label={t("project.remove", { name })} onClick={remove} className="rounded p-1 text-soft opacity-0 group-hover:opacity-100 hover:text-bad focus-visible:opacity-100"><Trash2 size={14} /></button>
    </li>
  );
}

/** What runs at once comes first. */
const asksForModels = ({ inputs }: Schemas["Workflow"]) => Number(inputs.some((i) => i.type === "model"));

export default function Workflows() {
  const { data, error, isPending, refetch } = useWorkflows();
  useNodeTables();
  const [words, setWords] = useState(""), isRemoved = useIsRemoved(), isNarrow = useNarrow(); // no canvas is on a small window
  const shown = (data?.items ?? []).filter((w) => !isRemoved(w.id) && (!isNarrow || w.inputs.length > 0) && matches(words, w.name, w.description, ...(w.is_template ? Object.values(templateOf(w.id, w)) : [])));
  const asking = useAsking((s) => s.id), asked = data?.items.find((w) => w.id === asking);
  if (asked) return <AskForm key={asked.id} workflow={asked} onClose={() => askFor(null)} />;
  const templates = shown.filter((w) => w.is_template).sort((a, b) => asksForModels(a) - asksForModels(b)), own = shown.filter((w) => !w.is_template);
  return (
    <Panel title={t("workflow.title")} actions={!isNarrow && <Button kind="ghost" label={t("graph.open")} icon={<FileInput size={16} />} onClick={() => { go("graph"); setTimeout(() => dispatchEvent(new Event("miktos:open")), 100); }} />}>
      <div className="px-4 pb-3"><Search value={words} onChange={setWords} label={t("workflow.search")} /></div>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {own.length > 0 && <section aria-label={t("workflow.own")}><h3 className="px-4 pb-1 text-xs font-semibold text-soft">{t("workflow.own")}</h3><ul className="pb-3">{own.map((w) => <Row key={w.id} workflow={w} />)}</ul></section>}
      {templates.length > 0 && <section aria-label={t("workflow.templates")}><h3 className="px-4 pb-1 text-xs font-semibold text-soft">{t("workflow.templates")}</h3><ul className="flex flex-col gap-2.5 px-4 pb-4">{templates.map((w) => <TemplateCard key={w.id} workflow={w} />)}</ul></section>}
      {data && shown.length === 0 && <Empty icon={<Icon size={26} strokeWidth={1.5} />} title={t("workflow.empty")}>{t("workflow.emptyText")}</Empty>}
    </Panel>
  );
}
