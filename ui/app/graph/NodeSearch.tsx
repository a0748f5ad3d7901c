// Finds a node to add: by letters, and by what a wire carries when one was dropped into the void.
import { Command } from "cmdk";
import { useMemo, useState } from "react";
import type { WireEnd } from "../../flow/search";
import { searchNodes } from "../../flow/search";
import { t } from "../words";
import { category, nodeHelp, nodeLabel } from "../words/foreign";
import { colorOfType } from "./colors";
import { Floating } from "./Floating";
import { useTables } from "./tables";

export interface Asked { x: number; y: number; wire: (WireEnd & { node: string; handle: string }) | null }

export function NodeSearch({ asked, onPick, onClose }: { asked: Asked; onPick: (type: string) => void; onClose: () => void }) {
  const tables = useTables();
  const [words, setWords] = useState("");
  const found = useMemo(() => searchNodes(tables.values(), words, asked.wire, 60, (table) => [nodeLabel(table.id, table.label), category(table.category)]), [tables, words, asked]);
  return (
    <Floating x={asked.x} y={asked.y} className="w-80" onClose={onClose}>
      <Command shouldFilter={false} loop label={t("search.label")}>
        {asked.wire && <p className="flex items-center gap-2 px-3 pt-2.5 text-xs text-soft"><span className="size-2.5 rounded-full" style={{ background: colorOfType(asked.wire.type) }} />{t(asked.wire.end === "output" ? "search.takes" : "search.gives", { type: asked.wire.type })}</p>}
        <Command.Input autoFocus value={words} onValueChange={setWords} placeholder={t("search.label")} className="h-11 w-full border-b border-line bg-transparent px-3 outline-none placeholder:text-soft" />
        <Command.List className="max-h-80 overflow-auto p-1.5">
          {found.map((table) => (
            <Command.Item key={table.id} value={table.id} onSelect={() => onPick(table.id)} className="cursor-pointer rounded-lg px-2.5 py-1.5 data-[selected=true]:bg-accent/14">
              <span className="flex items-baseline justify-between gap-3"><span className="truncate font-medium">{nodeLabel(table.id, table.label)}</span><span className="shrink-0 text-[11px] text-soft">{category(table.category)}</span></span>
              {table.help && <span className="line-clamp-1 text-[11.5px] text-soft">{nodeHelp(table.id, table.help)}</span>}
            </Command.Item>
          ))}
          {found.length === 0 && <p className="px-3 py-6 text-center text-soft">{t("search.none")}</p>}
        </Command.List>
      </Command>
    </Floating>
  );
}
