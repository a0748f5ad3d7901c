import { expect, test, vi } from "vitest";
import { keyOf } from "../app/command/ahead";
import type { SceneModel } from "../app/viewport/useSceneModel";

const asked: string[] = [], answers: (() => void)[] = [];
vi.mock("../app/viewport/useSceneModel", () => ({
  loadScene: (_: string, request: RequestInit) => new Promise((then) => {
    asked.push(JSON.parse(String(request.body)).commands[0].object as string);
    answers.push(() => then({} as SceneModel));
  }),
}));

const sent: string[] = [];
vi.mock("../wire/client", async (whole) => ({
  ...await whole<object>(),
  call: (_method: string, _path: string, { body }: { body: { command: string } }) => {
    sent.push(body.command);
    return Promise.resolve({ scene: [{ op: "add", object: "cube" }] });
  },
}));

const scene = (object: string) => { const commands = [{ op: "add", object }]; return { commands, key: keyOf(commands) }; };
const pause = () => new Promise((then) => setTimeout(then));

test("of sentences typed in a row the one under way and the last are made, and the last is taken once", async () => {
  const { bring, take } = await import("../app/viewport/aheadModel");
  const first = bring(scene("b"), "light");
  await pause();
  const models = ["ba", "bal", "ball"].map((word) => bring(scene(word), "light"));
  [first, ...models.slice(0, 2)].forEach((model) => model.catch(() => {}));
  expect(asked).toEqual(["b"]);
  answers[0]?.();
  await pause();
  await pause();
  expect(asked).toEqual(["b", "ball"]);
  answers[1]?.();
  expect(bring(scene("ball"), "light")).toBe(models[2]);
  expect(take([{ op: "add", object: "cube" }], "light")).toBeNull();
  expect(take(scene("ball").commands, "full")).toBeNull();
  expect(take(scene("ball").commands, "light")).toBe(models[2]);
  expect(take(scene("ball").commands, "light")).toBeNull();
});

test("of a sentence that is sent, the scene is known at once when it was understood while it was typed, and asked for otherwise", async () => {
  const { lookNoMore, lookNow, noteRun, useAhead } = await import("../app/command/ahead");
  const commands = [{ op: "add", object: "ball" }];
  noteRun({ sentence: "a ball ", understanding: { scene: commands } as never });
  lookNow("a ball", []);
  expect([useAhead.getState().ahead?.key, sent]).toEqual([keyOf(commands), []]);
  lookNow("a cube", []);
  await vi.waitFor(() => expect(useAhead.getState().ahead?.key).toBe(keyOf([{ op: "add", object: "cube" }])));
  expect(sent).toEqual(["a cube"]);
  lookNoMore();
});

test("what is sent is shown from its beginning until its project has it, unless it changes nothing", async () => {
  const { lookNow, lookNoMore, noteRun, useAhead } = await import("../app/command/ahead"), { useApp } = await import("../app/state");
  const commands = [{ op: "add", object: "ball" }];
  useApp.setState({ seconds: 3, isFilmShown: true });
  useApp.getState().prefer({ projectId: "p" });
  noteRun({ sentence: "what is there", understanding: { scene: commands } as never });
  lookNow("what is there", commands);
  expect([useAhead.getState().sent, useApp.getState().seconds, useApp.getState().isFilmShown]).toEqual([null, 3, true]);
  lookNow("what is there", []);
  expect(useAhead.getState().sent).toEqual({ key: keyOf(commands), commands, project: "p" });
  expect([useApp.getState().seconds, useApp.getState().isFilmShown]).toEqual([0, false]);
  lookNoMore();
  expect(useAhead.getState().sent).toBeNull();
});
