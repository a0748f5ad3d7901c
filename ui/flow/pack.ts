// Puts boxes that nothing ties together side by side, in rows, so that all are seen as large as can be.
export interface Box { width: number; height: number }
export interface Corner { x: number; y: number }

/** Rows no wider than `limit`, the highest boxes first. */
function inRows(boxes: readonly Box[], order: readonly number[], limit: number, gap: number): { corners: Corner[]; width: number; height: number } {
  const corners: Corner[] = boxes.map(() => ({ x: 0, y: 0 }));
  let x = 0, y = 0, high = 0, width = 0;
  for (const i of order) {
    const box = boxes[i] as Box;
    if (x > 0 && x + box.width > limit) { x = 0; y += high + gap; high = 0; }
    corners[i] = { x, y };
    x += box.width + gap;
    high = Math.max(high, box.height);
    width = Math.max(width, x - gap);
  }
  return { corners, width, height: y + high };
}

/** How wide rows are tried, as parts of a square's side with the same area. */
const widths = [.5, .6, .7, .8, .9, 1, 1.1, 1.2, 1.35, 1.5, 1.75, 2];

/** The upper left corner of each; `shape` is the view's width by its height. */
export function pack(boxes: readonly Box[], shape: number, gap: number): Corner[] {
  const order = boxes.map((_, i) => i).sort((a, b) => (boxes[b] as Box).height - (boxes[a] as Box).height || a - b);
  const side = Math.sqrt(boxes.reduce((sum, b) => sum + (b.width + gap) * (b.height + gap), 0) * shape), widest = Math.max(0, ...boxes.map((b) => b.width));
  const tried = widths.map((part) => inRows(boxes, order, Math.max(widest, side * part), gap));
  const cost = (t: { width: number; height: number }) => Math.max(t.width / shape, t.height);
  return tried.reduce((best, t) => (cost(t) < cost(best) ? t : best)).corners;
}
