// The rooms of the sidebar; a second click on the open one closes it.
import { Blocks, Clapperboard, Cpu, Image, ListVideo, Package, Settings, Shapes, Workflow } from "lucide-react";
import { cx } from "../parts/format";
import type { Room } from "../state";
import { rooms, useApp, usePreference } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { isLive, useTasks } from "../wire/queries";

const icons: Record<Room, typeof Workflow> = { projects: Clapperboard, workflows: Workflow, objects: Shapes, gallery: Image, models: Package, queue: ListVideo, engines: Cpu, plugins: Blocks, settings: Settings };

export function Rail() {
  const room = usePreference("room"), prefer = useApp((s) => s.prefer);
  const waiting = useTasks().data?.items.filter(isLive).length ?? 0;
  return (
    <nav aria-label={t("rooms.label")} className="flex w-[60px] shrink-0 flex-col items-center gap-1 overflow-y-auto border-r border-line bg-panel py-2 [scrollbar-width:none] low:gap-0 low:py-1">
      {rooms.map((name) => {
        const Icon = icons[name], isOn = room === name;
        return (
          <button key={name} type="button" aria-pressed={isOn} title={t(`room.${name}` as Word)} onClick={() => prefer({ room: isOn ? null : name })}
            className={cx("relative flex h-[46px] w-[52px] shrink-0 flex-col items-center justify-center gap-1 rounded-xl text-[9.5px] leading-none font-medium transition-colors low:h-[34px]", isOn ? "bg-accent/12 text-accent" : "text-soft hover:bg-raised hover:text-ink", name === "settings" && "mt-auto")}>
            <Icon size={17} strokeWidth={1.8} /><span className="low:sr-only">{t(`room.${name}` as Word)}</span>
            {name === "queue" && waiting > 0 && <span className="absolute top-0.5 right-1.5 grid min-w-4 place-items-center rounded-full bg-accent px-1 text-[9.5px] leading-4 font-bold text-on-accent">{waiting}</span>}
          </button>
        );
      })}
    </nav>
  );
}
