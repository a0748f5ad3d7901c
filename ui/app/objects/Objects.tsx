// The library: every object that can be named, with its picture; a click or a drop adds it to the scene.
import { Shapes } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useDeferredValue, useMemo, useState } from "react";
import type { Schemas } from "../../wire/client";
import { submit } from "../command/submit";
import { Empty, Panel, Search, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { Thumb } from "../parts/Thumb";
import { matches } from "../parts/menu";
import { usePreference } from "../state";
import { t } from "../words";
import { shownName, translated } from "../words/foreign";
import { useObjects } from "../wire/queries";
import { addSentence, beginDrag } from "./dragging";

const kindOf = (category: string) => translated("objectCategories", category, category);

function Picture({ object, isFirst }: { object: Schemas["ObjectRecipe"]; isFirst: boolean }) {
  return (
    <button type="button" data-object={object.name} tabIndex={isFirst ? 0 : -1} draggable onDragStart={(event) => beginDrag(event, object.name)} onClick={() => void submit(addSentence(object.name))} title={[...new Set([shownName(object.name), object.name, ...object.synonyms])].join(", ")} className="group min-w-0 rounded-xl text-left">
      <Thumb src={object.picture_url} icon={<Shapes size={22} strokeWidth={1.3} />} className="aspect-square w-full rounded-xl ring-accent transition-shadow group-hover:ring-2" />
      <span className="mt-1 line-clamp-2 text-xs leading-tight font-medium [overflow-wrap:anywhere] hyphens-auto">{shownName(object.name)}</span>
    </button>
  );
}

/** Arrows go from picture to picture: along, and to what is nearest above or below. */
function onArrow(event: KeyboardEvent<HTMLElement>): void {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-object]")], from = all.indexOf(event.target as HTMLElement);
  if (from < 0) return;
  const next = nextOf(event.key, all, from);
  if (!next) return;
  event.preventDefault();
  for (const e of all) e.tabIndex = e === next ? 0 : -1;
  next.focus();
}

function nextOf(key: string, all: readonly HTMLElement[], from: number): HTMLElement | undefined {
  if (key === "ArrowRight") return all[from + 1];
  if (key === "ArrowLeft") return all[from - 1];
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  if (key !== "ArrowDown" && key !== "ArrowUp") return undefined;
  const here = (all[from] as HTMLElement).getBoundingClientRect(), isDown = key === "ArrowDown";
  const beyond = (isDown ? all.slice(from + 1) : all.slice(0, from).reverse()).map((e) => ({ e, box: e.getBoundingClientRect() })).filter(({ box }) => (isDown ? box.top >= here.bottom - 1 : box.bottom <= here.top + 1));
  const line = beyond.filter(({ box }) => Math.abs(box.top - (beyond[0]?.box.top ?? 0)) < 1);
  return line.sort((a, b) => Math.abs(a.box.left - here.left) - Math.abs(b.box.left - here.left))[0]?.e;
}

export default function Objects() {
  const [words, setWords] = useState(""), [category, setCategory] = useState(""), wanted = useDeferredValue(words.trim()), isEnglish = usePreference("language") === "en";
  const { data, error, isPending, refetch } = useObjects(isEnglish ? wanted : "");
  // The bridge searches English words; names of another language are searched here.
  const items = useMemo(() => (data?.items ?? []).filter((o) => isEnglish || matches(wanted, o.name, shownName(o.name), ...o.synonyms)), [data, wanted, isEnglish]);
  const groups = useMemo(() => {
    const found = new Map<string, Schemas["ObjectRecipe"][]>();
    for (const o of items) found.set(o.category, [...(found.get(o.category) ?? []), o]);
    return [...found].sort(([a], [b]) => kindOf(a).localeCompare(kindOf(b)));
  }, [items]);
  const shown = groups.filter(([name]) => !category || name === category), first = shown[0]?.[1][0]?.name;
  return (
    <Panel title={t("room.objects")} actions={<span className="pr-2 text-xs text-soft">{data?.total}</span>}>
      <div className="sticky top-0 z-10 flex gap-2 bg-panel px-4 pb-3">
        <Search value={words} onChange={setWords} label={t("objects.search")} />
        <select className="field max-w-28" value={category} onChange={(e) => setCategory(e.target.value)} aria-label={t("objects.category")}><option value="">{t("objects.all")}</option>{groups.map(([name]) => <option key={name} value={name}>{kindOf(name)}</option>)}</select>
      </div>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      <div onKeyDown={onArrow}>
      {shown.map(([name, objects]) => (
        <section key={name} aria-label={kindOf(name)} className="px-4 pb-4 [content-visibility:auto] [contain-intrinsic-size:auto_400px]">
          <h3 className="pb-2 text-xs font-semibold text-soft first-letter:uppercase">{kindOf(name)} <span className="font-normal">{objects.length}</span></h3>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(76px,1fr))] gap-2.5">{objects.map((o) => <Picture key={o.name} object={o} isFirst={o.name === first} />)}</div>
        </section>
      ))}
      </div>
      {data && items.length === 0 && <Empty icon={<Shapes size={26} strokeWidth={1.5} />} title={t("objects.none", { words })}>{t("objects.noneText")}</Empty>}
    </Panel>
  );
}
