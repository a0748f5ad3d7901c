// The library: every object that can be named, with its picture; a click adds it to the scene.
import { Shapes } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import type { Schemas } from "../../wire/client";
import { submit } from "../command/submit";
import { Empty, Panel, Search, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { Thumb } from "../parts/Thumb";
import { t } from "../words";
import { useObjects } from "../wire/queries";

function article(name: string): string {
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

function Picture({ object }: { object: Schemas["ObjectRecipe"] }) {
  return (
    <button type="button" onClick={() => void submit(`add ${article(object.name)}`)} title={[object.name, ...object.synonyms].join(", ")} className="group min-w-0 text-left">
      <Thumb src={object.picture_url} icon={<Shapes size={22} strokeWidth={1.3} />} className="aspect-square w-full rounded-xl ring-accent group-hover:ring-2" />
      <span className="mt-1 block truncate text-xs font-medium">{object.name}</span>
    </button>
  );
}

export default function Objects() {
  const [words, setWords] = useState(""), [category, setCategory] = useState("");
  const { data, error, isPending, refetch } = useObjects(useDeferredValue(words.trim()));
  const groups = useMemo(() => {
    const found = new Map<string, Schemas["ObjectRecipe"][]>();
    for (const o of data?.items ?? []) found.set(o.category, [...(found.get(o.category) ?? []), o]);
    return [...found].sort(([a], [b]) => a.localeCompare(b));
  }, [data]);
  return (
    <Panel title={t("room.objects")} actions={<span className="pr-2 text-xs text-soft">{data?.total}</span>}>
      <div className="sticky top-0 z-10 flex gap-2 bg-panel px-4 pb-3">
        <Search value={words} onChange={setWords} label={t("objects.search")} />
        <select className="field max-w-28" value={category} onChange={(e) => setCategory(e.target.value)} aria-label={t("objects.category")}><option value="">{t("objects.all")}</option>{groups.map(([name]) => <option key={name}>{name}</option>)}</select>
      </div>
      {isPending && <Waiting />}
      {error && <Failure error={error} retry={() => void refetch()} />}
      {groups.filter(([name]) => !category || name === category).map(([name, objects]) => (
        <section key={name} aria-label={name} className="px-4 pb-4 [content-visibility:auto] [contain-intrinsic-size:auto_400px]">
          <h3 className="pb-2 text-xs font-semibold text-soft">{name} <span className="font-normal">{objects.length}</span></h3>
          <div className="grid grid-cols-[repeat(auto-fill,minmax(76px,1fr))] gap-2.5">{objects.map((o) => <Picture key={o.name} object={o} />)}</div>
        </section>
      ))}
      {data?.items.length === 0 && <Empty icon={<Shapes size={26} strokeWidth={1.5} />} title={t("objects.none", { words })}>{t("objects.noneText")}</Empty>}
    </Panel>
  );
}
