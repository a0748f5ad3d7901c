// An object that is dragged out of the library is added where it is dropped: on what lies under the pointer, or, where nothing does, on the
// left of what is there, on the right, or in the middle.
import type { DragEvent } from "react";
import { call } from "../../wire/client";
import { submit } from "../command/submit";
import { complain } from "../parts/Toasts";
import { useApp } from "../state";
import type { Place } from "../viewport/aiming";
import { aimAt } from "../viewport/aiming";
import { applyByHand } from "../wire/byHand";
import type { Command } from "../wire/queries";
import { inEnglish, t } from "../words";
import { isForeign, objectName } from "../words/foreign";

const article = (name: string) => (/^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`);

/** In the window's language; of what has no name in it, in English. */
export function addSentence(name: string, where: "say.add" | "say.addLeft" | "say.addRight" = "say.add"): string {
  const own = isForeign() ? objectName(name) : null;
  return own ? t(where, { what: own }) : inEnglish(where, { what: article(name) });
}

/** `at` is how far from the left edge it was dropped, 0 to 1. */
export function sentenceFor(name: string, at: number): string {
  return addSentence(name, at < 1 / 3 ? "say.addLeft" : at > 2 / 3 ? "say.addRight" : "say.add");
}

/** What the sentence would do, but there. */
export function putAt(commands: readonly Command[], [x, y, z]: Place): Command[] {
  const rounded = [x, y, z].map((n) => Math.round(n * 1000) / 1000 + 0);
  return commands.map((command) => {
    if (command.op !== "add") return command;
    const { place: _, ...rest } = command;
    return { ...rest, position: rounded } as Command;
  });
}

async function addAt(name: string, at: Place): Promise<void> {
  const { projectId } = useApp.getState().preferences;
  const { commands } = await call("post", "/execute-command", { body: { command: addSentence(name), dry_run: true, ...(projectId ? { project_id: projectId } : {}) } }) as unknown as { commands: Command[] };
  await applyByHand(putAt(commands, at));
}

const target = (event: globalThis.DragEvent) => (event.target as Element | null)?.closest<HTMLElement>("[data-scene]") ?? null;

export function beginDrag(event: DragEvent, name: string): void {
  event.dataTransfer.setData("text/plain", name);
  event.dataTransfer.effectAllowed = "copy";
  const over = (e: globalThis.DragEvent) => {
    if (!target(e)) return;
    e.preventDefault();
    if (e.dataTransfer) e.dataTransfer.dropEffect = "copy";
  };
  const drop = (e: globalThis.DragEvent) => {
    const scene = target(e)?.getBoundingClientRect();
    if (!scene) return;
    e.preventDefault();
    const at = aimAt(e.clientX, e.clientY);
    if (at) addAt(name, at).catch(complain);
    else void submit(sentenceFor(name, (e.clientX - scene.left) / scene.width));
  };
  const end = () => {
    document.removeEventListener("dragover", over);
    document.removeEventListener("drop", drop);
    document.removeEventListener("dragend", end);
  };
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", end);
}
