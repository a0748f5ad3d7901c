import { describe, expect, it } from "vitest";
import { chipsOf, indexOfBytes, objectsOf, piecesOf, replaced, shortened } from "../flow/sentence";
import { earliest, markStep, markText, retimed, snapped, stretch, tracksOf, zoomed } from "../flow/tracks";

const commands = [
  { op: "ground", surface: "grass" },
  { op: "add", id: "ball-1", object: "ball", name: "ball", color: "#d81e1e" },
  { op: "animate", id: "bounce-1", targets: ["ball-1"], motion: "bounce", start_s: 1, duration_s: 2 },
  { op: "camera", id: "camera-1", motion: "orbit", start_s: 0, duration_s: 4 },
];

describe("a sentence", () => {
  it("is cut where the bridge's bytes say, with letters of several bytes before", () => {
    const index = indexOfBytes("é ball");
    expect([index(0), index(2), index(3), index(7)]).toEqual([0, 1, 2, 6]);
    const pieces = piecesOf("é ball", [{ from: 3, to: 7, kind: "object", command: 1 }], []);
    expect(pieces.map((p) => [p.text, p.kind])).toEqual([["é ", null], ["ball", "object"]]);
  });
  it("is shortened between words, and never within a letter", () => {
    expect(shortened("a red ball", 10)).toBe("a red ball");
    expect(shortened("a red ball, and a bench", 12)).toBe("a red ball…");
    expect(shortened("a red ball bounces", 11)).toBe("a red ball…");
    expect(shortened("Donaudampfschiff", 6)).toBe("Donau…");
    expect(shortened("🙂🙂🙂🙂", 3)).toBe("🙂🙂…");
  });
  it("keeps every letter, whatever overlaps", () => {
    const text = "a red ball next to a zorblat";
    const pieces = piecesOf(text, [{ from: 2, to: 5, kind: "color", command: 1 }, { from: 4, to: 10, kind: "object", command: 1 }, { from: 21, to: 28, kind: "object", command: 2 }], [{ from: 21, to: 28, word: "zorblat", suggestions: [], stand_in: true }]);
    expect(pieces.map((p) => p.text).join("")).toBe(text);
    expect(pieces.find((p) => p.text === "zorblat")?.isUnknown).toBe(true);
  });
  it("makes one chip of words that belong together, and shows a colour's own colour", () => {
    const text = "red ball, camera orbits";
    const chips = chipsOf(text, [{ from: 0, to: 3, kind: "color", command: 1 }, { from: 4, to: 8, kind: "object", command: 1 }, { from: 10, to: 16, kind: "camera", command: -1 }, { from: 17, to: 23, kind: "camera", command: 3 }], commands);
    expect(chips.map((c) => c.text)).toEqual(["red", "ball", "camera orbits"]);
    expect(chips[0]?.color).toBe("#d81e1e");
    expect(chips[2]?.command).toBe(3);
  });
});

describe("a scene's commands", () => {
  it("name what stands there, without what was removed", () => {
    expect(objectsOf(commands).map((o) => o.id)).toEqual(["ball-1"]);
    expect(objectsOf([...commands, { op: "remove", targets: ["ball-1"] }])).toEqual([]);
    expect(objectsOf([{ op: "add", id: "cup-1", object: "cup" }, { op: "material", targets: ["cup-1"], color: "#1f5fd6" }, { op: "material", targets: ["cup-1"], part: "handle", color: "#d81e1e" }])[0]?.color).toBe("#1f5fd6");
  });
  it("become rows of the timeline that end with the film", () => {
    const tracks = tracksOf(commands, 2.5);
    expect(tracks.map((t) => t.id)).toEqual(["ball-1", "camera"]);
    expect(tracks[0]?.bars[0]).toMatchObject({ label: "bounce", from: 1, to: 2.5 });
    expect(markStep(4, 600)).toBe(.5);
    expect(markStep(600, 600)).toBe(60);
    expect([markText(2.5, 4), markText(300, 600), markText(61.25, 600)]).toEqual(["2.5s", "5:00", "1:01.25"]);
  });
  it("are looked at closely where a film is long, and wholly at least", () => {
    expect(zoomed(1, 2, 600, 1200)).toBe(2);
    expect(zoomed(100, 8, 600, 1200)).toBe(120);
    expect(zoomed(2, 0, 600, 1200)).toBe(1);
    expect(zoomed(1, 2, 2, 1200)).toBe(1);
  });
});

describe("a bar of the timeline", () => {
  const bounce = { op: "animate", id: "bounce-1", targets: ["ball-1"], motion: "bounce" }, bar = { from: 0, to: 4 };
  it("that is moved as a whole says a new start, and its length where it had one", () => {
    expect(retimed(bounce, bar, stretch(bar, "whole", 1, 0, 24), 4)).toEqual({ op: "animate", id: "bounce-1", motion: "bounce", start_s: 1 });
    expect(retimed({ ...bounce, start_s: 1, duration_s: 2 }, { from: 1, to: 3 }, { from: .5, to: 2.5 }, 4)).toEqual({ op: "animate", id: "bounce-1", motion: "bounce", start_s: .5, duration_s: 2 });
  });
  it("that is pulled at its end says how long", () => {
    expect(retimed(bounce, bar, stretch(bar, "end", -1.5, 0, 24), 4)).toEqual({ op: "animate", id: "bounce-1", motion: "bounce", start_s: 0, duration_s: 2.5 });
    expect(stretch(bar, "end", -9, 0, 24).to).toBeCloseTo(1 / 24);
    expect(stretch(bar, "start", 9, 0, 24)).toEqual({ from: 4 - 1 / 24, to: 4 });
  });
  it("that waits for another one keeps waiting", () => {
    const jump = { op: "animate", id: "jump-1", targets: ["dog-1"], motion: "jump", after: "bounce-1", start_s: .5 }, own = { from: 2.5, to: 3.5 };
    expect(earliest(jump, own)).toBe(2);
    expect(retimed(jump, own, stretch(own, "whole", -9, 2, 24), 4)).toEqual({ op: "animate", id: "jump-1", motion: "jump", start_s: 0, duration_s: 1 });
  });
  it("that was not moved says nothing, and clicks in at edges and frames", () => {
    expect(retimed(bounce, bar, bar, 4)).toBeNull();
    expect([snapped(1.02, [0, 1, 4], .05, 24), snapped(1.3, [0, 1, 4], .05, 24)]).toEqual([1, 31 / 24]);
  });
});

it("an unknown word gives way where it stands, and not where it is part of another", () => {
  expect(replaced("a bal on the balcony ü bal", { from: 24, to: 27 }, "ball")).toBe("a bal on the balcony ü ball");
  expect(replaced("a bal on the balcony", { from: 2, to: 5 }, "ball")).toBe("a ball on the balcony");
});
