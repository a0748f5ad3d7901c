import { ShaderChunk, ShaderLib } from "three";
import { MeshPhysicalMaterial, MeshStandardMaterial } from "three";
import { expect, test } from "vitest";
import { swapped } from "../app/viewport/chunks";
import "../app/viewport/lamps";
import { lightFromAbove, plainOf } from "../app/viewport/plain";
import "../app/viewport/tone";

test("our own lines are in three's shaders once, and a place that three has no more is said by name", () => {
  expect(swapped("a b c", "b", "$& own", "b")).toBe("a $& own c");
  expect(swapped("a $& own c", "b", "$& own", "b")).toBe("a $& own c");
  expect(() => swapped("a c", "b", "own", "loop over lamps")).toThrow("loop over lamps");
});

test("lamps are passed by where they are dark, in one loop, and light is shown through the curve of films", () => {
  expect(ShaderChunk.lights_fragment_begin).toContain("if ( pointLight.color == vec3( 0.0 ) ) continue;");
  expect(ShaderChunk.lights_fragment_begin.match(/i < NUM_POINT_LIGHTS/g)).toHaveLength(1);
  expect(ShaderChunk.tonemapping_pars_fragment).toContain("pow(c, vec3(1.42))");
});

test("plain paint, metals, glass and blades find their places in three's shader", () => {
  const glass = new MeshPhysicalMaterial({ transmission: 1, roughness: 0 }), metal = new MeshStandardMaterial({ metalness: 1, roughness: .2 }), paint = new MeshStandardMaterial({ roughness: .3 }), blades = new MeshStandardMaterial();
  lightFromAbove(blades);
  for (const material of [...[glass, metal, paint].map(plainOf), blades]) {
    const shader = { uniforms: {}, vertexShader: "", fragmentShader: ShaderLib.phong.fragmentShader };
    material.onBeforeCompile(shader as never, null as never);
    expect(shader.fragmentShader).not.toBe(ShaderLib.phong.fragmentShader);
  }
});
