// What a workflow in the API form says of how a work was made.
import type { ApiGraph } from "./api";

/** The seed of the last node that has one: what is drawn is decided there. */
export function seedOf(graph: ApiGraph): number | null {
  for (const node of Object.values(graph).reverse())
    for (const name of ["seed", "noise_seed"]) {
      const seed = node.inputs[name];
      if (typeof seed === "number") return seed;
    }
  return null;
}

const modelFile = /\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)$/i;

/** Files of models that its nodes load, each once. */
export function modelsOf(graph: ApiGraph): string[] {
  const texts = Object.values(graph).flatMap((node) => Object.values(node.inputs)).filter((value): value is string => typeof value === "string");
  return [...new Set(texts.filter((text) => modelFile.test(text)))];
}
