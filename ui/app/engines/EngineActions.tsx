import { Power, Trash2 } from "lucide-react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { Button } from "../parts/controls";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import { client, keys } from "../wire/queries";

export function EngineActions({ engine }: { engine: Schemas["Engine"] }) {
  const path = { id: engine.id }, again = () => client.invalidateQueries({ queryKey: keys.engines });
  return (
    <>
      <Button kind="ghost" isOn={engine.enabled} label={engine.enabled ? t("engine.turnOff") : t("engine.turnOn")} icon={<Power size={14} />} onClick={() => call("patch", "/engines/{id}", { path, body: { enabled: !engine.enabled } }).then(again).catch(complain)} />
      <Button kind="ghost" label={t("project.remove", { name: engine.id })} icon={<Trash2 size={14} />} onClick={() => call("delete", "/engines/{id}", { path }).then(again).catch(complain)} />
    </>
  );
}
