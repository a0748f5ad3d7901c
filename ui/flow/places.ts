// Where there is room on the canvas, and frames that keep around what they were around.
import type { Group } from "./graph";
import type { Size } from "./layout";

export interface Box extends Size { x: number; y: number }

const step = 40, rings = 40, gap = 16;

const meets = (a: Box, b: Box) => a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;

/** The place nearest to the wanted one where it lies over nothing; that one itself where all is full. */
export function freePlace(taken: readonly Box[], wanted: Box): { x: number; y: number } {
  for (let ring = 0; ring <= rings; ring++) {
    const around: { x: number; y: number }[] = [];
    for (let i = -ring; i <= ring; i++)
      for (let k = -ring; k <= ring; k++)
        if (Math.max(Math.abs(i), Math.abs(k)) === ring) around.push({ x: i * step, y: k * step });
    around.sort((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y));
    const free = around.find(({ x, y }) => !taken.some((box) => meets(box, { ...wanted, x: wanted.x + x, y: wanted.y + y })));
    if (free) return { x: wanted.x + free.x, y: wanted.y + free.y };
  }
  return { x: wanted.x, y: wanted.y };
}

const side = 24, head = 52;

/** With room for its title; null around nothing. */
export function frameAround(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((b) => b.x)) - side, y = Math.min(...boxes.map((b) => b.y)) - head;
  return { x, y, width: Math.max(...boxes.map((b) => b.x + b.width)) - x + side, height: Math.max(...boxes.map((b) => b.y + b.height)) - y + side };
}

const holds = (group: Group, b: Box) => b.x >= group.x && b.y >= group.y && b.x + b.width <= group.x + group.width && b.y + b.height <= group.y + group.height;

/** Groups around the same nodes at their new places; those that held none stay. */
export function movedFrames(groups: readonly Group[], before: ReadonlyMap<string, Box>, after: ReadonlyMap<string, Box>): Group[] {
  return groups.map((group) => ({ ...group, ...frameAround([...before].flatMap(([id, box]) => (holds(group, box) ? after.get(id) ?? [] : []))) }));
}
