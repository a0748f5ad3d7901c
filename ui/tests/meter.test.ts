import { expect, test } from "vitest";
import { exposureOf } from "../app/viewport/meter";
import { skyOf } from "../app/viewport/sky";

const key = .075, picture = (share: number, level: number, rest: number) => Array.from({ length: 1000 }, (_, i) => (i < share * 1000 ? level : rest));

test("a night is exposed until its mean is as in films: snow less, a dark meadow more", () => {
  expect(exposureOf(picture(1, key, key), key)).toBeCloseTo(1, 2);
  expect(exposureOf(picture(1, .3, .3), key)).toBeCloseTo(.25, 2);
  expect(exposureOf(picture(1, .0375, .0375), key)).toBeCloseTo(2, 1);
});

test("a fire that fills some of the picture keeps its drawing, a spark changes nothing", () => {
  expect(exposureOf(picture(.1, 60, .03), key)).toBeCloseTo(.04, 3);
  expect(exposureOf(picture(.02, 60, .03), key)).toBeCloseTo(exposureOf(picture(0, 60, .03), key), 1);
});

test("what is black is not made bright without end, nor what blinds black", () => {
  expect([exposureOf(picture(1, 0, 0), key), exposureOf(picture(1, 1e6, 1e6), key)]).toEqual([4, 1 / 64]);
});

test("nights are metered, with northern lights and without; other skies are lit as they are exposed", () => {
  expect([skyOf({ kind: "night" }), skyOf({ kind: "night", aurora: 1 }), skyOf({ kind: "day" }), skyOf({ kind: "sunset" }), skyOf()].map((sky) => sky.key !== undefined)).toEqual([true, true, false, false, false]);
});
