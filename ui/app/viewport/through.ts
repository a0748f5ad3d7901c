// What is half clear, as wax and jelly: light that falls on its far side goes through it. Without that a candle would be grey below its flame.
import type { Material, WebGLProgramParametersWithUniforms } from "three";
import { MeshPhysicalMaterial, ShaderChunk } from "three";
import { swapped } from "./chunks";

/** Clearer things show what is behind them instead, those that are less clear are not seen to be. */
const from = .1, to = .6;

export const isHalfClear = (material: Material): material is MeshPhysicalMaterial => material instanceof MeshPhysicalMaterial && material.transmission > from && material.transmission < to;

type Kind = "phong" | "physical";
const partOf = (kind: Kind) => `lights_${kind}_pars_fragment` as const;

/** Its far side has so much of the light that its near side would have. */
export function lightThrough(shader: Pick<WebGLProgramParametersWithUniforms, "uniforms" | "fragmentShader">, kind: Kind, transmission: number): void {
  const part = partOf(kind), lines = swapped(ShaderChunk[part], "reflectedLight.directDiffuse += irradiance *", "reflectedLight.directDiffuse += max( dotNL, litThrough ) * directLight.color *", `diffuse light in ${part}`);
  shader.uniforms["litThrough"] = { value: transmission };
  shader.fragmentShader = swapped(shader.fragmentShader, `#include <${part}>`, `uniform float litThrough;\n${lines}`, part);
}

/** As a card draws it. */
export function clearHalf(material: MeshPhysicalMaterial): void {
  material.onBeforeCompile = (shader) => lightThrough(shader, "physical", material.transmission);
  material.customProgramCacheKey = () => "half clear";
}
