// How things stand: the link, engines, the queue, the machine, and what runs.
import { ChevronUp, CircleX } from "lucide-react";
import { AnimatePresence } from "motion/react";
import { useEffect, useRef, useState } from "react";
import { Sparkline } from "../parts/controls";
import { cx, duration } from "../parts/format";
import type { StatusDetail as Detail } from "../state";
import { toggleAnyDetail, toggleDetail, useApp } from "../state";
import { t } from "../words";
import { useLink } from "../wire/live";
import { isLive, useCancel, useStatus, useTasks } from "../wire/queries";
import { StatusDetail } from "./StatusDetail";
import { isResuming, titleOf } from "../wire/titles";
import { UnderWay } from "./UnderWay";

const remembered = 40;

export interface Loads { cpu: number[]; memory: number[]; disk: number[] }

/** The last minute and a half of the machine's loads, 0..1. */
function useLoads(): Loads {
  const { data, dataUpdatedAt } = useStatus();
  const kept = useRef<Loads>({ cpu: [], memory: [], disk: [] });
  const [loads, setLoads] = useState(kept.current);
  useEffect(() => {
    if (!data) return;
    const add = (list: number[], value: number) => [...list, Math.min(1, Math.max(0, value))].slice(-remembered);
    kept.current = {
      cpu: add(kept.current.cpu, data.cpu.usage ?? 0),
      memory: add(kept.current.memory, 1 - (data.memory.available_bytes ?? 0) / (data.memory.total_bytes || 1)),
      disk: add(kept.current.disk, 1 - (data.disk.free_bytes ?? 0) / (data.disk.total_bytes || 1)),
    };
    setLoads(kept.current);
  }, [data, dataUpdatedAt]);
  return loads;
}

/** `isPlain`: on a ground that says it already. */
function Dot({ is, isPlain, children }: { is: "good" | "warn" | "bad"; isPlain: boolean; children: React.ReactNode }) {
  return <span className="inline-flex items-center gap-1.5 whitespace-nowrap"><span className={cx("size-2 rounded-full", isPlain ? "bg-ground" : is === "good" ? "bg-good" : is === "warn" ? "animate-pulse bg-warn" : "bg-bad")} />{children}</span>;
}

function Gauge({ of, name, values, isOnWarning }: { of: Detail; name: string; values: number[]; isOnWarning: boolean }) {
  const now = Math.round((values.at(-1) ?? 0) * 100), isOpen = useApp((s) => s.statusDetail === of);
  return (
    <button type="button" aria-expanded={isOpen} title={t("status.uses", { name })} onClick={() => toggleDetail(of)} className={cx("inline-flex h-full shrink-0 items-center gap-1.5 max-lg:hidden", isOnWarning ? "hover:underline" : isOpen ? "text-accent" : "hover:text-ink")}>
      <span>{name}{" "}</span><Sparkline values={values} /><span className="w-10 text-right whitespace-nowrap tabular-nums">{now} %</span>
    </button>
  );
}

export function StatusBar() {
  const { link } = useLink(), status = useStatus(), loads = useLoads(), tasks = useTasks().data?.items.filter(isLive) ?? [];
  const detail = useApp((s) => s.statusDetail), cancel = useCancel();
  const running = tasks.find((i) => i.state === "running") ?? tasks[0];
  const engines = status.data?.engines ?? [], up = engines.filter((e) => e.state === "up").length;
  const isUp = link === "open" && !status.isError, failed = isUp && up === 0 ? engines.find((e) => e.state === "down" && e.enabled && e.last_error) : undefined;
  const trouble = !isUp && link !== "connecting" ? t("link.lost") : failed ? t("engine.failed", { why: failed.last_error ?? "" }) : null;
  return (
    <footer className="relative z-30 shrink-0 border-t border-line bg-panel text-xs text-soft">
      <AnimatePresence>{detail && <StatusDetail of={detail} loads={loads} />}</AnimatePresence>
      <div className={cx("flex h-7 items-center gap-4 px-4", trouble && "bg-warn font-medium text-ground")}>
        <button type="button" aria-expanded={detail === "engines"} onClick={toggleAnyDetail} className={cx("inline-flex h-full shrink-0 items-center gap-4", trouble ? "hover:underline" : "hover:text-ink")} title={t("status.open")}>
          <Dot is={isUp ? "good" : link === "connecting" ? "warn" : "bad"} isPlain={trouble !== null}>{isUp ? t("link.open") : link === "connecting" ? t("link.connecting") : t("link.closed")}</Dot>
          {isUp && <Dot is={up === 0 ? "bad" : up < engines.length ? "warn" : "good"} isPlain={trouble !== null}>{t("status.engines", { n: up })}</Dot>}
          <ChevronUp size={13} className={cx("transition-transform", detail && "rotate-180")} />
        </button>
        <div className="flex min-w-0 flex-1 items-center justify-center gap-2.5">
          {trouble !== null && <span role="alert" title={trouble} className="min-w-0 truncate">{trouble}</span>}
          {failed && <button type="button" className="shrink-0 underline" onClick={() => useApp.getState().set({ statusDetail: "engines" })}>{t("engine.log")}</button>}
          {trouble === null && <UnderWay />}
          {trouble === null && running && (
            <>
              <span className="truncate text-ink">{titleOf(running)}</span>{isResuming(running) && <span role="status" className="shrink-0 text-warn">{t("task.resuming")}</span>}
              <span className="h-1 w-24 shrink-0 overflow-hidden rounded-full bg-line"><span className="block h-full bg-accent" style={{ width: `${running.progress.fraction * 100}%` }} /></span>
              <span className="shrink-0 tabular-nums">{Math.round(running.progress.fraction * 100)} %{running.progress.seconds_left !== null && ` · ${duration(running.progress.seconds_left)}`}</span>
              <button type="button" aria-label={t("task.cancel")} title={t("task.cancel")} onClick={() => cancel.mutate(running.id)} className="hover:text-bad"><CircleX size={14} /></button>
            </>
          )}
        </div>
        {tasks.length > 0 && <button type="button" onClick={() => useApp.getState().prefer({ room: "queue" })} className={cx("shrink-0", trouble ? "hover:underline" : "hover:text-ink")}>{t("status.queue", { n: tasks.length })}</button>}
        {(["cpu", "memory", "disk"] as const).map((of) => <Gauge key={of} of={of} name={t(`status.${of}`)} values={loads[of]} isOnWarning={trouble !== null} />)}
      </div>
    </footer>
  );
}
