import type { WidgetProps } from "./Widget";
import { Line } from "./Widget";

export function ToggleWidget({ input, value, onChange }: WidgetProps) {
  const isOn = value === true, said = isOn ? input.says?.on : input.says?.off;
  return (
    <Line name={input.name}>
      {said && <span className="ml-auto min-w-0 truncate">{said}</span>}
      <button type="button" role="switch" aria-checked={isOn} aria-label={input.name} onClick={() => onChange(!isOn)} className={`nodrag h-[18px] w-8 shrink-0 rounded-full border p-0.5 transition-colors ${said ? "" : "ml-auto"} ${isOn ? "border-accent bg-accent" : "border-line bg-ground"}`}>
        <span className={`block size-3 rounded-full transition-transform ${isOn ? "translate-x-[13px] bg-on-accent" : "bg-soft"}`} />
      </button>
    </Line>
  );
}
