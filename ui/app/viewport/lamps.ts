// Shaders know how many lights there are, and are made anew for another number, which takes seconds where no card draws. So every scene
// has a sun, and lamps in eights; those that it has no use for come last, and the loop over them ends at the first.
import type { Object3D } from "three";
import { DirectionalLight, PointLight, ShaderChunk } from "three";
import { swapped } from "./chunks";

/** Lamps of a scene are a multiple of it. */
export const lampStep = 8;

/** What no lamp's light reaches: it is none. */
const ofNone = -1;

/** One loop, however many there are, which passes by those that are dark; lamps throw no shadows here. A processor does all that it passes by at each
 *  point of the picture: eight lamps that are none took longer than all the rest. */
const loop = `
	for ( int i = 0; i < NUM_POINT_LIGHTS; i ++ ) {
		if ( pointLights[ i ].distance < 0.0 ) break;
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
  for (let i = 0; i < missing; i++) root.add(new PointLight(0, 0, ofNone));
}
