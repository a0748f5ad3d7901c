// Rows of a timeline: what moves, when, read from completed scene commands.
import type { SceneCommand } from "./sentence";
import { objectsOf } from "./sentence";

export interface MotionBar { id: string; label: string; from: number; to: number; kind: "motion" | "camera" }
export interface Track { id: string; name: string; bars: MotionBar[] }

const number = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);

export function tracksOf(commands: readonly SceneCommand[], duration: number): Track[] {
  const tracks: Track[] = objectsOf(commands).map((o) => ({ id: o.id, name: o.name, bars: [] }));
  const camera: Track = { id: "camera", name: "camera", bars: [] };
  commands.forEach((c, index) => {
    if (c.op !== "animate" && c.op !== "camera" && c.op !== "physics") return;
    const label = String(c["motion"] ?? c["scenario"] ?? c["shot"] ?? "");
    if (!label) return;
    const from = number(c["start_s"], 0), to = Math.min(duration, from + number(c["duration_s"], duration - from));
    const bar: MotionBar = { id: String(c["id"] ?? `${c.op}-${index}`), label, from, to, kind: c.op === "camera" ? "camera" : "motion" };
    if (c.op === "camera") camera.bars.push(bar);
    else {
      const targets = Array.isArray(c["targets"]) ? c["targets"].map((id) => String(id).split(/[./]/)[0]) : [];
      for (const track of tracks) if (targets.length === 0 || targets.includes(track.id)) track.bars.push(bar);
    }
  });
  return camera.bars.length ? [...tracks, camera] : tracks;
}

/** Seconds between marks so that they stay readable: 0.1, 0.5, 1, 5 … */
export function markStep(duration: number, width: number): number {
  const steps = [.1, .25, .5, 1, 2, 5, 10, 30, 60, 120];
  return steps.find((s) => (s / duration) * width >= 56) ?? 300;
}
