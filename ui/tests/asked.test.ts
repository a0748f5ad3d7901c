import { describe, expect, it } from "vitest";
import { fromApi } from "../flow/api";
import type { Asked } from "../flow/asked";
import { answered, firstAnswer, given, tableOf } from "../flow/asked";
import { clampNumber } from "../app/graph/widgets/NumberWidget";
import bridge from "../app/words/bridge.de.json";

interface Template { graph: never; inputs: Asked[] }

const templates = Object.values(import.meta.glob<Template>("../../workflows/*.json", { eager: true, import: "default" }));
const plain = { label: "Label", said: (option: string) => option };

describe("what a workflow asks for", () => {
  it("goes to nodes that are there", () => {
    for (const { graph, inputs } of templates)
      for (const { node, also = [] } of inputs)
        for (const at of [{ node }, ...also]) expect(fromApi(graph).nodes).toHaveProperty([at.node]);
  });
  it("gets its answers where the workflow has its values, also where several share one", () => {
    const film = templates.find((i) => i.inputs.some((input) => input.also)) as (typeof templates)[number];
    const shared = film.inputs.find((i) => i.also) as Asked, graph = answered(fromApi(film.graph), film.inputs, { [shared.name]: 5 });
    expect([shared, ...(shared.also ?? [])].map(({ node, field }) => graph.nodes[node]?.values[field])).toEqual([5, ...(shared.also ?? []).map(() => 5)]);
  });
  it("is left to the workflow where nothing was answered", () => {
    const color: Asked = { name: "color", node: "1", field: "color", type: "color" }, text: Asked = { name: "text", node: "1", field: "text", type: "string", default: "Miktos" };
    expect(given([color, text], { color: "", text: "" })).toEqual({ text: "" });
    expect(firstAnswer({ name: "model", node: "1", field: "ckpt_name", type: "model" }, ["a.safetensors"])).toBe("a.safetensors");
  });
  it("has a control with its limits, and choices that stand for values", () => {
    const seconds = tableOf({ name: "seconds", node: "1", field: "seconds", type: "number", minimum: 1, maximum: 60, step: .5 }, [], plain);
    expect([clampNumber("90", seconds), clampNumber("0.2", seconds)]).toEqual([60, 1]);
    const ground = tableOf({ name: "ground", node: "1", field: "surface", type: "choice" }, ["sand"], { label: "Boden", said: () => "Sand" });
    expect([ground.name, ground.options, ground.values]).toEqual(["Boden", ["Sand"], ["sand"]]);
  });
  it("is said in German, with its help and its choices", () => {
    const asked: Record<string, string> = bridge.asked, known = new Set(Object.values(bridge.values).flatMap((names) => Object.keys(names)));
    for (const { inputs } of templates)
      for (const { label, help, choices = [] } of inputs) {
        expect(asked).toHaveProperty([label ?? ""]);
        if (help) expect(asked).toHaveProperty([help]);
        for (const choice of choices) expect(choice === "" || choice in asked || known.has(choice), choice).toBe(true);
      }
  });
});
