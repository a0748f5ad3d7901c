// Short messages in a corner: what was done, or what went wrong; errors stay until they are closed.
import { AnimatePresence, motion } from "motion/react";
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { useEffect } from "react";
import { create } from "zustand";
import { t } from "../words";
import { Detail, adviceFor, detailOf, messageOf } from "./Failure";

interface Toast { id: number; kind: "done" | "error"; text: string; advice?: string; detail?: string; action?: { label: string; run: () => void }; forMs?: number }

let nextId = 1;
export const useToasts = create<{ items: Toast[]; put: (toast: Omit<Toast, "id">) => void; drop: (id: number) => void }>((set) => ({
  items: [],
  put: (toast) => set((s) => ({ items: [...s.items, { ...toast, id: nextId++ }].slice(-4) })),
  drop: (id) => set((s) => ({ items: s.items.filter((i) => i.id !== id) })),
}));

export function say(text: string, action?: Toast["action"], forMs?: number): void {
  useToasts.getState().put({ kind: "done", text, ...(action ? { action } : {}), ...(forMs ? { forMs } : {}) });
}

export function complain(error: unknown): void {
  if (error instanceof DOMException && error.name === "AbortError") return;
  const text = messageOf(error);
  useToasts.setState((s) => ({ items: s.items.filter((i) => i.kind !== "error" || i.text !== text) })); // once more, so that it is seen to have happened again
  useToasts.getState().put({ kind: "error", text, advice: adviceFor(error), detail: detailOf(error) });
}

function One({ toast }: { toast: Toast }) {
  const drop = useToasts((s) => s.drop);
  useEffect(() => {
    if (toast.kind === "error") return;
    const id = setTimeout(() => drop(toast.id), toast.forMs ?? 5000);
    return () => clearTimeout(id);
  }, [toast, drop]);
  return (
    <motion.div layout initial={{ opacity: 0, y: 12 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0, x: 20 }} role={toast.kind === "error" ? "alert" : "status"}
      className="pointer-events-auto flex items-start gap-2.5 rounded-xl border border-line bg-raised py-2.5 pr-2 pl-3 shadow-lift">
      {toast.kind === "error" ? <TriangleAlert size={16} className="mt-0.5 shrink-0 text-bad" /> : <CircleCheck size={16} className="mt-0.5 shrink-0 text-good" />}
      <div className="min-w-0 flex-1 text-[13px]"><p className="break-words">{toast.text}</p>{toast.advice && <p className="mt-0.5 text-xs text-soft">{toast.advice}</p>}{toast.detail && <div className="mt-1"><Detail text={toast.detail} /></div>}</div>
      {toast.action && <button type="button" className="shrink-0 font-semibold text-accent" onClick={() => { toast.action?.run(); drop(toast.id); }}>{toast.action.label}</button>}
      <button type="button" aria-label={t("close")} className="rounded p-1 text-soft hover:text-ink" onClick={() => drop(toast.id)}><X size={14} /></button>
    </motion.div>
  );
}

export function Toasts() {
  const items = useToasts((s) => s.items);
  // Above the command bar with its reply, above dialogs, and heard beside them: what is done in one is said here, and may be wanted back.
  return <div data-toasts aria-live="polite" className="pointer-events-none fixed right-4 bottom-[calc(var(--dock)+var(--bar)+3.5rem)] z-60 flex w-88 max-w-[calc(100vw-2rem)] flex-col gap-2"><AnimatePresence>{items.map((i) => <One key={i.id} toast={i} />)}</AnimatePresence></div>;
}
