// The detail above the status bar: machine, engines or what uses it, and what happened last.
import { motion } from "motion/react";
import { bytes, cx, duration } from "../parts/format";
import { nameOf } from "../engines/EngineForm";
import type { Word } from "../words";
import { t } from "../words";
import { useStatus } from "../wire/queries";
import type { StatusDetail as Detail } from "../state";
import { useApp } from "../state";
import { LogLines } from "./LogLines";
import type { Loads } from "./StatusBar";
import { Usage } from "./Usage";

function Graph({ of, now, values, detail }: { of: Detail; now: Detail; values: number[]; detail: string }) {
  const name = t(`status.${of}` as Word);
  const points = values.map((v, i) => `${(i / Math.max(1, values.length - 1)) * 120},${39 - v * 37}`).join(" ");
  return (
    <button type="button" aria-pressed={of === now} title={t("status.uses", { name })} onClick={() => useApp.getState().set({ statusDetail: of === now ? "engines" : of })} className={cx("min-w-0 flex-1 rounded-xl border bg-raised p-3 text-left", of === now ? "border-accent" : "border-line hover:border-soft/60")}>
      <div className="flex justify-between gap-2 text-xs"><span className="font-medium text-ink">{name}</span><span>{detail}</span></div>
      <svg viewBox="0 0 120 40" preserveAspectRatio="none" className="mt-2 h-10 w-full text-accent" aria-hidden><polygon points={`0,40 ${points} 120,40`} fill="currentColor" opacity=".15" /><polyline points={points} fill="none" stroke="currentColor" vectorEffect="non-scaling-stroke" /></svg>
    </button>
  );
}

export function StatusDetail({ of, loads }: { of: Detail; loads: Loads }) {
  const status = useStatus().data;
  return (
    <motion.div initial={{ opacity: 0, y: 10 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0, y: 10 }} transition={{ duration: .14 }} className="absolute inset-x-0 bottom-full grid max-h-96 grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)] gap-4 overflow-auto border-t border-line bg-panel p-4 shadow-lift">
      <div className="flex min-w-0 flex-col gap-3">
        {status && (
          <div className="flex gap-3">
            <Graph of="cpu" now={of} values={loads.cpu} detail={t("status.cores", { n: status.cpu.cores ?? 1 })} />
            <Graph of="memory" now={of} values={loads.memory} detail={t("status.free", { n: bytes(status.memory.available_bytes ?? 0) })} />
            <Graph of="disk" now={of} values={loads.disk} detail={t("status.free", { n: bytes(status.disk.free_bytes ?? 0) })} />
          </div>
        )}
        {status && of !== "engines" && <Usage of={of} status={status} />}
        {of === "engines" && status?.engines.map((e) => (
          <div key={e.id} className="rounded-xl border border-line bg-raised px-3 py-2">
            <div className="flex items-center gap-3">
              <span className={cx("size-2 rounded-full", e.state === "up" ? "bg-good" : e.state === "starting" ? "bg-warn" : "bg-bad")} />
              <span className="font-medium text-ink">{nameOf(e)}</span><span className="truncate font-mono text-[11px]">{e.url}</span>
              <span className="ml-auto shrink-0">{t(`engine.${e.state}` as Word)} · {t("engine.restarts", { n: e.restarts })}</span>
            </div>
            {e.last_error && <p className="mt-1 break-words">{e.last_error}</p>}
          </div>
        ))}
        {of === "engines" && status && <p>{t("status.bridge", { version: status.version, time: duration(status.uptime_s) })}</p>}
      </div>
      <LogLines />
    </motion.div>
  );
}
