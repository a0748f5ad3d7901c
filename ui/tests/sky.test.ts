import { expect, test } from "vitest";
import { skyOf } from "../app/viewport/sky";

test("a sky is that of the scene's file, of the hour at which its sun stands", () => {
  expect(skyOf({ kind: "space" }).isSpace).toBe(true);
  expect(skyOf({ kind: "day", sun_elevation_deg: 16 })).not.toEqual(skyOf({ kind: "day", sun_elevation_deg: 45 }));
  expect(skyOf({ kind: "sunset", sun_elevation_deg: 11 })).not.toEqual(skyOf({ kind: "sunset", sun_elevation_deg: 5 }));
  expect(skyOf()).toEqual(skyOf({ kind: "day" }));
  expect(skyOf({ kind: "of another version" })).toEqual(skyOf());
});

test("a stage lit by its lamps is dark around them", () => {
  expect(skyOf({ kind: "studio", sky_intensity: .12 }).strength).toBeCloseTo(skyOf({ kind: "studio" }).strength * .12);
});

test("thick air hides what is far, thin air does not", () => {
  expect(skyOf({ kind: "day", fog_density: .04 }).haze?.far).toBeCloseTo(50);
  expect(skyOf({ kind: "day", fog_density: .0006 }).haze).toEqual(skyOf({ kind: "day" }).haze);
});

test("a sky of one colour has it on all sides", () => {
  const { zenith, horizon } = skyOf({ kind: "color", color: [1, 0, 0] });
  expect([zenith, horizon]).toEqual(["#ff0000", "#ff0000"]);
});

test("dark air of one colour is exposed for: it gives more light than bright air of its colour times its darkness would", () => {
  const light = (c: number) => skyOf({ kind: "color", color: [c, c, c] }).strength;
  expect(light(.05)).toBeGreaterThan(2 * light(1));
});

test("a sky that is dimmed beside a sun is seen dark, and its haze with it", () => {
  const bright = skyOf({ kind: "studio" }), dark = skyOf({ kind: "studio", sky_intensity: .3, exposure_ev: -.8 }), grey = (color = "") => parseInt(color.slice(1, 3), 16);
  expect(grey(dark.horizon)).toBeLessThan(grey(bright.horizon) / 2);
  expect(grey(dark.haze?.color)).toBeLessThan(grey(bright.haze?.color) / 2);
  expect(skyOf({ kind: "studio", sky_intensity: 2 }).horizon).toBe(bright.horizon);
});

test("equal skies are one, so that what was made of it stays", () => {
  expect(skyOf({ kind: "night", fog_density: .001 })).toBe(skyOf({ kind: "night" }));
  expect(skyOf()).toBe(skyOf({ kind: "day", sky_intensity: 1, fog_density: 0 }));
});

test("lamps of the night are dimmed, for films of it are exposed for them; beside daylight they are hardly seen", () => {
  const night = skyOf({ kind: "night" }).lamps ?? 1;
  expect(night).toBeLessThan(1);
  for (const sky of [{ kind: "day" }, { kind: "day", sun_elevation_deg: 16 }, { kind: "overcast" }, { kind: "fog" }]) expect(skyOf(sky).lamps).toBeLessThan(night / 2);
});
