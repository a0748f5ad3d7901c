// A small picture; until it is there, and where there is none, an icon. Nothing moves while it comes: there may be hundreds.
import type { ReactNode } from "react";
import { useState } from "react";
import { cx } from "./format";

export function Thumb({ src, icon, className }: { src: string | null | undefined; icon: ReactNode; className: string }) {
  const [settled, setSettled] = useState<{ src: string; isThere: boolean } | null>(null);
  const state = !src ? "none" : settled?.src !== src ? "coming" : settled.isThere ? "there" : "none";
  return (
    <span data-thumb={state} className={cx("relative grid place-items-center overflow-hidden bg-raised text-soft", className)}>
      {state !== "there" && <span className={cx(state === "coming" && "opacity-40")}>{icon}</span>}
      {src && state !== "none" && <img src={src} alt="" loading="lazy" decoding="async" draggable={false} className={cx("absolute inset-0 size-full object-cover transition-opacity", state === "coming" && "opacity-0")} onLoad={() => setSettled({ src, isThere: true })} onError={() => setSettled({ src, isThere: false })} />}
    </span>
  );
}
