// A scene that nobody sees yet is made ready to be drawn: its shaders, its points and pictures on the card, its shadows.
import type { BufferGeometry, Camera, Material, Object3D, WebGLRenderer } from "three";
import { Fog, Light, Mesh, MeshBasicMaterial, Scene, SkinnedMesh, Texture, WebGLRenderTarget } from "three";
import { dress } from "./dress";
import { survey } from "./framing";
import type { SceneModel } from "./useSceneModel";

/** Where it will be drawn. */
export interface Place { gl: WebGLRenderer; scene: Scene; camera: Camera; isLight: boolean }

interface Readiness { isLight: boolean; isCompiled: boolean; isUp: boolean; compiled: Promise<void> }

const known = new WeakMap<Object3D, Readiness>();

const readinessOf = (model: SceneModel, isLight: boolean): Readiness | null => {
  const own = known.get(model.root);
  return own?.isLight === isLight ? own : null;
};

export const isReady = (model: SceneModel, isLight: boolean) => readinessOf(model, isLight)?.isCompiled === true;

/** The lights and the air that it will stand in; what is lent of `scene` stays there. */
function stageOf(scene: Scene): Scene {
  const stage = new Scene();
  stage.environment = scene.environment;
  stage.fog = scene.fog ?? new Fog(0); // air of any colour wants the same shaders
  for (const o of scene.children) if (o.userData["isSky"]) stage.children.push(o); // its lights count
  return stage;
}

function texturesOf(mesh: Mesh): Texture[] {
  return ([mesh.userData["full"] ?? mesh.material].flat() as Material[]).flatMap((material) => Object.values(material).filter((value): value is Texture => value instanceof Texture));
}

/** When the card has done all that it was told until now. */
export function allDrawn(gl: WebGLRenderer): Promise<void> {
  const context = gl.getContext() as WebGL2RenderingContext, fence = context.fenceSync(context.SYNC_GPU_COMMANDS_COMPLETE, 0);
  context.flush();
  return new Promise((then) => {
    const look = () => {
      if (fence && !context.isContextLost() && context.getSyncParameter(fence, context.SYNC_STATUS) !== context.SIGNALED) return requestAnimationFrame(look);
      context.deleteSync(fence);
      then();
    };
    look();
  });
}

const speck = new WebGLRenderTarget(1, 1);
/** Of everything, while it goes up. */
export const anything = new MeshBasicMaterial({ fog: false });

/** Resolves when no shader is in the way of its first picture; asked again, it is the same answer. */
export function makeReady({ gl, scene, camera, isLight }: Place, model: SceneModel): Promise<void> {
  const before = readinessOf(model, isLight);
  if (before) return before.compiled;
  dress(model.root, model.sky, isLight, model.clips);
  const compile = async () => {
    await gl.compileAsync(model.root, camera, stageOf(scene)).catch(() => {}); // then it is compiled when it is drawn
    own.isCompiled = true;
  };
  const own: Readiness = { isLight, isCompiled: false, isUp: false, compiled: Promise.resolve().then(compile) };
  known.set(model.root, own);
  return own.compiled;
}

/** One triangle of each of its meshes, while hands rest: all points and pictures go up, and a picture that somebody waits for is not held up by a whole one. */
export function sendUp({ gl, scene, camera, isLight }: Place, model: SceneModel): void {
  const own = readinessOf(model, isLight), { root } = model, geometries = new Set<BufferGeometry>();
  if (!own || own.isUp) return;
  own.isUp = true;
  survey(model);
  root.traverse((o) => {
    if (!(o instanceof Mesh)) return;
    geometries.add(o.geometry as BufferGeometry);
    for (const texture of texturesOf(o)) gl.initTexture(texture);
  });
  for (const geometry of geometries) geometry.setDrawRange(0, 3);
  const stage = stageOf(scene);
  stage.overrideMaterial = anything;
  stage.children.push(root);
  gl.setRenderTarget(speck);
  gl.render(stage, camera);
  gl.setRenderTarget(null);
  for (const geometry of geometries) geometry.setDrawRange(0, Infinity);
}

/** What it took of the card is given back; its shaders stay, for the next scene wants the same. */
export function letGo(model: SceneModel): void {
  known.delete(model.root);
  model.root.traverse((o) => {
    if (o instanceof Light) o.dispose();
    if (!(o instanceof Mesh)) return;
    o.geometry.dispose();
    for (const texture of texturesOf(o)) texture.dispose();
    if (o instanceof SkinnedMesh) o.skeleton.dispose();
  });
}
