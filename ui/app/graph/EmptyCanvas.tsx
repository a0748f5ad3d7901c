// An empty canvas says how it is filled.
import { CirclePlus } from "lucide-react";
import { Button } from "../parts/controls";
import { useApp } from "../state";
import { t } from "../words";
import { useProject } from "../wire/queries";
import { useGraphs } from "./store";

/** Three nodes and their wires, as they will look. */
function Picture() {
  const node = (x: number, y: number, width: number, height: number) => <><rect x={x} y={y} width={width} height={height} rx="9" fill="var(--panel)" stroke="var(--line)" strokeWidth="1.5" /><path d={`M${x + 12} ${y + 15}h${width * .45}`} stroke="var(--soft)" strokeWidth="3" strokeLinecap="round" opacity=".7" /><path d={`M${x + 12} ${y + 34}h${width - 24}M${x + 12} ${y + 46}h${width - 40}`} stroke="var(--line)" strokeWidth="3" strokeLinecap="round" /></>;
  return (
    <svg viewBox="0 0 360 150" className="mx-auto mb-6 w-[340px] max-w-full" aria-hidden>
      <path d="M112 46C140 46 138 46 156 46M112 46C150 46 118 112 246 108M256 46C280 46 232 90 246 108" fill="none" stroke="var(--accent)" strokeWidth="2.5" strokeLinecap="round" opacity=".85" />
      {node(12, 12, 100, 60)}{node(156, 16, 100, 60)}{node(246, 78, 102, 60)}
      {[[112, 46], [156, 46], [256, 46], [246, 108]].map(([x, y]) => <circle key={`${x}${y}`} cx={x} cy={y} r="4.5" fill="var(--accent)" />)}
    </svg>
  );
}

export function EmptyCanvas({ onFind }: { onFind: () => void }) {
  const project = useProject().data;
  const isComing = useGraphs((s) => !s.isDirty) && project !== undefined && project.commands.length > 0;
  if (isComing) return null;
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center px-8 pb-24 text-center">
      <div className="max-w-md">
        <Picture />
        <h1 className="text-[22px] font-semibold tracking-[-.015em]">{t("graph.emptyTitle")}</h1>
        <p className="mt-2 text-[14px] text-soft">{t("graph.emptyText")}</p>
        <div className="pointer-events-auto mt-5 flex justify-center gap-2">
          <Button kind="primary" className="min-h-9 px-4" onClick={() => useApp.getState().prefer({ room: "workflows" })}>{t("graph.templates")}</Button>
          <Button className="min-h-9 px-4" icon={<CirclePlus size={15} />} onClick={onFind}>{t("search.label")}</Button>
        </div>
      </div>
    </div>
  );
}
