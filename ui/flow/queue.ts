// The order in which waiting tasks run, and the fewest priorities that make it another one.

export interface Waiting { id: string; priority: number; created_at: string }

/** The bridge's limits for a priority. */
export const lowest = -1000, highest = 1000;

const isEarlier = (a: Waiting, b: Waiting) => a.created_at < b.created_at;

/** As the bridge takes them: higher priority first, then who came first. */
export function inOrder<T extends Waiting>(tasks: readonly T[]): T[] {
  return [...tasks].sort((a, b) => b.priority - a.priority || (isEarlier(a, b) ? -1 : isEarlier(b, a) ? 1 : 0));
}

/** From the last to the first: each keeps its priority when it already goes before the one behind it, and is raised else. */
function raise(wanted: readonly Waiting[], from: (task: Waiting) => number): Map<string, number> {
  const priorities = new Map<string, number>();
  let behind: Waiting | null = null;
  for (const task of [...wanted].reverse()) {
    const least: number = behind ? behind.priority + (isEarlier(task, behind) ? 0 : 1) : lowest;
    behind = { ...task, priority: Math.max(least, from(task)) };
    priorities.set(task.id, behind.priority);
  }
  return priorities;
}

/** What has to change so that `wanted` is the order: nothing when it is already. */
export function changesFor(wanted: readonly Waiting[]): { id: string; priority: number }[] {
  let priorities = raise(wanted, (task) => task.priority);
  if (Math.max(...priorities.values()) > highest) priorities = raise(wanted, () => lowest);
  return wanted.flatMap((task) => {
    const priority = priorities.get(task.id) ?? task.priority;
    return priority === task.priority ? [] : [{ id: task.id, priority }];
  });
}

/** The list with the one named moved by `steps`, and not beyond its ends. */
export function shifted<T extends { id: string }>(list: readonly T[], id: string, steps: number): T[] {
  const from = list.findIndex((i) => i.id === id), moved = list[from];
  if (!moved) return [...list];
  const rest = list.filter((i) => i.id !== id);
  rest.splice(Math.min(rest.length, Math.max(0, from + steps)), 0, moved);
  return rest;
}

/** Where a row lies in its list, in pixels. */
export interface Span { top: number; height: number }

/** The place a row of a list takes that is held `by` pixels from its own: it passes another once its leading edge is past that one's middle. */
export function placeOf(rows: readonly Span[], from: number, by: number): number {
  const held = rows[from];
  if (!held) return from;
  const middle = (row: Span) => row.top + row.height / 2, top = held.top + by, bottom = top + held.height;
  return by < 0 ? rows.slice(0, from).filter((row) => middle(row) < top).length : from + rows.slice(from + 1).filter((row) => middle(row) < bottom).length;
}

/** How far the row at `at` makes way for the one that is held from `from` over `to`. */
export function shiftOf(rows: readonly Span[], from: number, to: number, at: number): number {
  const height = rows[from]?.height ?? 0;
  return at > from && at <= to ? -height : at < from && at >= to ? height : 0;
}
