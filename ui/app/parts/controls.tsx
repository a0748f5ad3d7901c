// Small things that every panel is made of.
import type { ButtonHTMLAttributes, ReactNode } from "react";

export function cx(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> { kind?: "plain" | "primary" | "ghost"; icon?: ReactNode }

export function Button({ kind = "plain", icon, className, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={cx(
      "inline-flex h-8 items-center justify-center gap-1.5 rounded-lg px-3 text-[13px] font-medium transition-colors duration-100",
      kind === "primary" && "bg-accent text-on-accent hover:brightness-110",
      kind === "plain" && "border border-line bg-raised hover:border-soft",
      kind === "ghost" && "text-soft hover:bg-raised hover:text-ink",
      !children && "w-8 px-0", className)}>
      {icon}{children}
    </button>
  );
}

export function Panel({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex h-full min-h-0 flex-col" aria-label={title}>
      <header className="flex h-11 shrink-0 items-center justify-between border-b border-line px-3">
        <h2 className="text-[13px] font-semibold">{title}</h2>
        <div className="flex gap-1">{actions}</div>
      </header>
      <div className="min-h-0 flex-1 overflow-auto">{children}</div>
    </section>
  );
}

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center text-soft">
      {icon}<p className="text-[13px] font-medium text-ink">{title}</p>{children && <p className="max-w-60 text-xs">{children}</p>}
    </div>
  );
}

export function Bar({ fraction, label }: { fraction: number; label: string }) {
  return (
    <div role="progressbar" aria-label={label} aria-valuenow={Math.round(fraction * 100)} aria-valuemin={0} aria-valuemax={100} className="h-1.5 overflow-hidden rounded-full bg-line">
      <div className="h-full rounded-full bg-accent transition-[width] duration-200" style={{ width: `${fraction * 100}%` }} />
    </div>
  );
}

/** A line of the last values, newest at the right; 0..1. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const points = values.map((v, i) => `${(i / Math.max(1, values.length - 1)) * 40},${13 - Math.min(1, v) * 12}`).join(" ");
  return <svg viewBox="0 0 40 14" className="h-3.5 w-10" role="img" aria-label={label}><polyline points={points} fill="none" stroke="currentColor" strokeWidth="1.25" /></svg>;
}

export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = n > 0 ? Math.min(4, Math.floor(Math.log10(n) / 3)) : 0;
  return `${(n / 1000 ** power).toFixed(power > 0 && n / 1000 ** power < 10 ? 1 : 0)} ${units[power]}`;
}

export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`;
}

export function ago(time: string, now: number = Date.now()): string {
  const s = (now - Date.parse(time)) / 1000;
  return s < 60 ? "just now" : s < 3600 ? `${Math.floor(s / 60)} min ago` : s < 86400 ? `${Math.floor(s / 3600)} h ago` : new Date(time).toLocaleDateString();
}
