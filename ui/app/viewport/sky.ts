// The colours around a scene, as the sky command says them: zenith, horizon, and how bright they are as light.
import type { SceneCommand } from "../../flow/sentence";

export interface Sky { zenith: string; horizon: string; ground: string; strength: number; sun: number }

const skies: Record<string, Sky> = {
  day: { zenith: "#4f8fd6", horizon: "#d8e8f2", ground: "#8d8a7c", strength: .85, sun: 1 },
  morning: { zenith: "#7aa6d6", horizon: "#f6e3c5", ground: "#8d8574", strength: .75, sun: .9 },
  sunset: { zenith: "#3d4f86", horizon: "#f3a06a", ground: "#5d4a42", strength: .6, sun: .9 },
  "golden-hour": { zenith: "#6d8ab8", horizon: "#f7c98a", ground: "#6d5a45", strength: .7, sun: 1 },
  night: { zenith: "#070b1c", horizon: "#26365c", ground: "#10141f", strength: 1.6, sun: .5 },
  overcast: { zenith: "#9aa7b2", horizon: "#c9d0d4", ground: "#7d7f7c", strength: .95, sun: .5 },
  studio: { zenith: "#d9d5cf", horizon: "#b9b4ad", ground: "#8f8a84", strength: .7, sun: .8 },
  neon: { zenith: "#120a26", horizon: "#43205e", ground: "#0d0a16", strength: 1.1, sun: .6 },
  fog: { zenith: "#aeb6ba", horizon: "#cdd2d3", ground: "#9aa09f", strength: .9, sun: .4 },
  space: { zenith: "#020308", horizon: "#0a0d1a", ground: "#020308", strength: 1.4, sun: 1.2 },
};

export function skyOf(commands: readonly SceneCommand[]): Sky {
  const command = commands.findLast((c) => c.op === "sky");
  const kind = typeof command?.["kind"] === "string" ? command["kind"] : commands.some((c) => c.op === "ground" && c["surface"] === "studio") ? "studio" : "day";
  const color = command?.["color"];
  if (kind === "color" && typeof color === "string") return { zenith: color, horizon: color, ground: color, strength: .7, sun: .8 };
  return skies[kind] ?? skies["day"] as Sky;
}
