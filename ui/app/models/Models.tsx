// Models on this machine and well-known ones that can be fetched.
import { Package, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { call } from "../../wire/client";
import { Button, Empty, Panel, Search, Segments, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { matches } from "../parts/menu";
import { useIsRemoved } from "../parts/removing";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import { isLive, putNewTask, useModels, useTasks } from "../wire/queries";
import { Catalog } from "./Catalog";
import { InstallByAddress } from "./InstallByAddress";
import { Installing, Failed } from "./Installing";
import { kindName } from "./kinds";
import { ModelRow } from "./ModelRow";

export default function Models() {
  const [tab, setTab] = useState<"here" | "catalog">("here"), [words, setWords] = useState(""), isRemoved = useIsRemoved();
  const { data, error, isPending, refetch } = useModels();
  const shown = data?.items.filter((m) => !isRemoved(`${m.kind}/${m.name}`) && matches(words, m.name, m.kind, kindName(m.kind), m.base_model)) ?? [];
  const isComing = useTasks().data?.items.some((i) => isLive(i) && i.kind === "install") ?? false;
  const verify = () => call("post", "/models/verify").then(putNewTask).catch(complain);
  return (
    <Panel title={t("room.models")} actions={<><Button kind="ghost" label={t("models.verify")} icon={<ShieldCheck size={16} />} onClick={() => void verify()} /><InstallByAddress /></>}>
      <div className="flex flex-col gap-2 px-4 pb-3">
        <Segments value={tab} onChange={setTab} label={t("room.models")} options={[{ value: "here", label: t("models.here") }, { value: "catalog", label: t("models.catalog") }]} />
        <Search value={words} onChange={setWords} label={t("models.search")} />
      </div>
      {tab === "catalog" ? <><Failed /><Catalog words={words} installed={data?.items ?? []} /></> : (
        <>
          <Installing />
          <Failed />
          {isPending && <Waiting />}
          {error && <Failure error={error} retry={() => void refetch()} />}
          <ul>{shown.map((m) => <ModelRow key={`${m.kind}/${m.name}`} model={m} />)}</ul>
          {data && shown.length === 0 && !isComing && <Empty icon={<Package size={26} strokeWidth={1.5} />} title={words ? t("models.none", { words }) : t("models.empty")}>{t("models.emptyText")}<div className="mt-3"><Button onClick={() => setTab("catalog")}>{t("models.catalog")}</Button></div></Empty>}
        </>
      )}
    </Panel>
  );
}
