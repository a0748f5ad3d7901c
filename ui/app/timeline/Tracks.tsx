// Motion bars, and the keys of what is animated under them.
import { useMemo } from "react";
import { thingOf } from "../../flow/objects";
import type { Track } from "../../flow/tracks";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { nodesOf } from "../viewport/marks";
import type { SceneModel } from "../viewport/useSceneModel";

const mostKeys = 60;

/** Times at which the object's own node has keys; many are thinned evenly. */
function keysOf(model: SceneModel, id: string): number[] {
  const node = id === "camera" ? model.camera : nodesOf(model.root, id)[0];
  if (!node) return [];
  const names = new Set<string>();
  node.traverse((o) => { names.add(o.name); names.add(o.uuid); });
  const times = new Set<number>();
  for (const clip of model.clips) for (const track of clip.tracks) if (names.has(track.name.split(".")[0] ?? "")) for (const time of track.times) times.add(Math.round(time * 100) / 100);
  const sorted = [...times].sort((a, b) => a - b), every = Math.ceil(sorted.length / mostKeys);
  return sorted.filter((_, i) => i % every === 0);
}

export function Tracks({ tracks, model }: { tracks: Track[]; model: SceneModel }) {
  const selected = useApp((s) => s.selected);
  const keys = useMemo(() => new Map(tracks.map((track) => [track.id, keysOf(model, track.id)])), [tracks, model]);
  const at = (seconds: number) => `${(seconds / model.duration) * 100}%`;
  return (
    <>
      {tracks.map((track) => (
        <div key={track.id} className={cx("relative h-7 border-t border-line/50", selected !== null && thingOf(selected) === track.id && "bg-accent/8")}>
          {track.bars.map((bar, i) => {
            const hue = `var(--hue-${bar.kind})`;
            return (
              <div key={`${bar.id}-${i}`} title={bar.label} className="absolute inset-y-1 overflow-hidden rounded-md px-2 text-[11px] leading-5 font-medium" style={{ left: at(bar.from), width: at(Math.max(bar.to - bar.from, model.duration * .01)), background: `color-mix(in srgb, ${hue} 24%, transparent)`, boxShadow: `inset 2px 0 ${hue}` }}>
                {bar.label}
              </div>
            );
          })}
          {keys.get(track.id)?.map((time) => <span key={time} className="absolute bottom-[5px] size-[3px] -translate-x-1/2 rounded-full bg-soft" style={{ left: at(time) }} />)}
        </div>
      ))}
    </>
  );
}
