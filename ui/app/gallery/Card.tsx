import { Box, Clapperboard, File, Image, Play } from "lucide-react";
import type { DragEvent } from "react";
import { ask, isInShell } from "../frame/shell";
import { ago, cx } from "../parts/format";
import { Thumb } from "../parts/Thumb";
import { complain } from "../parts/Toasts";
import type { Work } from "./useWorks";

const icons = { film: Clapperboard, image: Image, scene: Box, other: File };

/** What a picture of it does not tell. */
const marks: Partial<Record<Work["kind"], typeof Box>> = { film: Play, scene: Box };

/** Out of the native window as a file; a browser drags the picture by itself. */
function dragOut(event: DragEvent, work: Work): void {
  if (!isInShell()) return;
  event.preventDefault();
  ask({ type: "drag-out", task: work.task_id, file: work.file }).catch(complain);
}

export function Card({ work, index, isWide, isCurrent, onOpen }: { work: Work; index: number; isWide: boolean; isCurrent: boolean; onOpen: () => void }) {
  const Icon = icons[work.kind], Mark = work.thumbnail_url ? marks[work.kind] : undefined;
  return (
    <button type="button" data-work={index} tabIndex={isCurrent ? 0 : -1} draggable onDragStart={(event) => dragOut(event, work)} onClick={onOpen} className="group min-w-0 text-left" title={work.title}>
      <span className="relative block aspect-video w-full overflow-hidden rounded-xl ring-accent group-hover:ring-2">
        <Thumb src={work.thumbnail_url} icon={<Icon size={24} strokeWidth={1.4} />} className="size-full" />
        {Mark && <span className="absolute bottom-1.5 left-1.5 grid size-6 place-items-center rounded-full bg-black/60 text-white">{work.kind === "film" ? <Mark size={12} fill="currentColor" /> : <Mark size={13} />}</span>}
      </span>
      <span className={cx("mt-1.5 block truncate font-medium", isWide ? "text-[13px]" : "text-xs")}>{work.title}</span>
      {isWide && <span className="block text-xs text-soft">{ago(work.created_at)}</span>}
    </button>
  );
}
