// Breaks a long row of columns into lines, as a page does with a sentence, so that it can be read in the space it has.
import type { Wire } from "./graph";

export interface Column { ids: readonly string[]; width: number; height: number }

/** Between two lines, with room for the wire that runs back. */
export const lineGap = 84;
/** Between all lines and what stands beside them: the wires that run back from their ends keep clear of those that go on. */
const besideGap = 128;

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

/** Lines from top to bottom, and what stands to the right of all of them. */
export interface Folded { lines: Column[][]; beside: Column[] }

const heightOf = (columns: readonly Column[]) => Math.max(0, ...columns.map((c) => c.height));
const widest = (lines: readonly Column[][], gap: number) => Math.max(...lines.map((l) => widthOf(l, gap)));

/** How large the view has to be, in its height; the smaller, the larger everything is seen. */
function cost({ lines, beside }: Folded, shape: number, gap: number): number {
  const height = lines.reduce((sum, line) => sum + heightOf(line), lineGap * (lines.length - 1));
  const width = widest(lines, gap) + (beside.length ? besideGap + widthOf(beside, gap) : 0);
  return Math.max(width / shape, height, heightOf(beside));
}

/** Where what stands beside the lines begins. */
export const besideAt = ({ lines }: Folded, gap: number): number => widest(lines, gap) + besideGap;

/** The columns in lines that are seen largest in a view of `shape` (its width by its height). What a chain ends in is often high, as
 * the films and pictures that are made of a scene: then it stands beside the lines of the chain. */
export function fold(columns: readonly Column[], wires: readonly Wire[], shape: number, gap: number): Folded {
  if (columns.length === 0) return { lines: [], beside: [] };
  const canEnd = breaks(columns, wires);
  let best: Folded = { lines: [[...columns]], beside: [] }, least = cost(best, shape, gap) * worthIt;
  for (let end = columns.length; end > 1; end--) {
    if (end < columns.length && !canEnd[end - 1]) continue;
    const chain = columns.slice(0, end), beside = columns.slice(end);
    for (let n = 1; n < end; n++) {
      const tried = { lines: linesWithin(widthOf(chain.slice(0, n), gap), chain, canEnd, gap), beside }, needed = cost(tried, shape, gap);
      const isRead = beside.length === 0 || tried.lines.every((line) => line.length > 1); // nodes one below the other are no line to stand beside
      if (tried.lines.length > 1 && isRead && needed < least) { best = tried; least = needed; }
    }
  }
  return best;
}
