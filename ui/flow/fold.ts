// Breaks a long row of columns into lines, as a page does with a sentence, so that it can be read in the space it has.
import type { Wire } from "./graph";

export interface Column { ids: readonly string[]; width: number; height: number }

/** Between two lines, with room for the wire that runs back. */
export const lineGap = 84;

/** How much smaller than in one line everything may be before breaking is no gain. */
const worthIt = .8;

/** After which columns a line may end: where a single output goes on to what follows. */
function breaks(columns: readonly Column[], wires: readonly Wire[]): boolean[] {
  const columnOf = new Map(columns.flatMap((c, i) => c.ids.map((id) => [id, i] as const)));
  const crossing = columns.map(() => new Set<string>());
  for (const w of wires) {
    const from = columnOf.get(w.from), to = columnOf.get(w.to);
    if (from === undefined || to === undefined) continue;
    for (let i = Math.min(from, to); i < Math.max(from, to); i++) crossing[i]?.add(`${w.from}.${w.output}`);
  }
  return crossing.map((sources) => sources.size <= 1);
}

function linesWithin(limit: number, columns: readonly Column[], canEnd: readonly boolean[], gap: number): Column[][] {
  const lines: Column[][] = [];
  let line: Column[] = [], width = 0;
  columns.forEach((column, i) => {
    if (line.length && width + gap + column.width > limit && canEnd[i - 1]) {
      lines.push(line);
      line = [];
      width = 0;
    }
    width += column.width + (line.length ? gap : 0);
    line.push(column);
  });
  return line.length ? [...lines, line] : lines;
}

const widthOf = (line: readonly Column[], gap: number) => line.reduce((sum, c) => sum + c.width, gap * (line.length - 1));

/** How large the view has to be, in its height; the smaller, the larger everything is seen. */
function cost(lines: readonly Column[][], shape: number, gap: number): number {
  const height = lines.reduce((sum, line) => sum + Math.max(...line.map((c) => c.height)), lineGap * (lines.length - 1));
  return Math.max(Math.max(...lines.map((l) => widthOf(l, gap))) / shape, height);
}

/** The columns in lines that are seen largest in a view of `shape` (its width by its height). */
export function fold(columns: readonly Column[], wires: readonly Wire[], shape: number, gap: number): Column[][] {
  if (columns.length === 0) return [];
  const canEnd = breaks(columns, wires), whole = [[...columns]];
  let best = whole, least = cost(whole, shape, gap) * worthIt;
  for (let n = 1; n < columns.length; n++) {
    const tried = linesWithin(widthOf(columns.slice(0, n), gap), columns, canEnd, gap), needed = cost(tried, shape, gap);
    if (needed < least) { best = tried; least = needed; }
  }
  return best;
}
