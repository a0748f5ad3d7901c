import { Box, Trash2 } from "lucide-react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { bytes } from "../parts/format";
import { removeLater } from "../parts/removing";
import { t } from "../words";
import { templateOf } from "../words/foreign";
import { shortNameOf } from "./kinds";
import { openOrAsk } from "../workflows/asking";
import { client, keys, useWorkflows } from "../wire/queries";

export function ModelRow({ model }: { model: Schemas["Model"] }) {
  const remove = () => {
    removeLater(`${model.kind}/${model.name}`, model.name, () => call("delete", "/models/{kind}/{name}", { path: { kind: model.kind, name: model.name } }).then(() => client.invalidateQueries({ queryKey: keys.models })));
  };
  const workflows = useWorkflows().data?.items ?? [], uses = model.used_in.flatMap((id) => workflows.find((w) => w.id === id) ?? []);
  return (
    <li className="group mx-2 flex gap-3 rounded-xl p-2 hover:bg-raised">
      <span className="grid size-12 shrink-0 place-items-center overflow-hidden rounded-lg bg-ground text-soft">{model.preview_url ? <img src={model.preview_url} alt="" className="size-full object-cover" /> : <Box size={18} strokeWidth={1.5} />}</span>
      <div className="min-w-0 flex-1">
        <p className="leading-snug font-medium break-words">{model.name}</p>
        <p className="text-xs text-soft">{[shortNameOf(model.kind), model.base_model, bytes(model.bytes), model.linked ? t("models.linked") : null].filter(Boolean).join(" · ")}</p>
        {uses.length > 0 && <p className="text-xs text-soft">{t("models.used", { names: "" })}{uses.map((w, i) => <span key={w.id}>{i > 0 && ", "}<button type="button" className="underline decoration-line underline-offset-2 hover:text-ink" onClick={() => openOrAsk(w)}>{w.is_template ? templateOf(w.id, w).name : w.name}</button></span>)}</p>}
        {model.sha256 && <p className="truncate font-mono text-[10.5px] text-soft" title={model.sha256}>{model.sha256}</p>}
      </div>
      {!model.linked && <button type="button" aria-label={t("project.remove", { name: model.name })} onClick={remove} className="self-start rounded p-1 text-soft opacity-0 group-hover:opacity-100 hover:text-bad focus-visible:opacity-100"><Trash2 size={14} /></button>}
    </li>
  );
}
