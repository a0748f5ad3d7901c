// A scene that nobody sees yet is made ready to be drawn: its shaders, its points and pictures on the card, its shadows.
import type { Camera, Material, Object3D, WebGLRenderer } from "three";
import { Color, Fog, Light, Mesh, MeshBasicMaterial, Scene, SkinnedMesh, Texture, WebGLRenderTarget } from "three";
import { dress } from "./dress";
import type { SceneModel } from "./useSceneModel";

/** Where it will be drawn. */
export interface Place { gl: WebGLRenderer; scene: Scene; camera: Camera; isLight: boolean }

/** Drawn with what a card there is, or for a processor. */
const readyFor = new WeakMap<Object3D, boolean>();

export const isReady = (model: SceneModel, isLight: boolean) => readyFor.get(model.root) === isLight;

/** The lights and the air that it will stand in; what is lent of `scene` stays there. */
function stageOf(scene: Scene, model: SceneModel): Scene {
  const stage = new Scene();
  stage.environment = scene.environment;
  if (model.sky.haze) stage.fog = new Fog(new Color(model.sky.haze.color), model.sky.haze.near, model.sky.haze.far);
  for (const o of scene.children) if (o.userData["isSky"]) stage.children.push(o); // its lights count
  return stage;
}

function texturesOf(mesh: Mesh): Texture[] {
  return ([mesh.userData["full"] ?? mesh.material].flat() as Material[]).flatMap((material) => Object.values(material).filter((value): value is Texture => value instanceof Texture));
}

const speck = new WebGLRenderTarget(1, 1);
/** Of everything, while it goes up; the same in clear air and in haze. */
export const anything = new MeshBasicMaterial({ fog: false });

/** One pixel of it: its points and pictures go up, its shadows fall. */
function upload(gl: WebGLRenderer, camera: Camera, stage: Scene, root: Object3D): void {
  root.traverse((o) => { if (o instanceof Mesh) for (const texture of texturesOf(o)) gl.initTexture(texture); });
  stage.overrideMaterial = anything;
  stage.children.push(root);
  gl.setRenderTarget(speck);
  gl.render(stage, camera);
  gl.setRenderTarget(null);
}

/** Resolves when it can be drawn without delay; `isWanted` is asked before each part. */
export async function makeReady({ gl, scene, camera, isLight }: Place, model: SceneModel, isWanted: () => boolean): Promise<void> {
  if (isReady(model, isLight)) return;
  dress(model.root, model.sky, isLight);
  const stage = stageOf(scene, model);
  await gl.compileAsync(model.root, camera, stage).catch(() => {}); // then it is compiled when it is drawn
  if (!isWanted()) return;
  upload(gl, camera, stage, model.root);
  readyFor.set(model.root, isLight);
}

/** What it took of the card is given back; its shaders stay, for the next scene wants the same. */
export function letGo(model: SceneModel): void {
  readyFor.delete(model.root);
  model.root.traverse((o) => {
    if (o instanceof Light) o.dispose();
    if (!(o instanceof Mesh)) return;
    o.geometry.dispose();
    for (const texture of texturesOf(o)) texture.dispose();
    if (o instanceof SkinnedMesh) o.skeleton.dispose();
  });
}
