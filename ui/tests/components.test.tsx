// @vitest-environment jsdom
import { ReactFlowProvider } from "@xyflow/react";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { AICommandBar } from "../app/command/AICommandBar";
import { StatusBar } from "../app/frame/StatusBar";
import { NodeBox } from "../app/graph/NodeBox";
import { followRun, useRuns } from "../app/graph/runs";
import { useGraphs } from "../app/graph/store";
import { Tables } from "../app/graph/tables";
import { Failure } from "../app/parts/Failure";
import { Divider } from "../app/projects/Divider";
import Queue from "../app/queue/Queue";
import Projects from "../app/projects/Projects";
import Settings from "../app/settings/Settings";
import { Reply } from "../app/command/Reply";
import { submit, useAnswer } from "../app/command/submit";
import { useHold } from "../app/parts/countdown";
import { Thumb } from "../app/parts/Thumb";
import { Toasts, goToMessages, say } from "../app/parts/Toasts";
import { useApp } from "../app/state";
import { useLink } from "../app/wire/live";
import { changeProject, client, keys } from "../app/wire/queries";
import { speak } from "../app/words";
import Workflows from "../app/workflows/Workflows";
import { emptyGraph } from "../flow/graph";
import type { GraphNode } from "../flow/graph";
import { readNodeTables } from "../flow/nodes";
import { WireError } from "../wire/client";
import { show } from "./render";

beforeEach(() => {
  localStorage.clear();
  useApp.getState().set({ selected: null, isPaletteOpen: false });
  useApp.getState().prefer({ language: "en", projectId: null });
});

const progress = (fraction = 0) => ({ fraction, step: "", node: null, frames_done: 0, frames_total: 0, seconds_left: null, preview: null, cached: [] });
const task = (id: string, state: string, more: object = {}) => ({
  id, kind: "command", state, title: `Task ${id}`, project_id: null, engine_id: null, attempt: 1, priority: 0, created_at: `2026-01-01T00:00:0${id}Z`,
  started_at: null, finished_at: null, deadline_at: null, progress: progress(), understanding: null, outputs: [], error: null, ...more,
});
const page = (...items: unknown[]) => ({ items, next_cursor: null, total: items.length });

describe("the project one works in", () => {
  it("is begun anew when it is gone", async () => {
    useApp.getState().prefer({ projectId: "gone" });
    const asked = show(null, { "/projects": { id: "new", commands: [] }, "/projects/new/commands": { project: { id: "new", commands: [] } } });
    expect((await changeProject("a ball", { sentence: "a ball" })).project.id).toBe("new");
    expect(asked.map((a) => a.path)).toEqual(["/projects/gone/commands", "/projects", "/projects/new/commands"]);
    expect(useApp.getState().preferences.projectId).toBe("new");
  });
});

describe("the command bar", () => {
  const understanding = {
    reply: "A ball.", commands: [{ op: "add", id: "ball-1", object: "ball", color: "#d81e1e" }], assumptions: [],
    spans: [{ from: 2, to: 5, kind: "color", command: 0 }, { from: 6, to: 10, kind: "object", command: 0 }], unknown: [{ from: 11, to: 18, word: "zorblat", suggestions: ["robot"], stand_in: false }],
  };
  it("shows what will be understood as chips, and puts a suggestion in place of an unknown word", async () => {
    const asked = show(<AICommandBar />, { "/execute-command": understanding });
    const input = screen.getByRole<HTMLInputElement>("combobox");
    fireEvent.change(input, { target: { value: "a red ball zorblat" } });
    await waitFor(() => expect(document.querySelectorAll("[data-chip]")).toHaveLength(2));
    expect([...document.querySelectorAll<HTMLElement>("[data-chip]")].map((c) => c.dataset["chip"])).toEqual(["color", "object"]);
    expect(asked.at(-1)?.body).toMatchObject({ command: "a red ball zorblat", dry_run: true });
    fireEvent.click(screen.getByRole("button", { name: "robot?" }));
    expect(input.value).toBe("a red ball robot");
    fireEvent.change(input, { target: { value: "a red ball zorblat" } });
    await waitFor(() => screen.getByRole("option", { name: "“robot” instead of “zorblat”" }));
    fireEvent.keyDown(input, { key: "ArrowDown" });
    fireEvent.keyDown(input, { key: "Enter" });
    expect(input.value).toBe("a red ball robot");
  });
  it("finds workflows by their names as soon as these are known", async () => {
    show(<AICommandBar />, { "/workflows": { items: [{ id: "w", name: "Title card", inputs: [] }], next_cursor: null, total: 1 }, "/projects": { items: [], next_cursor: null, total: 0 } });
    fireEvent.focus(screen.getByRole("combobox"));
    fireEvent.change(screen.getByRole("combobox"), { target: { value: "/run title" } });
    await waitFor(() => screen.getByRole("option", { name: "Run Title card" }));
  });
  it("finds actions behind a slash and asks the bridge nothing", () => {
    const asked = show(<AICommandBar />);
    fireEvent.focus(screen.getByRole("combobox"));
    fireEvent.change(screen.getByRole("combobox"), { target: { value: "/wiref" } });
    expect(screen.getAllByRole("option")[0]?.textContent).toMatch(/wire/i);
    expect(asked.filter((a) => a.path === "/execute-command")).toEqual([]);
  });
});

describe("the queue", () => {
  it("lists what runs, what waits in its order, and what ended with its error", async () => {
    show(<Queue />, { "/tasks": page(task("1", "running", { progress: progress(.4) }), task("3", "queued", { priority: 2 }), task("2", "queued"), task("4", "failed", { error: { message: "no such file", node_type: "LoadImage" } })) });
    const waiting = await screen.findByRole("region", { name: "Waiting" });
    expect([...waiting.querySelectorAll("[data-task] p:first-child")].map((p) => p.textContent)).toEqual(["Task 3", "Task 2"]);
    expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("40");
    expect(within(screen.getByRole("region", { name: "Ended" })).getByText(/no such file/)).toBeTruthy();
    expect(screen.getByRole("region", { name: "Ended" }).querySelectorAll("[data-task]").length).toBe(screen.getByRole("region", { name: "Ended" }).querySelectorAll("[data-thumb]").length); // names stand in one line, with a picture or without
  });
  it("is put in order by arrow keys, says so, and asks for one change", async () => {
    const asked = show(<Queue />, { "/tasks": page(task("1", "queued"), task("2", "queued")), "/task/2": task("2", "queued", { priority: 1 }) });
    fireEvent.keyDown(await screen.findByRole("button", { name: "Move “Task 2” in the queue" }), { key: "ArrowUp" });
    await waitFor(() => expect(asked.filter((a) => a.method === "PATCH")).toEqual([{ method: "PATCH", path: "/task/2", body: { priority: 1 } }]));
    expect(screen.getByRole("status").textContent).toBe("“Task 2” is number 1 of 2");
  });
});

describe("the status bar", () => {
  const status = { version: "0", uptime_s: 1, queue: {}, engines: [{ id: "own", state: "up" }, { id: "far", state: "down" }], cpu: { load: 7, usage: 0.5, cores: 2 }, memory: { available_bytes: 25, total_bytes: 100 }, disk: { free_bytes: 90, total_bytes: 100 } };
  it("tells the link, engines, loads, and the running task with its cancel", async () => {
    useLink.setState({ link: "open" });
    const asked = show(<StatusBar />, { "/status": status, "/tasks": page(task("1", "running", { progress: { ...progress(.25), seconds_left: 75 } })), "/task/1/cancel": task("1", "cancelled") });
    await screen.findByText("Task 1");
    expect(screen.getByText(/25 % · 1:15 min/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "CPU 50 %" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Memory 75 %" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(asked.some((a) => a.method === "POST" && a.path === "/task/1/cancel")).toBe(true));
  });
  it("says at once that the bridge is gone", () => {
    useLink.setState({ link: "lost" });
    show(<StatusBar />);
    expect(screen.getByRole("alert").textContent).toMatch(/does not answer/);
  });
});

describe("a node", () => {
  const tables = readNodeTables({ SceneAdd: { input: { required: { scene: ["SCENE"], object: ["STRING", { default: "" }] }, optional: { color: ["STRING", { default: "" }] } }, output: ["SCENE"], output_name: ["SCENE"], display_name: "Add" } });
  const node = (more: Partial<GraphNode> = {}): GraphNode => ({ id: "1", type: "SceneAdd", x: 0, y: 0, values: { id: "ball-1", object: "ball" }, mode: "on", isCollapsed: false, ...more });
  const draw = (it: GraphNode) => {
    useGraphs.getState().open({ ...emptyGraph, nodes: { 1: it } }, "test");
    show(<Tables.Provider value={tables}><ReactFlowProvider><NodeBox {...({ id: "1", data: { node: it }, selected: false } as unknown as Parameters<typeof NodeBox>[0])} /></ReactFlowProvider></Tables.Provider>);
    return document.querySelector("header")!.parentElement!;
  };
  it("is marked while its object is selected anywhere", () => {
    const box = draw(node());
    expect(box.dataset["about"]).toBeUndefined();
    act(() => useApp.getState().set({ selected: "ball-1" }));
    expect(box.dataset["about"]).toBe("true");
  });
  it("changes its value as one step of the graph, and keeps quiet about what is as it is by default", () => {
    draw(node());
    expect(screen.queryByLabelText("color")).toBeNull();
    fireEvent.change(screen.getByLabelText("object", { selector: "input" }), { target: { value: "dog" } });
    expect(useGraphs.getState().history.present.nodes["1"]?.values["object"]).toBe("dog");
    act(() => useGraphs.getState().undo());
    expect(useGraphs.getState().history.present.nodes["1"]?.values["object"]).toBe("ball");
  });
  it("of a type that no engine knows says so and keeps its values", () => {
    draw(node({ type: "Elsewhere" }));
    expect(screen.getByText("No engine knows “Elsewhere”", { exact: false })).toBeTruthy();
    expect(useGraphs.getState().history.present.nodes["1"]?.values).toEqual({ id: "ball-1", object: "ball" });
  });
  it("that failed says why", () => {
    draw(node());
    act(() => {
      useRuns.getState().begin("t", ["1"]);
      followRun("t", progress() as never, { id: "t", state: "failed", outputs: [], error: { message: "object “ball” is too large", node_id: "1" }, progress: progress() } as never);
    });
    expect(screen.getByRole("alert").textContent).toBe("object “ball” is too large");
  });
});

describe("small things", () => {
  it("a failure says what went wrong and what to do, with the detail folded", () => {
    let tried = 0;
    show(<Failure error={new WireError("there is no task x", 404, { id: "x" })} retry={() => tried++} />);
    expect(screen.getByRole("alert").textContent).toContain("there is no task x");
    expect(document.querySelector("details")?.open).toBe(false);
    fireEvent.click(screen.getByRole("button"));
    expect(tried).toBe(1);
  });
  it("a failure that answers a sentence is framed once, by the answer", () => {
    act(() => useAnswer.setState({ answer: { sentence: "a ball", understanding: null, error: new WireError("too long", 400, { type: "limit" }) } }));
    show(<Reply onPick={() => {}} isHidden={false} />);
    expect(screen.getByRole("alert").className).not.toContain("border");
    expect(screen.getByRole("status").className).toContain("border-bad");
    act(() => useAnswer.setState({ answer: null }));
  });
  it("settings are found by their words", async () => {
    show(<Settings />, { "/settings": [], "/keys": [] });
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "seed" } });
    expect(screen.getByRole("textbox", { name: "Seed" })).toBeTruthy();
    expect(screen.queryByRole("group", { name: "Language" })).toBeNull();
    for (const [words, found] of [["dark mode", "Appearance"], ["theme", "Appearance"], ["resolution", "Size of films"], ["1920", "Size of films"], ["samples", "Quality of films"], ["gpu", "The live scene"]] as const) {
      fireEvent.change(screen.getByRole("searchbox"), { target: { value: words } });
      expect([words, ...screen.getAllByRole("heading", { level: 3 }).map((h) => h.textContent)]).toEqual([words, found]);
    }
  });
  it("versions that were ticked in one project are not ticked in another", async () => {
    const entry = (version: number) => ({ version, time: "2026-01-01T00:00:00Z", sentence: `sentence ${version}`, note: null, n_commands: 0, author: "user" });
    const history = (...versions: number[]) => ({ items: versions.map(entry), next_cursor: null, total: versions.length }), project = (id: string) => ({ id, name: id, version: 2, commands: [] });
    useApp.getState().prefer({ projectId: "one" });
    show(<Projects />, { "/projects/one": project("one"), "/projects/two": project("two"), "/projects/one/history": history(1, 2), "/projects/two/history": history(1, 2) });
    for (const box of await screen.findAllByRole("checkbox")) fireEvent.click(box);
    await screen.findByRole("button", { name: "Compare 1 and 2" });
    client.setQueryData(keys.project("two"), project("two")); // one that was just branched is known already
    client.setQueryData(keys.history("two"), history(1, 2));
    act(() => useApp.getState().prefer({ projectId: "two" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: "Compare 1 and 2" })).toBeNull());
    expect((await screen.findAllByRole<HTMLInputElement>("checkbox")).some((box) => box.checked)).toBe(false);
  });
  it("the line between two versions moves by keys and stays within", () => {
    const moves: number[] = [];
    show(<Divider at={.99} onMove={(to) => moves.push(to)} />);
    for (const key of ["ArrowRight", "Home", "a"]) fireEvent.keyDown(screen.getByRole("slider"), { key });
    expect(moves).toEqual([1, 0]);
  });
});

describe("a lost connection", () => {
  it("lets a sentence wait, in the window's language, sends it once when the bridge is back, and not one that was given up", async () => {
    useApp.getState().prefer({ language: "de", projectId: "p", renderAfterCommand: false });
    speak("de");
    const asked = show(<AICommandBar />, { "/projects/p/commands": { project: { id: "p", version: 2, commands: [] }, understanding: null } });
    act(() => useLink.setState({ link: "lost" }));
    const posted = () => asked.filter((a) => a.path === "/projects/p/commands");
    await act(async () => { for (const sentence of ["ein Ball", "ein Hund"]) expect(await submit(sentence)).toBe(true); });
    expect([...document.querySelectorAll("[data-waiting] span")].map((s) => s.textContent)).toEqual(["ein Ball", "ein Hund"]);
    screen.getByText("Die Brücke ist weg. Das wird von selbst gesendet, wenn sie zurück ist.");
    fireEvent.click(screen.getByRole("button", { name: "Nicht senden: ein Hund" }));
    expect(posted()).toEqual([]);
    await act(async () => { await new Promise((then) => setTimeout(then, 600)); useLink.setState({ link: "open" }); });
    await waitFor(() => expect(document.querySelector("[data-waiting]")).toBeNull());
    await act(async () => { await new Promise((then) => setTimeout(then, 700)); });
    expect(posted().map((a) => a.body)).toEqual([{ sentence: "ein Ball" }]);
    speak("en");
  });
});

describe("templates", () => {
  const template = (id: string, type: string) => ({ id, name: id, description: "", version: 1, created_at: "", updated_at: "", is_template: true, inputs: [{ name: "x", node: "1", field: "x", type, kind: "checkpoints" }], outputs: [] });
  it("that run at once come first, and one whose model is not here says so", async () => {
    show(<Workflows />, { "/workflows": page(template("paint", "model"), template("title", "string")), "/models": page({ name: "m", kind: "vae" }), "/nodes": { nodes: [] } });
    const cards = await waitFor(() => { const all = screen.getAllByRole("listitem"); expect(all[1]?.textContent).toContain("Needs a model"); return all.map((c) => c.textContent); });
    expect(cards).toEqual(["title", "paintNeeds a model that is not here yet"]);
  });
});

describe("messages", () => {
  it("are reached by a key, wait while one is there, and closed they give the focus back", async () => {
    show(<><button type="button">Before</button><Toasts /></>);
    screen.getByText("Before").focus();
    act(() => { say("One"); say("Two"); });
    const isOn = (text: string) => screen.getByText(text).closest("[data-toast]")?.contains(document.activeElement) ?? false;
    act(goToMessages);
    expect([isOn("Two"), useHold.getState().isHeld]).toEqual([true, true]);
    fireEvent.keyDown(document.activeElement as Element, { key: "Escape" });
    expect(isOn("One")).toBe(true);
    fireEvent.keyDown(document.activeElement as Element, { key: "Escape" });
    await waitFor(() => expect([document.activeElement, useHold.getState().isHeld]).toEqual([screen.getByText("Before"), false]));
  });
});

describe("a small picture", () => {
  it("shows its icon until it is there, and when it does not come", async () => {
    show(<Thumb src="/picture.png" icon={<i data-testid="icon" />} className="" />);
    const picture = await waitFor(() => { const found = document.querySelector("[data-thumb] img"); expect(found).not.toBeNull(); return found as HTMLImageElement; });
    expect(screen.getByTestId("icon")).toBeTruthy();
    fireEvent.load(picture);
    expect(screen.queryByTestId("icon")).toBeNull();
    fireEvent.error(picture);
    expect(screen.getByTestId("icon")).toBeTruthy();
    expect(document.querySelector("[data-thumb] img")).toBeNull();
  });
});
