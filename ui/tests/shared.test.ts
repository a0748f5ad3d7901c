import { describe, expect, it } from "vitest";
import { toApi } from "../flow/api";
import type { Graph } from "../flow/graph";
import { changeNode, copyPart, emptyGraph, newNode, paste, removeNodes, setValue, valueOf } from "../flow/graph";
import type { RawGraph } from "../flow/litegraph";
import { TooLarge, fromLitegraph, toLitegraph } from "../flow/litegraph";
import { readNodeTables } from "../flow/nodes";
import { apart, makeOwn, placesOf, unify } from "../flow/shared";
import { at, changeAt, promote, wrap } from "../flow/subgraph";

const tables = readNodeTables({
  Source: { input: { required: { width: ["INT", { default: 64 }] } }, output: ["IMAGE"], output_name: ["image"] },
  Blur: { input: { required: { image: ["IMAGE"], radius: ["INT", { default: 1 }], sigma: ["FLOAT", { default: 1 }] } }, output: ["IMAGE"], output_name: ["image"] },
  Save: { input: { required: { image: ["IMAGE"] } }, output_node: true },
});

const definition = {
  id: "0f1d2c3b-aaaa-4bbb-8ccc-111122223333", name: "Soften", inputs: [{ name: "image", type: "IMAGE" }, { name: "radius", type: "INT" }], outputs: [{ name: "image", type: "IMAGE" }],
  nodes: [{ id: 5, type: "Blur", inputs: [{ name: "image", type: "IMAGE" }, { name: "radius", type: "INT", widget: { name: "radius" } }], outputs: [{ name: "image", type: "IMAGE" }], widgets_values: [1, 2] }],
  links: [{ id: 1, origin_id: -10, origin_slot: 0, target_id: 5, target_slot: 0, type: "IMAGE" }, { id: 2, origin_id: -10, origin_slot: 1, target_id: 5, target_slot: 1, type: "INT" }, { id: 3, origin_id: 5, origin_slot: 0, target_id: -20, target_slot: 0, type: "IMAGE" }],
};
const instance = (id: number, radius: number) => ({ id, type: definition.id, inputs: [{ name: "image", type: "IMAGE" }, { name: "radius", type: "INT", widget: { name: "radius" } }], outputs: [{ name: "image", type: "IMAGE" }], widgets_values: [radius] });

/** Source, two softenings in a row with a radius of their own, Save: as ComfyUI keeps it. */
const file = () => ({
  nodes: [{ id: 1, type: "Source", outputs: [{ name: "image", type: "IMAGE" }], widgets_values: [64] }, instance(2, 3), instance(3, 7), { id: 4, type: "Save", inputs: [{ name: "image", type: "IMAGE" }] }],
  links: [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"], [3, 3, 0, 4, 0, "IMAGE"]], definitions: { subgraphs: [definition] },
}) as unknown as RawGraph;
const read = () => fromLitegraph(file(), tables);
const blurs = (graph: Graph) => Object.fromEntries(Object.entries(toApi(graph, tables)).filter(([, n]) => n.class_type === "Blur").map(([id, n]) => [id, [n.inputs["radius"], n.inputs["sigma"]]]));

describe("a sub-graph in several places", () => {
  it("is read from one definition and written as one, each place with its own values", () => {
    const graph = read(), out = toLitegraph(graph, tables);
    expect(blurs(graph)).toEqual({ "2:5": [3, 2], "3:5": [7, 2] });
    expect(out.definitions?.subgraphs?.map((d) => d.id)).toEqual([definition.id]);
    expect(out.nodes.filter((n) => n.type === definition.id).map((n) => n.widgets_values)).toEqual([[3], [7]]);
    expect(blurs(fromLitegraph(JSON.parse(JSON.stringify(out)), tables))).toEqual(blurs(graph));
  });
  it("changes in all of them when it is changed in one, without what each place set itself", () => {
    const graph = changeAt(read(), ["3"], (g) => setValue(g, "5", "sigma", 9));
    expect(blurs(graph)).toEqual({ "2:5": [3, 9], "3:5": [7, 9] });
    expect(blurs(setValue(graph, "2", "radius", 4))).toEqual({ "2:5": [4, 9], "3:5": [7, 9] });
  });
  it("loses its sockets and their wires in all of them when the node behind goes", () => {
    const graph = changeAt(read(), ["2"], (g) => removeNodes(g, new Set(["5"])));
    expect([graph.nodes["2"]?.inner?.inputs, graph.nodes["3"]?.inner?.outputs, graph.wires]).toEqual([[], [], []]);
  });
  it("shows a widget outside in all of them", () => {
    const graph = promote(read(), ["2"], "5", { name: "sigma", type: "FLOAT" }), node = graph.nodes["3"];
    expect([node?.inner?.inputs.map((p) => p.name), node && valueOf(node, "sigma")]).toEqual([["image", "radius", "sigma"], 2]);
    expect(blurs(setValue(graph, "3", "sigma", 5))).toEqual({ "2:5": [3, 2], "3:5": [7, 5] });
  });
  it("stands in one more place as a copy, until it is made its own", () => {
    const graph = read(), { graph: more, ids } = paste(graph, copyPart(graph, new Set(["2"])), 9, 9), [id = ""] = ids;
    expect(placesOf(more, definition.id)).toBe(3);
    const apart = changeAt(makeOwn(more, id), [id], (g) => setValue(g, "5", "sigma", 9));
    expect([placesOf(apart, definition.id), apart.nodes[id]?.inner?.graph.nodes["5"]?.values["sigma"], apart.nodes["2"]?.inner?.graph.nodes["5"]?.values["sigma"]]).toEqual([2, 9, 2]);
    expect(toLitegraph(apart, tables).definitions?.subgraphs).toHaveLength(2);
  });
  it("is one within others, too", () => {
    const outer = wrap(read(), new Set(["2"]), tables, "Outer"), graph = outer?.graph ?? emptyGraph, id = outer?.id ?? "";
    expect([placesOf(graph, definition.id), toLitegraph(graph, tables).definitions?.subgraphs?.length]).toEqual([2, 2]);
    const changed = changeAt(graph, [id, "2"], (g) => setValue(g, "5", "sigma", 9));
    expect(blurs(changed)).toEqual({ [`${id}:2:5`]: [3, 9], "3:5": [7, 9] });
    expect(blurs(changeAt(changed, ["3"], (g) => setValue(g, "5", "sigma", 8)))).toEqual({ [`${id}:2:5`]: [3, 8], "3:5": [7, 8] });
    expect(at(changed, [id, "2"])?.nodes["5"]?.type).toBe("Blur");
  });
  it("becomes equal everywhere after a change from outside", () => {
    const graph = read(), node = graph.nodes["2"], inner = node?.inner;
    const odd = inner ? changeNode(graph, "2", { inner: { ...inner, graph: setValue(inner.graph, "5", "sigma", 6) } }) : graph;
    expect(blurs(unify(odd))).toEqual({ "2:5": [3, 6], "3:5": [7, 6] });
    expect(unify(emptyGraph)).toBe(emptyGraph);
  });
  it("keeps away from another version of itself that is pasted", () => {
    const graph = read(), newer = changeAt(read(), ["2"], (g) => setValue(g, "5", "sigma", 9)), part = (g: Graph) => copyPart(g, new Set(["2"]));
    expect(apart(part(graph), graph).nodes["2"]?.inner?.id).toBe(definition.id);
    expect(apart(part(setValue(graph, "2", "radius", 50)), graph).nodes["2"]?.inner?.id).toBe(definition.id);
    expect(apart(part(newer), graph).nodes["2"]?.inner?.id).not.toBe(definition.id);
  });
  it("has an end when a file lets it stand within itself, and a limit when it grows beyond all measure", () => {
    const own = file();
    own.definitions?.subgraphs?.[0]?.nodes.push(instance(9, 1) as never);
    expect(fromLitegraph(own, tables).nodes["2"]?.inner?.graph.nodes["9"]?.inner).toBeUndefined();
    const levels = Array.from({ length: 30 }, (_, i) => ({ ...definition, id: `d${i}`, links: [], inputs: [], outputs: [], nodes: [1, 2].map((id) => ({ id, type: `d${i + 1}` })) }));
    expect(() => fromLitegraph({ nodes: [{ id: 1, type: "d0" }], links: [], definitions: { subgraphs: levels } } as never, tables)).toThrow(TooLarge);
  });
  it("is told apart from a node that was wrapped by hand", () => {
    const source = newNode("1", tables.get("Source") as never, 0, 0), one = wrap({ ...emptyGraph, nodes: { 1: source } }, new Set(["1"]), tables, "A"), two = wrap({ ...emptyGraph, nodes: { 1: source } }, new Set(["1"]), tables, "A");
    expect(one?.graph.nodes[one.id]?.inner?.id).not.toBe(two?.graph.nodes[two.id]?.inner?.id);
  });
});
