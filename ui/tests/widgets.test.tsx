// @vitest-environment jsdom
// Every kind of widget that a node's table can ask for.
import { ReactFlowProvider } from "@xyflow/react";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { Widget } from "../app/graph/widgets/Widget";
import { clampNumber } from "../app/graph/widgets/NumberWidget";
import * as commands from "../app/graph/commands";
import { runGraph } from "../app/graph/run";
import { useGraphs } from "../app/graph/store";
import { useApp } from "../app/state";
import { chosen, choose } from "../flow/chance";
import { emptyGraph, newNode } from "../flow/graph";
import type { Graph, GraphNode } from "../flow/graph";
import type { Constant, InputTable } from "../flow/nodes";
import { readNodeTables } from "../flow/nodes";
import { weigh } from "../flow/weights";
import { show } from "./render";

/** The input as a node's table says it. */
function inputOf(kind: unknown, extra: Record<string, unknown> = {}, name = "it"): InputTable {
  return readNodeTables({ N: { input: { required: { [name]: [kind, extra] } } } }).get("N")?.inputs[0] as InputTable;
}

function draw(input: InputTable, value: Constant, answers: Record<string, unknown> = {}): Constant[] {
  const heard: Constant[] = [];
  show(<ReactFlowProvider><Widget type="N" input={input} value={value} control="fixed" onChange={(v) => heard.push(v)} /></ReactFlowProvider>, answers);
  return heard;
}

describe("weights", () => {
  /** "|" is the cursor, two of them the selection. */
  const press = (marked: string, by: number) => {
    const from = marked.indexOf("|"), to = marked.lastIndexOf("|") - (marked.lastIndexOf("|") > from ? 1 : 0), text = marked.replaceAll("|", ""), next = weigh({ text, from, to }, by);
    return next && text.slice(0, next.from) + next.insert + text.slice(next.to);
  };
  it("are given to the word under the cursor and to what is selected", () => {
    expect([press("a r|ed ball", .05), press("a |red ball| rolls", -.05), press("a |red | ball", .05)]).toEqual(["a (red:1.05) ball", "a (red ball:0.95) rolls", "a (red:1.05)  ball"]);
  });
  it("change where brackets stand already, the innermost, and go with them at one", () => {
    expect([press("a (red:1.05) b|all", .05), press("a (re|d:1.05) ball", .05), press("((a|:1.2) b:1.1)", -.1), press("a (re|d:1.05) ball", -.05), press("a (|red|:1.1) ball", .05), press("(re|d)", .05)])
      .toEqual(["a (red:1.05) (ball:1.05)", "a (red:1.1) ball", "((a:1.1) b:1.1)", "a red ball", "a (red:1.15) ball", "(red:1.05)"]);
  });
  it("need a word", () => {
    expect([press("a | b", .05), press("|", .05)]).toEqual([null, null]);
  });
});

describe("prompts that choose", () => {
  const last = () => .999, first = () => 0;
  it("take one of what is offered, within each other, and leave comments out", () => {
    expect([choose("a {red|blue} ball", first), choose("a {red|{dark|light} blue} ball", last), choose("one // not this\ntwo /* nor\nthis */three", first)]).toEqual(["a red ball", "a light blue ball", "one \ntwo three"]);
  });
  it("keep signs that are marked or stand alone", () => {
    expect([choose("\\{a\\|b\\}", last), choose("a | b", last), choose("a {b|c", last), choose("}", last)]).toEqual(["{a|b}", "a | b", "a {b|c", "}"]);
  });
  it("only where the table says so, inside sub-graphs, too", () => {
    const tables = readNodeTables({ T: { input: { required: { text: ["STRING", { dynamicPrompts: true }], name: ["STRING", {}] } } } });
    const node = { ...newNode("1", tables.get("T") as never, 0, 0), values: { text: "{a|b}", name: "{a|b}" } }, graph: Graph = { ...emptyGraph, nodes: { 1: node, 2: { ...node, id: "2", type: "Subgraph", values: {}, inner: { graph: { ...emptyGraph, nodes: { 1: node } }, inputs: [], outputs: [] } } } };
    const run = chosen(graph, tables, last);
    expect([run.nodes["1"]?.values, run.nodes["2"]?.inner?.graph.nodes["1"]?.values]).toEqual([{ text: "b", name: "{a|b}" }, { text: "b", name: "{a|b}" }]);
    expect(graph.nodes["1"]?.values["text"]).toBe("{a|b}");
  });
});

describe("numbers", () => {
  it("stand on their steps and within their range, as in ComfyUI", () => {
    const size = inputOf("INT", { min: 16, max: 4096, step: 8 }), odd = inputOf("INT", { min: 1, max: 31, step: 2 }), cfg = inputOf("FLOAT", { min: 0, max: 100, step: .1, round: .01 }), fine = inputOf("FLOAT", { step: .001 }), free = inputOf("FLOAT", { step: .01, round: false });
    expect([clampNumber("513", size), clampNumber("4", odd), clampNumber("7.126", cfg), clampNumber("1.00049", fine), clampNumber("0.0291675", free), clampNumber("2*512", size), clampNumber("x", size), clampNumber("-5", cfg)])
      .toEqual([512, 5, 7.13, 1, .0291675, 1024, null, 0]);
  });
  it("step by arrows from what is being typed", () => {
    const heard = draw(inputOf("INT", { min: 0, max: 100000, step: 64 }), 512);
    const box = screen.getByRole("textbox", { name: "it" });
    fireEvent.change(box, { target: { value: "1024" } });
    fireEvent.keyDown(box, { key: "ArrowUp" });
    expect(heard).toEqual([1088]);
  });
  it("are slid where the table wants it, and not where it wants a number", () => {
    draw(inputOf("FLOAT", { min: 0, max: 100000, step: .5, display: "slider" }), 1);
    expect(screen.getAllByRole("slider")).toHaveLength(1);
    document.body.innerHTML = "";
    draw(inputOf("FLOAT", { min: 0, max: 1, step: .1, display: "number" }), 1);
    expect(screen.queryAllByRole("slider")).toHaveLength(0);
  });
});

describe("a choice", () => {
  it("of numbers gives a number", () => {
    const heard = draw(inputOf([16, 24, 32]), 16);
    fireEvent.change(screen.getByRole("combobox"), { target: { value: "32" } });
    expect(heard).toEqual([32]);
  });
  it("of several takes several, in the list's order", () => {
    const heard = draw(inputOf("COMBO", { options: ["a", "b", "c"], multiselect: true }), ["c"]);
    fireEvent.click(screen.getByRole("button", { name: "it" }));
    fireEvent.click(screen.getByRole("option", { name: /^a/ }));
    expect(heard).toEqual([["a", "c"]]);
  });
});

describe("other widgets", () => {
  it("a colour that is one number is chosen as a colour", () => {
    const heard = draw(inputOf("INT", { display: "color", min: 0, max: 0xffffff }), 0x336699);
    const picker = screen.getByLabelText<HTMLInputElement>("it");
    expect(picker.value).toBe("#336699");
    fireEvent.change(picker, { target: { value: "#ff8000" } });
    expect(heard).toEqual([0xff8000]);
  });
  it("a switch says what it is set to", () => {
    draw(inputOf("BOOLEAN", { label_on: "enable", label_off: "disable" }), false);
    expect(screen.getByText("disable")).toBeTruthy();
  });
  it("a text shows what belongs in it", () => {
    draw(inputOf("STRING", { multiline: true, placeholder: "what to see" }), "");
    expect(screen.getByPlaceholderText("what to see")).toBeTruthy();
  });
  it("files of every kind are taken, and shown or heard", () => {
    const seen = (key: string, value: string) => {
      document.body.innerHTML = "";
      draw(inputOf([value], { [key]: true }), value);
      return [document.querySelector<HTMLInputElement>("input[type=file]")?.accept, document.querySelector("img, video, audio")?.tagName];
    };
    expect([seen("image_upload", "a.png"), seen("video_upload", "a.mp4"), seen("audio_upload", "a.wav"), seen("file_upload", "a.glb")])
      .toEqual([["image/*", "IMG"], ["video/*", "VIDEO"], ["audio/*,video/*", "AUDIO"], ["", undefined]]);
  });
});

describe("on the canvas", () => {
  beforeEach(() => useApp.getState().prefer({ seedTurns: "after" }));
  const tables = readNodeTables({ K: { input: { required: { seed: ["INT", { control_after_generate: true }] } }, output_node: true } });
  const open = () => useGraphs.getState().open({ ...emptyGraph, nodes: { 1: { ...newNode("1", tables.get("K") as never, 0, 0), values: { seed: 5, "seed:control": "increment" } } } }, "it");
  it("seeds go on after a run, or before the next one", async () => {
    const asked = show(null, { "/graphs/run": { id: "t", state: "queued" } }), ran = () => asked.filter((a) => a.path === "/graphs/run").map((a) => (a.body as { graph: Record<string, { inputs: { seed: number } }> }).graph["1"]?.inputs.seed);
    open();
    await runGraph(tables);
    await runGraph(tables);
    useApp.getState().prefer({ seedTurns: "before" });
    open();
    await runGraph(tables);
    await runGraph(tables);
    expect([ran(), useGraphs.getState().history.present.nodes["1"]?.values["seed"]]).toEqual([[5, 6, 5, 6], 6]);
  });
  it("arrows move what is selected by the grid, as one step, and leave what is pinned", () => {
    open();
    useGraphs.getState().edit((g) => ({ ...g, nodes: { ...g.nodes, 2: { ...g.nodes["1"] as GraphNode, id: "2", isPinned: true } } }));
    useGraphs.getState().select(["1", "2"]);
    commands.nudge(1, 0);
    commands.nudge(1, 0);
    const at = () => Object.values(useGraphs.getState().history.present.nodes).map((n) => n.x);
    expect(at()).toEqual([20, 0]);
    useGraphs.getState().undo();
    expect(at()).toEqual([0, 0]);
  });
});

describe("a list that the engine tells when it is asked", () => {
  const remote = { image_upload: true, image_folder: "output", remote: { route: "/internal/files/output", refresh_button: true, control_after_refresh: "first" } };
  it("is chosen from by names with their folder, and asked for again", async () => {
    const heard = draw(inputOf("COMBO", remote), "b.png [output]", { "/nodes/N/inputs/it/options": { options: ["a.png", "b.png"] } });
    await screen.findByRole("option", { name: "a.png [output]" });
    expect((screen.getByRole("combobox") as HTMLSelectElement).value).toBe("b.png [output]");
    fireEvent.click(screen.getByRole("button", { name: "Ask again what there is for it" }));
    await waitFor(() => expect(heard).toEqual(["a.png [output]"]));
  });
  it("that it does not tell says so", async () => {
    draw(inputOf("COMBO", remote, "other"), "");
    expect((await screen.findByRole("alert")).textContent).toContain("nothing at /nodes/N/inputs/other/options");
  });
});
