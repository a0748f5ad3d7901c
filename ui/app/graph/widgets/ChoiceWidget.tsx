// One of a list; a long list is searched by letters.
import * as Popover from "@radix-ui/react-popover";
import { Command } from "cmdk";
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { t } from "../../words";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

/** As many as are seen at a glance. */
const shortList = 12;

function Short({ options, current, name, onChange }: { options: readonly string[]; current: string; name: string; onChange: (value: string) => void }) {
  return (
    <select className={controlClass} aria-label={name} value={current} onChange={(e) => onChange(e.target.value)}>
      {!options.includes(current) && <option value={current}>{current} ?</option>}
      {options.map((o) => <option key={o} value={o}>{o || "–"}</option>)}
    </select>
  );
}

function Long({ options, current, name, onChange }: { options: readonly string[]; current: string; name: string; onChange: (value: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" role="combobox" aria-label={name} aria-expanded={isOpen} title={current} className={`${controlClass} flex items-center justify-between gap-1 text-left`}>
          <span className="truncate">{current || "–"}{!options.includes(current) && " ?"}</span><ChevronDown size={12} className="shrink-0 text-soft" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="start" sideOffset={4} className="rise z-50 w-72 overflow-hidden rounded-xl border border-line bg-panel text-[13px] shadow-lift">
          <Command loop label={name} defaultValue={current}>
            <Command.Input autoFocus placeholder={t("widget.search", { n: options.length })} className="h-10 w-full border-b border-line bg-transparent px-3 outline-none placeholder:text-soft" />
            <Command.List className="max-h-72 overflow-auto p-1.5">
              {options.map((o) => <Command.Item key={o} value={o} onSelect={() => { onChange(o); setOpen(false); }} className="cursor-pointer truncate rounded-lg px-2.5 py-1 data-[selected=true]:bg-accent/14"><span className={o === current ? "font-semibold text-accent" : ""}>{o || "–"}</span></Command.Item>)}
              <Command.Empty className="px-3 py-4 text-center text-soft">{t("widget.none")}</Command.Empty>
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

export function ChoiceWidget({ input, value, onChange }: WidgetProps) {
  const options = input.options ?? [], List = options.length > shortList ? Long : Short;
  const take = (option: string) => onChange(input.values?.[options.indexOf(option)] ?? option);
  return <Line name={input.name}><List options={options} current={String(value)} name={input.name} onChange={take} /></Line>;
}
