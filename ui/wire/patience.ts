// Waiting for another side. Only time in which this page could have heard counts: a page that itself stood still, for a long
// scene or a lid that was closed, has its messages waiting and blames nobody.

export type Delay = (ms: number, then: () => void) => () => void;

export const timer: Delay = (ms, then) => {
  const id = setTimeout(then, ms);
  return () => clearTimeout(id);
};

const sliceMs = 500;

/** Calls `then` after so long, in slices of which each lets come what waits. What it returns ends the wait. */
export function wait(ms: number, then: () => void, delay: Delay = timer): () => void {
  let cancel = () => {};
  const next = (left: number) => {
    cancel = delay(Math.min(left, sliceMs), () => (left > sliceMs ? next(left - sliceMs) : then()));
  };
  next(ms);
  return () => cancel();
}
