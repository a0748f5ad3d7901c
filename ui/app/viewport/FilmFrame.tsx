// What the film will not show is darkened, while one looks through its camera.
import type { CSSProperties } from "react";
import { useEffect, useRef, useState } from "react";
import { useApp } from "../state";
import type { Frame } from "./filmFrame";
import { frameIn, useFilmSize } from "./filmFrame";

export const placeOf = ({ x, y, width, height }: Frame): CSSProperties => ({ left: x, top: y, width, height });

/** Of the area that `ref` is given to: where its film is shown, and the same again while one looks through its camera, or null. */
export function useFilmFrame() {
  const ref = useRef<HTMLDivElement>(null), isThrough = useApp((s) => s.isThroughCamera), film = useFilmSize();
  const [area, setArea] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => { if (entry) setArea({ width: entry.contentRect.width, height: entry.contentRect.height }); });
    if (ref.current) watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  const place = area.width > 0 ? frameIn(area, film) : null;
  return { ref, film, place, frame: isThrough ? place : null };
}

export function FilmFrame({ frame, label }: { frame: Frame; label: string }) {
  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden" aria-hidden data-film-frame={label}>
      <div className="absolute rounded-[2px] outline outline-white/70 shadow-[0_0_0_9999px_rgb(0_0_0/.5)]" style={placeOf(frame)}>
        <span className="absolute right-1.5 bottom-1 text-[10.5px] text-white/80 tabular-nums [text-shadow:0_0_3px_#000]">{label}</span>
      </div>
    </div>
  );
}
