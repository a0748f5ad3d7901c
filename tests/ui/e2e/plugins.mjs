// Plugins of the interface: one that is good, and those that are not. The window goes on, and says which it was and what.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, openPage, until } from "./harness.mjs";

export function plugins({ browser, bridge, ui }) {
  const folders = [];
  const room = (page) => page.getByRole("complementary", { name: "Sidebar" });
  /** A folder with a plugin; `manifest` is its text when it is no good one. */
  const folder = (id, source, manifest = JSON.stringify({ id, name: id, version: "1.0.0", description: `Called ${id}.`, module: "main.js" })) => {
    const path = mkdtempSync(join(tmpdir(), "miktos-plugin-"));
    folders.push(path);
    writeFileSync(join(path, "manifest.json"), manifest);
    writeFileSync(join(path, "main.js"), source);
    return path;
  };
  const add = (page, path) => room(page).locator("input[type=file]").setInputFiles(path);
  const switchOn = async (page, path, id) => {
    await add(page, path);
    await room(page).getByRole("switch", { name: id, exact: true }).click();
  };
  /** Its name and what was wrong are said, and the window answers. */
  const isSaid = async (page, id, what) => {
    await page.getByRole("alert").filter({ hasText: `“${id}”` }).filter({ hasText: what }).first().waitFor({ timeout: 90_000 });
    await room(page).locator("li").filter({ hasText: `Called ${id}.` }).filter({ hasText: what }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("a red ball");
    await page.locator("[data-chip='object']").first().waitFor();
    for (let i = 0; i < 2; i++) await page.keyboard.press("Escape");
  };
  return {
    "a plugin folder is added, switched on, and its command and panel are there": async () => {
      const page = await openPage(browser, bridge, "#/scene/plugins");
      await switchOn(page, join(ui, "public/plugins/palette"), "Palette");
      await room(page).getByRole("region", { name: "Colours that go together" }).getByRole("button", { name: "Paint the scene" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("/palette");
      await until("its command is found", async () => (await page.getByRole("option").count()) > 0);
      await page.context().close();
    },
    "one that throws when it is loaded, when it draws or when it is read is named": async () => {
      const page = await openPage(browser, bridge, "#/scene/plugins");
      await switchOn(page, folder("breaks", "throw new Error('nothing to load');"), "breaks");
      await isSaid(page, "breaks", "Error: nothing to load");
      check("without what the browser puts before it", !(await room(page).innerText()).includes("Uncaught"));
      await switchOn(page, folder("draws", "miktos.addPanel({ id: 'p', title: 'P', draw() { return missing.things; } });"), "draws");
      await isSaid(page, "draws", "missing is not defined");
      await switchOn(page, folder("garbled", "miktos.addPanel({{"), "garbled");
      await isSaid(page, "garbled", "cannot be read");
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
    "one that loops, or asks without end, is stopped": async () => {
      const page = await openPage(browser, bridge, "#/scene/plugins", { renderAfterCommand: false });
      await switchOn(page, folder("loops", "for (;;);"), "loops");
      await isSaid(page, "loops", "answered nothing");
      const before = (await bridge.get("/projects")).total;
      await switchOn(page, folder("floods", "for (let i = 0; i < 1e5; i++) miktos.addCommand({ id: `c${i}`, label: 'x', run() {} });"), "floods");
      await isSaid(page, "floods", "asked for more");
      check("it made no project", (await bridge.get("/projects")).total === before);
      await page.context().close();
    },
    "a folder without a good manifest or module is refused in words": async () => {
      const page = await openPage(browser, bridge, "#/scene/plugins");
      for (const manifest of ["{", "[]", JSON.stringify({ id: "a/b", name: "x", version: "1", description: "", module: "main.js" })]) {
        await add(page, folder("bad", "", manifest));
        await page.getByRole("alert").filter({ hasText: "has no manifest.json" }).first().waitFor();
        await page.getByRole("alert").getByRole("button", { name: "Close" }).first().click();
      }
      await add(page, folder("large", "x".repeat(400_000)));
      await page.getByRole("alert").filter({ hasText: "larger than 300 kB" }).first().waitFor();
      await page.context().close();
    },
    "none reaches another machine, nor the bridge": async () => {
      const asked = [], server = createServer((request, answer) => { asked.push(request.url); answer.end(); });
      await new Promise((then) => server.listen(0, "127.0.0.1", then));
      const to = `http://127.0.0.1:${server.address().port}`, page = await openPage(browser, bridge, "#/scene/plugins");
      try {
        await switchOn(page, folder("curious", `
          const results = [];
          const attempt = async (name, act) => { try { await act(); results.push(name + ' went'); } catch { results.push(name + ' failed'); } };
          await attempt('fetch', () => fetch('${to}/fetch'));
          await attempt('own', () => fetch('/api/v1/projects', { method: 'POST', body: '{}' }));
          await attempt('socket', () => new WebSocket('ws://127.0.0.1:${server.address().port}/socket'));
          await attempt('import', () => import('${to}/import.js'));
          await attempt('font', () => new FontFace('x', 'url(${to}/font.woff2)').load());
          await attempt('beacon', () => navigator.sendBeacon('${to}/beacon'));
          await attempt('worker', () => new Worker('${to}/worker.js'));
          await attempt('storage', () => indexedDB.open('x'));
          miktos.addPanel({ id: 'p', title: 'Attempts', draw: () => [{ kind: 'text', text: results.join(', ') }] });`), "curious");
        const panel = room(page).getByRole("region", { name: "Attempts" });
        await panel.getByText("storage").waitFor();
        const said = await panel.innerText();
        check(`${said}; asked: ${asked.join()}`, !said.includes("went") && asked.length === 0);
      } finally {
        server.close();
        for (const path of folders) rmSync(path, { recursive: true, force: true });
      }
      await page.context().close();
    },
  };
}
