import { MeshPhongMaterial, MeshStandardMaterial } from "three";
import { expect, test } from "vitest";
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
