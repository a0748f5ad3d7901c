// What is selected, to change by hand; each change is a scene command.
import { useState } from "react";
import { submit } from "../command/submit";
import { useApp } from "../state";
import type { Word } from "../words";
import { inEnglish, t } from "../words";
import { thingName, valueOf } from "../words/foreign";
import { useApply } from "../wire/byHand";

const colors = ["#d81e1e", "#f08a24", "#f2c52b", "#3aa35b", "#1f5fd6", "#7a46c8", "#e56aa5", "#f4f1ea", "#2a2725"];
const materials = ["plastic", "metal", "gold", "glass", "wood", "rubber", "fur", "stone"];
const motions = ["bounce", "spin", "float", "jump", "swing", "walk", "dance", "orbit"];

/** `isWhole`: not a copy or a part, of which sentences do not speak. */
export function Inspector({ object, isWhole }: { object: { id: string; name: string; object: string; color: string | null }; isWhole: boolean }) {
  const apply = useApply(), set = useApp((s) => s.set);
  const [custom, setCustom] = useState(object.color ?? "#ff8052");
  const material = (change: Record<string, unknown>) => apply.mutate([{ op: "material", targets: [object.id], ...change }]);
  const own = thingName(object.name, object.object, object.id);
  const moveIt = (motion: string) => (own === null ? inEnglish("say.motion", { what: object.name, how: motion }) : t("say.motion", { what: own, how: valueOf("animate", motion) }));
  return (
    <div className="flex flex-col gap-3 px-4 pb-2 text-xs">
      <div role="group" aria-label={t("inspector.color")} className="grid grid-cols-10 gap-[5px]">
        {colors.map((c) => <button key={c} type="button" aria-label={c} title={c} onClick={() => material({ color: c })} className="aspect-square rounded-full border border-line hover:scale-110" style={{ background: c }} />)}
        <input type="color" value={custom} aria-label={t("inspector.otherColor")} onChange={(e) => setCustom(e.target.value)} onBlur={() => { if (custom !== object.color) material({ color: custom }); }} className="swatch aspect-square h-auto w-full cursor-pointer rounded-full border border-line bg-transparent p-0" />
      </div>
      <label className="flex items-center justify-between gap-2"><span className="text-soft">{t("inspector.material")}</span>
        <select className="field max-w-32" defaultValue="" onChange={(e) => e.target.value && material({ material: e.target.value })}><option value="">{t("inspector.choose")}</option>{materials.map((m) => <option key={m} value={m}>{valueOf("material", m)}</option>)}</select>
      </label>
      {isWhole && <label className="flex items-center justify-between gap-2"><span className="text-soft">{t("inspector.motion")}</span>
        <select className="field max-w-32" defaultValue="" onChange={(e) => e.target.value && void submit(moveIt(e.target.value))}><option value="">{t("inspector.choose")}</option>{motions.map((m) => <option key={m} value={m}>{valueOf("animate", m)}</option>)}</select>
      </label>}
      <div className="flex gap-1.5">
        {(["translate", "rotate", "scale"] as const).map((mode) => <button key={mode} type="button" onClick={() => set({ gizmo: mode })} className="h-7 flex-1 rounded-lg border border-line bg-raised font-medium hover:border-soft">{t(`tool.${mode}` as Word)}</button>)}
      </div>
    </div>
  );
}
