// The gallery with many works: only what is in sight is drawn; they are filtered, chosen and compared; what is broken says so.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { check, openPage, until } from "./harness.mjs";

const many = 240;
const graph = (name, n, color) => ({ 1: { class_type: "EmptyImage", inputs: { width: 48, height: 27, batch_size: n, color } }, 2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: name } } });

export function works({ browser, bridge }) {
  let page;
  const card = (n) => page.locator(`main [data-work="${n}"]`), focused = () => page.evaluate(() => document.activeElement?.dataset?.work);
  const make = async (title, n, color) => {
    const { id } = await bridge.send("POST", "/graphs/run", { title, graph: graph(title.replaceAll(" ", "-"), n, color) });
    return until(`${title} is made`, async () => { const task = await bridge.get(`/task/${id}`); return task.state === "done" && task; }, 300_000);
  };
  return {
    "of hundreds of works only those in sight are drawn, and keys reach all of them": async () => {
      await make("Series", many, 255);
      await make("One alone", 2, 65280);
      page = await openPage(browser, bridge, "#/gallery", { room: null });
      await card(0).waitFor();
      check("few are drawn", (await page.locator("main [data-work]").count()) < 100);
      await card(0).focus();
      await page.keyboard.press("End");
      await until("the very last, of pages that had not come", async () => (await focused()) === String(many + 1));
      check("the first is not drawn any more", (await card(0).count()) === 0);
      await page.keyboard.press("Home");
      await until("the first again", async () => (await focused()) === "0");
      await page.keyboard.press("PageDown");
      await until("a page further", async () => Number(await focused()) > 1);
    },
    "a filter leaves what it names, and the number says how many": async () => {
      await page.getByRole("searchbox", { name: "Search" }).fill("one alone");
      await until("two are left", async () => (await page.locator("main [data-work]").count()) === 2);
      await page.getByRole("region", { name: "Gallery" }).getByText("2", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Scenes" }).click();
      await page.getByRole("button", { name: "Show everything" }).click();
      await until("all again", async () => (await page.locator("main [data-work]").count()) > 2);
    },
    "two are chosen by keys and laid over each other": async () => {
      await card(0).focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowRight");
      await until("the second has the focus", async () => (await focused()) === "1");
      await page.keyboard.press("Space");
      await page.getByRole("toolbar", { name: "2 chosen" }).getByRole("button", { name: "Compare" }).click();
      const line = page.getByRole("dialog").getByRole("slider");
      await line.press("Home");
      await until("the line is at the beginning", async () => (await line.getAttribute("aria-valuenow")) === "0");
      await page.keyboard.press("Escape");
      await card(3).click({ modifiers: ["Shift"] });
      await page.getByRole("toolbar", { name: "4 chosen" }).waitFor();
      await card(1).focus();
      await page.keyboard.press("Escape");
      await page.getByRole("toolbar", { name: "4 chosen" }).waitFor({ state: "detached" });
    },
    "keys go on where one was: after a look at the next, after a removal, after it was taken back": async () => {
      await card(2).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Escape");
      await until("the one that was seen last has the focus", async () => (await focused()) === "3");
      const title = await card(4).getAttribute("title"), total = () => page.getByRole("region", { name: "Gallery" }).getByText(String(many + 2), { exact: true });
      await total().waitFor();
      await page.keyboard.press("Delete");
      await total().waitFor({ state: "detached" });
      await until("the next one has the focus", async () => (await focused()) === "3" && (await card(3).getAttribute("title")) === title);
      await page.keyboard.press("F8");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      await total().waitFor();
      await until("the focus is back at the work that had it", async () => (await focused()) === "4");
    },
    "several are removed at once, and one key takes that back": async () => {
      await card(0).focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Shift+Space");
      await page.getByRole("toolbar", { name: "2 chosen" }).waitFor();
      await page.keyboard.press("Delete");
      const left = page.getByRole("region", { name: "Gallery" }).getByText(String(many), { exact: true });
      await left.waitFor();
      await page.getByRole("status").filter({ hasText: "2 works are removed" }).waitFor();
      await page.keyboard.press("Control+z");
      await left.waitFor({ state: "detached" });
      await page.getByRole("status").filter({ hasText: "2 works are removed" }).waitFor({ state: "detached" });
      check("the bridge never heard of it", (await bridge.get("/outputs?limit=1")).total === many + 2);
    },
    "a work whose file is gone says so, and what it was made from can still be opened": async () => {
      const lost = await make("Lost", 1, 16711680), { file } = lost.outputs[0];
      rmSync(join(bridge.data, "outputs", lost.id, file));
      const index = (await bridge.get("/outputs?limit=4")).items.findIndex((o) => o.file === file);
      await page.reload();
      await card(index).click();
      await page.getByRole("dialog").getByText(`${file} cannot be shown`).waitFor();
      await page.getByRole("button", { name: "Open as workflow" }).click();
      await page.locator("[data-nodes='2']").waitFor();
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
