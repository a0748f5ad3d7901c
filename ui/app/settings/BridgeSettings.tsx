// Settings of the bridge itself, as it describes them; written into its configuration file.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { matches } from "../parts/menu";
import { complain, say } from "../parts/Toasts";
import type { Word } from "../words";
import { t } from "../words";
import { translated } from "../words/foreign";
import { client, keys } from "../wire/queries";

type Setting = Schemas["Setting"];
type Value = Setting["value"];

function Control({ setting, onChange }: { setting: Setting; onChange: (value: Value) => void }) {
  const [draft, setDraft] = useState(String(setting.value));
  if (setting.type === "switch") return <input type="checkbox" className="size-4 accent-(--accent)" aria-label={setting.name} checked={setting.value === true} onChange={(e) => onChange(e.target.checked)} />;
  if (setting.type === "choice") return <select className="field" aria-label={setting.name} value={String(setting.value)} onChange={(e) => onChange(e.target.value)}>{setting.choices.map((c) => <option key={c}>{c}</option>)}</select>;
  const isNumber = setting.type === "integer";
  return <input className="field" type={isNumber ? "number" : "text"} min={setting.minimum ?? undefined} max={setting.maximum ?? undefined} aria-label={setting.name} value={draft} onChange={(e) => setDraft(e.target.value)} onBlur={() => { if (draft !== String(setting.value)) onChange(isNumber ? Number(draft) : draft); }} />;
}

const helpOf = (setting: Setting) => translated("settings", setting.name, setting.help);

export function BridgeSettings({ words }: { words: string }) {
  const { data } = useQuery({ queryKey: keys.settings, queryFn: ({ signal }) => call("get", "/settings", { signal }) });
  const shown = data?.items.filter((s) => matches(words, s.name, helpOf(s))) ?? [];
  const change = (setting: Setting, value: Value) => call("patch", "/settings", { body: { values: { [setting.name]: value } as never } }).then((all) => {
    client.setQueryData(keys.settings, all);
    say(setting.needs_restart ? t("setting.later") : t("setting.kept"));
  }).catch(complain);
  if (shown.length === 0) return null;
  return (
    <section aria-label={t("setting.bridge")} className="pt-5">
      <h3 className="pb-1 font-medium">{t("setting.bridge")}</h3>
      {data?.file && <p className="pb-2 text-xs break-all text-soft">{data.file}</p>}
      {shown.map((s) => (
        <div key={s.name} className="border-b border-line py-3 last:border-0">
          <div className="flex items-baseline justify-between gap-2"><span className="font-mono text-xs">{s.name}</span><span className="text-[11px] text-soft">{t(`origin.${s.origin}` as Word)}</span></div>
          <p className="mt-0.5 mb-2 text-xs text-soft">{helpOf(s)}</p>
          <Control key={String(s.value)} setting={s} onChange={(value) => void change(s, value)} />
        </div>
      ))}
    </section>
  );
}
