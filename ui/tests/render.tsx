// What a component needs around it: the cache, and a bridge that answers from a table of paths and notes what it was asked.
import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, vi } from "vitest";
import { client } from "../app/wire/queries";

configure({ asyncUtilTimeout: 30_000 }); // a machine that is busy with other things is no failure

export interface Asked { method: string; path: string; body: unknown }

const plain = { matches: false, addEventListener: () => {}, removeEventListener: () => {} };

/** Answers by path without /api/v1 and the query; what is not in the table is 404. */
export function show(what: ReactNode, answers: Record<string, unknown> = {}): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("matchMedia", () => plain);
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
  vi.stubGlobal("IntersectionObserver", class {
    constructor(readonly tell: (seen: { isIntersecting: boolean }[]) => void) {}
    observe() { this.tell([{ isIntersecting: true }]); }
    disconnect() {}
  });
  Element.prototype.scrollIntoView ??= () => {};
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const path = url.replace("/api/v1", "").replace(/\?.*/, "");
    asked.push({ method: init.method ?? "GET", path, body: typeof init.body === "string" ? JSON.parse(init.body) : null });
    const data = answers[path];
    return new Response(JSON.stringify(data === undefined ? { status: "error", data: null, message: `nothing at ${path}` } : { status: "success", data, message: "" }), { status: data === undefined ? 404 : 200 });
  });
  render(<QueryClientProvider client={client}>{what}</QueryClientProvider>);
  return asked;
}

afterEach(() => {
  cleanup();
  client.clear();
  vi.unstubAllGlobals();
});
