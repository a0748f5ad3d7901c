// What somebody has asked for and waits for: whoever shows that it takes long asks here, and can give it up.

export interface Pending { giveUp: () => void }

let all: readonly Pending[] = [];
const listeners = new Set<() => void>();

function put(next: readonly Pending[]): void {
  all = next;
  for (const tell of listeners) tell();
}

/** The same array as long as nothing has changed. */
export const pending = (): readonly Pending[] => all;

export function onPending(tell: () => void): () => void {
  listeners.add(tell);
  return () => { listeners.delete(tell); };
}

/** `work` is under way until it is settled; who gives it up aborts its signal. */
export async function pend<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController(), one = { giveUp: () => abort.abort() };
  put([...all, one]);
  try {
    return await work(abort.signal);
  } finally {
    put(all.filter((i) => i !== one));
  }
}
