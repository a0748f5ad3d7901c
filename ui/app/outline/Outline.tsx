// What the scene is made of: its objects, what is selected, and every command in order.
import { Fragment, useMemo } from "react";
import { thingOf } from "../../flow/objects";
import type { SceneCommand } from "../../flow/sentence";
import { objectsOf } from "../../flow/sentence";
import { nameOf } from "../command/selection";
import { hueOf, kindOfOp } from "../command/kinds";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { t } from "../words";
import { nameOfOp } from "../words/foreign";
import { useProject } from "../wire/queries";
import { Inspector } from "./Inspector";
import { ThingRow } from "./Thing";
import { detailsOf, touches } from "./describe";
import { useShown } from "./useShown";

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
      <span className="min-w-0"><span className="font-medium">{nameOfOp(command.op)}</span> <span className="text-soft">{detailsOf(command).map((d, i) => <Fragment key={i}>{i > 0 && " · "}{d.text}{d.color && <i className="ml-1 inline-block size-2.5 rounded-full border border-line align-[-1px]" style={{ background: d.color }} />}</Fragment>)}</span></span>
    </>
  );
  const look = cx("flex w-full gap-2.5 rounded-lg px-2 py-1.5 text-left text-xs", isOn ? "bg-accent/12" : object && "hover:bg-raised");
  return (
    <li ref={row} data-about={isOn || undefined} className="mx-2">
      {object ? <button type="button" className={look} onClick={() => set({ selected: object })}>{inside}</button> : <div className={look}>{inside}</div>}
    </li>
  );
}

export function Outline() {
  const project = useProject().data, selected = useApp((s) => s.selected);
  const commands = useMemo(() => (project?.commands ?? []) as SceneCommand[], [project]);
  const objects = useMemo(() => objectsOf(commands), [commands]);
  const chosen = selected === null ? undefined : objects.find((o) => o.id === thingOf(selected));
  return (
    <aside aria-label={t("outline.label")} data-half="scene" className="flex w-64 shrink-0 flex-col overflow-auto border-l border-line bg-panel">
      <Section title={t("outline.objects")} count={objects.length}>
        {objects.map((o) => <ThingRow key={o.id} thing={o} command={commands[o.command] as SceneCommand} />)}
        {objects.length === 0 && <p className="px-4 pb-2 text-xs text-soft">{t("outline.empty")}</p>}
      </Section>
      {chosen && selected !== null && <Section title={nameOf(selected)}><Inspector key={selected} object={{ ...chosen, id: selected }} isWhole={selected === chosen.id} /></Section>}
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
