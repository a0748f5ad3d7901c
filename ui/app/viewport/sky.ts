// The colours around a scene, as the sky command says them, and how they light it: tuned by eye beside path-traced films.
import type { SceneCommand } from "../../flow/sentence";

/** `strength` of the light from all sides; `sun` is what the scene's own sun is multiplied with. */
export interface Sky { zenith: string; horizon: string; ground: string; strength: number; sun: number; /** 0..1, how much of the sky they cover. */ clouds?: number; /** How bright they are. */ stars?: number }

const skies: Record<string, Sky> = {
  day: { zenith: "#3f7fbe", horizon: "#d3e3ea", ground: "#8d8a7c", strength: 1.5, sun: 1, clouds: .42 },
  morning: { zenith: "#7aa6d6", horizon: "#f6e3c5", ground: "#8d8574", strength: 1.1, sun: .9, clouds: .3 },
  sunset: { zenith: "#a796c4", horizon: "#f6d09a", ground: "#7a6a5a", strength: 1.6, sun: 1.7, clouds: .3 },
  "golden-hour": { zenith: "#8ea2c2", horizon: "#f8d59c", ground: "#7a6a54", strength: 1, sun: 1.3, clouds: .25 },
  night: { zenith: "#0d1533", horizon: "#2d3f6b", ground: "#141b26", strength: 7, sun: 3, stars: .8 },
  overcast: { zenith: "#9aa7b2", horizon: "#c9d0d4", ground: "#7d7f7c", strength: 1.5, sun: .5 },
  studio: { zenith: "#d9d5cf", horizon: "#b9b4ad", ground: "#8f8a84", strength: .9, sun: .9 },
  neon: { zenith: "#120a26", horizon: "#43205e", ground: "#0d0a16", strength: 3, sun: 1 },
  fog: { zenith: "#aeb6ba", horizon: "#cdd2d3", ground: "#9aa09f", strength: 1.2, sun: .5 },
  underwater: { zenith: "#4fb3c4", horizon: "#135a72", ground: "#0c3a4c", strength: 1.3, sun: .9 },
  space: { zenith: "#020308", horizon: "#0a0d1a", ground: "#020308", strength: 3, sun: 1.4, stars: 1 },
};

export function skyOf(commands: readonly SceneCommand[]): Sky {
  const command = commands.findLast((c) => c.op === "sky");
  const kind = typeof command?.["kind"] === "string" ? command["kind"] : commands.some((c) => c.op === "ground" && c["surface"] === "studio") ? "studio" : "day";
  const color = command?.["color"];
  if (kind === "color" && typeof color === "string") return { zenith: color, horizon: color, ground: color, strength: .7, sun: .8 };
  return skies[kind] ?? skies["day"] as Sky;
}
