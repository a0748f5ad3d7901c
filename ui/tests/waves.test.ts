import { BoxGeometry, Group, Mesh, MeshPhysicalMaterial, MeshPhongMaterial, ShaderLib } from "three";
import { expect, test } from "vitest";
import { dress } from "../app/viewport/dress";
import { isWater, turnWaves } from "../app/viewport/waves";

const water = () => new MeshPhysicalMaterial({ ior: 1.33, roughness: .04, clearcoat: 1 });

test("open water is told from glass, paint and metal", () => {
  const of = (look: object) => isWater(new MeshPhysicalMaterial({ ior: 1.33, roughness: .04, ...look }));
  expect([of({}), of({ transmission: 1 }), of({ ior: 1.5 }), of({ roughness: .4 }), of({ metalness: 1 })]).toEqual([true, false, false, false, false]);
});

test("it has waves, with a card and without, and mirrors the sky once", () => {
  for (const isLight of [false, true]) {
    const root = new Group(), sea = new Mesh(new BoxGeometry(), water());
    root.add(sea);
    for (let i = 0; i < 2; i++) dress(root, { sun: 1, isStudio: true }, isLight);
    const worn = sea.material as MeshPhysicalMaterial | MeshPhongMaterial, shader = { fragmentShader: ShaderLib[isLight ? "phong" : "physical"].fragmentShader, uniforms: {} };
    worn.onBeforeCompile(shader as never, null as never);
    expect(shader.fragmentShader).toContain("float lies");
    expect(shader.fragmentShader.split("slope +=").length - 1).toBe(isLight ? 0 : 5); // a processor draws no single ones
    expect(worn.customProgramCacheKey()).toMatch(/waves/);
    if (!isLight) expect((worn as MeshPhysicalMaterial).clearcoat).toBe(0);
  }
});

test("three.js still has the place where waves are put", () => {
  for (const { fragmentShader } of [ShaderLib.physical, ShaderLib.phong]) expect(() => turnWaves(fragmentShader, false)).not.toThrow();
});
