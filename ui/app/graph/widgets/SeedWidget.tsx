// A seed, and what becomes of it after each run.
import { Dices } from "lucide-react";
import type { Constant } from "../../../flow/nodes";
import { wholeOf } from "../../../wire/exact";
import { useApp } from "../../state";
import { t } from "../../words";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

export const controls = ["fixed", "increment", "decrement", "randomize"] as const;

export function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 48);
}

const largest = 2n ** 64n - 1n;

export function seedOf(digits: string): number | bigint {
  const seed = BigInt(digits.slice(0, 20) || "0");
  return wholeOf(String(seed > largest ? largest : seed));
}

/** The seed of the next run. */
export function nextSeed(seed: Constant, control: Constant): number | bigint {
  const old = BigInt(typeof seed === "bigint" || Number.isSafeInteger(seed) ? seed as bigint | number : 0);
  if (control === "randomize") return randomSeed();
  return seedOf(String(control === "increment" ? old + 1n : old > 0n ? old - 1n : 0n));
}

export function SeedWidget({ input, value, control, onChange }: WidgetProps) {
  const turns = useApp((s) => s.preferences.seedTurns), controlName = `${input.name}:control`;
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <Line name={input.name}>
        <input className={`${controlClass} tabular-nums`} inputMode="numeric" aria-label={input.name} value={String(value)} onChange={(e) => { const digits = e.target.value.replace(/\D/g, ""); onChange(seedOf(digits)); }} />
        <button type="button" className="nodrag shrink-0 rounded-md p-1 text-soft hover:bg-raised hover:text-ink" aria-label={t("seed.roll")} title={t("seed.roll")} onClick={() => onChange(randomSeed())}><Dices size={14} /></button>
      </Line>
      <Line name={t(`seed.${turns}`)}>
        <select className={controlClass} value={control} onChange={(e) => onChange(e.target.value, controlName)}>{controls.map((c) => <option key={c} value={c}>{t(`seed.${c}`)}</option>)}</select>
      </Line>
    </div>
  );
}
