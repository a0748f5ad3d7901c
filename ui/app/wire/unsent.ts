// Changes and sentences that the bridge has not answered yet, kept in the browser: a window that is closed while the bridge is away
// does them when it is open again. A key makes each be done once, by whichever window.
import type { Command } from "./queries";

/** What is asked of the project's commands: by hand, or in words. */
export type Change = { commands: Command[] } | { sentence: string };
export type Unsent = { key: string; project: string | null; at: number } & Change;

const prefix = "miktos.unsent.";
/** For so long the bridge knows a key again; what is older might be done twice. */
const keptMs = 23 * 3600_000;

const nameOf = (change: Unsent) => `${prefix}${String(change.at).padStart(15, "0")}.${change.key}`;

/** False when there is no room for it, or keeping is forbidden: it waits in this window alone. */
export function keepUnsent(change: Unsent): boolean {
  try {
    localStorage.setItem(nameOf(change), JSON.stringify(change));
    return true;
  } catch {
    return false;
  }
}

export function forgetUnsent(change: Unsent): void {
  try {
    localStorage.removeItem(nameOf(change));
  } catch { /* it was not kept */ }
}

/** Not done, given up or forgotten meanwhile, by this window or another. */
export function isKept(change: Unsent): boolean {
  try {
    return localStorage.getItem(nameOf(change)) !== null;
  } catch {
    return false;
  }
}

/** Calls `then` when another window has kept or forgotten something; returns how to end that. */
export function onOthersUnsent(then: () => void): () => void {
  const listener = (event: StorageEvent) => { if (event.key === null || event.key.startsWith(prefix)) then(); };
  addEventListener("storage", listener);
  return () => removeEventListener("storage", listener);
}

function changeOf(read: { commands?: unknown; sentence?: unknown }): Change | null {
  if (Array.isArray(read.commands)) return { commands: read.commands as Command[] };
  return typeof read.sentence === "string" ? { sentence: read.sentence } : null;
}

function read(name: string): Unsent | null {
  try {
    const { key, project, at, ...rest } = JSON.parse(localStorage.getItem(name) ?? "") as Partial<Record<keyof Unsent | "commands" | "sentence", unknown>>, change = changeOf(rest);
    return change && typeof key === "string" && typeof at === "number" && (project === null || typeof project === "string") ? { key, project, at, ...change } : null;
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
