// Preferences of this window, found by their words.
import { useState } from "react";
import { Button, Panel, Search, Segments } from "../parts/controls";
import { matches } from "../parts/menu";
import { useApp } from "../state";
import { languages, t } from "../words";
import { BridgeSettings } from "./BridgeSettings";
import { Keys } from "./Keys";
import { sizes } from "./sizes";

/** `also`: what people look for it by. */
interface Setting { title: string; text: string; also: string; control: React.ReactNode }

function useSettings(): Setting[] {
  const { preferences: p, prefer, set } = useApp();
  return [
    { title: t("setting.theme"), text: t("setting.themeText"), also: t("setting.themeAlso"), control: <Segments value={p.theme} label={t("setting.theme")} onChange={(theme) => prefer({ theme })} options={[{ value: "system", label: t("setting.system") }, { value: "dark", label: t("setting.dark") }, { value: "light", label: t("setting.light") }]} /> },
    { title: t("setting.language"), text: t("setting.languageText"), also: t("setting.languageAlso"), control: <Segments value={p.language} label={t("setting.language")} onChange={(language) => prefer({ language })} options={Object.entries(languages).map(([value, l]) => ({ value: value as typeof p.language, label: l.name }))} /> },
    { title: t("setting.quality"), text: t("setting.qualityText"), also: t("setting.qualityAlso"), control: <Segments value={p.quality} label={t("setting.quality")} onChange={(quality) => prefer({ quality })} options={(["draft", "standard", "final"] as const).map((value) => ({ value, label: t(`quality.${value}`) }))} /> },
    { title: t("setting.size"), text: t("setting.sizeText"), also: t("setting.sizeAlso"), control: <select className="field" aria-label={t("setting.size")} value={`${p.width}×${p.height}`} onChange={(e) => { const [width, height] = e.target.value.split("×").map(Number); prefer({ width: width ?? 640, height: height ?? 360 }); }}>{(sizes.some(([w, h]) => w === p.width && h === p.height) ? sizes : [[p.width, p.height] as const, ...sizes]).map(([w, h]) => <option key={`${w}${h}`}>{`${w}×${h}`}</option>)}</select> },
    { title: t("setting.seed"), text: t("setting.seedText"), also: t("setting.seedAlso"), control: <input className="field" inputMode="numeric" aria-label={t("setting.seed")} value={p.seed} onChange={(e) => prefer({ seed: Number(e.target.value.replace(/\D/g, "")) || 0 })} /> },
    { title: t("setting.after"), text: t("setting.afterText"), also: t("setting.afterAlso"), control: <label className="flex items-center gap-2"><input type="checkbox" className="size-4 accent-(--accent)" checked={p.renderAfterCommand} onChange={(e) => prefer({ renderAfterCommand: e.target.checked })} />{t("setting.afterLabel")}</label> },
    { title: t("setting.turns"), text: t("setting.turnsText"), also: t("setting.turnsAlso"), control: <Segments value={p.seedTurns} label={t("setting.turns")} onChange={(seedTurns) => prefer({ seedTurns })} options={(["after", "before"] as const).map((value) => ({ value, label: t(`turns.${value}`) }))} /> },
    { title: t("setting.detail"), text: t("setting.detailText"), also: t("setting.detailAlso"), control: <Segments value={p.detail} label={t("setting.detail")} onChange={(detail) => prefer({ detail })} options={(["auto", "full", "light"] as const).map((value) => ({ value, label: t(`detail.${value}`) }))} /> },
    { title: t("setting.tour"), text: t("setting.tourText"), also: t("setting.tourAlso"), control: <Button onClick={() => set({ isTourOpen: true })}>{t("action.tour")}</Button> },
  ];
}

export default function Settings() {
  const [words, setWords] = useState("");
  const settings = useSettings().filter((s) => matches(words, s.title, s.text, s.also));
  return (
    <Panel title={t("room.settings")}>
      <div className="sticky top-0 z-10 bg-panel px-4 pb-3"><Search value={words} onChange={setWords} label={t("setting.search")} /></div>
      <div className="flex flex-col px-4 pb-6">
        {settings.map((s) => (
          <div key={s.title} className="border-b border-line py-3.5 last:border-0">
            <h3 className="font-medium">{s.title}</h3>
            <p className="mt-0.5 mb-2.5 text-xs text-soft">{s.text}</p>
            {s.control}
          </div>
        ))}
        <BridgeSettings words={words} />
        <Keys words={words} />
        <p className="hidden py-10 text-center text-soft only:block">{t("setting.none", { words })}</p>
      </div>
    </Panel>
  );
}
