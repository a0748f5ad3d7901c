// What somebody has asked for and waits for: whoever shows that it takes long asks here, and can give it up.

/** How far it is, 0..1, where that is known, and of what. */
export interface Stand { title: string; fraction: number }
export interface Pending { giveUp: () => void; stand?: Stand }
export type Told = (stand: Stand) => void;

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

/** `work` is under way until it is settled, and may tell how far it is; who gives it up aborts its signal. */
export async function pend<T>(work: (signal: AbortSignal, told: Told) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let one: Pending = { giveUp: () => abort.abort() };
  put([...all, one]);
  const told = (stand: Stand) => {
    const before = one;
    one = { ...one, stand };
    put(all.map((i) => (i === before ? one : i)));
  };
  try {
    return await work(abort.signal, told);
  } finally {
    put(all.filter((i) => i !== one));
  }
}
