// An empty canvas says how it is filled.
import { useApp } from "../state";
import { t } from "../words";
import { useProject } from "../wire/queries";
import { useGraphs } from "./store";

export function EmptyCanvas() {
  const project = useProject().data;
  const isComing = useGraphs((s) => !s.isDirty) && project !== undefined && project.commands.length > 0;
  if (isComing) return null;
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center px-8 pb-24 text-center">
      <div className="max-w-md">
        <h1 className="text-[22px] font-semibold tracking-[-.015em]">{t("graph.emptyTitle")}</h1>
        <p className="mt-2 text-[14px] text-soft">{t("graph.emptyText")}</p>
        <button type="button" onClick={() => useApp.getState().prefer({ room: "workflows" })} className="pointer-events-auto mt-5 rounded-lg border border-line bg-raised px-4 py-2 font-medium hover:border-accent">{t("graph.templates")}</button>
      </div>
    </div>
  );
}
