import { describe, expect, it } from "vitest";
import { followRun, useRuns } from "../app/graph/runs";

const progress = (node: string | null, cached: string[] = []) => ({ fraction: 0, step: "", node, frames_done: 0, frames_total: 0, seconds_left: null, preview: null, cached });
const task = (state: string, error: object | null = null) => ({ id: "t", state, outputs: [], error, progress: progress(null) }) as never;
const phases = () => Object.fromEntries(Object.entries(useRuns.getState().nodes).map(([id, run]) => [id, run.phase]));

describe("a run", () => {
  it("moves from node to node, with those from the cache named", () => {
    useRuns.getState().begin("a", ["1", "2", "3"]);
    followRun("a", progress(null, ["1"]));
    followRun("a", progress("2", ["1"]));
    expect(phases()).toEqual({ 1: "cached", 2: "running", 3: "queued" });
    followRun("a", progress(null), task("done"));
    expect(phases()).toEqual({ 1: "cached", 2: "done", 3: "done" });
  });
  it("that was over before its number was known is told all the same", () => {
    followRun("b", progress("1"));
    followRun("b", progress(null), task("done"));
    useRuns.getState().begin("b", ["1", "2"]);
    expect(phases()).toEqual({ 1: "done", 2: "done" });
  });
  it("puts a failure on the node that failed", () => {
    useRuns.getState().begin("c", ["1", "2"]);
    followRun("c", progress("1"));
    followRun("c", progress("1"), task("failed", { message: "no", node_id: "1", node_type: "X", type: "" }));
    expect(useRuns.getState().nodes["1"]).toEqual({ phase: "failed", message: "no", kind: "" });
    expect(phases()["2"]).toBeUndefined();
  });
  it("that leaves nodes out does not say that they are done", () => {
    useRuns.getState().begin("h", ["1", "2", "3", "4"]);
    const partly = { message: "no such file", node_id: "3", node_type: "X", type: "t", left_out: ["3", "4"] };
    followRun("h", progress("1"), task("running", partly));
    expect(phases()).toEqual({ 1: "running", 2: "queued", 3: "failed" });
    followRun("h", progress(null), task("done", partly));
    expect(phases()).toEqual({ 1: "done", 2: "done", 3: "failed" });
    expect(useRuns.getState().nodes["3"]?.message).toBe("no such file");
  });
  it("that is refused or cancelled leaves nothing waiting", () => {
    useRuns.getState().begin("f", ["1", "2"]);
    followRun("f", progress(null), task("failed", { message: "no", node_id: null, node_type: null, type: "" }));
    expect(phases()).toEqual({});
    useRuns.getState().begin("g", ["1", "2"]);
    followRun("g", progress("1"));
    followRun("g", progress(null), task("cancelled"));
    expect(phases()).toEqual({});
  });
  it("of somebody else changes nothing here", () => {
    useRuns.getState().begin("d", ["1"]);
    followRun("e", progress("1"));
    expect(phases()).toEqual({ 1: "queued" });
  });
});
