// The bridge's log, newest first.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../wire/client";
import { cx, timeOfDay } from "../parts/format";
import { t } from "../words";

const levels = ["error", "warning", "info"] as const;

export function LogLines() {
  const [level, setLevel] = useState<(typeof levels)[number]>("info");
  const { data } = useQuery({ queryKey: ["logs", level], refetchInterval: 2000, queryFn: ({ signal }) => call("get", "/logs", { signal, query: { limit: 60, level } }) });
  return (
    <div className="flex min-h-0 min-w-0 flex-col">
      <div className="mb-1.5 flex items-center gap-3"><h3 className="text-xs font-semibold text-ink">{t("status.lately")}</h3>{levels.map((l) => <button key={l} type="button" aria-pressed={l === level} onClick={() => setLevel(l)} className={cx("text-xs", l === level ? "font-semibold text-accent" : "hover:text-ink")}>{t(`log.${l}`)}</button>)}</div>
      <ol className="min-h-0 overflow-auto rounded-lg bg-ground p-2 font-mono text-[11px] leading-5" tabIndex={0} aria-label={t("status.lately")}>
        {data?.items.map((i) => (
          <li key={i.number} className="flex gap-2"><time className="shrink-0">{timeOfDay(i.time)}</time><span className={cx("w-14 shrink-0", i.level === "error" && "text-bad", i.level === "warning" && "text-warn")}>{i.room}</span><span className="min-w-0 break-words text-ink">{i.message}</span></li>
        ))}
      </ol>
      {data?.items.length === 0 && <p>{t("status.nothing")}</p>}
    </div>
  );
}
