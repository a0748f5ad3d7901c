import { Box, Check, Clapperboard, File, Image, Play } from "lucide-react";
import type { DragEvent, KeyboardEvent, MouseEvent } from "react";
import { memo } from "react";
import { ask, isInShell } from "../frame/shell";
import { ago, cx } from "../parts/format";
import { Thumb } from "../parts/Thumb";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import type { Work } from "./useWorks";

const icons = { film: Clapperboard, image: Image, scene: Box, other: File };

/** What a picture of it does not tell. */
const marks: Partial<Record<Work["kind"], typeof Box>> = { film: Play, scene: Box };

const carriedPx = 144;

/** What is seen of it, small, as base64; nothing where it has no picture yet. */
function pictureOf(card: Element): string | undefined {
  const seen = card.querySelector("img");
  if (!seen?.naturalWidth) return undefined;
  const scale = carriedPx / Math.max(seen.naturalWidth, seen.naturalHeight), canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(seen.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(seen.naturalHeight * scale));
  canvas.getContext("2d")?.drawImage(seen, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", .85).split(",")[1];
}

/** Out of the native window as a file; a browser drags the picture by itself. */
function dragOut(event: DragEvent, work: Work): void {
  if (!isInShell()) return;
  event.preventDefault();
  const picture = pictureOf(event.currentTarget);
  ask({ type: "drag-out", task: work.task_id, file: work.file, ...(picture ? { picture } : {}) }).catch(complain);
}

interface Props {
  work: Work;
  index: number;
  isWide: boolean;
  /** The one that has the focus, or would have it. */
  isCurrent: boolean;
  isChosen: boolean;
  isChoosing: boolean;
  /** The same at each drawing, as all of these: a card that is in sight is not drawn again while others come into it. */
  onOpen: (index: number) => void;
  /** Chosen or no longer; with `isRange` all from the last one on. */
  onChoose: (index: number, isRange: boolean) => void;
}

export const Card = memo(function Card({ work, index, isWide, isCurrent, isChosen, isChoosing, onOpen, onChoose }: Props) {
  const Icon = icons[work.kind], Mark = work.thumbnail_url ? marks[work.kind] : undefined;
  const onClick = (event: MouseEvent) => (event.ctrlKey || event.metaKey || event.shiftKey ? onChoose(index, event.shiftKey) : onOpen(index));
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== " ") return;
    event.preventDefault();
    onChoose(index, event.shiftKey);
  };
  return (
    <div className="group relative min-w-0">
      <button type="button" data-work={index} tabIndex={isCurrent ? 0 : -1} draggable aria-pressed={isChosen} onDragStart={(event) => dragOut(event, work)} onClick={onClick} onKeyDown={onKey} className="block w-full rounded-xl text-left" title={work.title}>
        <span className={cx("relative block aspect-video w-full overflow-hidden rounded-xl ring-accent group-hover:ring-2", isChosen && "ring-3")}>
          <Thumb src={work.thumbnail_url} icon={<Icon size={24} strokeWidth={1.4} />} className="size-full" />
          {Mark && <span className="absolute bottom-1.5 left-1.5 grid size-6 place-items-center rounded-full bg-black/60 text-white">{work.kind === "film" ? <Mark size={12} fill="currentColor" /> : <Mark size={13} />}</span>}
        </span>
        <span className={cx("mt-1.5 block truncate font-medium", isWide ? "text-[13px]" : "text-xs")}>{work.title}</span>
        {isWide && <span className="block text-xs text-soft">{ago(work.created_at)}</span>}
      </button>
      <button type="button" tabIndex={-1} aria-label={t("gallery.choose", { name: work.title })} aria-pressed={isChosen} onClick={(event) => onChoose(index, event.shiftKey)}
        className={cx("absolute top-1.5 right-1.5 grid size-6 place-items-center rounded-full border transition-opacity phone:hidden", isChosen ? "border-transparent bg-accent text-on-accent" : "border-white/60 bg-black/55 text-transparent hover:text-white", !isChosen && !isChoosing && "opacity-0 group-hover:opacity-100")}>
        <Check size={13} strokeWidth={3} />
      </button>
    </div>
  );
});
