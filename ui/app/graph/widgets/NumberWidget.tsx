// A number: typed, also as a sum ("2*512"), stepped by arrows, or dragged along its range when it has a sensible one.
import { useState } from "react";
import { calculate } from "../../../flow/arithmetic";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

const widestSlider = 5000;

/** On the input's grid and within its range; null when it is no number. Whole numbers stand on steps counted from the smallest, as in ComfyUI. */
export function clampNumber(text: string, input: { type: string; min?: number; max?: number; step?: number; round?: number }): number | null {
  const number = calculate(text);
  if (number === null) return null;
  const grid = input.type === "INT" ? Math.max(1, input.step ?? 1) : input.round ?? 0, origin = input.type === "INT" && Number.isSafeInteger(input.min) ? (input.min ?? 0) % grid : 0;
  const onGrid = grid > 0 ? Number((Math.round((number - origin) / grid) * grid + origin).toFixed(10)) : number;
  return Math.min(input.max ?? Infinity, Math.max(input.min ?? -Infinity, onGrid));
}

function hasSlider({ min, max, display }: WidgetProps["input"], step: number): boolean {
  if (min === undefined || max === undefined || display === "number") return false;
  return display === "slider" || display === "knob" || ((max - min) / step <= widestSlider && max - min <= 1000);
}

export function NumberWidget({ input, value, onChange }: WidgetProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const step = input.step ?? (input.type === "INT" ? 1 : .01), isSlider = hasSlider(input, step);
  const keep = (text: string) => {
    const number = clampNumber(text, input);
    if (number !== null) onChange(number);
    setDraft(null);
  };
  return (
    <Line name={input.name}>
      {isSlider && <input type="range" className="nodrag h-1 min-w-0 flex-1" min={input.min} max={input.max} step={step} value={Number(value)} aria-label={input.name} onChange={(e) => onChange(Number(e.target.value))} />}
      <input className={`${controlClass} ${isSlider ? "max-w-14" : ""} text-right tabular-nums`} inputMode="decimal" aria-label={input.name} value={draft ?? String(value)} onChange={(e) => setDraft(e.target.value)} onBlur={(e) => { if (draft !== null) keep(e.target.value); }}
        onKeyDown={(e) => {
          if (e.key === "Enter") e.currentTarget.blur();
          if (e.key !== "ArrowUp" && e.key !== "ArrowDown") return;
          e.preventDefault();
          keep(String((clampNumber(draft ?? "", input) ?? Number(value)) + (e.key === "ArrowUp" ? step : -step) * (e.shiftKey ? 10 : 1)));
        }} />
    </Line>
  );
}
