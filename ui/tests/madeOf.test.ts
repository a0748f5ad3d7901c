import { describe, expect, it } from "vitest";
import { modelsOf, seedOf } from "../flow/madeOf";

const node = (inputs: Record<string, never>) => ({ class_type: "Any", inputs });

describe("how a work was made", () => {
  const graph = { 1: node({ seed: 3, text: "a model.safetensors of a house" } as never), 2: node({ ckpt_name: "sd/v1-5.safetensors", seed: ["1", 0] } as never), 3: node({ noise_seed: 7, lora_name: "ink.safetensors" } as never), 4: node({ ckpt_name: "sd/v1-5.safetensors" } as never) };
  it("has the last seed that is a number, and the models, each once", () => {
    expect([seedOf(graph), modelsOf(graph)]).toEqual([7, ["sd/v1-5.safetensors", "ink.safetensors"]]);
  });
  it("may have none", () => {
    expect([seedOf({}), modelsOf({})]).toEqual([null, []]);
  });
});
