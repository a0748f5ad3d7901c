// The native window around the page, when there is one: what may be asked of it is in docs/desktop.md.
import type { Theme } from "../state";

type Ask =
  | { type: "ready" }
  | { type: "running"; n: number }
  | { type: "leave"; n: number }
  | { type: "notify"; title: string; body: string }
  | { type: "show-folder"; task?: string; path?: string }
  | { type: "drag-out"; task: string; file: string; picture?: string }
  | { type: "theme"; theme: Theme }
  | { type: "words"; words: Record<string, string> };

/** Why the window did not open or save a file, a folder or a link. */
export type Refusal = "missing" | "folder" | "forbidden" | "large" | "unreadable" | "link" | "unopened" | "unsaved";

/** Names of the texts that the window says itself: the catalogue has them as "shell.NAME". */
export const shellWords = ["new-project", "open-file", "outputs", "zoom-in", "zoom-out", "zoom-reset", "fullscreen", "settings", "close", "menu", "open-title", "open-kinds", "all-files", "open", "save-title", "save", "cancel", "save-failed", "goes-on", "goes-on-text", "starting", "failed", "failed-disk", "failed-forbidden", "failed-exists", "failed-unavailable", "failed-format", "failed-unsupported", "failed-usage", "failed-other", "crashed", "crashed-text", "retry"] as const;

export type Told =
  | { type: "file"; name: string; base64: string; x?: number; y?: number }
  | { type: "link"; action: "make"; sentence: string }
  | { type: "link"; action: "open"; kind: "project" | "task" | "workflow"; id: string }
  | { type: "refused"; why: Refusal; what: string }
  | { type: "command"; name: "new-project" | "settings" }
  | { type: "closing" };

interface Handler { postMessage: (message: Ask) => Promise<true> }

function handler(): Handler | null {
  return (globalThis as { webkit?: { messageHandlers?: { miktos?: Handler } } }).webkit?.messageHandlers?.miktos ?? null;
}

export const isInShell = (): boolean => handler() !== null;

/** Nothing happens in a browser. Rejects with a sentence when the window refuses. */
export async function ask(message: Ask): Promise<void> {
  await handler()?.postMessage(message);
}

/** Hears the window until the returned function is called. */
export function hear(then: (told: Told) => void): () => void {
  const listener = (event: Event) => then((event as CustomEvent<Told>).detail);
  addEventListener("miktos-shell", listener);
  void ask({ type: "ready" });
  return () => removeEventListener("miktos-shell", listener);
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64), bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}
