// Several of a list at once, in the order of the list.
import * as Popover from "@radix-ui/react-popover";
import { Command } from "cmdk";
import { Check, ChevronDown } from "lucide-react";
import type { Constant } from "../../../flow/nodes";
import { t } from "../../words";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

export function SeveralWidget({ input, value, onChange }: WidgetProps) {
  const options = input.options ?? [], isTaken = (option: string) => taken.includes(option);
  const taken = (Array.isArray(value) ? value : value === "" || value === null ? [] : [value]).map(String);
  const toggle = (option: string) => {
    const next = options.filter((o) => (o === option ? !isTaken(o) : isTaken(o)));
    onChange(next.map((o): Constant => input.values?.[options.indexOf(o)] ?? o));
  };
  return (
    <Line name={input.name}>
      <Popover.Root>
        <Popover.Trigger asChild>
          <button type="button" aria-label={input.name} title={taken.join(", ")} className={`${controlClass} flex items-center justify-between gap-1 text-left`}>
            <span className="truncate">{taken.join(", ") || "–"}</span><ChevronDown size={12} className="shrink-0 text-soft" />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content align="start" sideOffset={4} className="rise z-50 w-72 overflow-hidden rounded-xl border border-line bg-panel text-[13px] shadow-lift">
            <Command loop label={input.name}>
              <Command.Input autoFocus placeholder={t("widget.search", { n: options.length })} className="h-10 w-full border-b border-line bg-transparent px-3 outline-none placeholder:text-soft" />
              <Command.List aria-multiselectable className="max-h-72 overflow-auto p-1.5">
                {options.map((o) => (
                  <Command.Item key={o} value={o} onSelect={() => toggle(o)} className="flex cursor-pointer items-center gap-2 rounded-lg px-2.5 py-1 data-[selected=true]:bg-accent/14">
                    <Check size={13} className={isTaken(o) ? "shrink-0 text-accent" : "shrink-0 opacity-0"} /><span className={`truncate ${isTaken(o) ? "font-semibold text-accent" : ""}`}>{o}</span>
                    {isTaken(o) && <span className="sr-only">{t("widget.taken")}</span>}
                  </Command.Item>
                ))}
                <Command.Empty className="px-3 py-4 text-center text-soft">{t("widget.none")}</Command.Empty>
              </Command.List>
            </Command>
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </Line>
  );
}
