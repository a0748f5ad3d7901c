// Who makes the pictures: each engine with its state and queue.
import { Cpu, Plus } from "lucide-react";
import { Button, Empty, Panel, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { cx } from "../parts/format";
import { useForm } from "../parts/forms";
import { useIsRemoved } from "../parts/removing";
import type { Word } from "../words";
import { t } from "../words";
import { EngineActions } from "./EngineActions";
import { EngineForm, nameOf } from "./EngineForm";
import { useEngines } from "../wire/queries";

export default function Engines() {
  const { data, error, isPending, refetch } = useEngines(), isRemoved = useIsRemoved(), [isOpen, setOpen] = useForm("engines");
  return (
    <Panel title={t("room.engines")} actions={<Button kind="ghost" label={t("engine.add")} icon={<Plus size={16} />} onClick={() => setOpen(true)} />}>
      {isPending && <Waiting rows={2} />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      <ul className="flex flex-col gap-2 px-4 pb-4">
        {data?.items.filter((e) => !isRemoved(e.id)).map((e) => (
          <li key={e.id} className="rounded-xl border border-line bg-raised p-3">
            <div className="flex items-center gap-2">
              <span className={cx("size-2 shrink-0 rounded-full", e.state === "up" ? "bg-good" : e.state === "starting" ? "animate-pulse bg-warn" : "bg-bad")} />
              <span className="min-w-0 flex-1 truncate font-medium">{nameOf(e)}</span>
              <span className="text-xs text-soft">{e.enabled ? t(`engine.${e.state}` as Word) : t("engine.off")}</span>
              {e.id !== "own" && <EngineActions engine={e} />}
            </div>
            {e.id === "own" && <p className="mt-1 truncate font-mono text-[11px] text-soft">{e.url}</p>}
            <p className="mt-1 text-xs text-soft">{e.kind === "embedded" ? t("engine.embedded") : "ComfyUI"}{e.version && ` ${e.version}`} · {t("engine.queue", { n: e.queue_length })} · {t("engine.restarts", { n: e.restarts })}</p>
            {e.last_error && e.state !== "up" && <p className="mt-2 rounded-lg bg-bad/10 px-2.5 py-1.5 text-xs">{e.last_error}</p>}
          </li>
        ))}
      </ul>
      {isOpen && <EngineForm onClose={() => setOpen(false)} />}
      {data?.items.length === 0 && <Empty icon={<Cpu size={26} strokeWidth={1.5} />} title={t("engine.none")} />}
    </Panel>
  );
}
