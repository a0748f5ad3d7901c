import { expect, test } from "vitest";
import { doubt, learn, mayDraw, newPace, ratioFor, behindShare } from "../app/viewport/pace";

const after = (ms: number, ratio = 1) => learn(newPace(), ms, ratio, 1000);

test("a quick machine draws at once, finely, also while somebody types", () => {
  const pace = after(4);
  expect(mayDraw(pace, 1000, true)).toBe(true);
  expect(ratioFor(pace, 2, true)).toBe(2);
});

test("a slow picture leaves as long a pause behind it", () => {
  const pace = after(200);
  expect(mayDraw(pace, 1199, false)).toBe(false);
  expect(mayDraw(pace, 1200, false)).toBe(true);
});

test("a slow machine does not draw while somebody types or another scene comes", () => {
  expect(mayDraw(after(200), 5000, true)).toBe(false);
});

test("a slow machine draws coarsely while something moves, and finely when it stands", () => {
  expect(ratioFor(after(200), 1, true)).toBeCloseTo(.5);
  expect(ratioFor(after(5000), 1, true)).toBeCloseTo(.4);
  expect(ratioFor(after(200), 1, false)).toBe(1);
});

test("what a coarse picture takes says what a fine one would", () => {
  expect(after(50, .5).costMs).toBeCloseTo(200);
});

test("a scene that nobody has drawn yet is first drawn coarsely, as soon as it may", () => {
  const pace = doubt(after(4));
  expect(ratioFor(pace, 1, true)).toBeCloseTo(.4);
  expect(mayDraw(pace, 1000, false)).toBe(true);
  expect(ratioFor(learn(learn(learn(pace, 2, .4, 1100), 2, .4, 1200), 2, .4, 1300), 1, true)).toBeGreaterThan(.6);
});

test("shadows are not there before the first picture, come softly behind it, and at once where motion is not wanted", () => {
  const steps = [null, 0, 100, 200, 1000].map((ms) => behindShare(ms, false));
  expect(steps[0]).toBe(0);
  expect(steps[4]).toBe(1);
  expect(steps.every((depth, i) => i === 0 || depth > (steps[i - 1] as number))).toBe(true);
  expect(behindShare(0, true)).toBe(1);
});
