// Finds nodes by letters in order, best first; optionally only those that a wire fits into.
import type { NodeTable } from "./nodes";
import { fits } from "./nodes";

export interface WireEnd { type: string; end: "output" | "input" }

/** Higher is better; null when the letters do not occur in order. What is said as it is written goes before letters that happen to follow each other. */
export function score(words: string, text: string): number | null {
  const said = words.trim().toLowerCase(), needle = said.replace(/\s+/g, ""), hay = text.toLowerCase();
  if (!needle) return 0;
  if (hay === said || hay === needle) return 1000;
  const whole = ` ${hay} `.includes(` ${said} `) ? 46 : ` ${hay}`.includes(` ${said}`) ? 40 : hay.includes(said) ? 20 : 0;
  let total = 0, at = -1;
  for (const letter of needle) {
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) return null;
    const startsWord = next === 0 || /[\s_/-]/.test(hay[next - 1] as string) || (text[next] !== hay[next] && text[next - 1] === hay[next - 1]);
    total += (next === at + 1 ? 8 : 1) + (startsWord ? 6 : 0) - Math.min(next - at - 1, 4) * 0.2;
    at = next;
  }
  return total + whole + (hay.startsWith(needle) ? 20 : 0) - hay.length * 0.05;
}

export function accepts(table: NodeTable, wire: WireEnd): boolean {
  return wire.end === "output" ? table.inputs.some((i) => fits(wire.type, i.type)) : table.outputs.some((o) => fits(o.type, wire.type));
}

/** What people mostly drag a wire for comes first: what takes it as the first thing and shows or keeps it, or what makes it out of nothing. */
function nearness(table: NodeTable, wire: WireEnd): number {
  if (wire.end === "input") return (table.outputs[0]?.type === wire.type ? 2 : 0) + (table.inputs.every((i) => i.isWidget || i.isOptional) ? 1 : 0);
  return (table.inputs.find((i) => !i.isWidget)?.type === wire.type ? 2 : 0) + (table.isOutput ? 1 : 0);
}

export function searchNodes(tables: Iterable<NodeTable>, words: string, wire: WireEnd | null = null, limit = 50, alsoCalled: (table: NodeTable) => [label: string, category: string] = (t) => [t.label, t.category]): NodeTable[] {
  const found: { table: NodeTable; points: number }[] = [];
  for (const table of tables) {
    if (wire && !accepts(table, wire)) continue;
    const points = [score(words, table.label), score(words, table.id), (score(words, table.category) ?? -100) - 20, score(words, alsoCalled(table)[0]), (score(words, alsoCalled(table)[1]) ?? -100) - 20].filter((p) => p !== null);
    const best = Math.max(-50, ...points);
    if (best > -50) found.push({ table, points: best + (wire ? nearness(table, wire) : 0) });
  }
  found.sort((a, b) => b.points - a.points || a.table.label.localeCompare(b.table.label));
  return found.slice(0, limit).map((f) => f.table);
}
