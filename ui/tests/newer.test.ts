// Files of newer editors: bends that wires share, and widgets of a sub-graph that it shows by a list.
import { describe, expect, it } from "vitest";
import { toApi } from "../flow/api";
import { bendKey, bendsOf, pathThrough } from "../flow/bends";
import { disconnect, paste, copyPart, removeNodes, setValue, tableOf, valueOf } from "../flow/graph";
import type { Graph } from "../flow/graph";
import { fromLitegraph, toLitegraph } from "../flow/litegraph";
import { readNodeTables } from "../flow/nodes";
import { unwrap } from "../flow/subgraph";

const tables = readNodeTables({
  Source: { input: { required: { seed: ["INT", { default: 0, control_after_generate: true }] } }, output: ["IMAGE"] },
  Filter: { input: { required: { image: ["IMAGE"], amount: ["FLOAT", { default: 1 }], mode: [["soft", "hard"]] } }, output: ["IMAGE"] },
  Save: { input: { required: { image: ["IMAGE"] } }, output: [], output_node: true },
});
const read = (file: unknown) => fromLitegraph(structuredClone(file) as never, tables);
const again = (graph: Graph) => JSON.parse(JSON.stringify(toLitegraph(graph, tables))) as ReturnType<typeof toLitegraph>;
const node = (id: number, type: string, x: number, values: unknown[], inputs: unknown[], outputs: unknown[]) => ({ id, type, pos: [x, 0], size: [300, 120], flags: {}, order: id, mode: 0, inputs, outputs, properties: {}, widgets_values: values });

/** One source, two that save; both wires run through the first bend, one goes on through the second, and a third belongs to no wire. */
const bent = {
  id: "8f1d", revision: 3, last_node_id: 3, last_link_id: 2, version: 0.4, config: {}, groups: [],
  nodes: [
    node(1, "Source", 0, [7, "fixed"], [], [{ name: "IMAGE", type: "IMAGE", links: [1, 2] }]),
    node(2, "Save", 600, [], [{ name: "image", type: "IMAGE", link: 1 }], []), node(3, "Save", 600, [], [{ name: "image", type: "IMAGE", link: 2 }], []),
  ],
  links: [[1, 1, 0, 2, 0, "IMAGE"], [2, 1, 0, 3, 0, "IMAGE"]],
  extra: {
    ds: { scale: 1.2, offset: [10, 20] }, frontendVersion: "1.30.0",
    reroutes: [{ id: 4, pos: [350, 40], linkIds: [1, 2] }, { id: 6, parentId: 4, pos: [450, 160], linkIds: [2] }, { id: 9, pos: [0, 500], linkIds: [], floating: { slotType: "output" } }],
    linkExtensions: [{ id: 1, parentId: 4 }, { id: 2, parentId: 6 }],
  },
};

describe("bends that wires share", () => {
  const graph = read(bent);
  it("are read and go out as they came in, with what else the editor keeps", () => {
    expect(graph.wires.map((w) => bendsOf(graph, w.via).map((b) => b.id))).toEqual([[4], [4, 6]]);
    const back = again(graph);
    expect(back.extra).toEqual(bent.extra);
    expect(back).toMatchObject({ id: "8f1d", revision: 3, config: {} });
    expect(Object.keys(toApi(graph, tables))).toEqual(["1", "2", "3"]);
  });
  it("of the newest form stand beside links that name them", () => {
    const { reroutes, linkExtensions, ...extra } = bent.extra;
    const links = bent.links.map(([id, from, slot, to, into, type], i) => ({ id, origin_id: from, origin_slot: slot, target_id: to, target_slot: into, type, parentId: linkExtensions[i]!.parentId }));
    expect(read({ ...bent, links, reroutes, extra, version: 1 })).toEqual(graph);
  });
  it("go without the wires that ran through them", () => {
    const less = removeNodes(graph, new Set([bendKey(4)]));
    expect(less.bends?.map((b) => [b.id, b.after])).toEqual([[6, undefined], [9, undefined]]);
    expect(less.wires.map((w) => w.via)).toEqual([undefined, 6]);
    expect(disconnect(graph, "3", "image").bends?.map((b) => b.id)).toEqual([4, 9]);
    expect(removeNodes(graph, new Set(["1"])).bends?.map((b) => b.id)).toEqual([9]);
  });
  it("come along in a copy under numbers of their own", () => {
    const pasted = paste(graph, copyPart(graph, new Set(["1", "3"])), 10, 10).graph;
    expect(pasted.bends?.map((b) => [b.id, b.after, b.x])).toEqual([[4, undefined, 350], [6, 4, 450], [9, undefined, 0], [10, undefined, 360], [11, 10, 460]]);
    expect(bendsOf(pasted, pasted.wires.at(-1)?.via).map((b) => b.id)).toEqual([10, 11]);
  });
  it("that lead in a circle end", () => {
    expect(bendsOf({ bends: [{ id: 1, x: 0, y: 0, after: 2 }, { id: 2, x: 0, y: 0, after: 1 }] }, 1).map((b) => b.id)).toEqual([2, 1]);
  });
  it("are what the line runs through, and wires that share a way lie on each other", () => {
    const trunk = [{ x: 0, y: 0 }, { x: 90, y: 30 }], [one, two] = [{ x: 180, y: 0 }, { x: 180, y: 300 }].map((end) => pathThrough([...trunk, end]));
    expect(one).toBe("M0,0 C30,0 63,21 90,30 C117,39 150,0 180,0");
    expect(two?.split(" C")[1]).toBe(one?.split(" C")[1]);
  });
});

const listed = {
  version: 0.4, groups: [],
  nodes: [
    node(1, "Source", 0, [7, "fixed"], [], [{ name: "IMAGE", type: "IMAGE", links: [1] }]),
    { ...node(5, "two-filters", 300, [.75, "hard", 0.5, "kept"], [{ name: "in", type: "IMAGE", link: 1 }], [{ name: "IMAGE", type: "IMAGE", links: [2] }]), properties: { proxyWidgets: [["2", "amount"], ["2", "mode"], ["3", "amount"], ["8", "gone"]], ver: "1" } },
    node(4, "Save", 600, [], [{ name: "image", type: "IMAGE", link: 2 }], []),
  ],
  links: [[1, 1, 0, 5, 0, "IMAGE"], [2, 5, 0, 4, 0, "IMAGE"]],
  definitions: { subgraphs: [{
    id: "two-filters", name: "Two filters", inputs: [{ name: "in", type: "IMAGE", linkIds: [1] }], outputs: [{ name: "IMAGE", type: "IMAGE", linkIds: [3] }],
    nodes: [node(2, "Filter", 0, [1, "soft"], [{ name: "image", type: "IMAGE", link: 1 }], [{ name: "IMAGE", type: "IMAGE", links: [2] }]), node(3, "Filter", 300, [1, "soft"], [{ name: "image", type: "IMAGE", link: 2 }], [{ name: "IMAGE", type: "IMAGE", links: [3] }])],
    links: [
      { id: 1, origin_id: -10, origin_slot: 0, target_id: 2, target_slot: 0, type: "IMAGE" }, { id: 2, origin_id: 2, origin_slot: 0, target_id: 3, target_slot: 0, type: "IMAGE", parentId: 1 },
      { id: 3, origin_id: 3, origin_slot: 0, target_id: -20, target_slot: 0, type: "IMAGE" },
    ],
    reroutes: [{ id: 1, pos: [150, 60], linkIds: [2] }],
  }] },
};

describe("widgets that a sub-graph lists", () => {
  const graph = read(listed), own = graph.nodes["5"]!;
  it("are shown on it, without sockets, and set what is inside", () => {
    expect(tableOf(own, tables)?.inputs.map((i) => [i.name, i.isWidget, i.isBare ?? false])).toEqual([["in", false, false], ["amount", true, true], ["mode", true, true], ["amount 2", true, true]]);
    expect(["amount", "mode", "amount 2"].map((name) => valueOf(own, name))).toEqual([.75, "hard", .5]);
    expect(toApi(graph, tables)["5:3"]?.inputs).toMatchObject({ amount: .5, mode: "soft" });
    expect(toApi(setValue(graph, "5", "amount 2", 2), tables)["5:3"]?.inputs["amount"]).toBe(2);
  });
  it("go out as they came in, also what names nothing that is known here", () => {
    const back = again(graph).nodes.find((n) => n.id === 5)!;
    expect(back.properties).toEqual(listed.nodes[1]!.properties);
    expect(back.widgets_values).toEqual([.75, "hard", .5, "kept"]);
    expect(again(graph).definitions?.subgraphs?.[0]?.inputs?.map((i) => i.name)).toEqual(["in"]);
    expect(read(again(graph)).nodes["5"]?.inner?.inputs).toEqual(own.inner?.inputs);
  });
  it("stand inside a graph that keeps its own bends", () => {
    expect(again(graph).definitions?.subgraphs?.[0]?.reroutes).toEqual([{ id: 1, pos: [150, 60], linkIds: [1] }]);
    const flat = unwrap(graph, "5").graph;
    expect(flat.wires.filter((w) => w.via !== undefined).map((w) => bendsOf(flat, w.via).map((b) => [b.x, b.y]))).toEqual([[[150, 60]]]);
  });
});
