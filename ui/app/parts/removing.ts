// What is removed goes out of sight at once, and for good only when nobody has wanted it back for a while; when the window
// closes before that, it stays.
import { create } from "zustand";
import { t } from "../words";
import { complain, say } from "./Toasts";

export const regretMs = 8000;

const useRemoved = create<{ ids: ReadonlySet<string> }>(() => ({ ids: new Set() }));
const pending = new Set<string>();

/** Whether a thing is on its way out; lists leave it out. */
export function useIsRemoved(): (id: string) => boolean {
  const ids = useRemoved((s) => s.ids);
  return (id) => ids.has(id);
}

function show(id: string, isRemoved: boolean): void {
  const ids = new Set(useRemoved.getState().ids);
  if (isRemoved) ids.add(id); else ids.delete(id);
  useRemoved.setState({ ids });
}

/** `id` is one of all that can be removed; `forGood` ends with what is shown being asked for again. */
export function removeLater(id: string, name: string, forGood: () => Promise<unknown>): void {
  if (pending.has(id)) return;
  const end = () => {
    clearTimeout(timer);
    pending.delete(id);
  };
  const go = () => {
    end();
    forGood().catch(complain).finally(() => show(id, false));
  };
  const timer = setTimeout(go, regretMs);
  pending.add(id);
  show(id, true);
  say(t("removed", { name }), { label: t("action.undo"), run: () => { if (pending.has(id)) { end(); show(id, false); } } }, regretMs);
}
