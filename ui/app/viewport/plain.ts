// Materials as a processor can draw them: one kind of shader, light from the sun and from above; metals alone mirror something, a room
// with a window and a lamp, for nothing else tells them from plastic.
import type { Material, Texture } from "three";
import { Color, DataTexture, EquirectangularReflectionMapping, FloatType, LinearFilter, MeshPhongMaterial, MeshPhysicalMaterial, MeshStandardMaterial, MultiplyOperation, RGBAFormat, RepeatWrapping } from "three";

const made = new WeakMap<Material, Material>();
const white = new Color(1, 1, 1);

const roomWidth = 64;
/** How bright it is towards a direction; `around` and `up` are 0..1. A metal's own colour is multiplied with it. */
function roomAt(around: number, up: number): number {
  const soft = (at: number, from: number, to: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const within = (at: number, middle: number, half: number) => 1 - soft(Math.abs(at - middle), half * .6, half);
  const floor = .35 * (1 - soft(up, .1, .48)), wall = .3 + .9 * soft(up, .46, .75);
  return floor + wall * soft(up, .44, .5) + 3.2 * within(around, .22, .09) * within(up, .68, .14) + 1.6 * within(around, .7, .16) * within(up, .62, .1) + .9 * soft(up, .8, .95);
}

let room: Texture | null = null;

function roomTexture(): Texture {
  if (room) return room;
  const height = roomWidth / 2, values = new Float32Array(roomWidth * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < roomWidth; x++) values.fill(roomAt((x + .5) / roomWidth, (y + .5) / height), (y * roomWidth + x) * 4, (y * roomWidth + x) * 4 + 4);
  room = new DataTexture(values, roomWidth, height, RGBAFormat, FloatType);
  Object.assign(room, { mapping: EquirectangularReflectionMapping, wrapS: RepeatWrapping, magFilter: LinearFilter, minFilter: LinearFilter, needsUpdate: true });
  return room;
}

/** From here on it is a metal that mirrors. */
const metalFrom = .5;

function convert(from: MeshStandardMaterial): MeshPhongMaterial {
  const { metalness, roughness, color } = from, isGlass = from instanceof MeshPhysicalMaterial && from.transmission > 0;
  return new MeshPhongMaterial({
    // Of a metal without reflections the highlight alone would be seen.
    color: color.clone().multiplyScalar(1 - .3 * metalness), map: from.map, vertexColors: from.vertexColors, side: from.side, flatShading: from.flatShading,
    emissive: from.emissive, emissiveMap: from.emissiveMap, emissiveIntensity: from.emissiveIntensity,
    transparent: from.transparent || isGlass, opacity: isGlass ? .35 : from.opacity, alphaTest: from.alphaTest, depthWrite: from.depthWrite && !isGlass,
    ...(metalness >= metalFrom ? { envMap: roomTexture(), combine: MultiplyOperation, reflectivity: .95 - .6 * roughness } : {}),
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
