// @vitest-environment jsdom
// Answers that were on their way when something changed.
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { Project } from "../app/wire/queries";
import { client, putProject, useHistory } from "../app/wire/queries";
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
