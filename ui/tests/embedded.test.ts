import { describe, expect, it } from "vitest";
import { balanced, findWorkflow } from "../flow/embedded";

const prompt = { 1: { class_type: "SaveImage", inputs: { name: "a \"quoted\" } brace" } } };
const encode = (text: string) => new TextEncoder().encode(text);

function join(...parts: (Uint8Array | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((p) => [...p]));
}

function size32(n: number): number[] {
  return [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
}

function pngWith(key: string, text: string): Uint8Array {
  const data = join(encode(key), [0], encode(text));
  return join([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], size32(data.length), encode("tEXt"), data, [0, 0, 0, 0]);
}

describe("a workflow is found in", () => {
  it("a PNG", () => expect(findWorkflow(pngWith("prompt", JSON.stringify(prompt))).prompt).toEqual(prompt));
  it("a WebP's EXIF", () => {
    const body = encode(`junk prompt:${JSON.stringify(prompt)}\0`);
    expect(findWorkflow(join(encode("RIFF"), [0, 0, 0, 0], encode("WEBP"), body)).prompt).toEqual(prompt);
  });
  it("an MP4", () => {
    const body = encode(`....moov....data prompt ${JSON.stringify(prompt)} ....`);
    expect(findWorkflow(join([0, 0, 0, 24], encode("ftypisom"), body)).prompt).toEqual(prompt);
  });
  it("a GLB", () => {
    const json = encode(JSON.stringify({ asset: { version: "2.0", extras: { prompt } } }));
    const length = [json.length & 255, json.length >>> 8, 0, 0];
    expect(findWorkflow(join(encode("glTF"), [2, 0, 0, 0], [0, 0, 0, 0], length, encode("JSON"), json)).prompt).toEqual(prompt);
  });
  it("JSON of both kinds, also with NaN as ComfyUI writes it", () => {
    expect(findWorkflow(encode(JSON.stringify(prompt))).prompt).toEqual(prompt);
    expect(findWorkflow(encode('{"nodes":[{"id":1,"x":NaN}],"links":[]}')).workflow).toEqual({ nodes: [{ id: 1, x: null }], links: [] });
  });
  it("a template, with what it asks for beside its graph", () => {
    expect(findWorkflow(encode(JSON.stringify({ name: "Title card", inputs: [], graph: prompt }))).prompt).toEqual(prompt);
    expect(findWorkflow(encode(JSON.stringify({ graph: { nodes: [], links: [] } }))).workflow).toEqual({ nodes: [], links: [] });
  });
});

describe("files without one, or damaged ones", () => {
  it("give nothing and do not fail", () => {
    for (const bytes of [new Uint8Array(), encode("hello"), pngWith("prompt", "{broken"), pngWith("prompt", "{}").subarray(0, 15), encode("glTF"), encode("RIFF....WEBP")])
      expect(findWorkflow(bytes).workflow).toBeNull();
  });
  it("are cut at a length that lies", () => {
    const png = pngWith("prompt", JSON.stringify(prompt));
    png[8] = 0x7f;
    expect(findWorkflow(png).prompt).toBeNull();
  });
  it("a bracket in a string is no bracket", () => expect(balanced('x {"a":"}"} y', 2)).toBe('{"a":"}"}'));
});
