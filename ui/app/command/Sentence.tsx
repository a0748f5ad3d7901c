// The sentence drawn under the field's own transparent text: understood words in their colour, unknown ones underlined.
import type { RefObject } from "react";
import { piecesOf } from "../../flow/sentence";
import { hueOf } from "./kinds";
import type { DryRun } from "./useDryRun";

export function Sentence({ text, run, innerRef }: { text: string; run: DryRun | null; innerRef: RefObject<HTMLDivElement | null> }) {
  // While the answer for the last key is on its way, the part that did not change keeps its colours.
  const isPrefix = run && text.startsWith(run.sentence);
  const known = isPrefix ? run.sentence : run?.sentence.startsWith(text) ? text : "";
  const pieces = run && known ? piecesOf(known, run.understanding.spans.filter((s) => s.to <= new TextEncoder().encode(known).length), run.understanding.unknown) : [];
  const rest = text.slice(known.length);
  return (
    <div ref={innerRef} aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden text-[15px] leading-[52px] whitespace-pre">
      {pieces.map((p, i) => (
        <span key={i} style={p.kind ? { color: hueOf(p.kind) } : undefined} className={p.isUnknown ? "text-warn underline decoration-wavy decoration-1 underline-offset-4" : undefined}>{p.text}</span>
      ))}
      <span>{rest}</span>
    </div>
  );
}
