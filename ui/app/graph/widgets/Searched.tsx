// A list that opens from a button and is searched by letters; it stays open while several are taken.
import * as Popover from "@radix-ui/react-popover";
import { Command } from "cmdk";
import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { t } from "../../words";
import { controlClass } from "./Widget";

interface Given {
  name: string;
  options: readonly string[];
  /** What the button says. */
  said: string;
  /** The row that is marked when it opens. */
  current?: string;
  isSeveral?: boolean;
  row: (option: string) => ReactNode;
  onTake: (option: string) => void;
}

export function Searched({ name, options, said, current, isSeveral = false, row, onTake }: Given) {
  const [isOpen, setOpen] = useState(false);
  const take = (option: string) => {
    onTake(option);
    if (!isSeveral) setOpen(false);
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" {...(isSeveral ? {} : { role: "combobox", "aria-expanded": isOpen })} aria-label={name} title={said} className={`${controlClass} flex items-center justify-between gap-1 text-left`}>
          <span className="truncate">{said || "–"}</span><ChevronDown size={12} className="shrink-0 text-soft" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="start" sideOffset={4} className="rise z-50 w-72 overflow-hidden rounded-xl border border-line bg-panel text-[13px] shadow-lift">
          <Command loop label={name} {...(current === undefined ? {} : { defaultValue: current })}>
            <Command.Input autoFocus placeholder={t("widget.search", { n: options.length })} className="h-10 w-full border-b border-line bg-transparent px-3 outline-none placeholder:text-soft" />
            <Command.List {...(isSeveral ? { "aria-multiselectable": true } : {})} className="max-h-72 overflow-auto p-1.5">
              {options.map((o) => <Command.Item key={o} value={o} onSelect={() => take(o)} className="flex cursor-pointer items-center gap-2 rounded-lg px-2.5 py-1 data-[selected=true]:bg-accent/14">{row(o)}</Command.Item>)}
              <Command.Empty className="px-3 py-4 text-center text-soft">{t("widget.none")}</Command.Empty>
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
