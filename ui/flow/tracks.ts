// Rows of a timeline: what moves, when, read from completed scene commands; and what a bar that is drawn elsewhere says.
import { thingOf } from "./objects";
import type { SceneCommand } from "./sentence";
import { objectsOf } from "./sentence";

export interface Stretch { from: number; to: number }
/** `id` null: it cannot be named, and so not be moved. */
export interface MotionBar extends Stretch { id: string | null; op: string; label: string; kind: "motion" | "camera" }
export interface Track { id: string; name: string; object: string; bars: MotionBar[] }

const number = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);

/** What moves comes first, then the camera, then what stands still. */
export function tracksOf(commands: readonly SceneCommand[], duration: number): Track[] {
  const tracks: Track[] = objectsOf(commands).map((o) => ({ id: o.id, name: o.name, object: o.object, bars: [] }));
  const camera: Track = { id: "camera", name: "camera", object: "camera", bars: [] };
  for (const c of commands) {
    if (c.op !== "animate" && c.op !== "camera" && c.op !== "physics") continue;
    const label = String(c["motion"] ?? c["scenario"] ?? c["shot"] ?? "");
    if (!label) continue;
    const from = number(c["start_s"], 0), to = Math.min(duration, from + number(c["duration_s"], duration - from));
    const bar: MotionBar = { id: typeof c["id"] === "string" ? c["id"] : null, op: c.op, label, from, to, kind: c.op === "camera" ? "camera" : "motion" };
    if (c.op === "camera") camera.bars.push(bar);
    else {
      const targets = Array.isArray(c["targets"]) ? c["targets"].map((id) => thingOf(String(id))) : [];
      for (const track of tracks) if (targets.length === 0 || targets.includes(track.id)) track.bars.push(bar);
    }
  }
  const moving = tracks.filter((track) => track.bars.length), still = tracks.filter((track) => !track.bars.length);
  return [...moving, ...(camera.bars.length ? [camera] : []), ...still];
}

/** Seconds between marks so that they stay readable: 0.1, 0.5, 1, 5 … */
export function markStep(duration: number, width: number): number {
  const steps = [.1, .25, .5, 1, 2, 5, 10, 30, 60, 120];
  return steps.find((s) => (s / duration) * width >= 56) ?? 300;
}

/** What a mark says: seconds, and minutes where a film has them. */
export function markText(seconds: number, duration: number): string {
  const rest = Number((seconds % 60).toFixed(2)), [whole = "0", part] = String(rest).split(".");
  return duration < 60 ? `${Number(seconds.toFixed(2))}s` : `${Math.floor(seconds / 60)}:${whole.padStart(2, "0")}${part ? `.${part}` : ""}`;
}

/** A second is at most so wide. */
const mostPx = 240;

/** All of it at 1; `room` pixels wide. */
export function zoomed(zoom: number, factor: number, duration: number, room: number): number {
  return Math.max(1, Math.min(zoom * factor, (duration * mostPx) / room));
}

export type Grip = "whole" | "start" | "end";

/** The nearest of `marks` within reach, or else the nearest frame. */
export function snapped(seconds: number, marks: readonly number[], reach: number, fps: number): number {
  const near = marks.filter((m) => Math.abs(m - seconds) <= reach).sort((a, b) => Math.abs(a - seconds) - Math.abs(b - seconds))[0];
  return near ?? Math.round(seconds * fps) / fps;
}

/** Of the project, as it was said. */
export function commandOfBar(commands: readonly SceneCommand[], bar: Pick<MotionBar, "id" | "op">): SceneCommand | undefined {
  return commands.find((c) => bar.id !== null && c["id"] === bar.id && c.op === bar.op);
}

/** What waits for another motion, or goes with it, begins no sooner than that lets it. */
export function earliest(command: SceneCommand, bar: Stretch): number {
  return "after" in command || "with" in command ? Math.max(0, bar.from - number(command["start_s"], 0)) : 0;
}

/** Where a bar is drawn after a pull by `seconds` at one of its ends, or as a whole; at least a frame stays of it. */
export function stretch(bar: Stretch, grip: Grip, seconds: number, least: number, fps: number): Stretch {
  const frame = 1 / fps;
  if (grip === "end") return { from: bar.from, to: Math.max(bar.from + frame, bar.to + seconds) };
  const from = Math.max(least, grip === "start" ? Math.min(bar.to - frame, bar.from + seconds) : bar.from + seconds);
  return { from, to: grip === "start" ? bar.to : from + bar.to - bar.from };
}

const rounded = (n: number) => Math.round(n * 1000) / 1000;
const longest = 600;

/** What was said, at its new time; null when that is the old one. What goes on to the film's end still does after it was moved as a whole. */
export function retimed(command: SceneCommand, bar: Stretch, to: Stretch, duration: number): SceneCommand | null {
  const said = number(command["start_s"], 0), start = rounded(Math.min(longest, Math.max(0, said + to.from - bar.from))), length = rounded(Math.min(longest, to.to - to.from));
  const isSameLength = Math.abs(length - (bar.to - bar.from)) < 5e-4, goesOn = !("duration_s" in command) && bar.to >= duration - 5e-4;
  if (isSameLength && Math.abs(to.from - bar.from) < 5e-4) return null;
  const lead = Object.fromEntries(["motion", "scenario"].filter((name) => name in command).map((name) => [name, command[name]]));
  return { op: command.op, id: command["id"], ...lead, start_s: start, ...(isSameLength && goesOn ? {} : { duration_s: length }) };
}
