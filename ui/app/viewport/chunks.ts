// Our own lines in three.js' shaders. Its text changes from release to release: a place that is not found any more must be heard of.

/** `text` with `own` in the place of `old`; asked again, it changes nothing. `what` names the place. */
export function swapped(text: string, old: string | RegExp, own: string, what: string): string {
  if (text.includes(own)) return text;
  const next = text.replace(old, () => own);
  if (next === text) throw new Error(`three.js has no ${what} where the viewport puts its own lines: see what the release calls it now`);
  return next;
}
