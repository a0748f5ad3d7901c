import { ShaderChunk } from "three";
import { expect, test } from "vitest";
import "../app/viewport/tone";

test("the library still has a place for the curve of films", () => {
  const chunk = ShaderChunk.tonemapping_pars_fragment;
  expect(chunk).toContain("vec3(1.42)");
  expect(chunk.match(/vec3 CustomToneMapping\(/g)).toHaveLength(1);
  expect(chunk.split("{").length).toBe(chunk.split("}").length);
});
