// Sentences that wait for a bridge that is away; each can be given up.
import { Clock, X } from "lucide-react";
import { t } from "../words";
import { giveUp, useWaiting } from "../wire/outbox";

export function Waiting() {
  const sentences = useWaiting((s) => s.waiting).flatMap((change) => ("sentence" in change ? [{ change, text: change.sentence }] : []));
  if (sentences.length === 0) return null;
  return (
    <section aria-label={t("waiting.label")} className="pointer-events-auto mb-2 overflow-hidden rounded-2xl border border-warn/50 bg-panel/95 shadow-lift">
      <p role="status" className="flex items-center gap-2 px-4 pt-2.5 text-xs text-soft"><Clock size={13} className="shrink-0 text-warn" />{t("waiting.text")}</p>
      <ol className="max-h-32 overflow-auto py-1.5">
        {sentences.map(({ change, text }) => (
          <li key={change.key} data-waiting className="flex items-center gap-2 pr-2.5 pl-4">
            <span className="min-w-0 flex-1 truncate text-[13.5px]" title={text}>{text}</span>
            <button type="button" aria-label={t("waiting.giveUp", { text })} title={t("waiting.giveUp", { text })} onClick={() => giveUp(change)} className="grid size-7 shrink-0 place-items-center rounded-lg text-soft hover:bg-raised hover:text-bad"><X size={15} /></button>
          </li>
        ))}
      </ol>
    </section>
  );
}
