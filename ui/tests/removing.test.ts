// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act, renderHook } from "@testing-library/react";
import { regretMs, removeLater, takeBack, useIsRemoved } from "../app/parts/removing";
import { hold } from "../app/parts/countdown";
import { useToasts } from "../app/parts/Toasts";
import { removeWorks } from "../app/gallery/remove";
import type { Work } from "../app/gallery/useWorks";
import { clearEnded } from "../app/queue/clear";
import type { Task } from "../app/wire/queries";

describe("what is removed", () => {
  beforeEach(() => { vi.useFakeTimers(); useToasts.setState({ items: [] }); });
  afterEach(() => { vi.useRealTimers(); });
  const undo = () => useToasts.getState().items.at(-1)?.action?.run();
  it("is out of sight at once and gone after a while", async () => {
    const { result } = renderHook(() => useIsRemoved()), forGood = vi.fn(async () => undefined);
    act(() => removeLater("a", "A", forGood));
    expect([result.current("a"), forGood.mock.calls.length]).toEqual([true, 0]);
    await act(() => vi.advanceTimersByTimeAsync(regretMs));
    expect([result.current("a"), forGood.mock.calls.length]).toEqual([false, 1]);
  });
  it("comes back when it is wanted back, and stays", async () => {
    const { result } = renderHook(() => useIsRemoved()), forGood = vi.fn(async () => undefined);
    act(() => removeLater("b", "B", forGood));
    act(() => undo());
    expect(result.current("b")).toBe(false);
    await act(() => vi.advanceTimersByTimeAsync(regretMs * 2));
    expect(forGood).not.toHaveBeenCalled();
  });
  it("is taken back by a key, the newest first, with its message", async () => {
    const { result } = renderHook(() => useIsRemoved()), forGood = vi.fn(async () => undefined), gone = () => ["f", "g"].filter((id) => result.current(id));
    act(() => { removeLater("f", "F", forGood); removeLater("g", "G", forGood); });
    expect(gone()).toEqual(["f", "g"]);
    act(() => { takeBack(); });
    expect([gone(), useToasts.getState().items.map((i) => i.text)]).toEqual([["f"], ["“F” is removed"]]);
    act(() => { takeBack(); });
    expect([gone(), takeBack(), useToasts.getState().items.length]).toEqual([[], false, 0]);
  });
  it("waits while somebody is at its message, and the whole time anew after that", async () => {
    const forGood = vi.fn(async () => undefined), pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
    act(() => removeLater("h", "H", forGood));
    await pass(regretMs - 1);
    act(() => hold(true));
    await pass(regretMs * 5);
    act(() => hold(false));
    await pass(regretMs - 1);
    expect(forGood).not.toHaveBeenCalled();
    await pass(1);
    expect(forGood).toHaveBeenCalledTimes(1);
  });
  it("goes and comes back together when it is several things", async () => {
    const { result } = renderHook(() => useIsRemoved()), forGood = vi.fn(async () => undefined), both = () => ["d", "e"].map((id) => result.current(id));
    act(() => removeLater(["d", "e"], "2 works", forGood));
    act(() => removeLater("e", "E", forGood)); // it is on its way out already
    expect([both(), useToasts.getState().items.length]).toEqual([[true, true], 1]);
    act(() => undo());
    expect(both()).toEqual([false, false]);
    act(() => removeLater([], "nothing", forGood));
    await act(() => vi.advanceTimersByTimeAsync(regretMs * 2));
    expect(forGood).not.toHaveBeenCalled();
  });
  it("are files of works, and of the list what has ended", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => { asked.push(`${init.method} ${url.replace("/api/v1", "")}`); return new Response(JSON.stringify({ status: "success", data: null, message: "" })); });
    removeWorks([{ url: "u", task_id: "t1", file: "a b.mp4" }, { url: "v", task_id: "t2", file: "c.png" }] as Work[]);
    clearEnded([{ id: "t3", state: "running" }, { id: "t4", state: "failed" }, { id: "t5", state: "done" }] as Task[]);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(regretMs);
    expect(asked.sort()).toEqual(["DELETE /outputs/t1/a%20b.mp4", "DELETE /outputs/t2/c.png", "DELETE /task/t4", "DELETE /task/t5"]);
    vi.unstubAllGlobals();
  });
  it("is shown again with the reason when it cannot be removed", async () => {
    const { result } = renderHook(() => useIsRemoved());
    act(() => removeLater("c", "C", () => Promise.reject(new Error("it is in use"))));
    await act(() => vi.advanceTimersByTimeAsync(regretMs));
    expect(result.current("c")).toBe(false);
    expect(useToasts.getState().items.at(-1)).toMatchObject({ kind: "error", text: "it is in use" });
  });
});
