// A text of one line or of several. Ctrl with an arrow gives the words under the cursor more weight, or less.
import type { KeyboardEvent } from "react";
import { weigh } from "../../../flow/weights";
import { writeExact } from "../../../wire/exact";
import type { WidgetProps } from "./Widget";
import { Line, controlClass } from "./Widget";

/** As ComfyUI changes a weight by one press. */
const weightStep = .05;

/** Put in as if it were typed, so that the browser's own undo takes it back. */
function reweigh(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (!(event.ctrlKey || event.metaKey) || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const area = event.currentTarget, next = weigh({ text: area.value, from: area.selectionStart, to: area.selectionEnd }, event.key === "ArrowUp" ? weightStep : -weightStep);
  if (!next) return;
  area.setSelectionRange(next.from, next.to);
  document.execCommand("insertText", false, next.insert);
  area.setSelectionRange(next.from, next.from + next.insert.length);
}

export function TextWidget({ input, value, onChange }: WidgetProps) {
  const text = typeof value === "string" ? value : writeExact(value), hint = input.placeholder ?? input.name;
  if (input.multiline)
    return <textarea className="nodrag nowheel min-h-20 w-full resize-y rounded-md border border-line bg-ground px-2 py-1.5 text-[12px] leading-snug" aria-label={input.name} placeholder={hint} value={text} onKeyDown={reweigh} onChange={(e) => onChange(e.target.value)} />;
  return <Line name={input.name}><input className={controlClass} aria-label={input.name} {...(input.placeholder ? { placeholder: input.placeholder } : {})} value={text} onChange={(e) => onChange(e.target.value)} /></Line>;
}
