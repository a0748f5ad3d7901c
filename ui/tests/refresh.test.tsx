// @vitest-environment jsdom
// Answers that were on their way when something changed.
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Project } from "../app/wire/queries";
import { client, keys, putProject, reorder, useHistory, waitingTasks } from "../app/wire/queries";
import { changesFor, inOrder, shifted } from "../flow/queue";
import "./render";

function Versions() {
  return <p>{useHistory("p").data?.items.map((e) => e.version).join()}</p>;
}

test("the first answer about a history does not stand when a sentence came while it was under way", async () => {
  const answers: ((versions: number[]) => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise<Response>((then) => answers.push((versions) => then(new Response(JSON.stringify({ status: "success", data: { items: versions.map((version) => ({ version })), next_cursor: null, total: versions.length } }))))));
  render(<QueryClientProvider client={client}><Versions /></QueryClientProvider>);
  await vi.waitFor(() => expect(answers.length).toBe(1));
  putProject({ id: "p", version: 1 } as Project);
  await vi.waitFor(() => expect(answers.length).toBe(2));
  answers[0]?.([0]);
  answers[1]?.([0, 1]);
  await screen.findAllByText("0,1");
});

test("two steps in the queue before either has been answered are both taken", async () => {
  const at = (id: string, priority: number) => ({ id, priority, state: "queued", created_at: `2026-01-01T00:00:0${id}Z` });
  client.setQueryData(keys.tasks, { items: [at("1", 0), at("2", 0), at("3", 0)], next_cursor: null, total: 3 });
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  for (let i = 0; i < 2; i++) void reorder(changesFor(shifted(inOrder(waitingTasks()), "3", -1)));
  expect(inOrder(waitingTasks()).map((i) => i.id)).toEqual(["3", "1", "2"]);
  client.clear();
  vi.unstubAllGlobals();
});
