// A row of the outline: a thing with what can be done to it; opened, its copies and its parts.
import { ChevronRight, Eye, EyeOff, Focus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { means } from "../../flow/objects";
import type { SceneCommand, objectsOf } from "../../flow/sentence";
import { removeThing, toggleAlone, toggleHidden } from "../command/selection";
import { cx } from "../parts/format";
import { Rename } from "../parts/Rename";
import { useApp } from "../state";
import { t } from "../words";
import { shownThing } from "../words/foreign";
import { useApply } from "../wire/byHand";
import type { Command } from "../wire/queries";
import { useShown } from "./useShown";

type Thing = ReturnType<typeof objectsOf>[number];

/** More are reached by a click in the scene. */
const mostCopies = 24;

function Deed({ label, icon, isOn = false, isBad = false, onDo }: { label: string; icon: ReactNode; isOn?: boolean; isBad?: boolean; onDo: () => void }) {
  return <button type="button" aria-label={label} title={label} aria-pressed={isBad ? undefined : isOn} onClick={onDo} className={cx("rounded p-1 group-hover:opacity-100 focus-visible:opacity-100", isOn ? "text-accent" : "text-soft opacity-0", isBad ? "hover:text-bad" : "hover:text-ink")}>{icon}</button>;
}

/** One that belongs to a thing: a copy or a part. */
function Piece({ id, name }: { id: string; name: string }) {
  const isOn = useApp((s) => s.selected === id), row = useShown<HTMLLIElement>(isOn), set = useApp((s) => s.set);
  return <li ref={row}><button type="button" aria-pressed={isOn} onClick={() => set({ selected: isOn ? null : id })} className={cx("block h-7 w-full truncate rounded-lg pr-2 pl-11 text-left text-xs", isOn ? "bg-accent/15" : "text-soft hover:bg-raised hover:text-ink")}>{name}</button></li>;
}

export function ThingRow({ thing, command }: { thing: Thing; command: SceneCommand }) {
  const selected = useApp((s) => s.selected), parts = useApp((s) => s.parts[thing.id]) ?? [], set = useApp((s) => s.set), apply = useApply();
  const isHidden = useApp((s) => s.hidden.some((h) => means(h, thing.id))), isAlone = useApp((s) => s.alone === thing.id);
  const [isOpen, setOpen] = useState(false), [isNaming, setNaming] = useState(false);
  const count = typeof command["count"] === "number" ? command["count"] : 1, isOn = selected === thing.id, isWithin = !isOn && selected !== null && means(thing.id, selected), canName = command.op !== "text";
  const row = useShown<HTMLDivElement>(isOn || isWithin), isShown = isOpen || isWithin, hasMore = count > 1 || parts.length > 1;
  const shown = shownThing(thing);
  const rename = (name: string | null) => {
    setNaming(false);
    const kept = Object.fromEntries(["object", "file"].filter((key) => key in command).map((key) => [key, command[key]]));
    if (name) apply.mutate([{ op: command.op, id: thing.id, ...kept, name } as Command]);
  };
  return (
    <div className="mx-2">
      <div ref={row} className={cx("group flex h-8 items-center rounded-lg", isOn || isWithin ? "bg-accent/15" : "hover:bg-raised")}>
        <button type="button" aria-expanded={isShown} aria-label={t("outline.open", { name: shown })} onClick={() => setOpen(!isShown)} className={cx("p-1 text-soft hover:text-ink", !hasMore && "invisible")}><ChevronRight size={13} className={cx("transition-transform", isShown && "rotate-90")} /></button>
        {isNaming ? <Rename name={thing.name} label={t("outline.rename", { name: shown })} longest={64} className="field !h-6 min-w-0 flex-1" onDone={rename} /> : (
          <button type="button" aria-pressed={isOn} title={canName ? t("outline.rename", { name: shown }) + " (F2)" : undefined} onClick={() => set({ selected: isOn ? null : thing.id })} onDoubleClick={() => setNaming(canName)} onKeyDown={(e) => { if (e.key === "F2") setNaming(canName); }}
            className={cx("flex h-full min-w-0 flex-1 items-center gap-2.5 rounded-lg pr-2 pl-1 text-left", isHidden && "text-soft")}>
            <span className="size-3 shrink-0 rounded-full border border-line" style={{ background: thing.color ?? "var(--hue-object)" }} />
            <span className="truncate">{shown}</span>{count > 1 && <span aria-hidden className="text-xs text-soft">{count}</span>}
          </button>
        )}
        <Deed label={t(isHidden ? "outline.show" : "outline.hide", { name: shown })} icon={isHidden ? <EyeOff size={14} /> : <Eye size={14} />} isOn={isHidden} onDo={() => toggleHidden(thing.id)} />
        <Deed label={t("outline.alone", { name: shown })} icon={<Focus size={14} />} isOn={isAlone} onDo={() => toggleAlone(thing.id)} />
        <Deed label={t("outline.remove", { name: shown })} icon={<Trash2 size={14} />} isBad onDo={() => removeThing(thing.id)} />
      </div>
      {isShown && hasMore && (
        <ul aria-label={shown}>
          {count > 1 && Array.from({ length: Math.min(count, mostCopies) }, (_, i) => <Piece key={i} id={`${thing.id}.${i + 1}`} name={`${shown} ${i + 1}`} />)}
          {parts.length > 1 && parts.map((part) => <Piece key={part} id={`${thing.id}/${part}`} name={part} />)}
        </ul>
      )}
    </div>
  );
}
