// What can be done with an engine of another machine.
import { Pencil, Power, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { Button } from "../parts/controls";
import { removeLater } from "../parts/removing";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";
import { EngineForm, nameOf } from "./EngineForm";

export function EngineActions({ engine }: { engine: Schemas["Engine"] }) {
  const path = { id: engine.id }, again = () => client.invalidateQueries({ queryKey: keys.engines });
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button kind="ghost" label={t("engine.change")} icon={<Pencil size={14} />} onClick={() => setOpen(true)} />
      <Button kind="ghost" isOn={engine.enabled} label={engine.enabled ? t("engine.turnOff") : t("engine.turnOn")} icon={<Power size={14} />} onClick={() => call("patch", "/engines/{id}", { path, body: { enabled: !engine.enabled } }).then(again).catch(complain)} />
      <Button kind="ghost" label={t("project.remove", { name: nameOf(engine) })} icon={<Trash2 size={14} />} onClick={() => removeLater(engine.id, nameOf(engine), () => call("delete", "/engines/{id}", { path }).then(again))} />
      {isOpen && <EngineForm engine={engine} onClose={() => setOpen(false)} />}
    </>
  );
}
