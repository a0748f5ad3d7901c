// Shaders know how many lights there are, and are made anew for another number, which takes seconds where no card draws. So every scene
// has a sun, and lamps in eights; those that it has no use for are dark, and cost next to nothing.
import type { Object3D } from "three";
import { DirectionalLight, PointLight, ShaderChunk } from "three";
import { swapped } from "./chunks";

/** Lamps of a scene are a multiple of it. */
export const lampStep = 8;

/** One loop, however many there are, which passes by those that are dark; lamps throw no shadows here. */
const loop = `
	for ( int i = 0; i < NUM_POINT_LIGHTS; i ++ ) {
		pointLight = pointLights[ i ];
		if ( pointLight.color == vec3( 0.0 ) ) continue;
		getPointLightInfo( pointLight, geometryPosition, directLight );
		RE_Direct( directLight, geometryPosition, geometryNormal, geometryViewDir, geometryClearcoatNormal, material, reflectedLight );
	}`;

ShaderChunk.lights_fragment_begin = swapped(ShaderChunk.lights_fragment_begin, /#pragma unroll_loop_start\s+for \( int i = 0; i < NUM_POINT_LIGHTS;[\s\S]*?#pragma unroll_loop_end/, loop, "loop over lamps (lights_fragment_begin)");

/** Asked again, it changes nothing. */
export function evenLights(root: Object3D): void {
  let suns = 0, lamps = 0;
  root.traverse((o) => {
    if (o instanceof DirectionalLight) suns++;
    if (o instanceof PointLight) lamps++;
  });
  if (!suns) root.add(new DirectionalLight(0, 0));
  const missing = Math.ceil(Math.max(1, lamps) / lampStep) * lampStep - lamps;
  for (let i = 0; i < missing; i++) root.add(new PointLight(0, 0));
}
