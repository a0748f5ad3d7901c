// What hands do to things: shown at once, and on until the scene comes that has it.
import { Euler, MathUtils, Quaternion, Vector3 } from "three";
import { create } from "zustand";
import type { GizmoMode } from "../state";
import type { Command } from "../wire/queries";

/** In the frame of what carries the thing: for a thing the world, for a part the thing. */
export interface Change { move: Vector3; turn: Quaternion; scale: number }
/** `version`: that of the project which has it, as soon as it is known. */
export interface Held { key: number; id: string; change: Change; version: number | null }
export interface Told { text: string; hint?: string; isDone: boolean }

export const useHands = create<{ held: readonly Held[]; told: Told | null }>(() => ({ held: [], told: null }));

let nextKey = 1, releasedAt = -Infinity;

const nothing = (): Change => ({ move: new Vector3(), turn: new Quaternion(), scale: 1 });

/** Its key. */
export function hold(id: string): number {
  const key = nextKey++;
  useHands.setState(({ held }) => ({ held: [...held, { key, id, change: nothing(), version: null }] }));
  return key;
}

const set = (key: number, change: Partial<Held>) => useHands.setState(({ held }) => ({ held: held.map((h) => (h.key === key ? { ...h, ...change } : h)) }));

export const changeHeld = (key: number, change: Change) => set(key, { change });
export const arrive = (key: number, version: number) => set(key, { version });
export const drop = (key: number) => useHands.setState(({ held }) => ({ held: held.filter((h) => h.key !== key) }));
export const tell = (told: Told | null) => useHands.setState({ told });

/** A scene of this version is shown, of a project whose newest is `newest`: what it has is no longer held. */
export function settle(shown: number, newest: number): void {
  useHands.setState(({ held }) => ({ held: held.filter((h) => h.version === null || (h.version > shown && newest > shown)) }));
}

/** A click that ends a pull at a handle is none at what lies behind it. */
export const release = () => { releasedAt = performance.now(); };
export const isReleased = () => performance.now() - releasedAt < 150;

const rounded = (n: number) => Math.round(n * 1000) / 1000 + 0;
/** Yaw, pitch and roll, as commands have them. */
const anglesOf = (turn: Quaternion) => new Euler().setFromQuaternion(turn, "YXZ");
const leastScale = .01, mostScale = 100, farthestM = 1e5;

/** Null when nothing has changed. */
export function commandOf(id: string, { move, turn, scale }: Change): Command | null {
  const angles = anglesOf(turn), way = move.toArray().map((n) => rounded(MathUtils.clamp(n, -farthestM, farthestM))), degrees = [angles.y, angles.x, angles.z].map((r) => rounded(MathUtils.radToDeg(r)));
  const factor = rounded(MathUtils.clamp(scale, leastScale, mostScale));
  const command: Command = { op: "transform", targets: [id] };
  if (way.some((n) => n !== 0)) command["move"] = way;
  if (degrees.some((n) => n !== 0)) command["rotate"] = degrees;
  if (factor !== 1) command["scale"] = factor;
  return Object.keys(command).length > 2 ? command : null;
}

const signed = (n: number, digits: number, unit: string) => `${n < 0 ? "−" : "+"}${Math.abs(n).toFixed(digits)}${unit}`;

/** In numbers: along or about which axes, and how far. */
export function numbersOf(mode: GizmoMode, { move, turn, scale }: Change): string {
  if (mode === "scale") return `× ${scale.toFixed(2)}`;
  const angles = anglesOf(turn), values = mode === "rotate" ? [angles.x, angles.y, angles.z].map(MathUtils.radToDeg) : move.toArray(), least = mode === "rotate" ? .05 : .0005;
  const parts = values.flatMap((n, i) => (Math.abs(n) < least ? [] : [`${"XYZ"[i]} ${mode === "rotate" ? signed(n, 1, "°") : signed(n, 2, " m")}`]));
  return parts.length ? parts.join("   ") : mode === "rotate" ? "0°" : "0 m";
}
