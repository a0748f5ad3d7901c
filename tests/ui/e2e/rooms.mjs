// The rooms of the sidebar: the queue's order, a project's history, engines, settings.
import { check, openPage, restingBox, say, until } from "./harness.mjs";

const graph = (n) => ({
  1: { class_type: "EmptyImage", inputs: { width: 64, height: 64, batch_size: 1, color: n } },
  2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: `queue-${n}` } },
});

/** So long that it runs until it is cancelled. */
const busy = { commands: "a gold teapot spins on marble, 60 seconds", options: { width: 960, height: 540, quality: "final", outputs: ["mp4"] } };

export function rooms({ browser, bridge }) {
  let page, project;
  const waiting = () => page.getByRole("region", { name: "Waiting" }).locator("[data-task] p:first-child").allTextContents();
  const inBridge = async () => (await bridge.get("/tasks?state=queued&limit=50")).items;
  return {
    "what waits is put in order by keys, by hand, and cancelled": async () => {
      ({ id: project } = await bridge.send("POST", "/projects", { name: "Long" }));
      await bridge.send("POST", `/projects/${project}/commands`, { sentence: busy.commands });
      const long = await bridge.send("POST", `/projects/${project}/render`, busy.options);
      await until("it runs", async () => (await bridge.get(`/task/${long.id}`)).state === "running");
      for (const n of [1, 2, 3]) await bridge.send("POST", "/graphs/run", { title: `Number ${n}`, graph: graph(n) });
      page = await openPage(browser, bridge, "#/scene/queue", { projectId: project, renderAfterCommand: false });
      await until("all three wait in turn", async () => (await waiting()).join() === "Number 1,Number 2,Number 3");
      await page.getByRole("button", { name: "Move “Number 3” in the queue" }).press("ArrowUp");
      await until("the third went up", async () => (await waiting()).join() === "Number 1,Number 3,Number 2");
      await until("the bridge heard of it", async () => { const list = await inBridge(), at = (n) => list.find((i) => i.title === `Number ${n}`).priority; return at(1) > at(3) || at(3) > at(2) || at(1) > at(2); });
      const handle = (n) => page.getByRole("button", { name: `Move “Number ${n}” in the queue` });
      const take = async () => {
        const from = await restingBox(handle(2)), to = await restingBox(handle(1)), x = from.x + 8;
        await page.mouse.move(x, from.y + 8);
        await page.mouse.down();
        await page.mouse.move(x, to.y - 4, { steps: 4 });
        const top = async (n) => (await handle(n).boundingBox()).y;
        await until("the others make way", async () => (await top(2)) < (await top(1)));
      };
      const isKept = async () => (await inBridge()).sort((a, b) => b.priority - a.priority)[0].title === "Number 2";
      await take();
      await page.keyboard.press("Escape");
      await page.mouse.up();
      check("Escape lets it go where it was", (await waiting())[0] === "Number 1");
      await take();
      await page.mouse.up();
      await until("it goes first by hand", async () => (await waiting())[0] === "Number 2");
      await until("it stays first", isKept);
      await page.locator("[data-task]").filter({ hasText: "Number 3" }).getByRole("button", { name: "Cancel" }).click();
      await until("it waits no more", async () => (await inBridge()).every((i) => i.title !== "Number 3"));
      await bridge.send("POST", `/task/${long.id}/cancel`);
      await until("the rest ran", async () => (await inBridge()).length === 0);
      await page.context().close();
    },
    "every version of a project has a picture; two lie side by side; one goes back or branches": async () => {
      for (const sentence of ["make it blue", "at night"]) await bridge.send("POST", `/projects/${project}/commands`, { sentence });
      page = await openPage(browser, bridge, "#/gallery/projects", { projectId: project, renderAfterCommand: false });
      const entries = page.getByRole("region", { name: "History" }).locator("li");
      await until("pictures", async () => (await entries.first().locator("img").evaluate((image) => image.complete && image.naturalWidth)) > 0, 180_000);
      for (const n of [0, 1]) await entries.nth(n).getByRole("checkbox").check({ force: true });
      await page.getByRole("button", { name: /^Compare/ }).click();
      const dialog = page.getByRole("dialog"), line = dialog.getByRole("slider");
      await dialog.locator("[data-compare=ready]").waitFor({ timeout: 180_000 });
      await dialog.getByRole("button", { name: "Pause" }).press("Enter"); // a click waits for frames, of which a busy machine draws few
      await line.press("End");
      await until("the line is at the end", async () => (await line.getAttribute("aria-valuenow")) === "100");
      await dialog.getByRole("button", { name: "Close" }).click();
      await entries.nth(1).getByRole("button", { name: "Go back" }).focus();
      await page.keyboard.press("Enter");
      await until("a new version is as the old one was", async () => (await bridge.get(`/projects/${project}`)).commands.every((c) => c.op !== "sky" || c.kind !== "night"));
      await entries.nth(1).getByRole("button", { name: "Branch" }).focus();
      await page.keyboard.press("Enter");
      await until("a second project", async () => (await bridge.get("/projects")).items.some((p) => p.name.startsWith("Long (")));
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
    "two windows on one project show the same: what one changes the other has without being asked": async () => {
      const open = () => openPage(browser, bridge, "#/scene/projects", { projectId: project, renderAfterCommand: false }), windows = [await open(), await open()];
      const version = (of) => of.locator("[data-scene]").getAttribute("data-scene").then((scene) => scene?.split("/")[1]), now = String((await bridge.get(`/projects/${project}`)).version);
      for (const one of windows) await until("both show the newest", async () => (await version(one)) === now);
      await say(windows[0], "make it silver");
      await windows[0].keyboard.press("Enter");
      const next = String(Number(now) + 1);
      for (const one of windows) await until("both show the next", async () => (await version(one)) === next);
      await until("the history, too", async () => (await windows[1].getByRole("region", { name: "History" }).locator("li").first().textContent()).includes("make it silver"));
      await windows[1].getByRole("button", { name: "Undo" }).click();
      for (const one of windows) await until("both are back", async () => (await version(one)) === now);
      for (const one of windows) await one.context().close();
    },
    "the gauges open what uses the machine, and what is made again can be removed": async () => {
      const task = (await bridge.send("POST", "/graphs/run", { title: "one", graph: graph(1) })).id;
      await until("a picture is made", async () => (await bridge.get(`/task/${task}`)).state === "done");
      page = await openPage(browser, bridge, "#/scene/projects");
      const bar = page.getByRole("contentinfo"), row = (of, name) => bar.getByRole("table", { name: of }).getByRole("row").filter({ hasText: name });
      await bar.getByRole("button", { name: /^CPU \d+ %/ }).click();
      await row("CPU", "Own engine").filter({ hasText: /\d+ %/ }).waitFor();
      await bar.getByRole("button", { name: /^Memory \d+ %/ }).click();
      const held = (await bridge.get("/processes")).items.find((p) => p.name === "engine").memory_bytes;
      await row("Memory", "Own engine").filter({ hasText: `${Math.round(held / 1e6)}`.slice(0, 1) }).getByRole("button", { name: "Give back" }).click();
      await page.getByText("The engine has forgotten its models and results.").waitFor();
      await bar.getByRole("button", { name: /^Disk \d+ %/ }).click();
      await row("Disk", "Films and pictures").waitFor();
      const small = async () => (await bridge.get("/folders")).items.find((f) => f.name === "pictures").bytes;
      check("there are small pictures", await small() > 0);
      await row("Disk", "Small pictures").getByRole("button", { name: "Empty" }).click();
      await page.getByText("are free again").waitFor();
      await until("they are gone", async () => await small() === 0);
      await row("Disk", "Films and pictures").getByRole("button", { name: "Films and pictures", exact: true }).click();
      await page.getByRole("region", { name: "Gallery" }).waitFor();
      await page.keyboard.press("Control+`");
      await bar.getByRole("table").waitFor({ state: "detached" });
      await page.context().close();
    },
    "what is removed comes back when it was a mistake, and is gone for good later": async () => {
      await bridge.send("POST", "/projects", { name: "Not wanted" });
      page = await openPage(browser, bridge, "#/gallery/projects");
      const row = page.locator("li").filter({ hasText: "Not wanted" });
      const remove = async () => { await row.hover(); await row.getByRole("button", { name: "Remove Not wanted" }).click(); await row.waitFor({ state: "detached" }); };
      await remove();
      await page.getByRole("status").filter({ hasText: "“Not wanted” is removed" }).getByRole("button", { name: "Undo" }).click();
      await row.waitFor();
      check("the bridge never heard of it", (await bridge.get("/projects")).items.some((p) => p.name === "Not wanted"));
      await remove();
      await until("it is gone", async () => (await bridge.get("/projects")).items.every((p) => p.name !== "Not wanted"));
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
