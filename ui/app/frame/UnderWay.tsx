// That the bridge takes long for what was asked of it; what takes very long can be given up.
import { CircleX, LoaderCircle } from "lucide-react";
import { useSyncExternalStore } from "react";
import { onPending, pending } from "../../wire/pending";
import { useLate } from "../parts/useLate";
import { t } from "../words";

const veryLateMs = 2000;

export function UnderWay() {
  const waits = useSyncExternalStore(onPending, pending), isOn = waits.length > 0;
  const isLate = useLate(isOn), isVeryLate = useLate(isOn, veryLateMs);
  if (!isLate) return null;
  const stand = waits.find((w) => w.stand)?.stand;
  return (
    <span role="status" className="inline-flex shrink-0 items-center gap-2">
      <LoaderCircle size={13} className="animate-spin text-accent" />{stand ? <><span className="max-w-64 truncate text-ink">{stand.title}</span><span className="tabular-nums">{Math.round(stand.fraction * 100)} %</span></> : t("underWay")}
      {isVeryLate && <button type="button" aria-label={t("underWay.giveUp")} title={t("underWay.giveUp")} onClick={() => waits.forEach((w) => w.giveUp())} className="hover:text-bad"><CircleX size={14} /></button>}
    </span>
  );
}
