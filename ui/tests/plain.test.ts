import type { Material, MeshPhongMaterial } from "three";
import { BufferGeometry, DoubleSide, Mesh, MeshPhysicalMaterial, MeshStandardMaterial } from "three";
import { expect, test } from "vitest";
import { ownMaterial } from "../app/viewport/dress";
import { plainOf } from "../app/viewport/plain";

const plain = (metalness: number, roughness = .3) => plainOf(new MeshStandardMaterial({ metalness, roughness })) as MeshPhongMaterial;

test("metals mirror one room, the smooth ones more of it; nothing else does", () => {
  expect(plain(0).envMap).toBeNull();
  expect(plain(1).envMap).not.toBeNull();
  expect(plain(1).envMap).toBe(plain(.8).envMap);
  expect(plain(1, .1).reflectivity).toBeGreaterThan(plain(1, .8).reflectivity);
});

test("a material becomes the same plain one each time", () => {
  const gold = new MeshStandardMaterial({ metalness: 1 });
  expect(plainOf(gold)).toBe(plainOf(gold));
});

test("smooth paint mirrors the sky from the side, dull paint does not", () => {
  const changed = (material: MeshPhongMaterial) => {
    const shader = { uniforms: {} as Record<string, unknown>, fragmentShader: "#include <fog_fragment>", vertexShader: "" };
    material.onBeforeCompile(shader as never, null as never);
    return shader;
  };
  expect(changed(plain(0, .1)).uniforms["gloss"]).toBeDefined();
  expect(changed(plain(0, 1)).uniforms["gloss"]).toBeUndefined();
});

test("what is strewn takes the light from above, on both sides; leaves, cloth and painted things their own", () => {
  const changed = (given: object) => {
    const shader = { uniforms: {}, fragmentShader: "#include <normal_fragment_begin>#include <fog_fragment>", vertexShader: "" };
    (plainOf(new MeshStandardMaterial({ roughness: 1, ...given })) as MeshPhongMaterial).onBeforeCompile(shader as never, null as never);
    return shader.fragmentShader.includes("normal =");
  };
  expect(changed({ vertexColors: true, side: DoubleSide })).toBe(true);
  expect(changed({ side: DoubleSide })).toBe(false);
  expect(changed({ vertexColors: true })).toBe(false);
});

test("glass is looked through, and half clear things half; what is hardly clear is not", () => {
  const glass = (transmission: number, color = "#ffffff") => {
    const shader = { uniforms: {} as Record<string, { value: number }>, fragmentShader: "#include <envmap_fragment>#include <fog_fragment>", vertexShader: "" }, material = plainOf(new MeshPhysicalMaterial({ transmission, color, roughness: 0 })) as MeshPhongMaterial;
    material.onBeforeCompile(shader as never, null as never);
    return { material, ...shader.uniforms } as { material: MeshPhongMaterial; clear?: { value: number }; body?: { value: number } };
  };
  expect(glass(1).material).toMatchObject({ transparent: true, depthWrite: false });
  expect(glass(.6).clear?.value).toBe(.6);
  expect(glass(.05).material.transparent).toBe(false);
  expect(glass(1, "#204080").body?.value).toBeGreaterThan(glass(1).body?.value ?? 1);
});

test("light that falls on the far side of wax comes through it, with a card and without; through clear glass one sees instead", () => {
  const compiled = (material: Material) => {
    const shader = { uniforms: {} as Record<string, { value: number }>, fragmentShader: "#include <lights_phong_pars_fragment>#include <lights_physical_pars_fragment>#include <envmap_fragment>#include <fog_fragment>", vertexShader: "" };
    material.onBeforeCompile(shader as never, null as never);
    return [shader.uniforms["litThrough"]?.value, shader.fragmentShader.includes("max( dotNL, litThrough )")];
  };
  for (const isLight of [true, false]) {
    const worn = (transmission: number) => ownMaterial(new Mesh(new BufferGeometry(), new MeshPhysicalMaterial({ transmission })), isLight) as Material;
    expect(compiled(worn(.25))).toEqual([.25, true]);
    expect(compiled(worn(1))).toEqual([undefined, false]);
  }
});
