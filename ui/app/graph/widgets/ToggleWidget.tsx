import type { WidgetProps } from "./Widget";
import { Line } from "./Widget";

export function ToggleWidget({ input, value, onChange }: WidgetProps) {
  const isOn = value === true;
  return (
    <Line name={input.name}>
      <button type="button" role="switch" aria-checked={isOn} aria-label={input.name} onClick={() => onChange(!isOn)} className={`nodrag ml-auto h-[18px] w-8 rounded-full border p-0.5 transition-colors ${isOn ? "border-accent bg-accent" : "border-line bg-ground"}`}>
        <span className={`block size-3 rounded-full transition-transform ${isOn ? "translate-x-[13px] bg-on-accent" : "bg-soft"}`} />
      </button>
    </Line>
  );
}
