// The detail above the status bar: machine, engines, and what happened last.
import { motion } from "motion/react";
import { bytes, cx, duration } from "../parts/format";
import { nameOf } from "../engines/EngineForm";
import type { Word } from "../words";
import { t } from "../words";
import { useStatus } from "../wire/queries";
import { LogLines } from "./LogLines";
import type { Loads } from "./StatusBar";

function Graph({ name, values, detail }: { name: string; values: number[]; detail: string }) {
  const points = values.map((v, i) => `${(i / Math.max(1, values.length - 1)) * 120},${39 - v * 37}`).join(" ");
  return (
    <div className="min-w-0 flex-1 rounded-xl border border-line bg-raised p-3">
      <div className="flex justify-between text-xs"><span className="font-medium text-ink">{name}</span><span>{detail}</span></div>
      <svg viewBox="0 0 120 40" preserveAspectRatio="none" className="mt-2 h-10 w-full text-accent" aria-hidden><polygon points={`0,40 ${points} 120,40`} fill="currentColor" opacity=".15" /><polyline points={points} fill="none" stroke="currentColor" vectorEffect="non-scaling-stroke" /></svg>
    </div>
  );
}

export function StatusDetail({ loads }: { loads: Loads }) {
  const status = useStatus().data;
  return (
    <motion.div initial={{ opacity: 0, y: 10 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0, y: 10 }} transition={{ duration: .14 }} className="absolute inset-x-0 bottom-full grid max-h-96 grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)] gap-4 overflow-auto border-t border-line bg-panel p-4 shadow-lift">
      <div className="flex min-w-0 flex-col gap-3">
        {status && (
          <div className="flex gap-3">
            <Graph name={t("status.cpu")} values={loads.cpu} detail={t("status.cores", { n: status.cpu.cores ?? 1 })} />
            <Graph name={t("status.memory")} values={loads.memory} detail={t("status.free", { n: bytes(status.memory.available_bytes ?? 0) })} />
            <Graph name={t("status.disk")} values={loads.disk} detail={t("status.free", { n: bytes(status.disk.free_bytes ?? 0) })} />
          </div>
        )}
        {status?.engines.map((e) => (
          <div key={e.id} className="rounded-xl border border-line bg-raised px-3 py-2">
            <div className="flex items-center gap-3">
              <span className={cx("size-2 rounded-full", e.state === "up" ? "bg-good" : e.state === "starting" ? "bg-warn" : "bg-bad")} />
              <span className="font-medium text-ink">{nameOf(e)}</span><span className="truncate font-mono text-[11px]">{e.url}</span>
              <span className="ml-auto shrink-0">{t(`engine.${e.state}` as Word)} · {t("engine.restarts", { n: e.restarts })}</span>
            </div>
            {e.last_error && <p className="mt-1 break-words">{e.last_error}</p>}
          </div>
        ))}
        {status && <p>{t("status.bridge", { version: status.version, time: duration(status.uptime_s) })}</p>}
      </div>
      <LogLines />
    </motion.div>
  );
}
