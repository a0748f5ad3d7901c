// A canvas that shows a project's film as the bridge planned it goes on showing it as the project changes, until hands
// have changed the graph.
import { useNodesInitialized, useStore } from "@xyflow/react";
import { useEffect } from "react";
import type { NodeTable } from "../../flow/nodes";
import { complain } from "../parts/Toasts";
import { useProject } from "../wire/queries";
import { aimAt, useAim } from "./aim";
import { reflow } from "./commands";
import { openProject } from "./openProject";
import type { Source } from "./store";
import { useGraphs } from "./store";

/** Whether the canvas should show `project` now: it is untouched, and shows another version, another project, or nothing. */
export function shouldFollow(project: Source | null, shown: { source: Source | null; isDirty: boolean; isEmpty: boolean }): boolean {
  if (!project || shown.isDirty) return false;
  return shown.source ? shown.source.project !== project.project || shown.source.version !== project.version : shown.isEmpty;
}

export function useFollow(): void {
  const project = useProject().data, source = useGraphs((s) => s.source), isDirty = useGraphs((s) => s.isDirty);
  const isEmpty = useGraphs((s) => Object.keys(s.history.present.nodes).length + s.history.present.notes.length === 0);
  const id = project?.commands.length ? project.id : null, version = project?.version ?? 0;
  const isBehind = shouldFollow(id ? { project: id, version } : null, { source, isDirty, isEmpty });
  useEffect(() => { if (isBehind && id) openProject(id).catch(complain); }, [isBehind, id, version]);
}

/** How finely the shape of the canvas is told apart: in halves of a doubling. */
const steps = 2;

/** A graph as the bridge planned it is laid out for the canvas it has: wide, or beside the scene. */
export function useShape(tables: Map<string, NodeTable>): void {
  const isUntouched = useGraphs((s) => s.source !== null && !s.isDirty), isDrawn = useNodesInitialized();
  const step = useStore((s) => (s.height > 0 ? Math.round(Math.log2(s.width / s.height) * steps) : null));
  useEffect(() => {
    if (step === null || !isUntouched || !isDrawn || tables.size === 0) return;
    reflow(tables);
    if (!useAim.getState().aim) aimAt(null);
  }, [step, isUntouched, isDrawn, tables]);
}
