// Well-known models, with what is known of them for certain; fetching one is a task like any other.
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { Button, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { bytes } from "../parts/format";
import { matches } from "../parts/menu";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import { translated } from "../words/foreign";
import { isLive, putNewTask, useTasks } from "../wire/queries";
import { Progress } from "./Installing";
import { kindName, shortNameOf } from "./kinds";

export function Catalog({ words, installed }: { words: string; installed: Schemas["Model"][] }) {
  const { data, error, isPending, refetch } = useQuery({ queryKey: ["models", "catalog"], staleTime: 600_000, queryFn: ({ signal }) => call("get", "/models/catalog", { signal }) });
  const tasks = useTasks().data?.items.filter(isLive) ?? [];
  if (isPending) return <Waiting />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <ul className="flex flex-col gap-2 px-4 pb-4">
      {data.items.filter((m) => matches(words, m.title, translated("catalogTitles", m.id, ""), m.about, m.kind, translated("catalog", m.id, ""), kindName(m.kind))).map((m) => {
        const isHere = installed.some((i) => i.kind === m.kind && i.name === m.name), task = tasks.find((i) => i.title.includes(m.title) || i.title.includes(m.name));
        return (
          <li key={m.id} className="rounded-xl border border-line bg-raised p-3">
            <div className="flex items-start gap-2">
              <div className="min-w-0 flex-1"><p className="font-medium">{translated("catalogTitles", m.id, m.title)}</p><p className="text-xs text-soft">{[shortNameOf(m.kind), m.bytes !== null ? bytes(m.bytes) : null, m.license].filter(Boolean).join(" · ")}</p></div>
              {isHere ? <span className="text-xs font-medium text-good">{t("models.installed")}</span> : !task && <Button icon={<Download size={14} />} onClick={() => call("post", "/models/install", { body: { catalog_id: m.id } }).then(putNewTask).catch(complain)}>{t("models.install")}</Button>}
            </div>
            <p className="mt-1 text-xs">{translated("catalog", m.id, m.about)}</p>
            {task && <Progress task={task} />}
          </li>
        );
      })}
    </ul>
  );
}
