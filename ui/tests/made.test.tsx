// @vitest-environment jsdom
import { render, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { Made } from "../app/graph/Made";
import { runOf, useRuns } from "../app/graph/runs";

const output = (node_id: string, file: string) => ({ node_id, file, kind: "image" as const, bytes: 1, url: `/${file}`, thumbnail_url: null });

describe("what a node made", () => {
  beforeEach(() => useRuns.setState({ nodes: { 4: { phase: "done" }, "6:1": { phase: "done" } }, outputs: [output("4", "own.png"), output("6:1", "inside.png")] }));
  it("is shown in it and in no other", () => {
    const { rerender } = render(<Made id="4" />);
    expect(screen.getAllByRole("img").map((i) => i.getAttribute("alt"))).toEqual(["own.png"]);
    useRuns.setState({ outputs: [output("4.seen", "looked at.png")] });
    rerender(<Made id="4" />);
    expect(screen.getAllByRole("img").map((i) => i.getAttribute("alt"))).toEqual(["looked at.png"]);
    useRuns.setState({ outputs: [output("6:1", "inside.png")] });
    rerender(<Made id="6:1" />);
    expect(screen.getAllByRole("img").map((i) => i.getAttribute("alt"))).toEqual(["inside.png"]);
  });
});

describe("the state of a sub-graph", () => {
  it("is the one of its nodes that most needs to be known", () => {
    const nodes = { "6:1": { phase: "done" as const }, "6:2": { phase: "running" as const }, 6: { phase: "failed" as const }, "61:1": { phase: "failed" as const } };
    expect(runOf(nodes, "6", true)?.phase).toBe("running");
    expect(runOf({ ...nodes, "6:2:9": { phase: "failed", message: "why" } }, "6", true)?.message).toBe("why");
    expect(runOf(nodes, "7", true)).toBeUndefined();
  });
});
