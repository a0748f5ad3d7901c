import { describe, expect, it } from "vitest";
import { fromApi, toApi } from "../flow/api";
import { fold } from "../flow/fold";
import type { Graph } from "../flow/graph";
import { addNode, bend, canConnect, changeNode, connect, copyPart, emptyGraph, paste, removeNodes, setValue, typeOfWire, upstream, wayTo, wiresInto } from "../flow/graph";
import { begin, push, redo, seal, undo } from "../flow/history";
import { align, layOut } from "../flow/layout";
import { freePlace, movedFrames } from "../flow/places";
import { fromLitegraph, learn, toLitegraph } from "../flow/litegraph";
import { usualSize } from "../flow/nodeSize";
import { fits, readNodeTables } from "../flow/nodes";
import { shownAt, withSight } from "../flow/partial";
import { score, searchNodes } from "../flow/search";

const tables = readNodeTables({
  LoadImage: { input: { required: { image: [["a.png", "b.png"], { image_upload: true }] } }, output: ["IMAGE", "MASK"], output_name: ["IMAGE", "MASK"], display_name: "Load Image", category: "image" },
  ImageBlur: {
    input: { required: { image: ["IMAGE"], radius: ["INT", { default: 1, min: 1, max: 31 }], sigma: ["FLOAT", { default: 1.5 }] } },
    input_order: { required: ["image", "radius", "sigma"] }, output: ["IMAGE"], output_name: ["IMAGE"], display_name: "Blur Image", category: "image/filter",
  },
  KSampler: { input: { required: { model: ["MODEL"], seed: ["INT", { default: 0, control_after_generate: true }], steps: ["INT", { default: 20 }] } }, output: ["LATENT"], display_name: "KSampler", category: "sampling" },
  SaveImage: { input: { required: { images: ["IMAGE"], filename_prefix: ["STRING", { default: "Miktos" }] } }, output: [], output_node: true, display_name: "Save Image", category: "image" },
});
const table = (id: string) => tables.get(id)!;

function chain(): Graph {
  let graph = emptyGraph;
  for (const [i, id] of ["LoadImage", "ImageBlur", "SaveImage"].entries()) graph = addNode(graph, table(id), i * 10, 0).graph;
  graph = connect(graph, { from: "1", output: 0, to: "2", input: "image" });
  return connect(graph, { from: "2", output: 0, to: "3", input: "images" });
}

describe("node tables", () => {
  it("keep order, defaults and lists", () => {
    expect(table("ImageBlur").inputs.map((i) => i.name)).toEqual(["image", "radius", "sigma"]);
    expect(table("LoadImage").inputs[0]).toMatchObject({ type: "COMBO", options: ["a.png", "b.png"], isUpload: true, isWidget: true });
    expect(table("KSampler").inputs[1]?.hasControl).toBe(true);
  });
  it("fit by type, union and star", () => {
    expect([fits("IMAGE", "IMAGE"), fits("IMAGE", "MASK"), fits("*", "MASK"), fits("MASK", "IMAGE,MASK"), fits("LATENT", "IMAGE,MASK")]).toEqual([true, false, true, true, false]);
  });
});

describe("graphs", () => {
  it("refuse wires of the wrong type and in a circle", () => {
    const graph = chain();
    expect(canConnect(graph, tables, { from: "1", output: 1, to: "2", input: "image" })).toBe("type");
    expect(canConnect(graph, tables, { from: "2", output: 0, to: "2", input: "image" })).toBe("cycle");
    expect(canConnect(graph, tables, { from: "1", output: 0, to: "3", input: "images" })).toBeNull();
  });
  it("hold one wire per input", () => {
    const graph = connect(chain(), { from: "1", output: 0, to: "3", input: "images" });
    expect(graph.wires.filter((w) => w.to === "3")).toEqual([{ from: "1", output: 0, to: "3", input: "images" }]);
  });
  it("bend a wire where hands ask for it, and run as before", () => {
    const bent = bend(chain(), { from: "1", output: 0, to: "2", input: "image" }, 7, 8);
    expect(bent.nodes["4"]).toMatchObject({ type: "Reroute", x: 7, y: 8 });
    expect(toApi(bent, tables)).toEqual(toApi(chain(), tables));
    expect(bent.wires.filter((w) => w.from === "4" || w.to === "4").map((w) => typeOfWire(bent, tables, w))).toEqual(["IMAGE", "IMAGE"]);
    expect(typeOfWire({ ...bent, wires: [{ from: "4", output: 0, to: "4", input: "" }] }, tables, { from: "4", output: 0, to: "4", input: "" })).toBe("*");
    expect(bend(chain(), { from: "3", output: 0, to: "1", input: "x" }, 0, 0)).toEqual(chain());
  });
  it("paste with the wires that led into what was copied, where their beginnings stand", () => {
    const ids = new Set(["2"]), part = copyPart(chain(), ids), incoming = wiresInto(chain(), ids);
    expect(paste(chain(), part, 0, 0, incoming).graph.wires.filter((w) => w.to === "4")).toEqual([{ from: "1", output: 0, to: "4", input: "image" }]);
    expect(paste(chain(), part, 0, 0).graph.wires.filter((w) => w.to === "4")).toEqual([]);
    expect(paste(emptyGraph, part, 0, 0, incoming).graph.wires).toEqual([]);
  });
  it("come to lie where they are wanted, each copy aside of the one before", () => {
    const part = copyPart(chain(), new Set(["2", "3"])), at = { x: 500, y: 300 }, once = wayTo(chain(), part, at);
    const first = paste(chain(), part, once.dx, once.dy), lie = [...first.ids].map((id) => first.graph.nodes[id]!);
    expect([Math.min(...lie.map((n) => n.x)), Math.min(...lie.map((n) => n.y))]).toEqual([500, 300]);
    const again = wayTo(first.graph, part, at);
    expect([again.dx - once.dx, again.dy - once.dy]).toEqual([36, 36]);
  });
  it("are laid with room around them, and frames keep around what they held", () => {
    const nodes = [{ x: 0, y: 0, width: 200, height: 100 }, { x: 250, y: 0, width: 200, height: 100 }], note = { x: 100, y: 50, width: 100, height: 50 };
    const free = { ...note, ...freePlace(nodes, note) };
    expect(nodes.some((n) => free.x < n.x + n.width && n.x < free.x + free.width && free.y < n.y + n.height && n.y < free.y + free.height)).toBe(false);
    expect(Math.hypot(free.x - note.x, free.y - note.y)).toBeLessThan(120);
    expect(freePlace([], note)).toEqual({ x: 100, y: 50 });
    const group = (id: string, x: number) => ({ id, title: "", color: "#fff", x, y: -60, width: 220, height: 200 }), box = { x: 0, y: 0, width: 200, height: 100 };
    const moved = movedFrames([group("around", -10), group("empty", 900)], new Map([["1", box], ["2", { ...box, x: 500 }]]), new Map([["1", { ...box, x: 40, y: 300 }], ["2", box]]));
    expect(moved.map(({ x, y, width, height }) => [x, y, width, height])).toEqual([[16, 248, 248, 176], [900, -60, 220, 200]]);
  });
  it("give each pasted note and group a name of its own", () => {
    const part: Graph = { ...emptyGraph, notes: [{ id: "note-1", text: "", x: 0, y: 0, width: 9, height: 9 }], groups: [{ id: "group-1", title: "", x: 0, y: 0, width: 9, height: 9, color: "#fff" }] };
    const twice = paste(paste(emptyGraph, part, 1, 1).graph, part, 2, 2).graph, names = [...twice.notes, ...twice.groups].map((i) => i.id);
    expect(new Set(names).size).toBe(4);
  });
  it("keep what is pinned in the editor's format", () => {
    const graph = { ...chain(), nodes: { ...chain().nodes, 2: { ...chain().nodes["2"]!, isPinned: true } } };
    expect(fromLitegraph(JSON.parse(JSON.stringify(toLitegraph(graph, tables))), tables).nodes["2"]?.isPinned).toBe(true);
  });
  it("lose a node's wires with the node", () => expect(removeNodes(chain(), new Set(["2"])).wires).toEqual([]));
  it("know what a node depends on", () => expect([...upstream(chain(), ["2"])].sort()).toEqual(["1", "2"]));
  it("paste parts with new ids and the wires inside", () => {
    const graph = chain();
    const { graph: both, ids } = paste(graph, copyPart(graph, new Set(["1", "2"])), 50, 50);
    expect([...ids]).toEqual(["4", "5"]);
    expect(both.wires).toContainEqual({ from: "4", output: 0, to: "5", input: "image" });
    expect(both.nodes["4"]?.x).toBe(50);
  });
});

describe("API format", () => {
  it("goes there and back", () => {
    const api = toApi(chain(), tables);
    expect(api["2"]).toEqual({ class_type: "ImageBlur", inputs: { radius: 1, sigma: 1.5, image: ["1", 0] }, _meta: { title: "Blur Image" } });
    expect(toApi(fromApi(api), tables)).toEqual(api);
  });
  it("leaves out what is muted and goes through what is bypassed", () => {
    const graph = chain();
    const bypassed = { ...graph, nodes: { ...graph.nodes, 2: { ...graph.nodes["2"]!, mode: "bypassed" as const } } };
    expect(toApi(bypassed, tables)).toMatchObject({ 3: { inputs: { images: ["1", 0] } } });
    expect(toApi(bypassed, tables)["2"]).toBeUndefined();
  });
  it("takes only what a target needs", () => expect(Object.keys(toApi(chain(), tables, ["2"]))).toEqual(["1", "2"]));
});

describe("the editor's format", () => {
  it("keeps the sizes that hands gave, and gives none to the others", () => {
    const graph = changeNode(addNode(chain(), table("KSampler"), 5, 6).graph, "2", { width: 300, height: 200 }), file = toLitegraph(graph, tables), back = fromLitegraph(JSON.parse(JSON.stringify(file)), tables);
    expect(Object.values(back.nodes).map((n) => [n.width, n.height])).toEqual([[undefined, undefined], [300, 200], [undefined, undefined], [undefined, undefined]]);
    expect(file.nodes.every((n) => (n.size?.[0] ?? 0) > 100 && (n.size?.[1] ?? 0) > 40)).toBe(true);
  });
  it("goes there and back with places, values, seeds and notes", () => {
    let graph = addNode(chain(), table("KSampler"), 5, 6).graph;
    graph = setValue(graph, "4", "seed", 12345);
    graph = { ...graph, notes: [{ id: "n", text: "hello", x: 1, y: 2, width: 100, height: 50 }] };
    const back = fromLitegraph(JSON.parse(JSON.stringify(toLitegraph(graph, tables))), tables);
    expect(back.wires).toEqual(graph.wires);
    expect(back.nodes["4"]?.values).toMatchObject({ seed: 12345, steps: 20 });
    expect(back.nodes["3"]).toMatchObject({ x: 20, y: 0, values: { filename_prefix: "Miktos" } });
    expect(back.notes[0]?.text).toBe("hello");
  });
  it("keeps unknown nodes whole", () => {
    const back = fromLitegraph({ nodes: [{ id: 7, type: "Mystery", widgets_values: [1, "x"] }], links: [] }, tables);
    expect(toLitegraph(back, tables).nodes[0]).toMatchObject({ id: 7, type: "Mystery", widgets_values: [1, "x"] });
  });
});

describe("a file for ComfyUI", () => {
  const strange = { id: 2, type: "Mystery", pos: [360, 0] as [number, number], size: [300, 120] as [number, number], bgcolor: "#533", properties: { aux_id: "a/b" }, inputs: [{ name: "image", type: "IMAGE", link: 1 }, { name: "style", type: "STYLE", link: null }], outputs: [{ name: "picture", type: "IMAGE", links: [2] }], widgets_values: { strength: .5, mode: "x" } };
  const file = { nodes: [{ id: 1, type: "LoadImage", widgets_values: ["a.png"] }, strange, { id: 3, type: "SaveImage", inputs: [{ name: "images", type: "IMAGE", link: 2 }] }], links: [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]] as [number, number, number, number, number, string][] };
  it("has all that its schema asks for", () => {
    const written = toLitegraph(chain(), tables);
    expect(written).toMatchObject({ last_node_id: 3, last_link_id: 2, version: .4 });
    for (const [order, node] of written.nodes.entries()) expect(node).toMatchObject({ order, flags: {}, mode: 0, properties: {} });
  });
  it("keeps an unknown node whole: sockets, wires, properties, colours and values by name", () => {
    const graph = fromLitegraph(file, tables), again = toLitegraph(graph, tables);
    expect(typeOfWire(graph, tables, graph.wires[1]!)).toBe("IMAGE");
    expect(again.nodes[1]).toMatchObject({ ...strange });
    expect(again.links).toEqual(file.links);
  });
  it("gives an unknown node of the API format its values back by name", () => {
    const graph = fromApi({ 5: { class_type: "Mystery", inputs: { strength: .5 } } }), back = fromLitegraph(JSON.parse(JSON.stringify(toLitegraph(graph, tables))), tables);
    expect(toApi(back, tables)["5"]?.inputs).toEqual({ strength: .5 });
  });
  it("learns a node's values once its type is known", () => {
    const graph = fromLitegraph({ nodes: [{ id: 7, type: "ImageBlur", widgets_values: [9, 2] }], links: [] }, new Map());
    expect(learn(graph, tables).nodes["7"]?.values).toEqual({ radius: 9, sigma: 2 });
  });
});

describe("history", () => {
  it("undoes, redoes and gathers changes of one kind", () => {
    let h = begin(0);
    h = push(h, 1, "drag");
    h = push(h, 2, "drag");
    h = push(seal(h), 3, "drag");
    h = undo(h);
    expect(h.present).toBe(2);
    h = undo(h);
    expect(h.present).toBe(0);
    expect(redo(redo(h)).present).toBe(3);
    expect(push(h, 9).future).toEqual([]);
  });
});

describe("layout", () => {
  const size = () => ({ width: 100, height: 40 });
  it("lets every wire go to the right and nothing overlap", () => {
    const graph = layOut(chain(), size);
    for (const wire of graph.wires) expect(graph.nodes[wire.to]!.x).toBeGreaterThan(graph.nodes[wire.from]!.x + 100);
  });
  it("draws a chain as one straight line however long it is, and puts what hangs on it beside it", () => {
    let graph = emptyGraph;
    for (let i = 1; i <= 20; i++) graph = addNode(graph, table("ImageBlur"), 0, 0).graph;
    for (let i = 1; i < 20; i++) graph = connect(graph, { from: String(i), output: 0, to: String(i + 1), input: "image" });
    for (const id of ["21", "22"]) graph = connect(addNode(graph, table("SaveImage"), 0, 0).graph, { from: "20", output: 0, to: id, input: "images" });
    const placed = layOut(graph, size).nodes;
    expect(new Set(Array.from({ length: 20 }, (_, i) => placed[i + 1]!.y))).toEqual(new Set([0]));
    expect([placed["21"]!.y, placed["22"]!.y]).toEqual([0, 76]);
  });
  it("breaks a chain that is long for its view into lines, each read from left to right", () => {
    let graph = emptyGraph;
    for (let i = 1; i <= 12; i++) graph = addNode(graph, table("ImageBlur"), 0, 0).graph;
    for (let i = 1; i < 12; i++) graph = connect(graph, { from: String(i), output: 0, to: String(i + 1), input: "image" });
    const placed = Object.values(layOut(graph, size, 1.5).nodes), right = Math.max(...placed.map((n) => n.x)), bottom = Math.max(...placed.map((n) => n.y));
    expect(new Set(placed.map((n) => n.y)).size).toBeGreaterThan(1);
    for (let i = 1; i < placed.length; i++) expect(placed[i]!.y > placed[i - 1]!.y || placed[i]!.x > placed[i - 1]!.x).toBe(true);
    expect((right + 200) / (bottom + 40)).toBeGreaterThan(.5);
    expect((right + 200) / (bottom + 40)).toBeLessThan(4.5);
    expect(layOut(graph, size, 100).nodes).toEqual(layOut(graph, size).nodes);
  });
  it("puts the high end of a long chain beside its lines, where everything is seen larger", () => {
    let graph = emptyGraph;
    for (let i = 1; i <= 9; i++) graph = addNode(graph, table("ImageBlur"), 0, 0).graph;
    for (let i = 1; i < 9; i++) graph = connect(graph, { from: String(i), output: 0, to: String(i + 1), input: "image" });
    for (const id of ["10", "11", "12"]) graph = connect(addNode(graph, table("SaveImage"), 0, 0).graph, { from: "9", output: 0, to: id, input: "images" });
    const high = (id: string) => ({ width: 100, height: Number(id) > 9 ? 120 : 40 }), placed = Object.values(layOut(graph, high, 1.4).nodes);
    const ends = placed.filter((n) => Number(n.id) > 9), chainNodes = placed.filter((n) => Number(n.id) <= 9);
    expect(new Set(chainNodes.map((n) => n.y)).size).toBeGreaterThan(1);
    expect(Math.min(...ends.map((n) => n.x))).toBeGreaterThan(Math.max(...chainNodes.map((n) => n.x)) + 100);
    expect(Math.min(...ends.map((n) => n.y))).toBe(0);
    for (const a of placed) for (const b of placed) if (a !== b) expect(a.x + 100 <= b.x || b.x + 100 <= a.x || a.y + high(a.id).height <= b.y || b.y + high(b.id).height <= a.y).toBe(true);
  });
  it("puts nothing beside nodes that stand one below the other", () => {
    const columns = [60, 60, 400].map((height, i) => ({ ids: [String(i)], width: 100, height })), wires = [0, 1].map((i) => ({ from: String(i), output: 0, to: String(i + 1), input: "image" }));
    for (const shape of [.5, .8, 1, 1.4, 2]) expect(fold(columns, wires, shape, 40).beside).toEqual([]);
  });
  it("breaks no line where several wires go on side by side", () => {
    let graph = emptyGraph;
    for (let i = 1; i <= 12; i++) graph = addNode(graph, table("ImageBlur"), 0, 0).graph;
    for (let i = 1; i < 12; i++) graph = connect(graph, { from: String(i), output: 0, to: String(i + 1), input: "image" });
    graph = connect(graph, { from: "1", output: 0, to: "12", input: "sigma" });
    expect(new Set(Object.values(layOut(graph, size, 1).nodes).map((n) => n.y)).size).toBe(1);
  });
  it("puts what feeds the end of a chain beside the end", () => {
    let graph = chain();
    graph = connect(addNode(graph, table("KSampler"), 0, 0).graph, { from: "4", output: 0, to: "3", input: "filename_prefix" });
    const placed = layOut(graph, size).nodes;
    expect(placed["4"]!.x).toBe(placed["2"]!.x);
  });
  it("places nodes that run in a circle, too", () => {
    const circle = connect(connect(chain(), { from: "2", output: 0, to: "2", input: "image" }), { from: "3", output: 0, to: "1", input: "x" });
    expect(Object.values(layOut(circle, size).nodes).every((n) => Number.isFinite(n.x))).toBe(true);
  });
  it("aligns and spreads", () => {
    expect(Object.values(align(chain(), ["1", "2", "3"], "right", size).nodes).map((n) => n.x)).toEqual([20, 20, 20]);
    const spread = align(setPlace(chain(), "3", 400), ["1", "2", "3"], "spread-x", size);
    expect(spread.nodes["2"]?.x).toBe(200);
  });
});

function setPlace(graph: Graph, id: string, x: number): Graph {
  return { ...graph, nodes: { ...graph.nodes, [id]: { ...graph.nodes[id]!, x } } };
}

describe("what no wire ties together", () => {
  const lone = (n: number): Graph => ({ ...emptyGraph, nodes: Object.fromEntries(Array.from({ length: n }, (_, i) => [String(i + 1), { id: String(i + 1), type: "ImageBlur", x: 0, y: 0, values: {}, mode: "on" as const, isCollapsed: false }])) });
  const sizeOf = (id: string) => ({ width: 250, height: 80 + (Number(id) % 5) * 60 });
  const seen = (graph: Graph, shape: number) => {
    const nodes = Object.values(layOut(graph, sizeOf, shape).nodes), right = Math.max(...nodes.map((n) => n.x + sizeOf(n.id).width)), bottom = Math.max(...nodes.map((n) => n.y + sizeOf(n.id).height));
    return { nodes, right, bottom };
  };
  it("fills the view instead of standing in one column", () => {
    for (const shape of [.6, 1.6, 2.4]) {
      const { right, bottom } = seen(lone(40), shape);
      expect([shape, right / bottom > shape / 1.7, right / bottom < shape * 1.7]).toEqual([shape, true, true]);
    }
  });
  it("lies over nothing else, and each part stays as it is alone", () => {
    const graph = { ...lone(9), wires: [{ from: "1", output: 0, to: "2", input: "image" }, { from: "2", output: 0, to: "3", input: "image" }] }, { nodes } = seen(graph, 1.6), at = (id: string) => nodes.find((n) => n.id === id)!;
    for (const a of nodes) for (const b of nodes)
      if (a.id !== b.id) expect([a.id, b.id, a.x + 250 <= b.x || b.x + 250 <= a.x || a.y + sizeOf(a.id).height <= b.y || b.y + sizeOf(b.id).height <= a.y]).toEqual([a.id, b.id, true]);
    expect([at("1").y === at("2").y && at("2").y === at("3").y, at("1").x < at("2").x && at("2").x < at("3").x]).toEqual([true, true]);
  });
});

describe("running to a node", () => {
  const more = new Map(tables).set("PreviewImage", { ...table("SaveImage"), id: "PreviewImage", label: "Preview Image" });
  const to = (id: string, all = more) => withSight(toApi(chain(), all, [id]), [id], all);
  it("that neither saves nor shows anything lets its picture be seen at it", () => {
    const api = to("2") ?? {}, added = Object.keys(api).filter((id) => !chain().nodes[id]);
    expect(added.map((id) => [api[id]?.class_type, api[id]?.inputs["images"], shownAt(id)])).toEqual([["PreviewImage", ["2", 0], "2"]]);
    expect(Object.keys(api).filter((id) => !added.includes(id)).sort()).toEqual(["1", "2"]);
  });
  it("that saves is as it is", () => {
    expect(to("3")).toEqual(toApi(chain(), more, ["3"]));
  });
  it("that makes no picture, or where none can be shown, is no run", () => {
    const sampler = addNode(emptyGraph, table("KSampler"), 0, 0).graph;
    expect(withSight(toApi(sampler, more), ["1"], more)).toBeNull();
    expect(to("2", tables)).toBeNull();
  });
});

describe("the room of a node", () => {
  it("is as high as what it will show once it has run", () => {
    const height = (id: string, of = table(id)) => usualSize(chain().nodes[id === "SaveImage" ? "3" : "2"]!, new Map(tables).set(id, of)).height;
    expect(height("SaveImage") - height("SaveImage", { ...table("SaveImage"), isOutput: false })).toBeGreaterThan(120);
  });
});

describe("search", () => {
  it("a word that was said goes before one that begins so", () => {
    const web = new Map(tables).set("SaveWEBM", { ...table("SaveImage"), id: "SaveWEBM", label: "SaveWEBM" });
    expect(searchNodes(web.values(), "save").map((t) => t.id)).toEqual(["SaveImage", "SaveWEBM"]);
  });
  it("a wire finds first what shows or keeps what it carries", () => {
    expect(searchNodes(tables.values(), "", { type: "IMAGE", end: "output" })[0]?.id).toBe("SaveImage");
    expect(searchNodes(tables.values(), "", { type: "IMAGE", end: "input" })[0]?.id).toBe("LoadImage");
  });
  it("finds by letters in order, whole words first", () => {
    expect(searchNodes(tables.values(), "blur").map((t) => t.id)[0]).toBe("ImageBlur");
    expect(searchNodes(tables.values(), "svim")[0]?.id).toBe("SaveImage");
    expect(score("xyz", "Blur Image")).toBeNull();
  });
  it("keeps to what a wire fits into", () => {
    expect(searchNodes(tables.values(), "", { type: "IMAGE", end: "output" }).map((t) => t.id).sort()).toEqual(["ImageBlur", "SaveImage"]);
    expect(searchNodes(tables.values(), "", { type: "MODEL", end: "output" }).map((t) => t.id)).toEqual(["KSampler"]);
  });
});
