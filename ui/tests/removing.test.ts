// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act, renderHook } from "@testing-library/react";
import { regretMs, removeLater, useIsRemoved } from "../app/parts/removing";
import { useToasts } from "../app/parts/Toasts";

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
  it("is shown again with the reason when it cannot be removed", async () => {
    const { result } = renderHook(() => useIsRemoved());
    act(() => removeLater("c", "C", () => Promise.reject(new Error("it is in use"))));
    await act(() => vi.advanceTimersByTimeAsync(regretMs));
    expect(result.current("c")).toBe(false);
    expect(useToasts.getState().items.at(-1)).toMatchObject({ kind: "error", text: "it is in use" });
  });
});
