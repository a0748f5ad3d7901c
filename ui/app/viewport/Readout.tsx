// What hands are doing, in numbers; and what was done, said once.
import { useEffect } from "react";
import { tell, useHands } from "./hands";

const staysMs = 4000;

export function Readout() {
  const told = useHands((s) => s.told);
  useEffect(() => {
    if (!told?.isDone) return;
    const id = setTimeout(() => tell(null), staysMs);
    return () => clearTimeout(id);
  }, [told]);
  return (
    <>
      <div role="status" className="sr-only">{told?.isDone ? told.text : ""}</div>
      {told && (
        <div aria-hidden data-told={told.isDone ? "done" : "going"} className="pointer-events-none absolute inset-x-0 top-16 mx-auto flex w-fit max-w-[80%] items-center gap-3 rounded-full border border-line bg-panel/94 px-3.5 py-1.5 text-xs font-medium whitespace-pre shadow-lift tabular-nums">
          {told.text}{told.hint && <span className="font-normal text-soft">{told.hint}</span>}
        </div>
      )}
    </>
  );
}
