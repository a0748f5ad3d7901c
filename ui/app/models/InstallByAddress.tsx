// A model from an address that a person knows.
import { Plus } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { Failure } from "../parts/Failure";
import { useForm } from "../parts/forms";
import { t } from "../words";
import { kindName, kinds } from "./kinds";
import { putNewTask } from "../wire/queries";

export function InstallByAddress() {
  const [isOpen, setOpen] = useForm("models"), [url, setUrl] = useState(""), [kind, setKind] = useState<Schemas["ModelKind"]>("checkpoints"), [sum, setSum] = useState(""), [error, setError] = useState<unknown>(null);
  const install = () => call("post", "/models/install", { body: { url: url.trim(), kind, ...(sum ? { sha256: sum.trim() } : {}) } }).then((task) => { putNewTask(task); setOpen(false); setError(null); }).catch(setError);
  return (
    <>
      <Button kind="ghost" label={t("models.byAddress")} icon={<Plus size={16} />} onClick={() => setOpen(true)} />
      {isOpen && (
        <Dialog title={t("models.byAddress")} text={t("models.byAddressText")} onClose={() => setOpen(false)}>
          <form className="flex flex-col gap-3 px-5 pb-5" onSubmit={(e) => { e.preventDefault(); void install(); }}>
            <label className="flex flex-col gap-1 text-xs text-soft">{t("engine.address")}<input data-first className="field text-[13px] text-ink" type="url" required value={url} onChange={(e) => setUrl(e.target.value)} placeholder="https://…/model.safetensors" /></label>
            <label className="flex flex-col gap-1 text-xs text-soft">{t("gallery.kind")}<select className="field text-[13px] text-ink" value={kind} onChange={(e) => setKind(e.target.value as Schemas["ModelKind"])}>{kinds.map((k) => <option key={k} value={k}>{kindName(k)}</option>)}</select></label>
            <label className="flex flex-col gap-1 text-xs text-soft">{t("models.sum")}<input className="field font-mono text-[12px] text-ink" pattern="[0-9a-fA-F]{64}" value={sum} onChange={(e) => setSum(e.target.value)} /></label>
            {error !== null && <Failure error={error} place="form" />}
            <Button kind="primary" type="submit" className="self-end">{t("models.install")}</Button>
          </form>
        </Dialog>
      )}
    </>
  );
}
