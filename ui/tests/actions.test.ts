// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { allActions, findActions } from "../app/command/actions";
import { everywhere, inScene, onCanvas } from "../app/frame/shortcuts";
import { doOnCanvas, forgetWords, hearWords } from "../app/graph/byWords";
import { useToasts } from "../app/parts/Toasts";
import { rooms, useApp, views } from "../app/state";
import { t } from "../app/words";
import { client, keys } from "../app/wire/queries";

const ids = () => allActions().map((a) => a.id);

test("every view, room, look, tool and quality is found after a slash", () => {
  const wanted = [...views.map((v) => (v === "gallery" ? "films" : v)), ...rooms.map((r) => `room-${r}`), ...["shaded", "clay", "normal", "depth"].map((l) => `look-${l}`), "wireframe", "tool-none", "tool-translate", "tool-rotate", "tool-scale", "quality-draft", "quality-standard", "quality-final"];
  expect(wanted.filter((id) => !ids().includes(id))).toEqual([]);
});

test("sizes of films, and what gives memory and disk back, are found after a slash", () => {
  expect(["size-1920-1080", "size-720-1280", "free", "empty-results", "empty-unfinished", "empty-pictures"].filter((id) => !ids().includes(id))).toEqual([]);
  allActions().find((a) => a.id === "size-1080-1080")?.run();
  expect([useApp.getState().preferences.width, useApp.getState().preferences.height]).toEqual([1080, 1080]);
});

test("what is written after the slash as it is called comes first, and so do its beginning and its words", () => {
  for (const { label } of allActions()) expect(findActions(label)[0]?.label).toBe(label);
  const first = (words: string) => findActions(words)[0]?.label;
  expect(["turn", "film", "undo", "settings", "gallery", "workflow", "open eng", "log", "clay", "deutsch", "new", "lay out"].map(first)).toEqual(["Turn", "Make the film", "Undo", "Open Settings", "Gallery", "Workflow", "Open Engines", "State and log of the bridge", "Show as Clay", "Auf Deutsch", "New project", "Workflow: Lay out"]);
});

test("no two actions go by one name", () => {
  const all = allActions();
  for (const names of [all.map((a) => a.id), all.map((a) => a.label)]) expect(names.filter((n, i) => names.indexOf(n) !== i)).toEqual([]);
});

test("whatever the canvas does by a key can be said", () => {
  const said = allActions().map((a) => a.label), rooms = ["room.queue", "room.models", "room.gallery", "graph.templates", "keys.leave", "keys.nudge"];
  expect(onCanvas.filter((s) => !rooms.includes(s.word) && !said.some((label) => label.endsWith(t(s.word)))).map((s) => s.word)).toEqual([]);
});

test("whatever a key does everywhere or in the scene can be said", () => {
  const said = allActions().map((a) => a.label), unsaid = ["command.label"];
  expect([...everywhere, ...inScene].map((s) => s.word).filter((word) => !unsaid.includes(word) && !said.some((label) => label.includes(t(word)) || (word === "look.wireframe" && label === t("action.wireframe"))))).toEqual([]);
});

test("what cannot be done is said, and nobody is asked for it", () => {
  const act = (id: string) => allActions().find((a) => a.id === id)?.run(), last = () => useToasts.getState().items.at(-1)?.text;
  vi.stubGlobal("fetch", () => { throw new Error("asked"); });
  useApp.getState().prefer({ projectId: null });
  expect(["render", "undo", "branch", "remove-project", "hide"].map((id) => { act(id); return last(); })).toEqual([...Array.from({ length: 4 }, () => t("action.noProject")), t("action.noSelection")]);
  useApp.getState().prefer({ projectId: "p" });
  client.setQueryData(keys.project("p"), { id: "p", version: 0, commands: [], can_undo: false, can_redo: false });
  expect(["undo", "redo", "render", "still"].map((id) => { act(id); return last(); })).toEqual([t("action.undoNone"), t("action.redoNone"), t("outline.empty"), t("outline.empty")]);
  useApp.getState().prefer({ projectId: null });
  client.clear();
  vi.unstubAllGlobals();
});

test("a canvas that is not open is opened, and does it then", () => {
  const done: string[] = [];
  forgetWords();
  doOnCanvas("ctrl+enter");
  expect(useApp.getState().view).toBe("graph");
  const silence = hearWords((deed) => done.push(deed));
  doOnCanvas("l");
  silence();
  expect(done).toEqual(["ctrl+enter", "l"]);
});

test("workflows and projects are opened and run by their names, also when two are called alike", () => {
  client.setQueryData(keys.workflows, { items: [{ id: "w", name: "Title card", inputs: [] }], next_cursor: null, total: 1 });
  client.setQueryData(keys.projects, { items: [{ id: "a", name: "a ball" }, { id: "b", name: "a ball" }], next_cursor: null, total: 2 });
  expect(["run-w", "workflow-w", "project-a", "project-b"].filter((id) => !ids().includes(id))).toEqual([]);
  const labels = allActions().map((a) => a.label);
  expect(new Set(labels).size).toBe(labels.length);
  client.clear();
});

test("plugins, engines, models and the looks of time are found after a slash, and a form opens in its room", () => {
  client.setQueryData(["shelf"], [{ manifest: { id: "palette", name: "Palette", version: "1", description: "", module: "main.js" }, source: "", isOwn: false }]);
  const act = (id: string) => allActions().find((a) => a.id === id)?.run();
  act("plugin-switch-palette");
  expect(useApp.getState().preferences.plugins).toEqual(["palette"]);
  act("plugin-switch-palette");
  expect(useApp.getState().preferences.plugins).toEqual([]);
  for (const [id, room] of [["add-engine", "engines"], ["install-model", "models"]] as const) {
    act(id);
    expect(useApp.getState().preferences.room).toBe(room);
  }
  const heard: unknown[] = [], hear = (event: Event) => heard.push((event as CustomEvent).detail);
  addEventListener("miktos:zoom-time", hear);
  for (const id of ["time-zoomIn", "time-zoomOut", "time-zoomAll"]) act(id);
  removeEventListener("miktos:zoom-time", hear);
  expect(heard).toEqual([2, .5, 0]);
  client.clear();
});
