// Changes by hand that the bridge has not answered yet, kept in the browser: a window that is closed while the bridge is away
// does them when it is open again. A key makes each be done once, by whichever window.
import type { Command } from "./queries";

export interface Unsent { key: string; project: string | null; commands: Command[]; at: number }

const prefix = "miktos.unsent.";
/** For so long the bridge knows a key again; what is older might be done twice. */
const keptMs = 23 * 3600_000;

const nameOf = (change: Unsent) => `${prefix}${String(change.at).padStart(15, "0")}.${change.key}`;

/** What finds no room waits in this window alone. */
export function keepUnsent(change: Unsent): void {
  try {
    localStorage.setItem(nameOf(change), JSON.stringify(change));
  } catch { /* there is no room, or keeping is forbidden */ }
}

export function forgetUnsent(change: Unsent): void {
  try {
    localStorage.removeItem(nameOf(change));
  } catch { /* it was not kept */ }
}

function read(name: string): Unsent | null {
  try {
    const { key, project, commands, at } = JSON.parse(localStorage.getItem(name) ?? "") as Partial<Unsent>;
    return typeof key === "string" && typeof at === "number" && Array.isArray(commands) && (project === null || typeof project === "string") ? { key, project, commands, at } : null;
  } catch {
    return null;
  }
}

/** In the order in which they were made; what is too old or damaged is forgotten. */
export function allUnsent(now: number = Date.now()): Unsent[] {
  let names: string[];
  try {
    names = Object.keys(localStorage).filter((name) => name.startsWith(prefix)).sort();
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const change = read(name);
    if (change && now - change.at < keptMs) return [change];
    localStorage.removeItem(name);
    return [];
  });
}
