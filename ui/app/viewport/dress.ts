// What a scene wears in the viewport: its materials, plain ones where no card draws, and shadows.
import type { AnimationClip, Material, Object3D } from "three";
import { DirectionalLight, FrontSide, Light, Mesh, MeshDepthMaterial, MeshPhysicalMaterial, MeshStandardMaterial, RGBADepthPacking, SkinnedMesh, SpotLight } from "three";
import { evenLights } from "./lamps";
import { forgetBounds, idOf } from "./marks";
import { isStrewn, lightFromAbove, metalFrom, plainOf, roomTexture } from "./plain";
import { shadowReach } from "./reach";
import type { Sky } from "./sky";
import { clearHalf, isHalfClear } from "./through";
import { isWater, makeWaves } from "./waves";

type Shine = Pick<Sky, "sun" | "lamps" | "glow"> & Partial<Pick<Sky, "isStudio" | "strength">>;

/** Of the fuzz of cloth and fur glTF's kind is seen from all sides, as a white veil over its colour; that of films at its edges (src/render/bsdf.c). */
const fuzz = .2;

export function ownMaterial(mesh: Mesh, isLight: boolean): Material | Material[] {
  const full = (mesh.userData["full"] ??= mesh.material) as Material | Material[];
  if (!isLight) {
    for (const material of [full].flat()) {
      if (material instanceof MeshPhysicalMaterial && material.sheen > fuzz) material.sheen = fuzz;
      if (isStrewn(material)) lightFromAbove(material);
      else if (isHalfClear(material)) clearHalf(material);
      else if (isWater(material)) makeWaves(material as MeshPhysicalMaterial);
    }
    return full;
  }
  return Array.isArray(full) ? full.map(plainOf) : plainOf(full);
}

/** Not one that all share, of a pass. */
export function wearsOwn(mesh: Mesh): boolean {
  const full = [(mesh.userData["full"] ?? mesh.material) as Material | Material[]].flat()[0], worn = [mesh.material].flat()[0];
  return full !== undefined && (worn === full || worn === plainOf(full));
}

/** The sun goes through it. */
const isGlass = (material: Material) => material instanceof MeshPhysicalMaterial && material.transmission > .5;
const isClear = (mesh: Mesh) => [(mesh.userData["full"] ?? mesh.material) as Material | Material[]].flat().every(isGlass);

function mirrorRoom(mesh: Mesh, strength: number): void {
  for (const material of [(mesh.userData["full"] ?? mesh.material) as Material | Material[]].flat()) {
    if (!(material instanceof MeshStandardMaterial) || !(material.metalness >= metalFrom || isGlass(material)) || material.envMap) continue;
    Object.assign(material, { envMap: roomTexture(), envMapIntensity: strength, needsUpdate: true });
  }
}

/** A paper that is white on all sides would lie on smooth paint as a veil: the studio of films has lamps there and dark between them. */
const veil = .3;

function unveil(mesh: Mesh): void {
  for (const material of [(mesh.userData["full"] ?? mesh.material) as Material | Material[]].flat()) {
    if (!(material instanceof MeshPhysicalMaterial) || material.metalness >= metalFrom || material.transmission > 0 || isWater(material)) continue;
    material.clearcoat = Number(material.userData["coat"] ??= material.clearcoat) * veil;
    material.specularIntensity = veil;
  }
}

/** Fires and screens, as bright as the exposure of the hour asks for. */
function shine(mesh: Mesh, glow: number): void {
  const full = [(mesh.userData["full"] ?? mesh.material) as Material | Material[]].flat(), worn = [mesh.material].flat() as Material[];
  full.forEach((material, i) => {
    const own = worn[i];
    if (material instanceof MeshStandardMaterial && own && "emissiveIntensity" in own) own.emissiveIntensity = Number(material.userData["glow"] ??= material.emissiveIntensity) * glow;
  });
}

/** What a shadow map keeps of solid things. three.js has one material for all of them, lends it the picture that each one wears, and makes
 *  its shaders anew where that or the lights differ; these are made ready once, by `Warm`. */
const shades = { rigid: new MeshDepthMaterial({ depthPacking: RGBADepthPacking }), skin: new MeshDepthMaterial({ depthPacking: RGBADepthPacking }) };
const withoutPicture: Mesh["onBeforeShadow"] = (_gl, _thing, _eye, _sun, _points, shade) => { (shade as MeshDepthMaterial).map = null; };

function shadeOf(mesh: Mesh): void {
  if ([mesh.material].flat().some((material) => (material as Material).alphaTest > 0)) return; // holes are seen in the shadow, too
  mesh.customDepthMaterial = mesh instanceof SkinnedMesh ? shades.skin : shades.rigid;
  mesh.onBeforeShadow = withoutPicture;
}

/** Points of the sun's map at each side, with a card and without. */
const shadowPoints = { full: 2048, light: 1024 };

/** Lengths of the reach that the sun sees behind the middle: where it is low, shadows are long. */
const longest = 10;

export function castShadows(root: Object3D, sky: Shine, isLight: boolean, clips: readonly AnimationClip[] = []): void {
  const reach = shadowReach(root, clips);
  root.traverse((o) => {
    if (o instanceof Mesh) {
      o.castShadow = idOf(o) !== null && !isClear(o);
      o.receiveShadow = true;
      shadeOf(o);
      shine(o, sky.glow ?? 1);
      // Of its lit side: that of its far side would leave a ring of light where it touches the ground.
      for (const material of [o.material].flat() as Material[]) if (material.side === FrontSide) material.shadowSide = FrontSide;
      if (sky.isStudio) {
        mirrorRoom(o, sky.strength ?? 1);
        unveil(o);
      }
      if (o instanceof SkinnedMesh) forgetBounds(o);
    }
    if (!(o instanceof Light)) return;
    o.userData["intensity"] ??= o.intensity;
    o.userData["lit"] = o.intensity = Number(o.userData["intensity"]) * (o instanceof DirectionalLight ? sky.sun : sky.lamps ?? 1);
    if (!(o instanceof DirectionalLight || o instanceof SpotLight)) return;
    o.castShadow = true;
    o.shadow.autoUpdate = o.intensity > 0; // what is dark throws none
    o.shadow.mapSize.setScalar(isLight ? shadowPoints.light : shadowPoints.full);
    o.shadow.bias = -.0005;
    o.shadow.normalBias = Math.max(.02, (3 * reach) / o.shadow.mapSize.x); // a coarse map would put its own points into the shade
    o.shadow.radius = 5;
    if (!(o instanceof DirectionalLight)) return;
    Object.assign(o.shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: -reach * 4, far: reach * longest });
  });
}

/** Ready to be drawn as it is. */
export function dress(root: Object3D, sky: Shine, isLight: boolean, clips: readonly AnimationClip[] = []): void {
  root.traverse((o) => { if (o instanceof Mesh) o.material = ownMaterial(o, isLight); });
  evenLights(root);
  castShadows(root, sky, isLight, clips);
}
