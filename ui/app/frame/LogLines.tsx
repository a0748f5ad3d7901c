// What the bridge did lately, newest first.
import { cx } from "../parts/format";
import { t } from "../words";
import { useTasks } from "../wire/queries";

export function LogLines() {
  const tasks = useTasks().data?.items.slice(0, 12) ?? [];
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 text-xs font-semibold text-ink">{t("status.lately")}</h3>
      <ol className="flex flex-col gap-1 font-mono text-[11px]">
        {tasks.map((i) => (
          <li key={i.id} className="flex gap-2">
            <time className="shrink-0">{new Date(i.finished_at ?? i.started_at ?? i.created_at).toLocaleTimeString()}</time>
            <span className={cx("w-16 shrink-0", i.state === "failed" && "text-bad", i.state === "done" && "text-good")}>{i.state}</span>
            <span className="truncate" title={i.error?.message ?? i.title}>{i.error?.message ?? i.title}</span>
          </li>
        ))}
      </ol>
      {tasks.length === 0 && <p>{t("status.nothing")}</p>}
    </div>
  );
}
