import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

export function ColorWidget({ input, value, onChange }: WidgetProps) {
  const text = String(value), isHex = /^#[0-9a-f]{6}$/i.test(text);
  return (
    <Line name={input.name}>
      <input type="color" aria-label={input.name} className="nodrag size-6 shrink-0 rounded-md border border-line bg-transparent p-0" value={isHex ? text : "#808080"} onChange={(e) => onChange(e.target.value)} />
      <input className={controlClass} aria-label={`${input.name} #rrggbb`} value={text} placeholder="#rrggbb" onChange={(e) => onChange(e.target.value)} />
    </Line>
  );
}
