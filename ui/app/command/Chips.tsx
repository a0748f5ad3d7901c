// What will be understood, one chip for each thing, there at once: an animation would cost pictures between letters.
// Words that are not known offer what may be meant.
import { CircleHelp } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { chipsOf, replaced } from "../../flow/sentence";
import type { SceneCommand } from "../../flow/sentence";
import type { Word } from "../words";
import { t } from "../words";
import { hueOf } from "./kinds";
import type { DryRun } from "./useDryRun";

export function Chips({ run, onReplace }: { run: DryRun; onReplace: (sentence: string) => void }) {
  const { spans, commands, unknown, assumptions } = run.understanding;
  const known = spans.filter((s) => !unknown.some((u) => u.from === s.from));
  // Of a long text the end is seen, where one types.
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => { if (list.current) list.current.scrollTop = list.current.scrollHeight; }, [run]);
  return (
    <div ref={list} className="flex max-h-[min(156px,30vh)] flex-wrap items-center gap-1.5 overflow-auto px-4 py-2.5" aria-live="polite" aria-label={t("command.understood")}>
      {chipsOf(run.sentence, known, commands as SceneCommand[]).map((chip, i) => (
        <span key={`${chip.kind}-${chip.text}-${i}`} data-chip={chip.kind}
          className="inline-flex h-6 items-center gap-1.5 rounded-full border pr-2.5 pl-2 text-xs" style={{ borderColor: `color-mix(in srgb, ${hueOf(chip.kind)} 38%, transparent)`, background: `color-mix(in srgb, ${hueOf(chip.kind)} 11%, transparent)` }}>
          <span className="size-2 rounded-full" style={{ background: chip.color ?? hueOf(chip.kind) }} />
          <span className="font-medium">{chip.text}</span>
          <span className="text-soft">{t(`kind.${chip.kind}` as Word)}</span>
        </span>
      ))}
      {unknown.map((u) => (
        <span key={u.from} className="inline-flex h-6 items-center gap-1.5 rounded-full border border-dashed border-warn/60 px-2 text-xs">
          <CircleHelp size={13} className="text-warn" /><span className="font-medium">{u.word}</span>
          {u.suggestions.length > 0
            ? u.suggestions.slice(0, 3).map((s) => <button key={s} type="button" className="font-semibold text-accent hover:underline" onMouseDown={(e) => e.preventDefault()} onClick={() => onReplace(replaced(run.sentence, u, s))}>{s}?</button>)
            : <span className="text-soft">{u.stand_in ? t("command.standIn") : t("command.unknown")}</span>}
        </span>
      ))}
      {assumptions.slice(0, 2).map((a) => <span key={a} className="text-xs text-soft italic">{a}</span>)}
    </div>
  );
}
