// Another machine's engine, or a ComfyUI server: its address is all that is needed. The same form changes one.
import { useState } from "react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { Failure } from "../parts/Failure";
import { say } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";

/** As people call it: the machine and its port. */
export function nameOf(engine: Pick<Schemas["Engine"], "id" | "url">): string {
  return engine.id === "own" ? t("engine.own") : engine.url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}

export function EngineForm({ engine, onClose }: { engine?: Schemas["Engine"]; onClose: () => void }) {
  const [url, setUrl] = useState(engine?.url ?? "http://"), [key, setKey] = useState(""), [error, setError] = useState<unknown>(null);
  const keep = () => {
    const body = { url: url.trim(), ...(key ? { api_key: key } : {}) };
    const done = engine ? call("patch", "/engines/{id}", { path: { id: engine.id }, body }) : call("post", "/engines", { body });
    done.then((kept) => {
      void client.invalidateQueries({ queryKey: keys.engines });
      onClose();
      say(t(engine ? "engine.changed" : "engine.added", { name: nameOf(kept) }));
    }).catch(setError);
  };
  return (
    <Dialog title={t(engine ? "engine.change" : "engine.add")} text={t("engine.addText")} onClose={onClose}>
      <form className="flex flex-col gap-3 px-5 pb-5" onSubmit={(e) => { e.preventDefault(); keep(); }}>
        <label className="flex flex-col gap-1 text-xs text-soft">{t("engine.address")}<input data-first className="field text-[13px] text-ink" type="url" required value={url} onChange={(e) => setUrl(e.target.value)} placeholder="http://192.168.1.20:8188" /></label>
        <label className="flex flex-col gap-1 text-xs text-soft">{t("engine.key")}<input className="field text-[13px] text-ink" type="password" autoComplete="off" value={key} onChange={(e) => setKey(e.target.value)} /></label>
        {error !== null && <Failure error={error} place="form" />}
        <Button kind="primary" type="submit" className="self-end">{t(engine ? "engine.keep" : "engine.add")}</Button>
      </form>
    </Dialog>
  );
}
