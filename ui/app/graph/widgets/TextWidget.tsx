import { writeExact } from "../../../wire/exact";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

export function TextWidget({ input, value, onChange }: WidgetProps) {
  const text = typeof value === "string" ? value : writeExact(value);
  if (input.multiline)
    return <textarea className="nodrag nowheel min-h-20 w-full resize-y rounded-md border border-line bg-ground px-2 py-1.5 text-[12px] leading-snug" aria-label={input.name} placeholder={input.name} value={text} onChange={(e) => onChange(e.target.value)} />;
  return <Line name={input.name}><input className={controlClass} aria-label={input.name} value={text} onChange={(e) => onChange(e.target.value)} /></Line>;
}
