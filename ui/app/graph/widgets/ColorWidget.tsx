import type { Constant } from "../../../flow/nodes";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

const unknown = "#808080";

/** As #rrggbb; some inputs hold colours as one number, 0xRRGGBB. */
function hexOf(value: Constant): string {
  if (typeof value === "number") return `#${Math.min(0xffffff, Math.max(0, value)).toString(16).padStart(6, "0")}`;
  return /^#[0-9a-f]{6}$/i.test(String(value)) ? String(value) : unknown;
}

export function ColorWidget({ input, value, onChange }: WidgetProps) {
  const isNumber = input.type === "INT", take = (text: string) => onChange(isNumber ? parseInt(text.slice(1), 16) : text);
  const type = (text: string) => {
    if (!isNumber) onChange(text);
    else if (/^#?[0-9a-f]{6}$/i.test(text)) take(`#${text.slice(-6)}`);
  };
  return (
    <Line name={input.name}>
      <input type="color" aria-label={input.name} className="nodrag size-6 shrink-0 rounded-md border border-line bg-transparent p-0" value={hexOf(value)} onChange={(e) => take(e.target.value)} />
      <input key={isNumber ? String(value) : undefined} className={controlClass} aria-label={`${input.name} #rrggbb`} {...(isNumber ? { defaultValue: hexOf(value) } : { value: String(value) })} placeholder="#rrggbb" onChange={(e) => type(e.target.value)} />
    </Line>
  );
}
