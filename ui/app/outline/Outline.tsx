// What the scene is made of: its objects, what is selected, and every command in order.
import { Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import type { SceneCommand } from "../../flow/sentence";
import { objectsOf } from "../../flow/sentence";
import { hueOf, kindOfOp } from "../command/kinds";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { t } from "../words";
import { useApply } from "../wire/byHand";
import { useProject } from "../wire/queries";
import { Inspector } from "./Inspector";
import { describe, touches } from "./describe";

function Section({ title, count, children }: { title: string; count?: number; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="border-b border-line pb-2 last:border-0">
      <h2 className="flex h-10 items-center gap-2 px-4 text-[12.5px] font-semibold">{title}{count !== undefined && <span className="font-normal text-soft">{count}</span>}</h2>
      {children}
    </section>
  );
}

/** A command; a press selects the object that it is about. */
function Line({ command, object, selected }: { command: SceneCommand; object: string | null; selected: string | null }) {
  const set = useApp((s) => s.set), isOn = selected !== null && touches(command, selected), row = useShown<HTMLLIElement>(isOn);
  const inside = (
    <>
      <span className="mt-1 size-2 shrink-0 rounded-full" style={{ background: hueOf(kindOfOp(command.op)) }} />
      <span className="min-w-0"><span className="font-medium">{command.op}</span> <span className="text-soft">{describe(command)}</span></span>
    </>
  );
  const look = cx("flex w-full gap-2.5 rounded-lg px-2 py-1.5 text-left text-xs", isOn ? "bg-accent/12" : object && "hover:bg-raised");
  return (
    <li ref={row} data-about={isOn || undefined} className="mx-2">
      {object ? <button type="button" className={look} onClick={() => set({ selected: object })}>{inside}</button> : <div className={look}>{inside}</div>}
    </li>
  );
}

/** Brings what was selected elsewhere into sight. */
function useShown<T extends HTMLElement>(isOn: boolean) {
  const row = useRef<T>(null);
  useEffect(() => { if (isOn) row.current?.scrollIntoView({ block: "nearest" }); }, [isOn]);
  return row;
}

export function Outline() {
  const project = useProject().data, selected = useApp((s) => s.selected), set = useApp((s) => s.set), apply = useApply();
  const commands = useMemo(() => (project?.commands ?? []) as SceneCommand[], [project]);
  const objects = useMemo(() => objectsOf(commands), [commands]);
  const chosen = objects.find((o) => o.id === selected);
  return (
    <aside aria-label={t("outline.label")} className="flex w-64 shrink-0 flex-col overflow-auto border-l border-line bg-panel">
      <Section title={t("outline.objects")} count={objects.length}>
        {objects.map((o) => (
          <div key={o.id} className={cx("group mx-2 flex h-8 items-center rounded-lg", o.id === selected ? "bg-accent/15" : "hover:bg-raised")}>
            <button type="button" aria-pressed={o.id === selected} onClick={() => set({ selected: o.id === selected ? null : o.id })} className="flex h-full min-w-0 flex-1 items-center gap-2.5 px-2 text-left">
              <span className="size-3 shrink-0 rounded-full border border-line" style={{ background: o.color ?? "var(--hue-object)" }} />
              <span className="truncate">{o.name}</span>
            </button>
            <button type="button" aria-label={t("outline.remove", { name: o.name })} title={t("outline.remove", { name: o.name })} onClick={() => apply.mutate([{ op: "remove", targets: [o.id] }])} className="mr-1 rounded p-1 text-soft opacity-0 group-hover:opacity-100 hover:text-bad focus-visible:opacity-100"><Trash2 size={14} /></button>
          </div>
        ))}
        {objects.length === 0 && <p className="px-4 pb-2 text-xs text-soft">{t("outline.empty")}</p>}
      </Section>
      {chosen && <Section title={chosen.name}><Inspector key={chosen.id} object={chosen} /></Section>}
      <Section title={t("outline.commands")} count={commands.length}>
        <ol className="flex flex-col">
          {commands.map((c, i) => (
            <Line key={i} command={c} object={objects.find((o) => touches(c, o.id))?.id ?? null} selected={selected} />
          ))}
        </ol>
        {commands.length === 0 && <p className="px-4 pb-2 text-xs text-soft">{t("outline.noCommands")}</p>}
      </Section>
    </aside>
  );
}
