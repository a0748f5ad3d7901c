// @vitest-environment jsdom
// What hands did while the bridge was away outlives the window.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

interface Asked { path: string; key: string | null; body: { commands: { op: string }[] } }

/** The bridge, there or away; every change that reaches it. */
function bridge(isThere: boolean, status = 200): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    if (!isThere) throw new TypeError("refused");
    asked.push({ path, key: new Headers(init.headers).get("Idempotency-Key"), body: JSON.parse(init.body as string) as Asked["body"] });
    return new Response(JSON.stringify(status < 400 ? { status: "success", message: "", data: { project: { id: "p", version: asked.length, commands: [] } } } : { status: "error", message: "no", data: null }), { status });
  });
  return asked;
}

/** A window of its own, as it is after a reload. */
async function open() {
  vi.resetModules();
  return { ...await import("../app/wire/byHand"), ...await import("../app/command/submit") };
}

const until = async (test: () => boolean) => { for (let n = 0; n < 200 && !test(); n++) await new Promise((then) => setTimeout(then)); };
const kept = () => Object.keys(localStorage).filter((name) => name.startsWith("miktos.unsent."));

beforeEach(() => {
  localStorage.clear();
  localStorage.setItem("miktos.preferences", JSON.stringify({ projectId: "p" }));
});
afterEach(() => vi.unstubAllGlobals());

describe("what hands did while the bridge was away", () => {
  it("is done by the next window, once and in its order", async () => {
    bridge(false);
    const first = await open();
    void first.applyByHand([{ op: "transform" }]);
    void first.applyByHand([{ op: "remove" }]);
    expect(kept().length).toBe(2);
    const asked = bridge(true);
    (await open()).sendWhatWaits();
    await until(() => kept().length === 0);
    expect([kept(), asked.map((a) => a.body.commands[0]?.op), asked.map((a) => a.path)]).toEqual([[], ["transform", "remove"], Array(2).fill("/api/v1/projects/p/commands")]);
    expect(new Set(asked.map((a) => a.key)).size).toBe(2);
    expect(asked.every((a) => /^[0-9a-f]{32}$/.test(a.key ?? ""))).toBe(true);
  });
  it("keeps sentences in their place among them, each under its own key", async () => {
    bridge(false);
    const first = await open();
    void first.applyByHand([{ op: "transform" }]);
    expect(await first.submit("make it blue")).toBe(true);
    expect(kept().length).toBe(2);
    const asked = bridge(true);
    (await open()).sendWhatWaits();
    await until(() => kept().length === 0);
    expect(asked.filter((a) => a.path.endsWith("/p/commands")).map((a) => a.body)).toEqual([{ commands: [{ op: "transform" }] }, { sentence: "make it blue" }]);
  });
  it("is not kept once the bridge has answered, with yes or with no", async () => {
    const { applyByHand } = await open();
    bridge(true);
    await applyByHand([{ op: "transform" }]);
    expect(kept()).toEqual([]);
    bridge(true, 400);
    await expect(applyByHand([{ op: "transform" }])).rejects.toThrow("no");
    expect(kept()).toEqual([]);
  });
  it("is forgotten when it is damaged, or so old that the bridge no longer knows its key", async () => {
    const asked = bridge(true);
    localStorage.setItem("miktos.unsent.1", "{");
    localStorage.setItem("miktos.unsent.2", JSON.stringify({ key: "k", project: "p", commands: [], at: Date.now() - 24 * 3600_000 }));
    (await open()).sendWhatWaits();
    expect([kept(), asked]).toEqual([[], []]);
  });
});
