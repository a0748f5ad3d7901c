// Films, pictures and scenes, found by kind and by words; one opens, two are compared, many are chosen.
import { Images } from "lucide-react";
import { useCallback, useState } from "react";
import { Button, Empty, Panel, Search, Segments, Waiting } from "../parts/controls";
import { Failure } from "../parts/Failure";
import { count } from "../parts/format";
import { complain } from "../parts/Toasts";
import { t } from "../words";
import { canCompare, Chosen } from "./Chosen";
import { CompareWorks } from "./CompareWorks";
import { FullScreen } from "./FullScreen";
import type { Kind } from "./newest";
import { removeWorks } from "./remove";
import { Shelf } from "./Shelf";
import { useChoice } from "./useChoice";
import type { Work } from "./useWorks";
import { useWorks } from "./useWorks";

export default function Gallery({ isWide = false }: { isWide?: boolean }) {
  const [kind, setKind] = useState<Kind>("all"), [words, setWords] = useState(""), [open, setOpen] = useState<number | null>(null), [at, setAt] = useState(0), [back, setBack] = useState<{ index: number } | null>(null);
  const { works, total, error, isPending, isPlaceholderData, want, refetch } = useWorks(kind, words);
  const choice = useChoice(works), [isComparing, setComparing] = useState(false);
  const remove = (gone: readonly Work[]) => {
    removeWorks(gone);
    choice.clear();
  };
  /** The next one has come when it is turned to. */
  const show = (index: number) => {
    setOpen(index);
    if (index + 2 > works.length) void want(index + 2).catch(complain);
  };
  const close = () => {
    if (open !== null) setBack({ index: Math.min(open, total - 1) });
    setOpen(null);
  };
  const look = useCallback((n: number) => { if (!isPlaceholderData) want(n).catch(() => undefined); }, [isPlaceholderData, want]); // a bridge that is away is said elsewhere
  const isFiltered = kind !== "all" || words !== "";
  const kinds = (["all", "film", "image", "scene"] as const).map((value) => ({ value, label: t(`gallery.${value}`) }));
  return (
    <Panel title={t("room.gallery")} actions={<span className="pr-2 text-xs text-soft">{count(total)}</span>}>
      <div className="flex h-full flex-col">
        <div className="flex flex-wrap gap-2 px-4 pb-3">
          <Segments value={kind} options={kinds} onChange={setKind} label={t("gallery.kind")} />
          <div className="min-w-32 flex-1"><Search value={words} onChange={setWords} label={t("gallery.search")} /></div>
        </div>
        {choice.chosen.length > 0 && <Chosen works={choice.chosen} onCompare={() => setComparing(true)} onClear={choice.clear} />}
        <Shelf about={`${kind} ${words}`} works={works} total={total} isWide={isWide} choice={choice} at={at} onAt={setAt} back={back} onOpen={show} onRemove={remove}
          onWant={look} onChooseAll={() => void want(total).then(choice.all).catch(complain)}>
          {isPending && <Waiting rows={3} />}
          {error && <Failure error={error} retry={() => void refetch()} />}
          {!isPending && !error && works.length === 0 && <Empty icon={<Images size={26} strokeWidth={1.5} />} title={t(isFiltered ? "gallery.none" : "gallery.empty")}>{isFiltered ? <Button className="mt-1" onClick={() => { setKind("all"); setWords(""); }}>{t("gallery.noneAct")}</Button> : t("gallery.emptyText")}</Empty>}
        </Shelf>
      </div>
      {isComparing && canCompare(choice.chosen) && <CompareWorks works={choice.chosen as [Work, Work]} onClose={() => setComparing(false)} />}
      {open !== null && works[open] && <FullScreen works={works} index={open} onMove={show} onClose={close} />}
    </Panel>
  );
}
