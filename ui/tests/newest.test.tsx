// @vitest-environment jsdom
// A film that is ready comes into the gallery without all of the gallery being asked for again.
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { withNewest } from "../app/gallery/newest";
import { useWorks } from "../app/gallery/useWorks";
import { receive } from "../app/wire/live";
import { client } from "../app/wire/queries";
import "./render";

const work = (n: number) => ({ url: `/${n}`, file: `${n}.mp4`, task_id: String(n) });
const page = (items: number[], next_cursor: string | null = null, total = items.length) => ({ items: items.map(work), next_cursor, total }) as never;
const filesOf = (data: ReturnType<typeof withNewest>) => data?.pages.map((p) => p.items.map((item) => item.task_id).join());

function Works() {
  const { works, total, hasNextPage, fetchNextPage } = useWorks("all", "");
  return <button type="button" onClick={() => { if (hasNextPage) void fetchNextPage(); }}>{`${total}: ${works.map((w) => w.task_id).join()}`}</button>;
}

test("when a film is ready, the newest works are asked for and the other pages are not", async () => {
  const asked: string[] = [], last = 260;
  let newest = last;
  vi.stubGlobal("fetch", async (url: string) => {
    if (!url.includes("/outputs")) return new Response("{}");
    const query = new URL(url, "http://here").searchParams, limit = Number(query.get("limit")), from = Number(query.get("cursor") ?? newest), to = Math.max(0, from - limit);
    asked.push(`${limit} from ${query.get("cursor") ?? "the newest"}`);
    const items = Array.from({ length: from - to }, (_, i) => work(from - i));
    return new Response(JSON.stringify({ status: "success", data: { items, next_cursor: to > 0 ? String(to) : null, total: newest } }));
  });
  render(<QueryClientProvider client={client}><Works /></QueryClientProvider>);
  (await screen.findByText(/^260: 260,.*,141$/)).click();
  await screen.findByText(/^260: 260,.*,21$/);
  newest = last + 2;
  asked.length = 0;
  receive({ type: "workflow_complete", data: { id: "t", kind: "command", title: "a ball", state: "done", progress: { fraction: 1 }, outputs: [] } } as never);
  await screen.findByText(/^262: 262,261,260,.*,140,.*,21$/);
  expect(asked).toEqual(["24 from the newest"]);
});

test("the newest works lie before those that were there, without what is gone from among them", () => {
  const known = { pages: [page([9, 8, 7], "7"), page([6, 5, 4], "4")], pageParams: [undefined, "7"] };
  expect(filesOf(withNewest(known, page([11, 10, 9, 8], "8")))).toEqual(["11,10,9,8,7", "6,5,4"]);
  expect(filesOf(withNewest(known, page([10, 9, 6], "6")))).toEqual(["10,9,6,5,4"]);
  expect(filesOf(withNewest(known, page([10])))).toEqual(["10"]);
  expect(withNewest(known, page([20, 19], "19"))).toBe(null);
});
