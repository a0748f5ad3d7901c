import { Box, Trash2 } from "lucide-react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { bytes } from "../parts/format";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";

export function ModelRow({ model }: { model: Schemas["Model"] }) {
  const remove = () => {
    if (confirm(t("models.removeSure", { name: model.name, size: bytes(model.bytes) }))) call("delete", "/models/{kind}/{name}", { path: { kind: model.kind, name: model.name } }).then(() => client.invalidateQueries({ queryKey: keys.models })).catch(complain);
  };
  return (
    <li className="group mx-2 flex gap-3 rounded-xl p-2 hover:bg-raised">
      <span className="grid size-12 shrink-0 place-items-center overflow-hidden rounded-lg bg-ground text-soft">{model.preview_url ? <img src={model.preview_url} alt="" className="size-full object-cover" /> : <Box size={18} strokeWidth={1.5} />}</span>
      <div className="min-w-0 flex-1">
        <p className="leading-snug font-medium break-words">{model.name}</p>
        <p className="text-xs text-soft">{[model.kind, model.base_model, bytes(model.bytes), model.linked ? t("models.linked") : null].filter(Boolean).join(" · ")}</p>
        {model.used_in.length > 0 && <p className="text-xs text-soft">{t("models.used", { names: model.used_in.join(", ") })}</p>}
        {model.sha256 && <p className="truncate font-mono text-[10.5px] text-soft" title={model.sha256}>{model.sha256}</p>}
      </div>
      {!model.linked && <button type="button" aria-label={t("project.remove", { name: model.name })} onClick={remove} className="self-start rounded p-1 text-soft opacity-0 group-hover:opacity-100 hover:text-bad focus-visible:opacity-100"><Trash2 size={14} /></button>}
    </li>
  );
}
