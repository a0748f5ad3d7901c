import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Fault } from "../app/plugins/guard";
import { guard } from "../app/plugins/guard";

let faults: Fault[] = [];
beforeEach(() => { vi.useFakeTimers(); faults = []; });
afterEach(() => { vi.useRealTimers(); });

test("a plugin that answers is left alone", () => {
  const watched = guard(() => watched.heard({ type: "pong" }), (fault) => faults.push(fault));
  vi.advanceTimersByTime(300_000);
  watched.stop();
  expect(faults).toEqual([]);
});

test("one that loops is told once, and not at its first pause", () => {
  guard(() => {}, (fault) => faults.push(fault));
  vi.advanceTimersByTime(15_000);
  expect(faults).toEqual([]);
  vi.advanceTimersByTime(300_000);
  expect(faults).toEqual(["silent"]);
});

test("one that talks without end is told, and sentences weigh more than pictures", () => {
  const talk = (type: "say" | "drawn", n: number) => {
    const watched = guard(() => {}, (fault) => faults.push(fault));
    for (let i = 0; i < n; i++) watched.heard(type === "say" ? { type, sentence: "a ball" } : { type, id: "p", pieces: [] });
    watched.stop();
    return faults.splice(0);
  };
  expect(talk("drawn", 100)).toEqual([]);
  expect(talk("say", 5)).toEqual([]);
  expect(talk("say", 100)).toEqual(["flood"]);
  expect(talk("drawn", 10_000)).toEqual(["flood"]);
});
