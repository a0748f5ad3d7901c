// What can be done with the works that are chosen.
import { Download, SplitSquareHorizontal, Trash2, X } from "lucide-react";
import { Button } from "../parts/controls";
import { count } from "../parts/format";
import { saveFrom } from "../parts/menu";
import { t } from "../words";
import { removeWorks } from "./remove";
import type { Work } from "./useWorks";

/** A browser takes downloads that come too fast for one. */
const betweenMs = 300;

async function saveAll(works: readonly Work[]): Promise<void> {
  for (const work of works) {
    saveFrom(work.url, work.file);
    await new Promise((then) => setTimeout(then, betweenMs));
  }
}

/** Whether a line between the two makes sense. */
export const canCompare = (works: readonly Work[]) => works.length === 2 && works.every((w) => w.kind === "image" || w.kind === "film");

export function Chosen({ works, onCompare, onClear }: { works: readonly Work[]; onCompare: () => void; onClear: () => void }) {
  return (
    <div role="toolbar" aria-label={t("gallery.chosen", { n: count(works.length) })} className="rise flex flex-wrap items-center gap-1.5 border-b border-line bg-accent/10 py-2 pr-2.5 pl-4">
      <p role="status" className="mr-auto text-[13px] font-medium">{t("gallery.chosen", { n: count(works.length) })}</p>
      {canCompare(works) && <Button icon={<SplitSquareHorizontal size={15} />} onClick={onCompare}>{t("gallery.compare")}</Button>}
      <Button icon={<Download size={15} />} onClick={() => void saveAll(works)}>{t(works.length === 1 ? "gallery.download" : "gallery.downloads")}</Button>
      <Button icon={<Trash2 size={15} />} onClick={() => { removeWorks(works); onClear(); }}>{t("gallery.remove")}</Button>
      <Button kind="ghost" label={t("gallery.clear")} icon={<X size={15} />} onClick={onClear} />
    </div>
  );
}
