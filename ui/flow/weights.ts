// Weights of words in a prompt, "(words:1.2)": what Ctrl and an arrow do to the text under the cursor.

/** A text and what is selected in it. */
export interface Written { text: string; from: number; to: number }

const border = /[\s.,\\/!?%^*;:{}=\-_`~()]/;
const weighted = /^\((.*):([+-]?[\d.]+)\)$/s;

/** The brackets around the cursor, the innermost ones. */
function enclosure(text: string, cursor: number): [number, number] | null {
  let depth = 0, from = cursor - 1;
  for (; from >= 0; from--) {
    if (text[from] === ")") depth++;
    else if (text[from] === "(" && depth-- === 0) break;
  }
  if (from < 0) return null;
  depth = 0;
  for (let to = cursor; to < text.length; to++) {
    if (text[to] === "(") depth++;
    else if (text[to] === ")" && depth-- === 0) return [from, to + 1];
  }
  return null;
}

function wordAt(text: string, cursor: number): [number, number] {
  let from = cursor, to = cursor;
  while (from > 0 && !border.test(text[from - 1] as string)) from--;
  while (to < text.length && !border.test(text[to] as string)) to++;
  return [from, to];
}

/** What the weight is of: the selection with the brackets that hold it, else the brackets around the cursor, else its word. */
function partOf({ text, from, to }: Written): [number, number] {
  if (from === to) return enclosure(text, from) ?? wordAt(text, from);
  while (to > from && text[to - 1] === " ") to--;
  return text[from - 1] === "(" && /^(:[+-]?[\d.]+)?\)/.test(text.slice(to)) ? [from - 1, text.indexOf(")", to) + 1] : [from, to];
}

/** The weight changed by `by`, and what stands in place of what; null where there is no word. A weight of one needs no brackets. */
export function weigh(written: Written, by: number): { from: number; to: number; insert: string } | null {
  const [from, to] = partOf(written), part = written.text.slice(from, to);
  if (part.trim() === "") return null;
  const known = weighted.exec(part), bare = known?.[1] ?? (part.startsWith("(") && part.endsWith(")") ? part.slice(1, -1) : part);
  const weight = Number(((known ? Number(known[2]) : 1) + by).toFixed(10));
  if (!Number.isFinite(weight)) return null;
  return { from, to, insert: weight === 1 ? bare : `(${bare}:${weight})` };
}
