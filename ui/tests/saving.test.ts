// @vitest-environment jsdom
// What was made comes to where a person looks for it: a message offers it, and it can be said.
import { afterEach, expect, test, vi } from "vitest";
import { allActions } from "../app/command/actions";
import { useToasts } from "../app/parts/Toasts";
import { useApp } from "../app/state";
import { receive } from "../app/wire/live";
import { t } from "../app/words";

const film = { file: "ball.mp4", kind: "film", is_preview: false, url: "/api/v1/outputs/t/ball.mp4" };

/** Names and addresses of all that links saved meanwhile. */
function saved(): string[] {
  const all: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) { all.push(`${this.download} from ${this.getAttribute("href")}`); });
  return all;
}

afterEach(() => { vi.restoreAllMocks(); vi.unstubAllGlobals(); });

test("a film that is ready offers to be saved, and not its preview", () => {
  const links = saved();
  vi.stubGlobal("fetch", async () => new Response("{}"));
  receive({ type: "workflow_complete", data: { id: "t", kind: "command", title: "a ball", state: "done", progress: { fraction: 1 }, outputs: [{ ...film, file: "small.png", kind: "image", is_preview: true }, { ...film, file: "ball.glb", kind: "scene" }, film] } } as never);
  const told = useToasts.getState().items.at(-1);
  expect([told?.text, told?.action?.label]).toEqual([t("task.finished", { title: "a ball" }), t("gallery.download")]);
  told?.action?.run();
  expect(links).toEqual(["ball.mp4 from /api/v1/outputs/t/ball.mp4"]);
});

test("the newest film of the project is saved when that is said", async () => {
  const links = saved(), asked: string[] = [], save = () => allActions().find((a) => a.id === "save-film")?.run();
  let items: unknown[] = [film];
  vi.stubGlobal("fetch", async (url: string) => { asked.push(url); return new Response(JSON.stringify({ status: "success", data: { items, next_cursor: null, total: 1 } })); });
  useApp.getState().prefer({ projectId: "p" });
  save();
  await vi.waitFor(() => expect(links).toEqual(["ball.mp4 from /api/v1/outputs/t/ball.mp4"]));
  expect(asked[0]).toContain("project_id=p");
  expect(asked[0]).toContain("kind=film");
  items = [];
  save();
  await vi.waitFor(() => expect(useToasts.getState().items.at(-1)?.text).toBe(t("action.noFilm")));
  useApp.getState().prefer({ projectId: null });
});
