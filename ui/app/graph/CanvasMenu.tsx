// What a right click offers: for what is selected, for a wire, or for the empty canvas. Letters find, arrows go, Enter does.
import { Command } from "cmdk";
import { useReactFlow } from "@xyflow/react";
import { namesOf } from "../settings/Keys";
import { t } from "../words";
import { Floating } from "./Floating";
import { headColors } from "./colors";
import * as commands from "./commands";
import type { Deed } from "./deeds";
import { deedsFor } from "./deeds";
import { useGraphs } from "./store";
import { useTables } from "./tables";
import type { AnyNode } from "./toFlow";
import type { Canvas } from "./useCanvas";

/** What was clicked, and where. */
export interface Clicked { x: number; y: number; on: "nodes" | "pane" | { wire: string } }

function Colors({ onClose }: { onClose: () => void }) {
  const put = (color: string | undefined) => { commands.paint(color); onClose(); };
  return (
    <div role="group" aria-label={t("node.color")} className="flex items-center gap-1.5 border-b border-line px-3 py-2">
      <button type="button" aria-label={t("node.plain")} title={t("node.plain")} onClick={() => put(undefined)} className="size-5 rounded-full border border-line bg-raised" />
      {headColors.map(([name, color]) => <button key={name} type="button" aria-label={name} title={name} onClick={() => put(color)} className="size-5 rounded-full border border-line" style={{ background: color }} />)}
    </div>
  );
}

function Item({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  return (
    <Command.Item value={deed.label} onSelect={() => { onClose(); deed.run(); }} className="flex cursor-pointer items-center justify-between gap-4 rounded-lg px-2.5 py-1.5 data-[selected=true]:bg-accent/14">
      <span className="truncate">{deed.label}</span>
      {deed.keys && <span className="flex shrink-0 gap-1">{namesOf(deed.keys).map((name) => <kbd key={name}>{name}</kbd>)}</span>}
    </Command.Item>
  );
}

export function CanvasMenu({ clicked, canvas, onClose }: { clicked: Clicked; canvas: Canvas; onClose: () => void }) {
  const tables = useTables(), flow = useReactFlow<AnyNode>(), selected = useGraphs((s) => s.selected);
  const deeds = deedsFor(clicked, tables, flow, canvas), hasNodes = clicked.on === "nodes" && [...selected].some((id) => flow.getNode(id)?.type === "box");
  return (
    <Floating x={clicked.x} y={clicked.y} className="w-72" onClose={onClose}>
      <Command loop label={t("graph.menu")}>
        <Command.Input autoFocus placeholder={t("graph.menu")} className="h-10 w-full border-b border-line bg-transparent px-3 outline-none placeholder:text-soft" />
        {hasNodes && <Colors onClose={onClose} />}
        <Command.List className="max-h-[min(26rem,60vh)] overflow-auto p-1.5">{deeds.map((deed) => <Item key={deed.label} deed={deed} onClose={onClose} />)}<Command.Empty className="px-3 py-4 text-center text-soft">{t("search.none")}</Command.Empty></Command.List>
      </Command>
    </Floating>
  );
}
