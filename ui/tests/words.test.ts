import { describe, expect, it } from "vitest";
import { de } from "../app/words/de";
import { en } from "../app/words/en";

const holes = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((m) => m[1]))].sort();

describe("the catalogues", () => {
  it("fill the same holes in every language", () => {
    for (const [key, text] of Object.entries(en)) expect([key, holes(de[key as keyof typeof en])]).toEqual([key, holes(text)]);
  });
  it("leave nothing empty", () => {
    for (const text of [...Object.values(en), ...Object.values(de)]) expect(text.trim()).not.toBe("");
  });
});
