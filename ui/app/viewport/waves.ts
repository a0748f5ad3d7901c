// Open water: a flat mirror would be as white as the horizon, where films have waves that turn some of it to the eye and to the sky above.
import type { Material } from "three";
import { MeshPhysicalMaterial } from "three";
import { swapped } from "./chunks";

const ior = 1.33, smoothest = .1;

/** What is seen into and not through. */
export const isWater = (material: Material) => material instanceof MeshPhysicalMaterial && Math.abs(material.ior - ior) < .01 && material.roughness < smoothest && material.transmission === 0 && material.metalness === 0;

/** Ways, lengths in metres and slopes of waves that lie over each other. */
const waves = [[.83, .56, 2.9, .075], [-.38, .92, 1.7, .06], [.97, -.26, 1.1, .055], [.2, -.98, .73, .05], [-.77, -.64, .47, .045]] as const;

/** One is seen where a point of the picture is much smaller than it is. */
const wave = ([x, z, length, slope]: (typeof waves)[number], i: number) => `
    slope += vec2(${x}, ${z}) * ${slope} * cos(dot(vec2(${x}, ${z}), bent) * ${(2 * Math.PI / length).toFixed(4)} + ${(i * 1.7).toFixed(1)}) * (1.0 - smoothstep(.15, .5, point / ${length.toFixed(2)}));`;

/** Towards the eye: of waves from afar one sees the near sides alone. */
const turned = .13;

/** Of what lies flat; what falls has its own shape. `isPlain`: a processor draws no single waves. */
export function turnWaves(fragment: string, isPlain: boolean): string {
  return swapped(fragment, "#include <normal_fragment_maps>", `
    #include <normal_fragment_maps>
    {
      vec3 up = (viewMatrix * vec4(0.0, 1.0, 0.0, 0.0)).xyz;
      float lies = smoothstep(.8, .97, dot(normal, up));
      vec2 off = (transpose(mat3(viewMatrix)) * vViewPosition).xz, slope = ${turned} * off / max(.001, length(vViewPosition));
      ${isPlain ? "" : `vec2 place = cameraPosition.xz - off, bent = place + .5 * sin(place.yx * .9 + vec2(.0, 1.3)) + .25 * sin(place.yx * 2.3);
      float point = length(fwidth(place));${waves.map(wave).join("")}`}
      normal = normalize(mix(normal, (viewMatrix * vec4(normalize(vec3(slope.x, 1.0, slope.y)), 0.0)).xyz, lies));
    }`, "normal_fragment_maps");
}

/** Asked again, it changes nothing. */
export function makeWaves(material: MeshPhysicalMaterial): void {
  material.clearcoat = 0; // it would mirror all of it once more, and flat
  material.onBeforeCompile = (shader) => { shader.fragmentShader = turnWaves(shader.fragmentShader, false); };
  material.customProgramCacheKey = () => "waves";
}
