// The colours around a scene, as its file says them, and how they light it: tuned by eye beside path-traced films.
import { Color } from "three";

/** `strength` of the light from all sides; `sun` is what the scene's own sun is multiplied with. */
export interface Sky {
  zenith: string;
  horizon: string;
  ground: string;
  strength: number;
  sun: number;
  /** What the scene's own lamps are multiplied with, 1 by default: films of the night are exposed for them. */
  lamps?: number;
  /** What fires and screens are multiplied with, 1 by default. */
  glow?: number;
  /** What the mean of the picture becomes, where films are exposed by it: the scene is metered. */
  key?: number;
  /** The light from above, where it is another than that of the sky which is seen. */
  shine?: string;
  /** 0..1, how much of the sky they cover. */
  clouds?: number;
  /** How bright they are. */
  stars?: number;
  /** Northern lights: how bright their curtains are. */
  aurora?: number;
  /** There is no ground: stars and colours on all sides. */
  isSpace?: boolean;
  /** One grey on all sides, in which a metal would look like chalk: it mirrors a room. */
  isStudio?: boolean;
  /** What is far away takes this colour: from `near` metres on, wholly at `far`. */
  haze?: { color: string; near: number; far: number };
}

/** A night's light, made so bright that a meadow under the moon is exposed as it is. Lamps have less of it than their files say: in films their shades
 *  hold some of it back, and here they throw no shadows. What shines by itself is as bright beside the moon as in films. */
const metered = { sun: 5, lamps: .6, glow: 8, key: .075 };

const skies: Record<string, Sky> = {
  day: { zenith: "#3a78ae", horizon: "#b7ced8", ground: "#8d8a7c", strength: 1.5, sun: 1, lamps: .1, shine: "#aeb7c2", clouds: .42, haze: { color: "#bccfd4", near: 30, far: 900 } },
  morning: { zenith: "#7aa6d6", horizon: "#f6e3c5", ground: "#8d8574", strength: 1.1, sun: .9, lamps: .12, clouds: .3, haze: { color: "#f3e2c8", near: 15, far: 420 } },
  sunset: { zenith: "#b9837a", horizon: "#eab27e", ground: "#7a5a4a", strength: 1.7, sun: 1.7, lamps: .3, shine: "#c3a69c", clouds: .3, haze: { color: "#e6ae7c", near: 4, far: 260 } },
  "golden-hour": { zenith: "#8ea2c2", horizon: "#f8d59c", ground: "#7a6a54", strength: 1.2, sun: 1.5, lamps: .15, clouds: .25, haze: { color: "#f3d8a4", near: 8, far: 260 } },
  night: { zenith: "#0b1129", horizon: "#1d2646", ground: "#12151c", strength: 5, ...metered, shine: "#394050", stars: 1.2, haze: { color: "#1a2340", near: 5, far: 300 } },
  aurora: { zenith: "#15264a", horizon: "#19294a", ground: "#10151f", strength: 5, ...metered, shine: "#37475a", stars: 1, aurora: 1, haze: { color: "#19294a", near: 8, far: 400 } },
  overcast: { zenith: "#9aa7b2", horizon: "#c9d0d4", ground: "#7d7f7c", strength: 1.5, sun: .5, lamps: .12, haze: { color: "#c6cdd1", near: 20, far: 500 } },
  studio: { zenith: "#cdcccb", horizon: "#cfcecd", ground: "#c4c2c0", strength: 1.3, sun: .6, lamps: .3, isStudio: true, haze: { color: "#cfcecd", near: 6, far: 34 } },
  neon: { zenith: "#120a26", horizon: "#43205e", ground: "#0d0a16", strength: 3, sun: 1, shine: "#2a2930" },
  fog: { zenith: "#aeb6ba", horizon: "#cdd2d3", ground: "#9aa09f", strength: 1.2, sun: .5, lamps: .2, haze: { color: "#cbd0d1", near: 0, far: 45 } },
  underwater: { zenith: "#4fb3c4", horizon: "#2a8aa3", ground: "#0c3a4c", strength: 1.3, sun: .9, haze: { color: "#2f8fa6", near: -6, far: 24 } },
  space: { zenith: "#020308", horizon: "#05060d", ground: "#010204", strength: 3, sun: 1.4, stars: 1.1, shine: "#0e1018", isSpace: true },
};

/** What a scene's file says of it (`asset.extras.miktos.sky`); colours are linear, fog is per metre. */
export interface SkyFacts {
  kind?: string;
  sun_elevation_deg?: number;
  sky_intensity?: number;
  exposure_ev?: number;
  aurora?: number;
  fog_density?: number;
  fog_color?: [number, number, number];
  color?: [number, number, number];
}

/** A sun below these is that of another hour. */
const morningSunDeg = 30, sunsetSunDeg = 8;
/** Thinner air is clear; through thicker one nothing is seen after so many lengths of it. */
const thinFog = .004, lengthsSeen = 2;

/** A film of dark air is exposed for it: more of its light is seen, and some more of itself. */
function colored([r, g, b]: [number, number, number]): Sky {
  const dark = Math.max(.02, Math.min(1, .2126 * r + .7152 * g + .0722 * b)), seen = dark ** -.3, color = `#${new Color(Math.min(1, r * seen), Math.min(1, g * seen), Math.min(1, b * seen)).getHexString()}`;
  return { zenith: color, horizon: color, ground: color, strength: .7 * dark ** -.35, sun: .8 };
}

/** Where the sky alone is dimmed, it is seen so: what stands under it has light of its own. */
function dimmed(sky: Sky, { sky_intensity: intensity = 1, exposure_ev: ev = 0 }: SkyFacts): Sky {
  const share = Math.min(1, intensity * 2 ** ev);
  if (share > .99) return sky;
  const dim = (color: string) => `#${new Color(color).multiplyScalar(share).getHexString()}`;
  return { ...sky, zenith: dim(sky.zenith), horizon: dim(sky.horizon), shine: sky.shine ?? sky.horizon, ...(sky.haze ? { haze: { ...sky.haze, color: dim(sky.haze.color) } } : {}) };
}

function hourOf({ kind = "day", sun_elevation_deg: sun = 45, aurora = 0 }: SkyFacts): string {
  if (kind === "night" && aurora > 0) return "aurora";
  if (kind === "day" && sun < morningSunDeg) return "morning";
  if (kind === "sunset" && sun > sunsetSunDeg) return "golden-hour";
  return kind;
}

function read(facts: SkyFacts): Sky {
  const css = (c: [number, number, number] | undefined) => `#${new Color().setRGB(...(c ?? [1, 1, 1])).getHexString()}`;
  const base = facts.kind === "color" ? colored(facts.color ?? [1, 1, 1]) : dimmed(skies[hourOf(facts)] ?? skies["day"] as Sky, facts), fog = facts.fog_density ?? 0;
  return {
    ...base, strength: base.strength * (facts.sky_intensity ?? 1),
    ...(fog >= thinFog && facts.kind !== "underwater" ? { haze: { color: css(facts.fog_color), near: 0, far: lengthsSeen / fog } } : {}),
  };
}

const known = new Map<string, Sky>();

/** Equal skies are the same one, so that what was made of it stays. */
export function skyOf(facts: SkyFacts = {}): Sky {
  const made = read(facts), key = JSON.stringify(made), sky = known.get(key) ?? made;
  known.set(key, sky);
  return sky;
}
