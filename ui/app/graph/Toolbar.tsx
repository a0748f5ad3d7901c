// What is done to the whole graph, and to what is selected.
import { AlignHorizontalDistributeCenter, AlignStartHorizontal, AlignStartVertical, AlignVerticalDistributeCenter, BoxSelect, CirclePlus, Download, FolderOpen, Hand, Maximize, MousePointer2, Network, Play, Redo2, Save, StickyNote, Undo2, Workflow } from "lucide-react";
import { useReactFlow } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { Button } from "../parts/controls";
import { complain } from "../parts/Toasts";
import { useProjectId } from "../state";
import { keysText } from "../settings/Keys";
import type { Word } from "../words";
import { t } from "../words";
import * as commands from "./commands";
import { saveAs } from "./files";
import { keep } from "./keep";
import { openProject } from "./openProject";
import { takeFile } from "./placeFile";
import { runGraph } from "./run";
import { useGraphs } from "./store";
import { useTables } from "./tables";
import type { AnyNode } from "./toFlow";
import type { Canvas } from "./useCanvas";
import { showAll } from "./view";

const withKeys = (word: Word, combo: string) => `${t(word)} (${keysText(combo)})`;
const size = 15;

function Bar({ children, label }: { children: React.ReactNode; label: string }) {
  return <div role="toolbar" aria-label={label} className="pointer-events-auto flex max-w-full items-center gap-0.5 rounded-xl border border-line bg-panel/94 p-1 shadow-lift">{children}</div>;
}

function Selection() {
  const tables = useTables(), flow = useReactFlow<AnyNode>(), selected = useGraphs((s) => s.selected);
  if (selected.size === 0) return null;
  const align = (side: Parameters<typeof commands.alignChosen>[0]) => () => commands.alignChosen(side, tables, flow);
  return (
    <Bar label={t("graph.selection")}>
      <Button kind="ghost" icon={<Play size={size} />} onClick={() => void runGraph(tables, { targets: selected })}>{t("graph.runTo")}</Button>
      <Button kind="ghost" onClick={() => commands.setMode("muted")} title={keysText("ctrl+m")}>{t("graph.mute")}</Button>
      <Button kind="ghost" onClick={() => commands.setMode("bypassed")} title={keysText("ctrl+b")}>{t("graph.bypass")}</Button>
      <Button kind="ghost" label={withKeys("node.group", "ctrl+g")} icon={<BoxSelect size={size} />} onClick={() => commands.group(tables, flow)} />
      <Button kind="ghost" label={withKeys("node.subgraph", "ctrl+shift+e")} icon={<Workflow size={size} />} onClick={() => commands.wrapOrUnwrap(tables)} />
      {selected.size > 1 && <>
        <Button kind="ghost" label={t("align.left")} icon={<AlignStartVertical size={size} />} onClick={align("left")} />
        <Button kind="ghost" label={t("align.top")} icon={<AlignStartHorizontal size={size} />} onClick={align("top")} />
        <Button kind="ghost" label={t("align.spreadX")} icon={<AlignHorizontalDistributeCenter size={size} />} onClick={align("spread-x")} />
        <Button kind="ghost" label={t("align.spreadY")} icon={<AlignVerticalDistributeCenter size={size} />} onClick={align("spread-y")} />
      </>}
    </Bar>
  );
}

export function Toolbar({ canvas }: { canvas: Canvas }) {
  const tables = useTables(), flow = useReactFlow<AnyNode>(), project = useProjectId();
  const { name, isDirty, history, undo, redo, isLocked } = useGraphs();
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const open = () => picker.current?.click();
    addEventListener("miktos:open", open);
    return () => removeEventListener("miktos:open", open);
  }, []);
  return (
    <div data-tools className="pointer-events-none absolute top-3 right-3 left-3 flex flex-wrap items-start gap-2">
      <Bar label={t("graph.tools")}>
        <Button kind="primary" label={withKeys("graph.run", "ctrl+enter")} icon={<Play size={size} fill="currentColor" />} onClick={() => void runGraph(tables)}>{t("graph.run")}</Button>
        <input className="ml-1.5 h-[30px] w-44 min-w-12 shrink truncate rounded-lg border border-transparent bg-transparent px-2 font-medium hover:border-line focus:border-line" aria-label={t("graph.name")} placeholder={t("graph.untitled")} value={name} onChange={(e) => useGraphs.setState({ name: e.target.value, isDirty: true })} />
        <span className={`mr-1 size-1.5 rounded-full ${isDirty ? "bg-warn" : "bg-transparent"}`} title={isDirty ? t("graph.dirty") : ""} />
        <Button kind="ghost" label={t("action.undo")} disabled={history.past.length === 0} icon={<Undo2 size={size} />} onClick={undo} />
        <Button kind="ghost" label={t("action.redo")} disabled={history.future.length === 0} icon={<Redo2 size={size} />} onClick={redo} />
        <Button kind="ghost" label={withKeys("graph.save", "ctrl+s")} icon={<Save size={size} />} onClick={() => void keep(tables)} />
        <Button kind="ghost" label={withKeys("graph.open", "ctrl+o")} icon={<FolderOpen size={size} />} onClick={() => picker.current?.click()} />
        <Button kind="ghost" label={t("graph.exportEditor")} icon={<Download size={size} />} onClick={() => saveAs("editor", tables)} />
        <Button kind="ghost" onClick={() => saveAs("api", tables)} title={t("graph.exportApi")}>API</Button>
        <input ref={picker} type="file" hidden accept=".json,.png,.jpg,.jpeg,.webp,.mp4,.webm,.glb" onChange={(e) => { const file = e.target.files?.[0]; if (file) takeFile(file).catch(complain); e.target.value = ""; }} />
      </Bar>
      <Bar label={t("graph.canvas")}>
        <Button kind="ghost" isOn={!isLocked} label={withKeys("keys.unlock", "v")} icon={<MousePointer2 size={size} />} onClick={() => useGraphs.setState({ isLocked: false })} />
        <Button kind="ghost" isOn={isLocked} label={withKeys("keys.lock", "h")} icon={<Hand size={size} />} onClick={() => useGraphs.setState({ isLocked: true })} />
        <Button kind="ghost" label={withKeys("search.label", "n")} icon={<CirclePlus size={size} />} onClick={() => canvas.ask({ x: innerWidth / 2 - 160, y: innerHeight / 4, wire: null })} />
        <Button kind="ghost" label={withKeys("node.note", "shift+n")} icon={<StickyNote size={size} />} onClick={() => commands.note(flow.screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 }), tables, flow)} />
        <Button kind="ghost" label={withKeys("graph.layOut", "l")} icon={<Network size={size} />} onClick={() => commands.layOutAll(tables, flow)} />
        <Button kind="ghost" label={withKeys("graph.fit", ".")} icon={<Maximize size={size} />} onClick={() => showAll(flow)} />
        {project && <Button kind="ghost" onClick={() => openProject(project).catch(complain)}>{t("graph.fromScene")}</Button>}
      </Bar>
      <Selection />
    </div>
  );
}
