// Materials as a processor can draw them: one kind of shader, light from the sun and from above, no reflections.
import type { Material } from "three";
import { Color, MeshPhongMaterial, MeshPhysicalMaterial, MeshStandardMaterial } from "three";

const made = new WeakMap<Material, Material>();
const white = new Color(1, 1, 1);

function convert(from: MeshStandardMaterial): MeshPhongMaterial {
  const { metalness, roughness, color } = from, isGlass = from instanceof MeshPhysicalMaterial && from.transmission > 0;
  return new MeshPhongMaterial({
    // Of a metal without reflections the highlight alone would be seen.
    color: color.clone().multiplyScalar(1 - .3 * metalness), map: from.map, vertexColors: from.vertexColors, side: from.side, flatShading: from.flatShading,
    emissive: from.emissive, emissiveMap: from.emissiveMap, emissiveIntensity: from.emissiveIntensity,
    transparent: from.transparent || isGlass, opacity: isGlass ? .35 : from.opacity, alphaTest: from.alphaTest, depthWrite: from.depthWrite && !isGlass,
    specular: white.clone().multiplyScalar(.04).lerp(color, metalness).multiplyScalar(1 - roughness * .8), shininess: Math.min(400, Math.max(1, 2 / Math.max(.05, roughness) ** 4 - 2)),
  });
}

/** The same one each time. */
export function plainOf(material: Material): Material {
  if (!(material instanceof MeshStandardMaterial)) return material;
  const plain = made.get(material) ?? convert(material);
  made.set(material, plain);
  return plain;
}
