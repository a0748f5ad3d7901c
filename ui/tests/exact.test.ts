import { describe, expect, it } from "vitest";
import { nextSeed, seedOf } from "../app/graph/widgets/SeedWidget";
import { fromApi, looksLikeApi, toApi } from "../flow/api";
import { findWorkflow } from "../flow/embedded";
import { parseExact, writeExact } from "../wire/exact";

const big = "18446744073709551615";

describe("whole numbers of 64 bits", () => {
  it("come back as they were, in lists, objects and beside strings that look like them", () => {
    const text = `{"seed":${big},"list":[-9007199254740993,1,2.5],"text":"${big} \\"${big}\\"","safe":9007199254740991}`;
    expect(writeExact(parseExact(text))).toBe(text);
    expect(parseExact(text)).toMatchObject({ seed: 2n ** 64n - 1n, safe: 9007199254740991 });
  });
  it("leave long fractions and powers to be numbers", () => {
    expect(parseExact("[0.12345678901234567890,1234567890123456789e3,1234567890123456789.5]")).toEqual([0.12345678901234567890, 1234567890123456789e3, 1234567890123456789.5]);
  });
  it("go through a dropped file, the canvas and out again", () => {
    const { prompt } = findWorkflow(new TextEncoder().encode(`{"1":{"class_type":"KSampler","inputs":{"seed":${big}}}}`));
    expect(looksLikeApi(prompt)).toBe(true);
    expect(writeExact(toApi(fromApi(prompt as never), new Map()))).toContain(`"seed":${big}`);
  });
  it("are counted on exactly, and end at the largest", () => {
    expect(nextSeed(2n ** 60n, "increment")).toBe(2n ** 60n + 1n);
    expect(nextSeed(9007199254740991, "increment")).toBe(9007199254740992n);
    expect(nextSeed(2n ** 64n - 1n, "increment")).toBe(2n ** 64n - 1n);
    expect(nextSeed(0, "decrement")).toBe(0);
    expect(seedOf("99999999999999999999999")).toBe(2n ** 64n - 1n);
    expect(seedOf("")).toBe(0);
  });
});
