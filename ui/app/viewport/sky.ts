// The colours around a scene, as the sky command says them, and how they light it: tuned by eye beside path-traced films.
import type { SceneCommand } from "../../flow/sentence";

/** `strength` of the light from all sides; `sun` is what the scene's own sun is multiplied with. */
export interface Sky {
  zenith: string;
  horizon: string;
  ground: string;
  strength: number;
  sun: number;
  /** 0..1, how much of the sky they cover. */
  clouds?: number;
  /** How bright they are. */
  stars?: number;
  /** There is no ground: stars and colours on all sides. */
  isSpace?: boolean;
  /** What is far away takes this colour: from `near` metres on, wholly at `far`. */
  haze?: { color: string; near: number; far: number };
}

const skies: Record<string, Sky> = {
  day: { zenith: "#3f7fbe", horizon: "#d3e3ea", ground: "#8d8a7c", strength: 1.5, sun: 1, clouds: .42, haze: { color: "#cfe0e6", near: 30, far: 900 } },
  morning: { zenith: "#7aa6d6", horizon: "#f6e3c5", ground: "#8d8574", strength: 1.1, sun: .9, clouds: .3, haze: { color: "#f3e2c8", near: 15, far: 420 } },
  sunset: { zenith: "#cdb6cb", horizon: "#fbe2bb", ground: "#7a6a5a", strength: 1.7, sun: 1.7, clouds: .3, haze: { color: "#f4dcae", near: 4, far: 190 } },
  "golden-hour": { zenith: "#8ea2c2", horizon: "#f8d59c", ground: "#7a6a54", strength: 1.2, sun: 1.5, clouds: .25, haze: { color: "#f3d8a4", near: 8, far: 260 } },
  night: { zenith: "#16234f", horizon: "#35507f", ground: "#141b26", strength: 10, sun: 5, stars: 1.2, haze: { color: "#2b4a72", near: 5, far: 200 } },
  overcast: { zenith: "#9aa7b2", horizon: "#c9d0d4", ground: "#7d7f7c", strength: 1.5, sun: .5, haze: { color: "#c6cdd1", near: 20, far: 500 } },
  studio: { zenith: "#cfccc8", horizon: "#a9a7a6", ground: "#8f8a84", strength: .95, sun: .5 },
  neon: { zenith: "#120a26", horizon: "#43205e", ground: "#0d0a16", strength: 3, sun: 1 },
  fog: { zenith: "#aeb6ba", horizon: "#cdd2d3", ground: "#9aa09f", strength: 1.2, sun: .5, haze: { color: "#cbd0d1", near: 0, far: 45 } },
  underwater: { zenith: "#4fb3c4", horizon: "#2a8aa3", ground: "#0c3a4c", strength: 1.3, sun: .9, haze: { color: "#2f8fa6", near: -6, far: 24 } },
  space: { zenith: "#020308", horizon: "#0a0d1a", ground: "#020308", strength: 3, sun: 1.4, stars: 1.1, isSpace: true },
};

export function skyOf(commands: readonly SceneCommand[]): Sky {
  const command = commands.findLast((c) => c.op === "sky");
  const kind = typeof command?.["kind"] === "string" ? command["kind"] : commands.some((c) => c.op === "ground" && c["surface"] === "studio") ? "studio" : "day";
  const color = command?.["color"];
  if (kind === "color" && typeof color === "string") return { zenith: color, horizon: color, ground: color, strength: .7, sun: .8 };
  return skies[kind] ?? skies["day"] as Sky;
}
