// Undo and redo of anything that is a value.

export interface History<T> { past: readonly T[]; present: T; future: readonly T[]; lastLabel: string | null }

const deepest = 200;

export function begin<T>(present: T): History<T> {
  return { past: [], present, future: [], lastLabel: null };
}

/** With a label, changes of the same label in a row are one step: dragging, typing. */
export function push<T>(history: History<T>, present: T, label: string | null = null): History<T> {
  if (present === history.present) return history;
  if (label !== null && label === history.lastLabel) return { ...history, present, future: [] };
  return { past: [...history.past, history.present].slice(-deepest), present, future: [], lastLabel: label };
}

/** The next change is a step of its own, whatever its label. */
export function seal<T>(history: History<T>): History<T> {
  return history.lastLabel === null ? history : { ...history, lastLabel: null };
}

export function undo<T>(history: History<T>): History<T> {
  const previous = history.past.at(-1);
  if (previous === undefined) return history;
  return { past: history.past.slice(0, -1), present: previous, future: [history.present, ...history.future], lastLabel: null };
}

export function redo<T>(history: History<T>): History<T> {
  const [next, ...rest] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future: rest, lastLabel: null };
}
