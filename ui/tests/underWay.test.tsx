// @vitest-environment jsdom
// What takes long is shown, and can be given up.
import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { UnderWay } from "../app/frame/UnderWay";
import { useLink } from "../app/wire/live";
import { upload } from "../app/wire/upload";
import { call } from "../wire/client";
import { pending } from "../wire/pending";
import { show } from "./render";

afterEach(() => { vi.useRealTimers(); vi.unstubAllGlobals(); });

it("a call that somebody waits for is shown after a moment, can be given up after a longer one, and is then over", async () => {
  vi.useFakeTimers();
  show(<UnderWay />);
  vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => new Promise((_, fail) => signal?.addEventListener("abort", () => fail(signal.reason))));
  const over = vi.fn();
  act(() => { call("post", "/models/verify").catch(over); });
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  await pass(250);
  expect(screen.queryByRole("status")).toBeNull();
  await pass(100);
  expect([screen.getByRole("status").textContent, screen.queryByRole("button")]).toEqual(["One moment…", null]);
  await pass(1700);
  fireEvent.click(screen.getByRole("button", { name: "Wait no longer" }));
  await pass(0);
  expect([over.mock.calls[0]?.[0].name, pending().length, screen.queryByRole("status")]).toEqual(["AbortError", 0, null]);
});

it("a file on its way is told by its name with how much has gone, waits for a bridge that is away, and arrives", async () => {
  vi.useFakeTimers();
  show(<UnderWay />);
  const sent: { upload: { onprogress?: (e: object) => void }; onload?: () => void; onerror?: () => void; onloadend?: () => void; response?: unknown; status: number }[] = [];
  vi.stubGlobal("XMLHttpRequest", class { upload = {}; status = 200; open() {} abort() {} send() { sent.push(this as never); } });
  useLink.setState({ link: "open" });
  const name = upload(new File(["x"], "big.png")), pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
  await pass(400);
  act(() => sent[0]?.upload.onprogress?.({ lengthComputable: true, loaded: 40, total: 100 }));
  expect(screen.getByRole("status").textContent).toBe("big.png40 %");
  act(() => useLink.setState({ link: "lost" }));
  sent[0]?.onerror?.();
  await pass(5000);
  expect(sent.length).toBe(1);
  act(() => useLink.setState({ link: "open" }));
  await pass(100);
  Object.assign(sent[1] ?? {}, { response: { status: "success", data: { name: "big (1).png" } } });
  sent[1]?.onload?.();
  await pass(0);
  expect([await name, pending().length]).toEqual(["big (1).png", 0]);
});

it("what a panel asks for by itself is not", () => {
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  void call("get", "/status", { signal: new AbortController().signal });
  expect(pending()).toEqual([]);
});
