// A sentence to begin with, beside what became of it: a picture that Miktos made.
import type { ReactNode } from "react";
import { lookAhead } from "./ahead";
import { examples } from "./memory";

const pictures = import.meta.glob<string>("./pictures/*.webp", { eager: true, query: "?url", import: "default" });

const pictureOf = (sentence: string) => pictures[`./pictures/${examples().indexOf(sentence) + 1}.webp`];

/** Near a hand it is made ready. */
export function Example({ sentence, onPick, children }: { sentence: string; onPick: (sentence: string) => void; children?: ReactNode }) {
  return (
    <button type="button" onClick={() => onPick(sentence)} onPointerEnter={() => lookAhead(sentence)} onFocus={() => lookAhead(sentence)}
      className="group flex flex-col overflow-hidden rounded-xl border border-line bg-panel text-left transition-colors hover:border-accent focus-visible:border-accent">
      <img src={pictureOf(sentence)} alt="" className="aspect-video w-full bg-raised object-cover transition-transform duration-300 ease-calm group-hover:scale-[1.03]" />
      <span className="px-3.5 py-2.5 text-[13px] leading-snug">{sentence}{children}</span>
    </button>
  );
}
