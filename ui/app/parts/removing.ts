// What is removed goes out of sight at once, and for good only when nobody has wanted it back for a while; when the window
// closes before that, it stays.
import { useCallback } from "react";
import { create } from "zustand";
import { t } from "../words";
import { complain, say } from "./Toasts";

export const regretMs = 8000;

const useRemoved = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));
const pending = new Set<string>();

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
    clearTimeout(timer);
    for (const id of some) pending.delete(id);
  };
  const go = () => {
    end();
    forGood().catch(complain).finally(() => show(some, false));
  };
  const timer = setTimeout(go, regretMs);
  for (const id of some) pending.add(id);
  show(some, true);
  say(t("removed", { name }), { label: t("action.undo"), run: () => { if (isPending()) { end(); show(some, false); } } }, regretMs);
}
