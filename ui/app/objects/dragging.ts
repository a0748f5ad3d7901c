// An object that is dragged out of the library is added where it is dropped: on the left of what is there, on the right, or in the middle.
import type { DragEvent } from "react";
import { submit } from "../command/submit";
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
    void submit(sentenceFor(name, (e.clientX - scene.left) / scene.width));
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
