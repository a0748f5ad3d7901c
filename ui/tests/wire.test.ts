import { describe, expect, it, vi } from "vitest";
import { call, urlOf, WireError } from "../wire/client";
import { once } from "../wire/once";
import { wait } from "../wire/patience";
import type { Link, Message } from "../wire/socket";
import { connect } from "../wire/socket";

describe("calls", () => {
  it("fill paths and queries", () => {
    expect(urlOf("/task/{id}/events", { id: "a/b" }, { limit: 5, cursor: undefined })).toBe("/api/v1/task/a%2Fb/events?limit=5");
  });
  it("unwrap the envelope and throw what it says", async () => {
    const answer = (status: number, body: unknown) => vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status }));
    answer(200, { status: "success", data: { id: "x" }, message: "" });
    expect(await call("get", "/task/{id}", { path: { id: "x" } })).toEqual({ id: "x" });
    answer(404, { status: "error", data: null, message: "there is no task x" });
    await expect(call("get", "/task/{id}", { path: { id: "x" } })).rejects.toMatchObject({ status: 404, message: "there is no task x" });
    vi.stubGlobal("fetch", async () => { throw new TypeError("refused"); });
    await expect(call("get", "/status")).rejects.toBeInstanceOf(WireError);
  });
});

describe("a change whose answer never came", () => {
  const keyOf = async (what: string, answer: "yes" | "no" | "none") => {
    let key = "";
    await once(what, async (given) => { key = given; if (answer !== "yes") throw new WireError("", answer === "no" ? 400 : 0); }).catch(() => {});
    return key;
  };
  it("has the same key when it is asked for again, and another one once it was answered", async () => {
    const first = await keyOf("save", "none"), again = await keyOf("save", "yes"), next = await keyOf("save", "no"), last = await keyOf("save", "yes");
    expect(again).toBe(first);
    expect(new Set([again, next, last]).size).toBe(3);
  });
  it("is another one when something else was asked for since", async () => {
    const first = await keyOf("a ball", "none");
    await keyOf("a tree", "none");
    expect(await keyOf("a ball", "yes")).not.toBe(first);
  });
});

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  sent: string[] = [];
  send(text: string) { this.sent.push(text); }
  close() {}
}

/** Time that goes when it is told to. */
function clock() {
  let now = 0;
  const due = new Set<{ at: number; then: () => void }>();
  return {
    delay: (ms: number, then: () => void) => { const one = { at: now + ms, then }; due.add(one); return () => { due.delete(one); }; },
    go: (ms: number) => {
      const end = now + ms;
      for (;;) {
        const first = [...due].filter((i) => i.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!first) break;
        due.delete(first);
        now = first.at;
        first.then();
      }
      now = end;
    },
  };
}

describe("the socket", () => {
  it("reconnects and asks for what it missed", () => {
    const urls: string[] = [], sockets: FakeSocket[] = [], links: Link[] = [], seen: Message[] = [], waits: number[] = [];
    const time = clock();
    connect({
      url: "/ws", onLink: (l) => links.push(l), onMessage: (m) => seen.push(m),
      open: (url) => { urls.push(url); const s = new FakeSocket(); sockets.push(s); return s as unknown as WebSocket; },
      delay: (ms, next) => { waits.push(ms); return time.delay(ms, next); },
    });
    sockets[0]!.onopen?.();
    const say = (i: number, number: number) => sockets[i]!.onmessage?.({ data: JSON.stringify({ number, type: "status_update", data: {} }) });
    say(0, 4);
    sockets[0]!.onclose?.();
    time.go(250);
    sockets[1]!.onopen?.();
    say(1, 4);
    say(1, 5);
    expect(urls).toEqual(["/ws", "/ws?after=4"]);
    expect(seen.map((m) => m.number)).toEqual([4, 5]);
    expect(links).toEqual(["connecting", "open", "lost", "connecting", "open"]);
    sockets[1]!.onclose?.();
    expect(waits.filter((ms) => ms === 250)).toEqual([250, 250]);
  });
  it("is lost when it is silent and does not answer, in a few seconds, and not while it answers", () => {
    const sockets: FakeSocket[] = [], links: Link[] = [], time = clock();
    connect({ url: "/ws", onLink: (l) => links.push(l), onMessage: () => {}, open: () => { const s = new FakeSocket(); sockets.push(s); return s as unknown as WebSocket; }, delay: time.delay });
    sockets[0]!.onopen?.();
    const answer = () => sockets[0]!.onmessage?.({ data: JSON.stringify({ number: 7, type: "subscribed", data: { missed: false } }) });
    answer();
    time.go(2500);
    expect(sockets[0]!.sent).toEqual(['{"type":"resume","after":7}']);
    answer();
    time.go(2500 + 2400);
    expect(links).toEqual(["connecting", "open"]);
    time.go(100 + 250);
    expect(links).toEqual(["connecting", "open", "lost", "connecting"]);
    time.go(5000); // nor does the next one open
    expect(links.at(-1)).toBe("lost");
    sockets[0]!.onclose?.(); // the first says at last that it has closed
    expect(links.filter((l) => l === "lost").length).toBe(2);
  });
  it("blames nobody for time in which the page itself stood still", async () => {
    vi.useFakeTimers({ now: 0 });
    const said: string[] = [];
    wait(2500, () => said.push("late"));
    vi.setSystemTime(60_000);
    vi.advanceTimersByTime(500); // one timer fires, however late, and then what has waited comes first
    expect(said).toEqual([]);
    vi.useRealTimers();
  });
});
