// What goes by itself waits for a reader: while the pointer or the focus is on a message, nothing counts down, and after that anew.
import { create } from "zustand";

export const useHold = create<{ isHeld: boolean }>(() => ({ isHeld: false }));

export const hold = (isHeld: boolean): void => { if (useHold.getState().isHeld !== isHeld) useHold.setState({ isHeld }); };

/** Gives what ends it before its time. */
export function countdown(ms: number, run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = () => {
    clearTimeout(timer);
    if (!useHold.getState().isHeld) timer = setTimeout(() => { end(); run(); }, ms);
  };
  const unwatch = useHold.subscribe(begin), end = () => { clearTimeout(timer); unwatch(); };
  begin();
  return end;
}
