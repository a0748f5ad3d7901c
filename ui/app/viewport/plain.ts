// Materials as a processor can draw them: one kind of shader, light from the sun and from above; metals alone mirror something, a room
// with a window and a lamp, for nothing else tells them from plastic.
import type { Material, Texture } from "three";
import { Color, DataTexture, DoubleSide, EquirectangularReflectionMapping, FloatType, LinearFilter, MeshPhongMaterial, MeshPhysicalMaterial, MeshStandardMaterial, MultiplyOperation, RGBAFormat, RepeatWrapping } from "three";
import { swapped } from "./chunks";
import { isHalfClear, lightThrough } from "./through";
import { isWater, turnWaves } from "./waves";

const made = new WeakMap<Material, Material>();
const white = new Color(1, 1, 1);

const roomWidth = 128;
/** How bright it is towards a direction; `around` and `up` are 0..1. A metal's own colour is multiplied with it. */
function roomAt(around: number, up: number): number {
  const soft = (at: number, from: number, to: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const within = (at: number, middle: number, half: number) => 1 - soft(Math.abs(at - middle), half * .85, half);
  const floor = .06 + .5 * soft(up, .2, .49) ** 2, wall = .7 - .62 * soft(up, .5, .66);
  return floor + (wall - floor) * soft(up, .49, .51) + 3.2 * within(around, .22, .09) * within(up, .68, .14) + 1.6 * within(around, .7, .16) * within(up, .62, .1) + .9 * soft(up, .8, .95);
}

let room: Texture | null = null;

export function roomTexture(): Texture {
  if (room) return room;
  const height = roomWidth / 2, values = new Float32Array(roomWidth * height * 4);
  for (let y = 0; y < height; y++) for (let x = 0; x < roomWidth; x++) values.fill(roomAt((x + .5) / roomWidth, (y + .5) / height), (y * roomWidth + x) * 4, (y * roomWidth + x) * 4 + 4);
  room = new DataTexture(values, roomWidth, height, RGBAFormat, FloatType);
  Object.assign(room, { mapping: EquirectangularReflectionMapping, wrapS: RepeatWrapping, magFilter: LinearFilter, minFilter: LinearFilter, needsUpdate: true });
  return room;
}

/** What smooth things mirror where they are seen from the side: the sky as it is shown. Of all scenes, since one at a time is seen. */
const mirrored = { skyHorizon: { value: new Color() }, skyZenith: { value: new Color() } };

/** Colours as the screen shows them. */
export function mirrorSky(horizon: string, zenith: string): void {
  mirrored.skyHorizon.value.set(horizon).convertLinearToSRGB();
  mirrored.skyZenith.value.set(zenith).convertLinearToSRGB();
}

/** Waves and scratches turn some of a surface to the eye: it mirrors sooner than a flat one would. */
const sheen = `
  vec3 toEye = normalize(vViewPosition), mirroredWay = inverseTransformDirection(reflect(-toEye, normal), viewMatrix);
  float fresnel = .04 + .96 * pow(1.0 - saturate(dot(normal, toEye)), gloss > .8 ? 2.5 : 4.0);
  gl_FragColor.rgb = mix(gl_FragColor.rgb, mix(skyHorizon, skyZenith, sqrt(saturate(mirroredWay.y))), fresnel * gloss);
  #include <fog_fragment>`;

/** Blades that are strewn on the ground, each with its own tint. */
export const isStrewn = (material: Material) => material.vertexColors && material.side === DoubleSide;

/** They take the light of the ground they stand on: one alone would be half in its own shade, where a meadow is bright. */
export function lightFromAbove(material: Material): void {
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = swapped(shader.fragmentShader, "#include <normal_fragment_begin>", `
      #include <normal_fragment_begin>
      normal = normalize((viewMatrix * vec4(0.0, 1.0, 0.0, 0.0)).xyz);`, "normal_fragment_begin");
  };
  material.customProgramCacheKey = () => "from above";
}

/** From this roughness on nothing is mirrored. */
const dull = .75;

function addSheen(material: MeshPhongMaterial, roughness: number, hasWaves: boolean): void {
  const gloss = Math.max(0, 1 - roughness / dull);
  if (gloss <= 0) return;
  material.onBeforeCompile = (shader) => {
    Object.assign(shader.uniforms, mirrored, { gloss: { value: gloss } });
    shader.fragmentShader = swapped(`uniform vec3 skyHorizon, skyZenith; uniform float gloss;\n${shader.fragmentShader}`, "#include <fog_fragment>", sheen, "fog_fragment");
    if (hasWaves) shader.fragmentShader = turnWaves(shader.fragmentShader, true);
  };
  material.customProgramCacheKey = () => (hasWaves ? "sheen of waves" : "sheen");
}

/** From here on it is a metal that mirrors. */
export const metalFrom = .5;

/** A smooth metal is what it mirrors in its own colour, as bright as the light from all sides, and has no shade of its own. */
function addMirror(material: MeshPhongMaterial, roughness: number): void {
  const share = Math.max(0, 1 - roughness / dull);
  material.onBeforeCompile = (shader) => {
    shader.uniforms["share"] = { value: share };
    shader.fragmentShader = swapped(`uniform float share;\n${shader.fragmentShader}`, "#include <envmap_fragment>", `
      #include <envmap_fragment>
      outgoingLight = mix(outgoingLight, envColor.rgb * reflectedLight.indirectDiffuse * 1.5 + reflectedLight.directSpecular + totalEmissiveRadiance, share);`, "envmap_fragment");
  };
  material.customProgramCacheKey = () => "mirror";
}

/** Looked through from the front, glass is hardly there; towards its edges one sees the room bent by it, and then mirrored in it. Both are shown in
 * its own colour, over what is behind. What is half clear, as jelly, has a shade of its own beside that. */
function addGlass(material: MeshPhongMaterial, transmission: number, isLitThrough: boolean): void {
  const { r, g, b } = material.color, depth = 1 - Math.min(r, g, b);
  material.onBeforeCompile = (shader) => {
    if (isLitThrough) lightThrough(shader, "phong", transmission);
    Object.assign(shader.uniforms, { clear: { value: transmission }, body: { value: .08 + .5 * depth } });
    shader.fragmentShader = swapped(`uniform float clear, body;\n${shader.fragmentShader}`, "#include <envmap_fragment>", `
      #include <envmap_fragment>
      vec3 eyeway = normalize(vViewPosition), within = inverseTransformDirection(refract(-eyeway, normal, .67), viewMatrix);
      float facing = abs(dot(normal, eyeway)), mirrored = .04 + .96 * pow(1.0 - facing, 4.0), bent = pow(1.0 - facing, 1.7);
      vec3 around = reflectedLight.indirectDiffuse * 1.5, glint = reflectedLight.directSpecular;
      vec3 through = textureCube(envMap, envMapRotation * vec3(flipEnvMap * within.x, within.yz)).rgb * around;
      vec3 glass = mix(mix(around * .8, through, .75), envColor.rgb * around / max(diffuseColor.rgb, .2), mirrored);
      float veil = mix(body, .72, bent);
      veil = max(max(veil, mirrored * .9), min(1.0, max(glint.r, max(glint.g, glint.b))));
      outgoingLight = mix(outgoingLight, glass + glint / veil + totalEmissiveRadiance, clear);
      diffuseColor.a *= mix(1.0, veil, clear);`, "envmap_fragment");
  };
  material.customProgramCacheKey = () => (isLitThrough ? "half clear" : "glass");
}

/** From here on what is behind is seen through it. */
const glassFrom = .1;

function convert(from: MeshStandardMaterial): MeshPhongMaterial {
  const { metalness, roughness, color } = from, transmission = from instanceof MeshPhysicalMaterial ? from.transmission : 0, isGlass = transmission > glassFrom;
  const plain = new MeshPhongMaterial({
    // Of a metal without reflections the highlight alone would be seen.
    color: color.clone().multiplyScalar(1 - .3 * metalness), map: from.map, vertexColors: from.vertexColors, side: from.side, flatShading: from.flatShading,
    emissive: from.emissive, emissiveMap: from.emissiveMap, emissiveIntensity: from.emissiveIntensity,
    transparent: from.transparent || isGlass, opacity: from.opacity, alphaTest: from.alphaTest, depthWrite: from.depthWrite && !isGlass,
    ...(isGlass ? { envMap: roomTexture(), combine: MultiplyOperation, reflectivity: 0 } : metalness >= metalFrom ? { envMap: roomTexture(), combine: MultiplyOperation, reflectivity: .95 - .6 * roughness } : {}),
    specular: white.clone().multiplyScalar(.04).lerp(color, metalness).multiplyScalar(1 - roughness * .8), shininess: Math.min(400, Math.max(1, 2 / Math.max(.05, roughness) ** 4 - 2)),
  });
  if (isStrewn(from)) lightFromAbove(plain);
  else if (isGlass) addGlass(plain, transmission, isHalfClear(from));
  else if (metalness >= metalFrom) addMirror(plain, roughness);
  else addSheen(plain, roughness, isWater(from));
  return plain;
}

/** The same one each time. */
export function plainOf(material: Material): Material {
  if (!(material instanceof MeshStandardMaterial)) return material;
  const plain = made.get(material) ?? convert(material);
  made.set(material, plain);
  return plain;
}
