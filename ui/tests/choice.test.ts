import { describe, expect, it } from "vitest";
import { canCompare } from "../app/gallery/Chosen";
import { toggled } from "../app/gallery/useChoice";
import type { Work } from "../app/gallery/useWorks";

const works = ["a", "b", "c", "d"].map((url, i) => ({ url, kind: i === 3 ? "scene" : "image" }) as Work);

describe("choosing works", () => {
  it("adds one, and takes it away again", () => {
    expect(toggled(works, ["a"], 2, 0, false)).toEqual(["a", "c"]);
    expect(toggled(works, ["a", "c"], 0, 2, false)).toEqual(["c"]);
  });
  it("adds all between the last one and this one, in either direction", () => {
    expect(toggled(works, ["b"], 3, 1, true)).toEqual(["b", "c", "d"]);
    expect(toggled(works, ["d"], 1, 3, true)).toEqual(["d", "b", "c"]);
  });
  it("leaves what is not there alone", () => {
    expect(toggled(works, ["a"], 9, 0, false)).toEqual(["a"]);
  });
  it("compares two that are seen, and nothing else", () => {
    expect([works.slice(0, 2), works.slice(2), works.slice(0, 3)].map(canCompare)).toEqual([true, false, false]);
  });
});
