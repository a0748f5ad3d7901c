// The film in place of the scene, led by the same timeline: its play, its playhead, its keys.
import { motion } from "motion/react";
import { useEffect, useRef, useState } from "react";
import type { Schemas } from "../../wire/client";
import { lacksDecoder } from "../gallery/decoder";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { t } from "../words";
import { placeOf } from "./FilmFrame";
import type { Frame } from "./filmFrame";

type Output = Schemas["Output"];

/** Further apart than this the playhead was moved by hand. */
const apartSeconds = .12;

function follow(video: HTMLVideoElement): () => void {
  let frame = 0, own = -1;
  const place = (seconds: number) => { if (Math.abs(video.currentTime - seconds) > apartSeconds) video.currentTime = Math.min(seconds, Math.max(0, (video.duration || seconds) - .01)); };
  const tell = () => {
    own = video.currentTime;
    useApp.getState().set({ seconds: own });
    frame = requestAnimationFrame(tell);
  };
  const play = (isPlaying: boolean) => {
    cancelAnimationFrame(frame);
    if (!isPlaying) return video.pause();
    void video.play().catch(() => {}); // a browser that forbids it shows the first frame
    frame = requestAnimationFrame(tell);
  };
  place(useApp.getState().seconds);
  play(useApp.getState().isPlaying);
  const leave = useApp.subscribe((s, before) => {
    if (s.isPlaying !== before.isPlaying) play(s.isPlaying);
    if (s.seconds !== before.seconds && s.seconds !== own) place(s.seconds);
  });
  return () => {
    cancelAnimationFrame(frame);
    leave();
  };
}

/** Why there is no film, over the picture that stands for it. */
function Missing({ file }: { file: string }) {
  const isPlayable = !lacksDecoder(file);
  return (
    <div role="status" className="absolute inset-x-4 top-16 mx-auto max-w-md rounded-xl border border-line bg-panel/94 px-4 py-3 text-center shadow-lift">
      <p className="font-medium">{t(isPlayable ? "gallery.broken" : "gallery.noDecoder", { name: file })}</p>
      <p className="mt-1 text-xs text-soft">{t(isPlayable ? "gallery.brokenText" : "gallery.noDecoderText")}</p>
    </div>
  );
}

/** It comes in when there is something to see: a film that is still on its way would be a flash of nothing. At `place`, where the live view has the film's frame and the picture was while it came: nothing jumps when one takes the place of the other.
 *  A film that cannot be played says so, over its picture. */
export function Screen({ film, picture, title, place }: { film: Output | undefined; picture: Output | undefined; title: string; place: Frame | null }) {
  const video = useRef<HTMLVideoElement>(null), set = useApp((s) => s.set), [isThere, setThere] = useState(false), [isBroken, setBroken] = useState(false), come = () => setThere(true);
  const moving = isBroken ? undefined : film, shape = cx("absolute object-contain", !place && "size-full"), style = place ? placeOf(place) : undefined, fail = () => { setBroken(true); if (!moving || !picture) come(); };
  useEffect(() => {
    set({ isCovered: true });
    return () => set({ isCovered: false });
  }, [set]);
  useEffect(() => (video.current ? follow(video.current) : undefined), [moving?.url]);
  return (
    <motion.div initial={{ opacity: 0 }} animate={{ opacity: isThere ? 1 : 0 }} exit={{ opacity: 0 }} transition={{ duration: .5 }} className="absolute inset-0 bg-ground">
      {moving
        ? <video ref={video} onLoadedData={come} onError={fail} src={moving.url} poster={picture?.url} aria-label={title} preload="auto" loop muted playsInline className={shape} style={style} onClick={() => set({ isPlaying: !useApp.getState().isPlaying })} />
        : picture && <img src={picture.url} alt={title} onLoad={come} onError={fail} className={shape} style={style} />}
      {isBroken && <Missing file={(film ?? picture)?.file ?? title} />}
    </motion.div>
  );
}
