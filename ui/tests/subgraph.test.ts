import { describe, expect, it } from "vitest";
import { fromApi, toApi } from "../flow/api";
import { fromLitegraph, toLitegraph } from "../flow/litegraph";
import { canConnect, connect, removeNodes, setValue, tableOf, valueOf } from "../flow/graph";
import { readNodeTables, rerouteTable } from "../flow/nodes";
import { at, changeAt, flatten, promote, reachable, unwrap, wrap } from "../flow/subgraph";

const tables = readNodeTables({
  Source: { input: { required: {} }, output: ["IMAGE"], output_name: ["image"] },
  Filter: { input: { required: { image: ["IMAGE"], amount: ["FLOAT", { default: 1, min: 0, max: 2 }] } }, output: ["IMAGE"], output_name: ["image"] },
  Save: { input: { required: { image: ["IMAGE"] } }, output: [], output_node: true },
}).set("Reroute", rerouteTable);

const chain = () => fromApi({
  1: { class_type: "Source", inputs: {} },
  2: { class_type: "Filter", inputs: { image: ["1", 0], amount: 1 } },
  3: { class_type: "Filter", inputs: { image: ["2", 0], amount: 2 } },
  4: { class_type: "Save", inputs: { image: ["3", 0] } },
});

describe("a sub-graph", () => {
  const wrapped = wrap(chain(), new Set(["2", "3"]), tables, "Two filters");
  it("takes the place of its nodes, with a socket for each wire that crossed its border", () => {
    const node = wrapped && wrapped.graph.nodes[wrapped.id];
    expect(Object.keys(wrapped?.graph.nodes ?? {})).toHaveLength(3);
    expect(node?.inner?.inputs.map((p) => [p.name, p.type])).toEqual([["image", "IMAGE"]]);
    expect(node?.inner?.outputs.map((p) => p.type)).toEqual(["IMAGE"]);
  });
  it("runs as if it were flat", () => {
    const api = toApi(wrapped!.graph, tables);
    expect(Object.values(api).map((n) => n.class_type).sort()).toEqual(["Filter", "Filter", "Save", "Source"]);
    const save = Object.values(api).find((n) => n.class_type === "Save");
    const link = save?.inputs["image"] as [string, number];
    expect(api[link[0]]?.inputs["amount"]).toBe(2);
    expect(link[0]).toContain(":");
  });
  it("becomes its nodes again with all wires", () => {
    const opened = unwrap(wrapped!.graph, wrapped!.id).graph;
    expect(opened.wires).toHaveLength(3);
    expect(Object.values(toApi(opened, tables))).toHaveLength(4);
  });
  it("can hold another one, and is edited by its path", () => {
    const inner = at(wrapped!.graph, [wrapped!.id])!, deeper = wrap(inner, new Set(["3"]), tables, "Inner")!;
    const nested = changeAt(wrapped!.graph, [wrapped!.id], () => deeper.graph);
    expect(Object.values(flatten(nested).nodes).filter((n) => n.type === "Filter")).toHaveLength(2);
    expect(at(nested, [wrapped!.id, deeper.id])?.nodes["3"]?.type).toBe("Filter");
  });
  it("checks types at its border", () => {
    const { graph, id } = wrapped!;
    expect(canConnect(graph, tables, { from: "1", output: 0, to: id, input: "image" })).toBeNull();
    expect(canConnect(graph, tables, { from: id, output: 0, to: "1", input: "x" })).toBe("unknown");
  });
});

describe("a widget that is shown on its sub-graph", () => {
  const { graph, id } = wrap(chain(), new Set(["2", "3"]), tables, "Two filters")!, amount = tables.get("Filter")!.inputs[1]!;
  const shown = promote(graph, [id], "3", amount), name = "amount";
  it("has its table, is set inside, and runs so", () => {
    expect(tableOf(shown.nodes[id]!, tables)?.inputs.find((i) => i.name === name)).toMatchObject({ isWidget: true, min: 0, max: 2 });
    const set = setValue(shown, id, name, 1.5);
    expect(valueOf(set.nodes[id]!, name)).toBe(1.5);
    expect(toApi(set, tables)[`${id}:3`]?.inputs[name]).toBe(1.5);
  });
  it("takes a wire instead, and loses it when it is no longer shown", () => {
    const wired = connect(shown, { from: "1", output: 0, to: id, input: name });
    expect(toApi(wired, tables)[`${id}:3`]?.inputs[name]).toEqual(["1", 0]);
    expect(promote(wired, [id], "3", amount).wires.some((w) => w.input === name)).toBe(false);
  });
  it("goes into a file and comes back", () => {
    const back = fromLitegraph(JSON.parse(JSON.stringify(toLitegraph(setValue(shown, id, name, .25), tables))), tables), node = Object.values(back.nodes).find((n) => n.inner)!;
    expect(valueOf(node, name)).toBe(.25);
  });
});

describe("what is done inside a sub-graph", () => {
  const { graph, id } = wrap(chain(), new Set(["2", "3"]), tables, "Two filters")!;
  it("takes the sockets of what is removed away, with their wires", () => {
    const less = changeAt(graph, [id], (g) => removeNodes(g, new Set(["2"])));
    expect(less.nodes[id]?.inner?.inputs).toEqual([]);
    expect(less.wires).toEqual([{ from: id, output: 0, to: "4", input: "image" }]);
  });
  it("is run alone by its flat name, or with all inside", () => {
    expect(Object.keys(toApi(graph, tables, [`${id}:2`])).sort()).toEqual(["1", `${id}:2`]);
    expect(Object.keys(toApi(graph, tables, [id])).sort()).toEqual(["1", `${id}:2`, `${id}:3`]);
  });
  it("is left when it is no longer there", () => {
    expect(reachable(graph, [id])).toEqual([id]);
    expect(reachable(chain(), [id])).toEqual([]);
  });
});

describe("a sub-graph in a file", () => {
  it("comes back as it went out, also one within another", () => {
    const outer = wrap(chain(), new Set(["2", "3"]), tables, "Two filters")!;
    const back = fromLitegraph(JSON.parse(JSON.stringify(toLitegraph(outer.graph, tables))), tables);
    const node = Object.values(back.nodes).find((n) => n.inner);
    expect(node?.title).toBe("Two filters");
    expect(node?.inner?.inputs.map((p) => [p.name, p.node, p.socket])).toEqual([["image", "2", "image"]]);
    const before = Object.values(toApi(outer.graph, tables)), after = Object.values(toApi(back, tables));
    expect(after.map((n) => n.class_type).sort()).toEqual(before.map((n) => n.class_type).sort());
    expect(after.find((n) => n.class_type === "Save")?.inputs["image"]).toEqual(before.find((n) => n.class_type === "Save")?.inputs["image"]);
  });
  it("whose input leads to several sockets keeps all of them", () => {
    const raw = {
      nodes: [{ id: 1, type: "Source", outputs: [{ name: "image", type: "IMAGE" }] }, { id: 2, type: "uuid", inputs: [{ name: "in", type: "IMAGE" }] }],
      links: [[1, 1, 0, 2, 0, "IMAGE"]],
      definitions: { subgraphs: [{
        id: "uuid", name: "Both", inputs: [{ name: "in", type: "IMAGE" }], outputs: [],
        nodes: [{ id: 5, type: "Save", inputs: [{ name: "image", type: "IMAGE" }] }, { id: 6, type: "Save", inputs: [{ name: "image", type: "IMAGE" }] }],
        links: [{ id: 1, origin_id: -10, origin_slot: 0, target_id: 5, target_slot: 0, type: "IMAGE" }, { id: 2, origin_id: -10, origin_slot: 0, target_id: 6, target_slot: 0, type: "IMAGE" }],
      }] },
    };
    const api = toApi(fromLitegraph(raw as never, tables), tables);
    expect(Object.values(api).filter((n) => n.class_type === "Save").map((n) => n.inputs["image"])).toEqual([["1", 0], ["1", 0]]);
  });
});

describe("a reroute", () => {
  it("is a bend in a wire and nothing to run", () => {
    const graph = chain();
    graph.nodes["9"] = { id: "9", type: "Reroute", x: 0, y: 0, values: {}, mode: "on", isCollapsed: false };
    graph.wires = graph.wires.filter((w) => w.to !== "4");
    graph.wires.push({ from: "3", output: 0, to: "9", input: "" }, { from: "9", output: 0, to: "4", input: "image" });
    const api = toApi(graph, tables);
    expect(api["9"]).toBeUndefined();
    expect(api["4"]?.inputs["image"]).toEqual(["3", 0]);
  });
});
