// How long a scene of the night is exposed: as its film will be (src/render/renderer_expose.c), by what its own camera sees. What stands in
// snow or beside a fire is exposed less, what one candle lights more.
import type { Scene, WebGLRenderer } from "three";
import { DataUtils, HalfFloatType, PerspectiveCamera, SRGBColorSpace, WebGLRenderTarget } from "three";
import type { SceneModel } from "./useSceneModel";

const width = 64, height = 36;
/** What it is measured with: fires must not be as white as they can be. */
const measured = .25;
/** Of points that count least and most, as many are left out. */
const left = 20;
/** What the brightest of the others may become, as films have it. */
const brightest = 2.4;
const shortest = 1 / 64, longest = 4;

const linear = (shown: number) => (shown <= .04045 ? shown / 12.92 : ((shown + .055) / 1.055) ** 2.4);
/** Backwards through the curve of films (tone.ts). */
const untoned = (y: number) => ((.399 * y) / Math.max(1e-3, 1 - y)) ** (1 / 1.42);

type Metered = Pick<SceneModel, "camera" | "sky">;

/** So that the mean of what is seen becomes `key`. */
export function exposureOf(levels: readonly number[], key: number): number {
  const sorted = [...levels].sort((a, b) => a - b), high = Math.floor((sorted.length * (left - 1)) / left), middle = sorted.slice(Math.floor(sorted.length / left), high);
  const mean = Math.exp(middle.reduce((sum, level) => sum + Math.log(level + 1e-4), 0) / Math.max(1, middle.length));
  return Math.min(longest, Math.max(shortest, Math.min(key / mean, brightest / Math.max(1e-4, sorted[high] ?? 0))));
}

/** Linear light of each point that the scene's camera sees, drawn by the same shaders as the screen. */
function levelsOf(gl: WebGLRenderer, scene: Scene, own: PerspectiveCamera): number[] {
  const target = new WebGLRenderTarget(width, height, { type: HalfFloatType, colorSpace: SRGBColorSpace }), halves = new Uint16Array(width * height * 4), { autoUpdate } = gl.shadowMap;
  (target as unknown as { isXRRenderTarget: boolean }).isXRRenderTarget = true;
  own.updateWorldMatrix(true, false);
  const eye = new PerspectiveCamera(own.fov, width / height, own.near, own.far);
  own.matrixWorld.decompose(eye.position, eye.quaternion, eye.scale);
  gl.shadowMap.autoUpdate = false;
  gl.toneMappingExposure = measured;
  gl.setRenderTarget(target);
  gl.render(scene, eye);
  gl.readRenderTargetPixels(target, 0, 0, width, height, halves);
  gl.setRenderTarget(null);
  gl.shadowMap.autoUpdate = autoUpdate;
  target.dispose();
  const at = (i: number) => linear(DataUtils.fromHalfFloat(halves[i] ?? 0));
  return Array.from({ length: width * height }, (_, i) => untoned(.2126 * at(4 * i) + .7152 * at(4 * i + 1) + .0722 * at(4 * i + 2)) / measured);
}

/** Until it is measured, which takes a drawing of its own. */
const usual = .35;

/** Other skies are lit as they are exposed. */
export const guessOf = ({ camera, sky }: Metered) => (sky.key !== undefined && camera ? usual : 1);

/** What it is to be. It draws the scene, so that who waits for its first picture would wait longer. */
export function measure(gl: WebGLRenderer, scene: Scene, { camera, sky }: Metered): number {
  const { toneMappingExposure } = gl, exposure = sky.key !== undefined && camera ? exposureOf(levelsOf(gl, scene, camera), sky.key) : 1;
  gl.toneMappingExposure = toneMappingExposure;
  return exposure;
}
