// Short messages in a corner: what was done, or what went wrong; errors stay until they are closed.
import { AnimatePresence, motion } from "motion/react";
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useEffect, useRef, useState } from "react";
import { create } from "zustand";
import { t } from "../words";
import { countdown, hold } from "./countdown";
import { Detail, adviceFor, detailOf, messageOf } from "./Failure";

interface Toast { id: number; kind: "done" | "error"; text: string; advice?: string; detail?: string; action?: { label: string; run: () => void }; forMs?: number }

let nextId = 1;
export const useToasts = create<{ items: Toast[]; put: (toast: Omit<Toast, "id">) => number; drop: (id: number) => void }>((set) => ({
  items: [],
  put: (toast) => {
    const id = nextId++;
    set((s) => ({ items: [...s.items, { ...toast, id }].slice(-4) }));
    return id;
  },
  drop: (id) => set((s) => ({ items: s.items.filter((i) => i.id !== id) })),
}));

export function say(text: string): void {
  useToasts.getState().put({ kind: "done", text });
}

/** With something to do about it; gives what closes it before its time. */
export function offer(text: string, action: NonNullable<Toast["action"]>, forMs: number): () => void {
  const { put, drop } = useToasts.getState(), id = put({ kind: "done", text, action, forMs });
  return () => drop(id);
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
    if (toast.kind !== "error") return countdown(toast.forMs ?? 5000, () => drop(toast.id));
  }, [toast, drop]);
  return (
    <motion.div layout initial={{ opacity: 0, y: 12 }} animate={{ opacity: 1, y: 0 }} exit={{ opacity: 0, x: 20 }} data-toast={toast.id} role={toast.kind === "error" ? "alert" : "status"}
      className="pointer-events-auto flex items-start gap-2.5 rounded-xl border border-line bg-raised py-2.5 pr-2 pl-3 shadow-lift">
      {toast.kind === "error" ? <TriangleAlert size={16} className="mt-0.5 shrink-0 text-bad" /> : <CircleCheck size={16} className="mt-0.5 shrink-0 text-good" />}
      <div className="min-w-0 flex-1 text-[13px]"><p className="break-words">{toast.text}</p>{toast.advice && <p className="mt-0.5 text-xs text-soft">{toast.advice}</p>}{toast.detail && <div className="mt-1"><Detail text={toast.detail} /></div>}</div>
      {toast.action && <button type="button" className="shrink-0 font-semibold text-accent" onClick={() => { toast.action?.run(); drop(toast.id); }}>{toast.action.label}</button>}
      <button type="button" data-close aria-label={t("close")} className="rounded p-1 text-soft hover:text-ink" onClick={() => drop(toast.id)}><X size={14} /></button>
    </motion.div>
  );
}

let before: Element | null = null;

const lastClose = (of: Iterable<Element>): HTMLElement | null => [...of].at(-1)?.querySelector<HTMLElement>("[data-close]") ?? null;

/** To the newest message by a key; where one was before gets the focus back when none is left. */
export function goToMessages(): void {
  const newest = lastClose(document.querySelectorAll("[data-toast]"));
  if (newest) before = document.activeElement;
  newest?.focus();
}

export function Toasts() {
  const items = useToasts((s) => s.items), drop = useToasts((s) => s.drop), [at, setAt] = useState<string | undefined>(undefined), list = useRef<HTMLDivElement>(null);
  const hasFocus = () => list.current?.contains(document.activeElement) ?? false;
  /** What somebody reads, or is about to press, stays where it is. */
  const look = () => {
    const isHeld = items.length > 0 && (hasFocus() || (list.current?.matches(":hover") ?? false));
    hold(isHeld);
    setAt(isHeld && list.current ? getComputedStyle(list.current).bottom : undefined);
  };
  useEffect(() => {
    look();
    if (items.length > 0 || !(hasFocus() || document.activeElement === document.body)) return;
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    before = null;
  }, [items]); // eslint-disable-line -- when one came or went
  const onKey = (event: KeyboardEvent<HTMLDivElement>) => {
    const one = (event.target as Element).closest<HTMLElement>("[data-toast]");
    if (event.key !== "Escape" || !one) return;
    event.stopPropagation();
    lastClose([...event.currentTarget.children].filter((child) => child !== one))?.focus();
    drop(Number(one.dataset["toast"]));
  };
  // Above the command bar with its reply and, where the outline is open, beside it; above dialogs, and heard beside them: what is done in one is said here, and may be wanted back.
  return (
    <div ref={list} role="region" aria-label={t("messages.label")} data-toasts aria-live="polite" style={{ bottom: at }} onPointerEnter={look} onPointerLeave={look} onFocus={look} onBlur={() => requestAnimationFrame(look)} onKeyDown={onKey}
      className="pointer-events-none fixed right-4 bottom-[calc(var(--dock)+var(--bar)+3.5rem)] z-60 flex w-70 max-w-[calc(100vw-2rem)] flex-col gap-2 transition-[bottom] duration-200">
      <AnimatePresence onExitComplete={() => requestAnimationFrame(look)}>{items.map((i) => <One key={i.id} toast={i} />)}</AnimatePresence>
    </div>
  );
}
