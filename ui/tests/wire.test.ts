import { describe, expect, it, vi } from "vitest";
import { call, urlOf, WireError } from "../wire/client";
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

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  close() {}
}

describe("the socket", () => {
  it("reconnects and asks for what it missed", () => {
    const urls: string[] = [], sockets: FakeSocket[] = [], links: Link[] = [], seen: Message[] = [], waits: number[] = [];
    let then = () => {};
    connect({
      url: "/ws", onLink: (l) => links.push(l), onMessage: (m) => seen.push(m),
      open: (url) => { urls.push(url); const s = new FakeSocket(); sockets.push(s); return s as unknown as WebSocket; },
      delay: (ms, next) => { waits.push(ms); then = next; return () => {}; },
    });
    sockets[0]!.onopen?.();
    const say = (i: number, number: number) => sockets[i]!.onmessage?.({ data: JSON.stringify({ number, type: "status_update", data: {} }) });
    say(0, 4);
    sockets[0]!.onclose?.();
    then();
    sockets[1]!.onopen?.();
    say(1, 4);
    say(1, 5);
    expect(urls).toEqual(["/ws", "/ws?after=4"]);
    expect(seen.map((m) => m.number)).toEqual([4, 5]);
    expect(links).toEqual(["connecting", "open", "lost", "connecting", "open"]);
    sockets[1]!.onclose?.();
    expect(waits).toEqual([250, 250]);
  });
});
