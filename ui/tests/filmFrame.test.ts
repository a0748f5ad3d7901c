import { describe, expect, it } from "vitest";
import { filmSize, frameIn } from "../app/viewport/filmFrame";

describe("the frame of the film", () => {
  it("has the film's shape, as a sentence says or else as the settings do", () => {
    expect(filmSize([{ op: "render", height: 640 }], { width: 128, height: 72 })).toEqual({ width: 640, height: 640 });
    expect(filmSize([{ op: "render", quality: "draft" }], { width: 128, height: 72 })).toEqual({ width: 128, height: 72 });
  });
  it("lies within the window, above the command bar", () => {
    for (const [width, height] of [[1124, 673], [400, 900], [900, 200]] as const)
      for (const film of [{ width: 16, height: 9 }, { width: 9, height: 16 }]) {
        const frame = frameIn({ width, height }, film);
        expect(frame.width / frame.height).toBeCloseTo(film.width / film.height);
        expect([frame.x >= 0, frame.y >= 0, frame.x + frame.width <= width, frame.y + frame.height <= height]).toEqual([true, true, true, true]);
      }
    expect(frameIn({ width: 1124, height: 673 }, { width: 16, height: 9 })).toMatchObject({ y: 14 });
  });
});
