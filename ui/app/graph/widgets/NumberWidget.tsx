// A number: typed, also as a sum ("2*512"), stepped by arrows, or dragged along its range when it has a sensible one.
import { useState } from "react";
import { calculate } from "../../../flow/arithmetic";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

const widestSlider = 5000;

export function clampNumber(text: string, input: { type: string; min?: number; max?: number }): number | null {
  const number = calculate(text);
  if (number === null) return null;
  const whole = input.type === "INT" ? Math.round(number) : number;
  return Math.min(input.max ?? Infinity, Math.max(input.min ?? -Infinity, whole));
}

export function NumberWidget({ input, value, onChange }: WidgetProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const step = input.step ?? (input.type === "INT" ? 1 : .01);
  const hasSlider = input.min !== undefined && input.max !== undefined && (input.max - input.min) / step <= widestSlider && input.max - input.min <= 1000;
  const keep = (text: string) => {
    const number = clampNumber(text, input);
    if (number !== null) onChange(number);
    setDraft(null);
  };
  return (
    <Line name={input.name}>
      {hasSlider && <input type="range" className="nodrag h-1 min-w-0 flex-1" min={input.min} max={input.max} step={step} value={Number(value)} aria-label={input.name} onChange={(e) => onChange(Number(e.target.value))} />}
      <input className={`${controlClass} ${hasSlider ? "max-w-14" : ""} text-right tabular-nums`} inputMode="decimal" aria-label={input.name} value={draft ?? String(value)} onChange={(e) => setDraft(e.target.value)} onBlur={(e) => keep(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === "Enter") e.currentTarget.blur();
          if (e.key === "ArrowUp" || e.key === "ArrowDown") { e.preventDefault(); keep(String(Number((Number(value) + (e.key === "ArrowUp" ? step : -step) * (e.shiftKey ? 10 : 1)).toFixed(6)))); }
        }} />
    </Line>
  );
}
