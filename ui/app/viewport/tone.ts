// The viewport shows light as films do: the same curve, so that paint, flames and lamps have the same colours (src/render/tone.c).
import { CustomToneMapping, ShaderChunk } from "three";
import { swapped } from "./chunks";

const own = `
vec3 CustomToneMapping( vec3 color ) {
  const vec3 weights = vec3(.2126, .7152, .0722);
  vec3 c = color * toneMappingExposure;
  c = max(mix(c, vec3(dot(c, weights)), .2), 0.0);
  vec3 p = pow(c, vec3(1.42)), y = p / (p + .399);
  return saturate(mix(vec3(dot(y, weights)), y, 1.0 / .83));
}`;

ShaderChunk.tonemapping_pars_fragment = swapped(ShaderChunk.tonemapping_pars_fragment, /vec3 CustomToneMapping\([^}]*\}/, own, "CustomToneMapping (tonemapping_pars_fragment)");

export const filmTone = CustomToneMapping;
