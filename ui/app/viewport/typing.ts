// When a letter was last typed: somebody who types waits for the next one, and not for pictures.
let typedAt = -Infinity;
addEventListener("input", () => { typedAt = performance.now(); }, true);

export const sinceLetterMs = (): number => performance.now() - typedAt;

/** Resolves when none has been typed for so long. */
export async function handsRest(ms: number): Promise<void> {
  for (let left = ms - sinceLetterMs(); left > 0; left = ms - sinceLetterMs()) await new Promise((then) => setTimeout(then, left));
}
