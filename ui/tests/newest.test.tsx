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
const told = ({ items, next_cursor, total }: ReturnType<typeof withNewest>) => `${items.map((item) => item.task_id).join()} … ${next_cursor} of ${total}`;

function Works() {
  const { works, total, want } = useWorks("all", "");
  return <button type="button" onClick={() => void want(240)}>{`${total}: ${works.map((w) => w.task_id).join()}`}</button>;
}

test("when a film is ready, the newest works are asked for and the other pages are not", async () => {
  const asked: string[] = [], last = 400;
  let newest = last;
  vi.stubGlobal("fetch", async (url: string) => {
    if (!url.includes("/outputs")) return new Response("{}");
    const query = new URL(url, "http://here").searchParams, limit = Number(query.get("limit")), from = Number(query.get("cursor") ?? newest), to = Math.max(0, from - limit);
    asked.push(`${limit} from ${query.get("cursor") ?? "the newest"}`);
    const items = Array.from({ length: from - to }, (_, i) => work(from - i));
    return new Response(JSON.stringify({ status: "success", data: { items, next_cursor: to > 0 ? String(to) : null, total: newest } }));
  });
  render(<QueryClientProvider client={client}><Works /></QueryClientProvider>);
  (await screen.findByText(/^400: 400,.*,281$/)).click();
  await screen.findByText(/^400: 400,.*,81$/);
  newest = last + 2;
  asked.length = 0;
  receive({ type: "workflow_complete", data: { id: "t", kind: "command", title: "a ball", state: "done", progress: { fraction: 1 }, outputs: [] } } as never);
  await screen.findByText(/^402: 402,401,400,.*,280,.*,81$/);
  expect(asked).toEqual(["120 from the newest"]);
});

test("the newest works lie before those that were there", () => {
  const known = page([9, 8, 7, 6, 5, 4], "4", 9) as never;
  expect(told(withNewest(known, page([11, 10, 9, 8], "8", 11)))).toBe("11,10,9,8,7,6,5,4 … 4 of 11");
  expect(told(withNewest(known, page([10, 9, 6], "6", 8)))).toBe("10,9,6,5,4 … 4 of 8"); // two are gone from among the newest
});

test("where a gap lies between, or something is gone further back, the newest are what is known", () => {
  const known = page([9, 8, 7, 6, 5, 4], "4", 9) as never;
  expect(told(withNewest(known, page([20, 19], "19", 20)))).toBe("20,19 … 19 of 20");
  expect(told(withNewest(known, page([9, 8], "8", 8)))).toBe("9,8 … 8 of 8");
  expect(told(withNewest(known, page([10])))).toBe("10 … null of 1");
});

test("what is known stays the same object, so that its card is not drawn again", () => {
  const known = page([9, 8, 7], null, 3) as { items: object[] };
  expect(withNewest(known as never, page([10, 9, 8], "8", 4)).items.slice(1).every((item, i) => item === known.items[i])).toBe(true);
});
