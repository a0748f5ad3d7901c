// A window over the window: holds the focus, closes on Escape.
import * as Radix from "@radix-ui/react-dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { t } from "../words";
import { cx } from "./format";

/** What is marked as the first to be used, or what comes first. */
function focusFirst(event: Event): void {
  const first = (event.currentTarget as HTMLElement | null)?.querySelector<HTMLElement>("[data-first]");
  if (!first) return;
  event.preventDefault();
  first.focus();
}

/** A press on a message is no press beside the dialog. */
function keepForToasts(event: CustomEvent<{ originalEvent: Event }>): void {
  if ((event.detail.originalEvent.target as Element | null)?.closest("[data-toasts]")) event.preventDefault();
}

/** Where the focus was before goes on, unless it has been led elsewhere meanwhile. */
function giveBack(event: Event, before: Element | null): void {
  event.preventDefault();
  if (document.activeElement === document.body && before instanceof HTMLElement) before.focus({ preventScroll: true });
}

export function Dialog({ title, onClose, children, isFull, isWide, text }: { title: string; onClose: () => void; children: ReactNode; isFull?: boolean; isWide?: boolean; text?: string }) {
  const [before] = useState(() => document.activeElement);
  return (
    <Radix.Root open onOpenChange={(isOpen) => { if (!isOpen) onClose(); }}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <Radix.Content onOpenAutoFocus={focusFirst} onCloseAutoFocus={(event) => giveBack(event, before)} onInteractOutside={keepForToasts} {...(text ? {} : { "aria-describedby": undefined })} className={cx("rise fixed z-50 flex flex-col overflow-hidden border border-line bg-panel shadow-lift outline-none", isFull ? "inset-4 rounded-2xl max-sm:inset-0 max-sm:rounded-none" : cx("top-1/2 left-1/2 max-h-[86vh] -translate-x-1/2 -translate-y-1/2 rounded-2xl", isWide ? "w-[min(780px,calc(100vw-2rem))]" : "w-[min(560px,calc(100vw-2rem))]"))}>
          <header className="flex h-12 shrink-0 items-center justify-between pr-2.5 pl-5">
            <Radix.Title className="truncate text-[15px] font-semibold">{title}</Radix.Title>
            <Radix.Close aria-label={t("close")} className="rounded-lg p-1.5 text-soft hover:bg-raised hover:text-ink"><X size={17} /></Radix.Close>
          </header>
          {text && <Radix.Description className="px-5 pb-3 text-[13px] text-soft">{text}</Radix.Description>}
          <div className="min-h-0 flex-1 overflow-auto">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
