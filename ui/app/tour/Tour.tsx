// The first start: three steps, and something that moves within half a minute.
import { AnimatePresence, motion } from "motion/react";
import { useState } from "react";
import { Example } from "../command/Example";
import { examples } from "../command/memory";
import { submit } from "../command/submit";
import { Button } from "../parts/controls";
import { Dialog } from "../parts/Dialog";
import { useApp } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { Ball } from "./Ball";

const steps: { title: Word; text: Word }[] = [
  { title: "tour.say", text: "tour.sayText" },
  { title: "tour.watch", text: "tour.watchText" },
  { title: "tour.change", text: "tour.changeText" },
];

export default function Tour() {
  const [at, setAt] = useState(0);
  const prefer = useApp((s) => s.prefer), set = useApp((s) => s.set);
  const close = () => { prefer({ hasSeenTour: true }); set({ isTourOpen: false }); };
  const make = (sentence: string) => { close(); set({ view: "scene" }); void submit(sentence); };
  const step = steps[at] as (typeof steps)[number], isLast = at === steps.length - 1;
  return (
    <Dialog title={t("tour.title")} onClose={close}>
      <div className="px-5 pb-5">
        {!isLast && <div className="mb-4 h-36 overflow-hidden rounded-xl bg-ground"><Ball step={at} /></div>}
        <AnimatePresence mode="wait">
          <motion.div key={at} initial={{ opacity: 0, x: 14 }} animate={{ opacity: 1, x: 0 }} exit={{ opacity: 0, x: -14 }} transition={{ duration: .15 }} className={isLast ? "mb-4" : "min-h-24"}>
            <h3 className="text-[19px] font-semibold tracking-[-.015em]">{t(step.title)}</h3>
            <p className="mt-1.5 text-[14px] text-soft">{t(step.text)}</p>
          </motion.div>
        </AnimatePresence>
        {isLast && <div className="mb-4 grid grid-cols-2 gap-2.5">{examples().slice(0, 4).map((e) => <Example key={e} sentence={e} onPick={make} />)}</div>}
        <div className="flex items-center gap-2">
          <div className="flex flex-1 gap-1.5" aria-label={t("tour.step", { n: at + 1, of: steps.length })} role="img">{steps.map((s, i) => <span key={s.title} className={`h-1.5 rounded-full transition-all ${i === at ? "w-5 bg-accent" : "w-1.5 bg-line"}`} />)}</div>
          <Button kind="ghost" onClick={close}>{t("tour.skip")}</Button>
          {isLast ? <Button kind="primary" onClick={() => make(examples()[0] as string)}>{t("tour.go")}</Button> : <Button data-first kind="primary" onClick={() => setAt(at + 1)}>{t("tour.next")}</Button>}
        </div>
      </div>
    </Dialog>
  );
}
