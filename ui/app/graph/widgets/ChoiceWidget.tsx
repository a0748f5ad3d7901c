import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

export function ChoiceWidget({ input, value, onChange }: WidgetProps) {
  const options = input.options ?? [], current = String(value);
  return (
    <Line name={input.name}>
      <select className={controlClass} value={current} onChange={(e) => onChange(e.target.value)}>
        {!options.includes(current) && <option value={current}>{current} ?</option>}
        {options.map((o) => <option key={o} value={o}>{o || "–"}</option>)}
      </select>
    </Line>
  );
}
