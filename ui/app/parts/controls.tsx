// Small things that every panel is made of.
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { cx } from "./format";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Has the focus when the dialog around it opens. */
  "data-first"?: boolean;
  kind?: "plain" | "primary" | "ghost" | "danger";
  icon?: ReactNode;
  /** Read aloud and shown on hover; needed when there is only an icon. */
  label?: string;
  isOn?: boolean;
}

export function Button({ kind = "plain", icon, label, isOn, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} aria-pressed={isOn} {...rest} className={cx(
      "inline-flex h-[30px] shrink-0 items-center justify-center gap-1.5 rounded-lg text-[13px] font-medium whitespace-nowrap transition-colors duration-100",
      kind === "primary" && "bg-accent text-on-accent hover:brightness-108",
      kind === "plain" && "border border-line bg-raised hover:border-soft/60",
      kind === "ghost" && (isOn ? "bg-accent/15 text-accent" : "text-soft hover:bg-raised hover:text-ink"),
      kind === "danger" && "border border-bad/40 text-bad hover:bg-bad/10",
      children ? "px-3" : "w-[30px]", className)}>
      {icon}{children}
    </button>
  );
}

export function Panel({ title, actions, children, foot }: { title: string; actions?: ReactNode; children: ReactNode; foot?: ReactNode }) {
  return (
    <section className="flex h-full min-h-0 flex-col" aria-label={title}>
      <header className="flex h-12 shrink-0 items-center justify-between gap-2 pr-2.5 pl-4">
        <h2 className="text-[14px] font-semibold tracking-[-.005em]">{title}</h2>
        <div className="flex items-center gap-0.5">{actions}</div>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">{children}</div>
      {foot}
    </section>
  );
}

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2.5 px-6 py-14 text-center text-soft">
      {icon && <span className="mb-1 grid size-14 place-items-center rounded-2xl border border-line bg-raised text-accent">{icon}</span>}
      <p className="text-[13px] font-medium text-ink">{title}</p>{children && <div className="max-w-64 text-xs leading-relaxed">{children}</div>}
    </div>
  );
}

export function Bar({ fraction, label }: { fraction: number; label: string }) {
  return (
    <div role="progressbar" aria-label={label} aria-valuenow={Math.round(fraction * 100)} aria-valuemin={0} aria-valuemax={100} className="h-1 overflow-hidden rounded-full bg-line">
      <div className="h-full rounded-full bg-accent transition-[width] duration-200" style={{ width: `${Math.max(2, fraction * 100)}%` }} />
    </div>
  );
}

/** The last values, newest at the right; 0..1. Stands beside words that say the latest. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const points = values.map((v, i) => `${(i / Math.max(1, values.length - 1)) * 40},${13 - Math.min(1, v) * 12}`);
  return (
    <svg viewBox="0 0 40 14" className="h-3.5 w-10" aria-hidden="true">
      {points.length > 1 && <polygon points={`0,14 ${points.join(" ")} 40,14`} fill="currentColor" opacity=".18" />}
      <polyline points={points.join(" ")} fill="none" stroke="currentColor" strokeWidth="1.25" />
    </svg>
  );
}

export function Search({ value, onChange, label }: { value: string; onChange: (words: string) => void; label: string }) {
  return <input className="field" type="search" value={value} onChange={(e) => onChange(e.target.value)} placeholder={label} aria-label={label} />;
}

/** `isBrief`: pictures alone, with their names on hover, where the window is small. */
export function Segments<T extends string>({ value, options, onChange, label, isBrief = false }: { value: T; options: readonly { value: T; label: string; icon?: ReactNode }[]; onChange: (value: T) => void; label: string; isBrief?: boolean }) {
  return (
    <div role="group" aria-label={label} className="inline-flex h-[30px] rounded-lg bg-ground p-[3px] phone:h-auto">
      {options.map((o) => (
        <button key={o.value} type="button" aria-pressed={o.value === value} title={isBrief ? o.label : undefined} onClick={() => onChange(o.value)} className={cx(
          "inline-flex items-center gap-1.5 rounded-md px-3 text-[12.5px] font-medium transition-colors", o.value === value ? "bg-raised text-ink shadow-sm" : "text-soft hover:text-ink")}>
          {o.icon}<span className={cx(isBrief && "max-[900px]:sr-only")}>{o.label}</span>
        </button>
      ))}
    </div>
  );
}

export function Waiting({ rows = 4 }: { rows?: number }) {
  return <div className="flex flex-col gap-2 p-4" aria-busy="true">{Array.from({ length: rows }, (_, i) => <div key={i} className="waiting h-12 rounded-xl" />)}</div>;
}
