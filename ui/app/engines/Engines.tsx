// Who makes the pictures: each engine with its state and queue.
import { Cpu } from "lucide-react";
import { Empty, Panel, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { cx } from "../parts/format";
import type { Word } from "../words";
import { t } from "../words";
import { AddEngine } from "./AddEngine";
import { EngineActions } from "./EngineActions";
import { useEngines } from "../wire/queries";

export default function Engines() {
  const { data, error, isPending, refetch } = useEngines();
  return (
    <Panel title={t("room.engines")} actions={<AddEngine />}>
      {isPending && <Waiting rows={2} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      <ul className="flex flex-col gap-2 px-4 pb-4">
        {data?.items.map((e) => (
          <li key={e.id} className="rounded-xl border border-line bg-raised p-3">
            <div className="flex items-center gap-2">
              <span className={cx("size-2 rounded-full", e.state === "up" ? "bg-good" : e.state === "starting" ? "animate-pulse bg-warn" : "bg-bad")} />
              <span className="font-medium">{e.id === "own" ? t("engine.own") : e.id}</span>
              <span className="ml-auto text-xs text-soft">{e.enabled ? t(`engine.${e.state}` as Word) : t("engine.off")}</span>
              {e.id !== "own" && <EngineActions engine={e} />}
            </div>
            <p className="mt-1 truncate font-mono text-[11px] text-soft">{e.url}</p>
            <p className="mt-1 text-xs text-soft">{e.kind === "embedded" ? t("engine.embedded") : "ComfyUI"}{e.version && ` ${e.version}`} · {t("engine.queue", { n: e.queue_length })} · {t("engine.restarts", { n: e.restarts })}</p>
            {e.last_error && <p className="mt-2 rounded-lg bg-bad/10 px-2.5 py-1.5 text-xs">{e.last_error}</p>}
          </li>
        ))}
      </ul>
      {data?.items.length === 0 && <Empty icon={<Cpu size={26} strokeWidth={1.5} />} title={t("engine.none")} />}
    </Panel>
  );
}
