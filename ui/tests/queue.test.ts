import { describe, expect, it } from "vitest";
import { changesFor, highest, inOrder, placeOf, shifted, shiftOf } from "../flow/queue";

const task = (id: string, second: number, priority = 0) => ({ id, priority, created_at: `2026-01-01T00:00:${String(second).padStart(2, "0")}Z` });
const a = task("a", 1), b = task("b", 2), c = task("c", 3);

/** The order that the bridge would take after the changes. */
const after = (wanted: ReturnType<typeof task>[]) => {
  const changes = new Map(changesFor(wanted).map((change) => [change.id, change.priority]));
  return inOrder(wanted.map((i) => ({ ...i, priority: changes.get(i.id) ?? i.priority }))).map((i) => i.id);
};

describe("the queue", () => {
  it("runs by priority, then by who came first", () => {
    expect(inOrder([c, task("d", 9, 1), a, b]).map((i) => i.id)).toEqual(["d", "a", "b", "c"]);
  });
  it("stays as it is without a change", () => expect(changesFor([a, b, c])).toEqual([]));
  it("takes one change to bring the last to the front", () => {
    expect(changesFor([c, a, b])).toEqual([{ id: "c", priority: 1 }]);
    expect(after([c, a, b])).toEqual(["c", "a", "b"]);
  });
  it("becomes any order, whatever the priorities were", () => {
    const mixed = [task("a", 1, 3), task("b", 2, -1), task("c", 3, 3), task("d", 4)];
    const orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]];
    for (const order of orders) {
      const wanted = order.map((i) => mixed[i]!);
      expect(after(wanted)).toEqual(wanted.map((i) => i.id));
    }
  });
  it("is numbered anew when it would leave the bridge's limits", () => {
    const wanted = [task("x", 5), task("top", 1, highest)];
    expect(changesFor(wanted).every((change) => change.priority <= highest)).toBe(true);
    expect(after(wanted)).toEqual(["x", "top"]);
  });
  it("moves by steps and not beyond its ends", () => {
    expect(shifted([a, b, c], "b", -1).map((i) => i.id)).toEqual(["b", "a", "c"]);
    expect(shifted([a, b, c], "a", Infinity).map((i) => i.id)).toEqual(["b", "c", "a"]);
    expect(shifted([a, b, c], "a", -5).map((i) => i.id)).toEqual(["a", "b", "c"]);
  });
  it("takes the place at which it is held, however far it was moved at once", () => {
    const rows = [{ top: 0, height: 40 }, { top: 40, height: 60 }, { top: 100, height: 40 }];
    expect([-1, -29, -31, -79, -81, -1000].map((by) => placeOf(rows, 2, by))).toEqual([2, 2, 1, 1, 0, 0]);
    expect([1, 29, 31, 79, 81, 1000].map((by) => placeOf(rows, 0, by))).toEqual([0, 0, 1, 1, 2, 2]);
    expect(placeOf(rows, 1, 0)).toBe(1);
  });
  it("has the others make way by its own height", () => {
    const rows = [{ top: 0, height: 40 }, { top: 40, height: 60 }, { top: 100, height: 40 }];
    expect([0, 1, 2].map((at) => shiftOf(rows, 2, 0, at))).toEqual([40, 40, 0]);
    expect([0, 1, 2].map((at) => shiftOf(rows, 0, 1, at))).toEqual([0, -40, 0]);
  });
});
