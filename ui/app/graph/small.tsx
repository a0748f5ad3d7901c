// What is no node of the engine: reroutes, notes and groups.
import type { NodeProps } from "@xyflow/react";
import { Handle, NodeResizer, Position } from "@xyflow/react";
import { memo } from "react";
import type { Group, Note } from "../../flow/graph";
import { t } from "../words";
import { useGraphs } from "./store";
import type { BendNode, DotNode, GroupNode, NoteNode } from "./toFlow";

export const Dot = memo(function Dot({ selected }: NodeProps<DotNode>) {
  return (
    <div className={`size-4 rounded-full border-2 bg-panel ${selected ? "border-accent" : "border-soft"}`} title={t("node.reroute")}>
      <Handle type="target" position={Position.Left} id="in-" style={{ opacity: 0, left: 2 }} />
      <Handle type="source" position={Position.Right} id="out-0" style={{ opacity: 0, right: 2 }} />
    </div>
  );
});

/** What was only just made is written on at once. */
function useNaming(id: string) {
  const isWanted = useGraphs((s) => s.renaming === id);
  return (field: HTMLInputElement | HTMLTextAreaElement | null) => {
    if (!field || !isWanted) return;
    useGraphs.setState({ renaming: null });
    field.focus();
    field.select();
  };
}

/** A place that a wire runs through. */
export const BendDot = memo(function BendDot({ selected }: NodeProps<BendNode>) {
  return <div className={`size-full rounded-full border-2 bg-panel hover:border-accent ${selected ? "border-accent" : "border-soft"}`} title={t("node.reroute")} />;
});

export const NoteBox = memo(function NoteBox({ id, data, selected }: NodeProps<NoteNode>) {
  const edit = useGraphs((s) => s.edit);
  const change = (part: Partial<Note>, label?: string) => edit((g) => ({ ...g, notes: g.notes.map((n) => (n.id === id ? { ...n, ...part } : n)) }), label);
  return (
    <div className={`h-full rounded-xl border p-2 ${selected ? "border-accent" : "border-transparent"}`} style={{ background: "color-mix(in srgb, var(--hue-light) 22%, var(--panel))" }}>
      <NodeResizer isVisible={selected} minWidth={120} minHeight={60} color="var(--accent)" onResizeEnd={(_, p) => change({ x: p.x, y: p.y, width: p.width, height: p.height })} />
      <textarea ref={useNaming(id)} className="nodrag nowheel size-full resize-none bg-transparent px-1 text-[12.5px] leading-snug outline-none" aria-label={t("node.note")} placeholder={t("node.note")} value={data.note.text} onChange={(e) => change({ text: e.target.value }, `note ${id}`)} />
    </div>
  );
});

export const GroupBox = memo(function GroupBox({ id, data, selected }: NodeProps<GroupNode>) {
  const edit = useGraphs((s) => s.edit);
  const change = (part: Partial<Group>, label?: string) => edit((g) => ({ ...g, groups: g.groups.map((n) => (n.id === id ? { ...n, ...part } : n)) }), label);
  return (
    <div className="size-full rounded-2xl border" style={{ borderColor: selected ? "var(--accent)" : `color-mix(in srgb, ${data.group.color} 70%, transparent)`, background: `color-mix(in srgb, ${data.group.color} 12%, transparent)` }}>
      <NodeResizer isVisible={selected} minWidth={160} minHeight={90} color="var(--accent)" onResizeEnd={(_, p) => change({ x: p.x, y: p.y, width: p.width, height: p.height })} />
      <div className="group-handle flex h-9 cursor-move items-center gap-2 px-3">
        <input ref={useNaming(id)} className="nodrag min-w-0 flex-1 bg-transparent text-[15px] font-semibold outline-none" aria-label={t("node.group")} value={data.group.title} onChange={(e) => change({ title: e.target.value }, `group ${id}`)} />
        <input type="color" className="nodrag size-5 rounded border-0 bg-transparent p-0" aria-label={t("inspector.color")} value={/^#[0-9a-f]{6}$/i.test(data.group.color) ? data.group.color : "#3f789e"} onChange={(e) => change({ color: e.target.value }, `group colour ${id}`)} />
      </div>
    </div>
  );
});
