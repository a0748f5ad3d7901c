// What is removed goes out of sight at once, and for good only when nobody has wanted it back for a while; when the window
// closes before that, it stays.
import { useCallback } from "react";
import { create } from "zustand";
import { t } from "../words";
import { countdown } from "./countdown";
import { complain, offer } from "./Toasts";

export const regretMs = 8000;

const useRemoved = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));
const pending = new Set<string>();
/** How each that is on its way out is taken back, the newest last. */
let regrets: (() => void)[] = [];

/** Whether a thing is on its way out; lists leave it out. */
export function useIsRemoved(): (id: string) => boolean {
  const ids = useRemoved((s) => s.ids);
  return useCallback((id) => ids.has(id), [ids]);
}

function show(some: readonly string[], isRemoved: boolean): void {
  const ids = new Set(useRemoved.getState().ids);
  for (const id of some) if (isRemoved) ids.add(id); else ids.delete(id);
  useRemoved.setState({ ids });
}

/** `what` are ids of all that can be removed, one or several that go together; `forGood` ends with what is shown being asked for again. */
export function removeLater(what: string | readonly string[], name: string, forGood: () => Promise<unknown>): void {
  const some = [what].flat(), isPending = () => some.some((id) => pending.has(id));
  if (some.length === 0 || isPending()) return;
  const end = () => {
    stop();
    regrets = regrets.filter((r) => r !== takeItBack);
    for (const id of some) pending.delete(id);
  };
  const takeItBack = () => {
    if (!isPending()) return;
    end();
    show(some, false);
    closeMessage();
  };
  const stop = countdown(regretMs, () => {
    end();
    forGood().catch(complain).finally(() => show(some, false));
  });
  for (const id of some) pending.add(id);
  regrets.push(takeItBack);
  show(some, true);
  const closeMessage = offer(t(some.length === 1 ? "removed" : "removed.several", { name }), { label: t("action.undo"), run: takeItBack }, regretMs);
}

/** What was removed last, while it can be; false when there is nothing. */
export function takeBack(): boolean {
  const last = regrets.at(-1);
  last?.();
  return last !== undefined;
}
