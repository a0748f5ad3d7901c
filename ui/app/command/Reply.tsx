// The answer in plain words, and what may come next.
import { AnimatePresence, motion } from "motion/react";
import { X } from "lucide-react";
import { useEffect } from "react";
import { countdown, hold } from "../parts/countdown";
import { Failure } from "../parts/Failure";
import { cx } from "../parts/format";
import { t } from "../words";
import { useNext } from "../wire/queries";
import { submit, useAnswer } from "./submit";

const shownMs = 14_000;

export function Reply({ onPick, isHidden }: { onPick: (sentence: string) => void; isHidden: boolean }) {
  const answer = useAnswer((s) => s.answer), next = useNext();
  const clear = () => { hold(false); useAnswer.setState({ answer: null }); };
  useEffect(() => {
    if (!answer || answer.error) return;
    return countdown(shownMs, clear);
  }, [answer]);
  const u = answer?.understanding;
  return (
    <AnimatePresence>
      {answer && !isHidden && (
        <motion.div initial={{ opacity: 0, y: 10 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0, y: 6 }} transition={{ duration: .18 }} role="status" data-reply onPointerEnter={() => hold(true)} onPointerLeave={() => hold(false)} onFocus={() => hold(true)} onBlur={() => hold(false)} className={cx("mb-2 rounded-2xl border bg-panel/95 shadow-lift", answer.error ? "border-bad/50" : "border-line")}>
          {answer.error ? <Failure error={answer.error} place="card" retry={() => void submit(answer.sentence)} /> : u && (
            <div className="flex gap-3 py-3 pr-2.5 pl-4">
              <div className="min-w-0 flex-1">
                {/* A long one is read by scrolling: it keeps clear of the tools above. */}
                <p className="max-h-[max(2.6rem,calc(100vh-32rem))] overflow-y-auto text-[13.5px] low:line-clamp-2" title={u.reply}>{u.reply}</p>
                {u.unknown.some((w) => w.suggestions.length > 0) && <p className="mt-1 text-xs text-warn">{u.unknown.filter((w) => w.suggestions.length > 0).map((w) => t("command.didYouMean", { word: w.word, other: w.suggestions.slice(0, 2).join(", ") })).join(" ")}</p>}
                <div className="mt-2.5 flex flex-wrap gap-1.5 low:mt-1.5 low:flex-nowrap low:overflow-x-auto low:[scrollbar-width:none]">
                  {next.map((step) => (
                    <button key={step} type="button" onClick={() => onPick(step)} className="h-[26px] shrink-0 rounded-full border border-line bg-raised px-3 text-xs font-medium hover:border-accent hover:text-accent">{step}</button>
                  ))}
                </div>
              </div>
              <button type="button" aria-label={t("close")} onClick={clear} className="self-start rounded p-1 text-soft hover:text-ink"><X size={15} /></button>
            </div>
          )}
        </motion.div>
      )}
    </AnimatePresence>
  );
}
