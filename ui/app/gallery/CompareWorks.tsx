// Two pictures or films, one over the other, with a line between them that can be dragged.
import { useState } from "react";
import { Dialog } from "../parts/Dialog";
import { Divider } from "../projects/Divider";
import { t } from "../words";
import { Picture } from "./Picture";
import type { Work } from "./useWorks";

function Name({ work, className }: { work: Work; className: string }) {
  return <p className={`pointer-events-none absolute top-3 max-w-[44%] truncate rounded-xl border border-line bg-panel/92 px-3 py-1.5 text-[13px] shadow-lift ${className}`}>{work.file}</p>;
}

export function CompareWorks({ works: [one, two], onClose }: { works: readonly [Work, Work]; onClose: () => void }) {
  const [at, setAt] = useState(.5);
  return (
    <Dialog isFull title={t("gallery.compare")} onClose={onClose}>
      <div className="relative h-full overflow-hidden bg-ground">
        {[one, two].map((work, i) => (
          <div key={work.url} className="absolute inset-0 grid place-items-center bg-ground [container-type:size]" style={i ? { clipPath: `inset(0 0 0 ${at * 100}%)` } : undefined}><Picture work={work} hasControls={false} /></div>
        ))}
        <Name work={one} className="left-3" />
        <Name work={two} className="right-3" />
        <Divider at={at} onMove={setAt} />
      </div>
    </Dialog>
  );
}
