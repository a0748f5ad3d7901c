// Several of a list at once, in the order of the list.
import { Check } from "lucide-react";
import type { Constant } from "../../../flow/nodes";
import { t } from "../../words";
import { Searched } from "./Searched";
import type { WidgetProps } from "./Widget";
import { Line } from "./Widget";

export function SeveralWidget({ input, value, onChange }: WidgetProps) {
  const options = input.options ?? [], isTaken = (option: string) => taken.includes(option);
  const taken = (Array.isArray(value) ? value : value === "" || value === null ? [] : [value]).map(String);
  const toggle = (option: string) => {
    const next = options.filter((o) => (o === option ? !isTaken(o) : isTaken(o)));
    onChange(next.map((o): Constant => input.values?.[options.indexOf(o)] ?? o));
  };
  const row = (option: string) => (
    <>
      <Check size={13} className={isTaken(option) ? "shrink-0 text-accent" : "shrink-0 opacity-0"} /><span className={`truncate ${isTaken(option) ? "font-semibold text-accent" : ""}`}>{option}</span>
      {isTaken(option) && <span className="sr-only">{t("widget.taken")}</span>}
    </>
  );
  return <Line name={input.name}><Searched name={input.name} options={options} said={taken.join(", ")} isSeveral row={row} onTake={toggle} /></Line>;
}
