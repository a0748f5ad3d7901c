// The part of the window that the film will show, when one looks through its camera.
import type { SceneCommand } from "../../flow/sentence";
import { useApp } from "../state";
import { useProject } from "../wire/queries";

export interface FilmSize { width: number; height: number }
export interface Frame { x: number; y: number; width: number; height: number }

const usual: FilmSize = { width: 640, height: 360 };
/** What floats over the view stays outside, where there is room for that: the command bar below. */
const air = { side: 14, top: 14, bottom: 92 };

/** As a sentence says, or else as the settings do. */
export function filmSize(commands: readonly SceneCommand[], preferred: FilmSize): FilmSize {
  const said = commands.filter((c) => c.op === "render"), of = (name: "width" | "height") => said.map((c) => c[name]).findLast((n): n is number => typeof n === "number");
  const width = of("width"), height = of("height");
  return width === undefined && height === undefined ? preferred : { width: width ?? usual.width, height: height ?? usual.height };
}

export function useFilmSize(): FilmSize {
  const commands = useProject().data?.commands ?? [], width = useApp((s) => s.preferences.width), height = useApp((s) => s.preferences.height);
  return filmSize(commands as SceneCommand[], { width, height });
}

/** In pixels of a window of this size. */
export function frameIn(window: FilmSize, film: FilmSize): Frame {
  const wide = Math.max(window.width - 2 * air.side, window.width * .6), high = Math.max(window.height - air.top - air.bottom, window.height * .6);
  const scale = Math.min(wide / film.width, high / film.height), width = film.width * scale, height = film.height * scale;
  const top = Math.min(air.top, (window.height - high) / 2);
  return { x: (window.width - width) / 2, y: top + (high - height) / 2, width, height };
}
