// What processes take of the machine.
import { describe, expect, it } from "vitest";
import { sharesOf } from "../app/frame/shares";

const at = (at_s: number, engine: number) => ({ at_s, items: [{ name: "engine" as const, memory_bytes: 1, cpu_s: engine }] });

describe("shares of the machine", () => {
  it("are of all cores, between the last two looks", () => {
    expect(sharesOf([at(0, 100), at(10, 5), at(12, 8)], 2)).toEqual([{ name: "engine", share: .75 }]);
  });
  it("are none before there are two looks, and of an engine that was started again", () => {
    expect(sharesOf([], 2)).toEqual([]);
    expect(sharesOf([at(10, 5)], 2)).toEqual([{ name: "engine", share: 0 }]);
    expect(sharesOf([at(10, 50), at(12, 1)], 2)).toEqual([{ name: "engine", share: 0 }]);
  });
});
