// @vitest-environment jsdom
// Ten thousand works: what is drawn and what is asked for, counted.
import { QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Gallery from "../app/gallery/Gallery";
import { client } from "../app/wire/queries";
import "./render";

const many = 10_000, columns = 2, rowPx = 150; // in a sidebar of 400 px
const drawn = vi.hoisted(() => ({ cards: 0 }));
// What each card draws once each time that it is drawn.
vi.mock("../app/parts/Thumb", () => ({ Thumb: () => { drawn.cards++; return null; } }));

let asked: string[] = [];
beforeEach(() => {
  asked = [];
  drawn.cards = 0;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  vi.stubGlobal("ResizeObserver", class { constructor(readonly tell: (entries: unknown[]) => void) {} observe(target: Element) { this.tell([{ target, contentRect: { width: 400 } }]); } unobserve() {} disconnect() {} });
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(900);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(400);
  HTMLElement.prototype.scrollTo = function (this: HTMLElement, to?: ScrollToOptions | number) { if (typeof to === "object") { this.scrollTop = to.top ?? 0; fireEvent.scroll(this); } } as typeof HTMLElement.prototype.scrollTo;
  vi.spyOn(HTMLElement.prototype, "scrollHeight", "get").mockReturnValue(Math.ceil(many / columns) * rowPx);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(900);
  vi.stubGlobal("fetch", async (url: string) => {
    const query = new URL(url, "http://here").searchParams, q = query.get("q"), all = q ? 50 : many, from = Number(query.get("cursor") ?? all), to = Math.max(0, from - Number(query.get("limit")));
    asked.push(q ?? query.get("cursor") ?? "first");
    const items = Array.from({ length: from - to }, (_, i) => ({ url: `/${q ?? ""}${from - i}`, file: `${from - i}.png`, task_id: "t", kind: "image", title: `${q ?? "work"} ${from - i}`, thumbnail_url: null, created_at: "2026-01-01T00:00:00Z", bytes: 1, project_id: null }));
    return new Response(JSON.stringify({ status: "success", data: { items, next_cursor: to > 0 ? String(to) : null, total: all } }));
  });
  render(<QueryClientProvider client={client}><Gallery /></QueryClientProvider>);
});
afterEach(() => vi.restoreAllMocks());

const cards = () => document.querySelectorAll("[data-work]").length;
const shelf = () => document.querySelector<HTMLElement>("[data-work]")?.closest<HTMLElement>(".overflow-auto") as HTMLElement;

test("a row further, a row of cards is drawn: those that were in sight are not drawn again", async () => {
  await screen.findByTitle(`work ${many}`);
  await act(async () => { await new Promise((then) => setTimeout(then, 300)); }); // it has come to rest
  const inSight = cards();
  expect(inSight).toBeLessThan(60);
  drawn.cards = 0;
  const rows = 6;
  for (let i = 1; i <= rows; i++) await act(async () => { shelf().scrollTop = i * rowPx; fireEvent.scroll(shelf()); });
  expect(drawn.cards).toBeGreaterThan(0);
  expect(drawn.cards).toBeLessThanOrEqual((rows + 1) * columns);
});

test("the very last has its place from the beginning, and is reached in one way that draws nothing in between", async () => {
  await screen.findByTitle(`work ${many}`);
  const height = Number.parseFloat((shelf().lastElementChild as HTMLElement).style.height);
  expect(height).toBeGreaterThan((many / columns) * rowPx * .95);
  drawn.cards = 0;
  fireEvent.keyDown(document.querySelector("[data-work]") as Element, { key: "End" });
  await screen.findByTitle("work 1");
  expect(asked.length).toBeLessThanOrEqual(1 + Math.ceil((many - 120) / 200) + 1);
  expect(drawn.cards).toBeLessThan(200);
});

test("words ask for one page, however many were known", async () => {
  await screen.findByTitle(`work ${many}`);
  fireEvent.keyDown(document.querySelector("[data-work]") as Element, { key: "End" });
  await screen.findByTitle("work 1");
  asked.length = 0;
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "fog" } });
  await screen.findByTitle("fog 50");
  expect(asked).toEqual(["fog"]);
  expect(cards()).toBeLessThanOrEqual(50);
});

test("all are chosen, also those that had not come", async () => {
  await screen.findByTitle(`work ${many}`);
  fireEvent.keyDown(document.querySelector("[data-work]") as Element, { key: "a", ctrlKey: true });
  await screen.findByText("10,000 chosen");
});
