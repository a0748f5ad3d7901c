// Numbers and times as people read them.
import { t } from "../words";

export function cx(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(" ");
}

/** Of the window, whatever the browser's is. */
const tongue = () => (typeof document === "undefined" ? "en" : document.documentElement.lang || "en");

/** Kept for each language: to make one takes a hundred times as long as to use it. */
function writer(options: Intl.NumberFormatOptions): (n: number) => string {
  const known = new Map<string, Intl.NumberFormat>();
  return (n) => {
    const language = tongue(), own = known.get(language) ?? new Intl.NumberFormat(language, options);
    known.set(language, own);
    return own.format(n);
  };
}

/** 5007 → 5,007 */
export const count = writer({});

/** 1.236 → 1.24, with the language's own sign between. */
export const decimal = writer({ maximumFractionDigits: 2, useGrouping: false });

const ones = writer({ maximumFractionDigits: 0, useGrouping: false }), tenths = writer({ minimumFractionDigits: 1, maximumFractionDigits: 1 });

export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = n > 0 ? Math.min(4, Math.floor(Math.log10(n) / 3)) : 0;
  const value = n / 1000 ** power;
  return `${(power > 0 && value < 10 ? tenths : ones)(value)} ${units[power]}`;
}

/** A day and its time. */
export function moment(time: string): string {
  return new Date(time).toLocaleString(tongue(), { dateStyle: "medium", timeStyle: "short" });
}

/** Of a day that one knows, to the second. */
export function timeOfDay(time: string): string {
  return new Date(time).toLocaleTimeString(tongue());
}

export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")} min`;
}

export function ago(time: string, now: number = Date.now()): string {
  const s = (now - Date.parse(time)) / 1000;
  if (s < 60) return t("time.now");
  if (s < 3600) return t("time.minutes", { n: Math.floor(s / 60) });
  return s < 86400 ? t("time.hours", { n: Math.floor(s / 3600) }) : new Date(time).toLocaleDateString(tongue());
}

/** 3.5 → 0:03.5 */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${Math.floor((seconds - whole) * 10)}`;
}
