// The way to the tour, the keys and all that can be said, for who does not know them yet.
import * as Popover from "@radix-ui/react-popover";
import { CircleHelp, Keyboard, Sparkles, SquareSlash } from "lucide-react";
import type { ReactNode } from "react";
import { useState } from "react";
import { Button } from "../parts/controls";
import { namesOf } from "../settings/Keys";
import { useApp } from "../state";
import { t } from "../words";

function Entry({ icon, hint, children, onPick }: { icon: ReactNode; hint?: string; children: string; onPick: () => void }) {
  return <button type="button" onClick={onPick} className="flex h-9 w-full items-center gap-2.5 rounded-lg px-2.5 text-left text-[13px] hover:bg-accent/14 focus-visible:bg-accent/14"><span className="text-soft">{icon}</span><span className="min-w-0 flex-1 truncate">{children}</span>{hint && <kbd>{hint}</kbd>}</button>;
}

export function HelpMenu() {
  const [isOpen, setOpen] = useState(false), set = useApp((s) => s.set);
  const pick = (then: () => void) => () => { setOpen(false); then(); };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild><Button kind="ghost" label={t("help.title")} icon={<CircleHelp size={16} />} /></Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={6} aria-label={t("help.title")} className="rise z-50 w-72 rounded-xl border border-line bg-panel p-1.5 shadow-lift outline-none">
          <Entry icon={<Sparkles size={15} />} onPick={pick(() => set({ isTourOpen: true }))}>{t("action.tour")}</Entry>
          <Entry icon={<SquareSlash size={15} />} hint="/" onPick={pick(() => setTimeout(() => dispatchEvent(new CustomEvent("miktos:command", { detail: "/" }))))}>{t("help.actions")}</Entry>
          <Entry icon={<Keyboard size={15} />} hint={namesOf("ctrl+shift+k").join(" ")} onPick={pick(() => set({ areKeysShown: true }))}>{t("keys.title")}</Entry>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
