// Another machine's engine, or a ComfyUI server: its address is all that is needed.
import { Plus } from "lucide-react";
import { useState } from "react";
import { call } from "../../wire/client";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { Failure } from "../parts/Failure";
import { say } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";

export function AddEngine() {
  const [isOpen, setOpen] = useState(false), [url, setUrl] = useState("http://"), [key, setKey] = useState(""), [error, setError] = useState<unknown>(null);
  const add = () => call("post", "/engines", { body: { url: url.trim(), ...(key ? { api_key: key } : {}) } }).then((engine) => {
    void client.invalidateQueries({ queryKey: keys.engines });
    setOpen(false);
    setError(null);
    say(t("engine.added", { name: engine.id }));
  }).catch(setError);
  return (
    <>
      <Button kind="ghost" label={t("engine.add")} icon={<Plus size={16} />} onClick={() => setOpen(true)} />
      {isOpen && (
        <Dialog title={t("engine.add")} text={t("engine.addText")} onClose={() => setOpen(false)}>
          <form className="flex flex-col gap-3 px-5 pb-5" onSubmit={(e) => { e.preventDefault(); void add(); }}>
            <label className="flex flex-col gap-1 text-xs text-soft">{t("engine.address")}<input className="field text-[13px] text-ink" type="url" required value={url} onChange={(e) => setUrl(e.target.value)} placeholder="http://192.168.1.20:8188" /></label>
            <label className="flex flex-col gap-1 text-xs text-soft">{t("engine.key")}<input className="field text-[13px] text-ink" type="password" autoComplete="off" value={key} onChange={(e) => setKey(e.target.value)} /></label>
            {error !== null && <Failure error={error} />}
            <Button kind="primary" type="submit" className="self-end">{t("engine.add")}</Button>
          </form>
        </Dialog>
      )}
    </>
  );
}
