// Motion bars, and the keys of what is animated under them.
import { useMemo } from "react";
import { thingOf } from "../../flow/objects";
import type { Track } from "../../flow/tracks";
import { cx } from "../parts/format";
import { useApp } from "../state";
import { nodesOf } from "../viewport/marks";
import type { SceneModel } from "../viewport/useSceneModel";
import { Bar } from "./Bar";
import { nameOfTrack } from "./nameOfTrack";

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
  const selected = useApp((s) => s.selected), set = useApp((s) => s.set);
  const keys = useMemo(() => new Map(tracks.map((track) => [track.id, keysOf(model, track.id)])), [tracks, model]);
  const edges = useMemo(() => [0, model.duration, ...tracks.flatMap((track) => track.bars.flatMap((bar) => [bar.from, bar.to]))], [tracks, model]);
  return (
    <>
      {tracks.map((track) => (
        <div key={track.id} className={cx("relative h-7 border-t border-line/50", selected !== null && thingOf(selected) === track.id && "bg-accent/8")}>
          {track.bars.map((bar, i) => (
            <Bar key={`${bar.id}-${i}`} bar={bar} name={nameOfTrack(track)} duration={model.duration} fps={model.fps} marks={edges.filter((m) => m !== bar.from && m !== bar.to)} onPick={() => set({ selected: track.id === "camera" ? null : track.id })} />
          ))}
          {keys.get(track.id)?.map((time) => <span key={time} className="pointer-events-none absolute bottom-[5px] size-[3px] -translate-x-1/2 rounded-full bg-soft" style={{ left: `${(time / model.duration) * 100}%` }} />)}
        </div>
      ))}
    </>
  );
}
