// One node: its name and state, its sockets, its widgets, and what it made.
import type { NodeProps } from "@xyflow/react";
import { ChevronDown, ChevronRight, CircleAlert, CircleCheck, Clock3, DatabaseZap, LoaderCircle, Pin } from "lucide-react";
import { memo, useMemo, useState } from "react";
import { changeNode, tableOf, valueOf } from "../../flow/graph";
import type { InputTable } from "../../flow/nodes";
import { plainSocket } from "../../flow/nodes";
import { objectsOfNode, thingOf } from "../../flow/objects";
import { placesOf } from "../../flow/shared";
import { flatId } from "../../flow/subgraph";
import { wordsOf } from "../parts/Failure";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { t } from "../words";
import { nodeHelp, nodeLabel, titleOfNode } from "../words/foreign";
import { InputRow, OutputRow } from "./Rows";
import { Made } from "./Made";
import { NodeTitle } from "./NodeTitle";
import { Resize } from "./Resize";
import { inkOn } from "./colors";
import { useGraphs } from "./store";
import type { BoxNode } from "./toFlow";
import type { Run } from "./runs";
import { runOf, useRuns } from "./runs";
import { useBorder, useTables, useWiredInputs, useWiredOutputs } from "./tables";

function State({ run }: { run: Run | undefined }) {
  if (!run) return null;
  const size = 14;
  switch (run.phase) {
    case "queued": return <Clock3 size={size} className="text-soft" aria-label={t("node.queued")} />;
    case "running": return <LoaderCircle size={size} className="animate-spin text-accent" aria-label={t("node.running")} />;
    case "cached": return <DatabaseZap size={size} className="text-soft" aria-label={t("node.cached")} />;
    case "done": return <CircleCheck size={size} className="text-good" aria-label={t("node.done")} />;
    case "failed": return <CircleAlert size={size} className="text-bad" aria-label={t("node.failed")} />;
  }
}

function Unknown({ type }: { type: string }) {
  return <p className="px-3 pb-2 text-xs text-bad">{t("node.unknown", { type })}</p>;
}

export const NodeBox = memo(function NodeBox({ id, data, selected }: NodeProps<BoxNode>) {
  const { node } = data;
  const tables = useTables(), table = useMemo(() => tableOf(node, tables), [node, tables]), edit = useGraphs((s) => s.edit), enter = useGraphs((s) => s.enter);
  const key = flatId(useGraphs((s) => s.path), id), run = useRuns((s) => runOf(s.nodes, key, node.inner !== undefined));
  const objects = useMemo(() => objectsOfNode(node), [node]), isAbout = useApp((s) => s.selected !== null && objects.includes(thingOf(s.selected)));
  const places = useGraphs((s) => placesOf(s.history.present, node.inner?.id));
  // What has its wire outside of the sub-graph is filled as if it ran in here.
  const here = useWiredInputs(id), border = useBorder(id), wired = useMemo(() => [...here, ...border.wired], [here, border.wired]), used = useWiredOutputs(id);
  const [isOpen, setOpen] = useState(false);
  // Of a node that nobody knows: what it came with, or where its wires are.
  const sockets = table?.inputs.filter((i) => !i.isWidget) ?? [...new Set([...(node.raw?.inputs ?? []).map((i) => i.name), ...wired])].map((name) => ({ ...plainSocket, name, type: node.raw?.inputs?.find((i) => i.name === name)?.type ?? "*", isOptional: true }));
  const outputs = table?.outputs ?? node.raw?.outputs?.map((o) => ({ name: o.name, type: o.type, isList: false })) ?? Array.from({ length: used }, (_, i) => ({ name: String(i + 1), type: "*", isList: false }));
  const widgets = useMemo(() => table?.inputs.filter((i) => i.isWidget) ?? [], [table]);
  // What is left as it is by default stays out of sight until it is asked for.
  const canWait = (w: InputTable) => w.isOptional || w.isAdvanced === true;
  const isTold = (w: InputTable) => !canWait(w) || wired.includes(w.name) || ![undefined, w.default].includes(valueOf(node, w.name));
  const shown = isOpen ? widgets : widgets.filter(isTold);
  const hidden = widgets.length - shown.length;
  const isUnknown = tables.size > 0 && !table;
  const toggle = () => edit((g) => changeNode(g, id, { isCollapsed: !node.isCollapsed }));
  return (
    <div data-phase={run?.phase} data-about={isAbout || undefined} style={node.isCollapsed ? undefined : { minHeight: node.height }} className={cx(
      "flex min-h-full flex-col rounded-xl border bg-panel text-[12.5px] shadow-lift transition-[border-color,opacity] duration-150", selected ? "border-accent" : isUnknown || run?.phase === "failed" ? "border-bad" : run?.phase === "running" ? "border-accent/70" : "border-line",
      isAbout && "ring-3 ring-accent/35", node.mode === "muted" && "opacity-40", node.mode === "bypassed" && "opacity-60 outline-2 outline-dashed outline-(--hue-time)")}>
      <header className={cx("relative flex h-9 shrink-0 items-center gap-1.5 overflow-hidden rounded-t-[11px] pr-2.5 pl-1.5", node.isCollapsed && "rounded-b-[11px]")} style={node.color ? { background: node.color, color: inkOn(node.color) } : { background: "var(--raised)" }}>
        <button type="button" className={cx("nodrag rounded p-1", node.color ? "opacity-70 hover:opacity-100" : "text-soft hover:text-ink")} aria-label={node.isCollapsed ? t("node.expand") : t("node.collapse")} onClick={toggle}>{node.isCollapsed ? <ChevronRight size={14} /> : <ChevronDown size={14} />}</button>
        <NodeTitle id={id} title={(node.title && titleOfNode(node.title)) ?? (table && nodeLabel(table.id, table.label)) ?? node.type} hint={table && nodeHelp(table.id, table.help)} />
        {node.isPinned && <Pin size={13} className="text-soft" aria-label={t("node.pinned")} />}
        <State run={run} />
        {run?.phase === "running" && <span className="absolute bottom-0 left-0 h-0.5 bg-accent transition-[width]" style={{ width: `${(run.fraction ?? 1) * 100}%` }} />}
      </header>
      <div className={node.isCollapsed ? "folded" : "flex flex-1 flex-col pt-1.5 pb-2"}>
        {node.inner && <button type="button" className="nodrag mx-3 mb-1 self-start text-[11px] font-medium text-accent hover:underline" onClick={(e) => { e.stopPropagation(); enter([...useGraphs.getState().path, id]); }}>{t("node.enter", { n: Object.keys(node.inner.graph.nodes).length })}{places > 1 && `, ${t("node.places", { n: places })}`}</button>}
        {isUnknown && <Unknown type={node.type} />}
        <div className="flex justify-between gap-3">
          <div className="min-w-0">{sockets.map((i) => <InputRow key={i.name} id={id} input={i} isWired={wired.includes(i.name)} />)}</div>
          <div className="min-w-0">{outputs.map((o, slot) => <OutputRow key={slot} output={o} slot={slot} />)}</div>
        </div>
        {shown.map((i) => <InputRow key={i.name} id={id} input={i} isWired={wired.includes(i.name)} isShownOutside={border.names.includes(i.name)} node={node} />)}
        {(hidden > 0 || isOpen) && widgets.some(canWait) && <button type="button" className="nodrag mx-3 mt-1 self-start text-[11px] text-soft hover:text-ink" onClick={() => setOpen(!isOpen)}>{isOpen ? t("node.less") : t("node.more", { n: hidden })}</button>}
        <Made id={key} />
        {run?.phase === "failed" && <p role="alert" className="mx-2.5 mt-2 rounded-lg bg-bad/12 px-2.5 py-1.5 text-xs" title={run.message}>{wordsOf({ type: run.kind }, run.message ?? "")}</p>}
      </div>
      {selected && !node.isCollapsed && <Resize id={id} />}
    </div>
  );
});
