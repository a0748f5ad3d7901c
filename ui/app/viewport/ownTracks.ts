// What glTF has no word for, and our files say beside it: things that fade, and lenses that zoom (docs/scene.md).
import type { Material, Object3D } from "three";
import { Light, MathUtils, Mesh, PerspectiveCamera } from "three";
import { wearsOwn } from "./dress";
import { isWithin } from "./marks";

export interface OwnTrack { interpolation: "STEP" | "LINEAR" | "CUBICSPLINE"; times: number[]; values: number[] }
interface Mark { opacity_track?: OwnTrack; yfov_track?: OwnTrack }

/** At a time; before the first key and after the last one as there. Tangents of a cubic are before and behind each value, as glTF has them. */
export function valueAt({ interpolation, times, values }: OwnTrack, seconds: number): number {
  const last = times.length - 1, isCubic = interpolation === "CUBICSPLINE", key = (i: number) => values[isCubic ? 3 * i + 1 : i] ?? 0;
  const next = times.findIndex((t) => t > seconds);
  if (next === 0 || last <= 0) return key(0);
  if (next < 0) return key(last);
  const from = times[next - 1] ?? 0, length = (times[next] ?? from) - from, u = (seconds - from) / length;
  if (interpolation === "STEP") return key(next - 1);
  if (!isCubic) return MathUtils.lerp(key(next - 1), key(next), u);
  const out = (values[3 * (next - 1) + 2] ?? 0) * length, into = (values[3 * next] ?? 0) * length;
  return (2 * u ** 3 - 3 * u ** 2 + 1) * key(next - 1) + (u ** 3 - 2 * u ** 2 + u) * out + (3 * u ** 2 - 2 * u ** 3) * key(next) + (u ** 3 - u ** 2) * into;
}

const markOf = (o: Object3D): Mark => ((o.userData as { miktos?: Mark }).miktos ?? {});

/** Materials of its own, since others are painted the same; see-through all the time, for another kind of shader would take a while. */
function part(mesh: Mesh): void {
  const own = [mesh.material].flat().map((material) => {
    const copy = material.clone();
    copy.transparent = true;
    return copy;
  });
  mesh.material = Array.isArray(mesh.material) ? own : own[0] as Material;
}

/** A layer that no camera sees: visibility is of those who hide things by hand. */
const unseen = 31;

function fade(mesh: Mesh, opacity: number): void {
  mesh.layers.set(opacity > .004 ? 0 : unseen);
  if (!wearsOwn(mesh)) return;
  for (const material of [mesh.material].flat()) {
    const whole = (material.userData["whole"] ??= { opacity: material.opacity, depthWrite: material.depthWrite }) as { opacity: number; depthWrite: boolean };
    material.opacity = whole.opacity * opacity;
    material.depthWrite = whole.depthWrite && opacity > .5;
  }
}

/** A flame's lamp shines as much of its light as the flame is there. */
function dim(lamp: Light, opacity: number): void {
  const whole = (lamp.userData["lit"] ??= lamp.intensity) as number; // dressed anew with the sky
  lamp.intensity = whole * opacity;
}

/** Called once for a file, before it is dressed; the answer sets all of them to a time. */
export function ownTracksOf(root: Object3D): (seconds: number) => void {
  const setters: ((seconds: number) => void)[] = [];
  root.traverse((o) => {
    const { opacity_track: opacity, yfov_track: lens } = markOf(o);
    if (opacity) {
      const meshes: Mesh[] = [], lamps: Light[] = [];
      root.traverse((child) => {
        if (child instanceof Mesh && isWithin(child, [o])) meshes.push(child);
        if (child instanceof Light && isWithin(child, [o])) lamps.push(child);
      });
      for (const mesh of meshes) part(mesh);
      setters.push((seconds) => {
        const share = MathUtils.clamp(valueAt(opacity, seconds), 0, 1);
        for (const mesh of meshes) fade(mesh, share);
        for (const lamp of lamps) dim(lamp, share);
      });
    }
    if (lens) {
      const camera = o instanceof PerspectiveCamera ? o : o.children.find((child): child is PerspectiveCamera => child instanceof PerspectiveCamera);
      if (camera) setters.push((seconds) => { camera.fov = MathUtils.radToDeg(valueAt(lens, seconds)); });
    }
  });
  return (seconds) => { for (const set of setters) set(seconds); };
}
