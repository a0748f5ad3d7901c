// What can be done in the viewport: tools at its left, looks at its right.
import { MousePointer2, Move, Rotate3d, Scaling, Video } from "lucide-react";
import { Button, Segments } from "../parts/controls";
import type { GizmoMode } from "../state";
import { looks, useApp } from "../state";
import type { Word } from "../words";
import { t } from "../words";

const tools: { mode: GizmoMode; icon: typeof Move; key: string }[] = [
  { mode: "none", icon: MousePointer2, key: "Q" }, { mode: "translate", icon: Move, key: "G" }, { mode: "rotate", icon: Rotate3d, key: "R" }, { mode: "scale", icon: Scaling, key: "S" },
];

export function Tools() {
  const { gizmo, look, isThroughCamera, set } = useApp();
  return (
    <>
      <div role="toolbar" aria-label={t("viewport.tools")} aria-orientation="vertical" className="absolute top-3 left-3 z-10 flex flex-col gap-0.5 rounded-xl border border-line bg-panel/92 p-1 shadow-lift">
        {tools.map(({ mode, icon: Icon, key }) => (
          <Button key={mode} kind="ghost" isOn={gizmo === mode} label={`${t(`tool.${mode}` as Word)} (${key})`} icon={<Icon size={16} />} onClick={() => set({ gizmo: mode })} />
        ))}
      </div>
      <div className="absolute top-3 right-3 z-10 flex gap-2">
        <div className="rounded-xl border border-line bg-panel/92 p-1 shadow-lift">
          <Button kind="ghost" isOn={isThroughCamera} title={`${t("action.camera")} (C)`} icon={<Video size={15} />} onClick={() => set({ isThroughCamera: !isThroughCamera })}>{t("viewport.camera")}</Button>
        </div>
        <div className="rounded-xl border border-line bg-panel/92 p-1 shadow-lift">
          <div className="@max-[760px]:hidden"><Segments value={look} onChange={(value) => set({ look: value })} label={t("viewport.look")} options={looks.map((value) => ({ value, label: t(`look.${value}` as Word) }))} /></div>
          <select className="field hidden @max-[760px]:block" aria-label={t("viewport.look")} value={look} onChange={(e) => set({ look: looks.find((l) => l === e.target.value) ?? "shaded" })}>{looks.map((value) => <option key={value} value={value}>{t(`look.${value}` as Word)}</option>)}</select>
        </div>
      </div>
    </>
  );
}
