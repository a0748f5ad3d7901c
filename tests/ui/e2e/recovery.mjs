// The engine dies, the bridge dies: the window says so and goes on by itself.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bridge, check, openPage, say, until } from "./harness.mjs";

export function recovery({ browser, bridge }) {
  let page;
  return {
    "an engine that is killed in the middle is started again and the film is finished": async () => {
      page = await openPage(browser, bridge, "#/scene/queue", { width: 160, height: 90 });
      await say(page, "a gold teapot spins on marble");
      await page.keyboard.press("Enter");
      await page.locator("[data-task='running']").first().waitFor();
      const [task] = (await bridge.get("/tasks")).items, told = async () => (await bridge.get(`/task/${task.id}`)).progress;
      await until("some of its frames", async () => { const { step, frames_done, frames_total } = await told(); return step === "SceneRenderVideo" && frames_total > 24 && frames_done > 12; }, 120_000);
      const { frames_done: before, fraction } = await told();
      process.kill(bridge.enginePid(), "SIGKILL");
      await page.locator("[data-stage=resuming]").filter({ hasText: "the film goes on" }).waitFor();
      await page.getByRole("contentinfo").getByText("engine restarted, resuming").waitFor();
      const first = await until("it goes on", async () => { const now = await told(); return now.step === "SceneRenderVideo" && now; });
      check(`of ${before} frames it goes on behind ${first.frames_done}`, first.frames_done > before / 2);
      check(`the bar does not jump: ${fraction} ${first.fraction}`, Math.abs(first.fraction - fraction) < .2);
      await until("the bridge counts a restart", async () => (await bridge.get("/status")).engines[0].restarts >= 1);
      await page.locator("[data-task='done']").filter({ hasText: "teapot" }).first().waitFor({ timeout: 240_000 });
    },
    "a bridge that is gone is said at once": async () => {
      await bridge.end("SIGKILL");
      await page.getByRole("alert").filter({ hasText: "does not answer" }).waitFor({ timeout: 10_000 });
    },
    "work goes on without it": async () => {
      await page.getByRole("button", { name: "Workflow", exact: true }).click();
      await page.locator(".react-flow__pane").waitFor();
      await page.keyboard.press("Shift+n");
      await until("a note is on the canvas", async () => Number(await page.locator("[data-nodes]").getAttribute("data-nodes")) > 0);
      await say(page, "on sand");
      await page.keyboard.press("Enter");
      const waits = page.locator("[data-waiting]").filter({ hasText: "on sand" });
      await waits.waitFor();
      await say(page, "at night");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Do not send: at night" }).click();
      check("what was given up waits no more", await page.locator("[data-waiting]").count() === 1);
      await say(page, "make it silver");
    },
    "a bridge that hangs without breaking the connection is said, and that it is back": async () => {
      const other = new Bridge(bridge.program);
      await other.start();
      const window = await openPage(browser, other);
      try {
        await window.getByRole("button", { name: "Connected" }).waitFor();
        other.process.kill("SIGSTOP");
        await window.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
        other.process.kill("SIGCONT");
        await window.getByRole("button", { name: "Connected" }).waitFor();
        await window.getByRole("alert").filter({ hasText: "does not answer" }).waitFor({ state: "detached" });
      } finally {
        other.process.kill("SIGCONT");
        await window.context().close();
        await other.remove();
      }
    },
    "an engine that does not start is said with its reason and its log": async () => {
      const other = new Bridge(bridge.program);
      await other.start();
      await other.end();
      rmSync(join(other.data, "engine", "user"), { recursive: true });
      writeFileSync(join(other.data, "engine", "user"), "where its queue should be");
      await other.start("down");
      const window = await openPage(browser, other);
      try {
        const said = window.getByRole("alert").filter({ hasText: "does not start" });
        await said.filter({ hasText: "engine/user" }).waitFor();
        await window.getByRole("contentinfo").getByRole("button", { name: "Detail and log" }).click();
        await window.getByRole("listitem").filter({ hasText: "engine/user" }).first().waitFor();
      } finally {
        await window.context().close();
        await other.remove();
      }
    },
    "everything catches up when it is back, without a reload": async () => {
      await page.evaluate(() => { window.sameWindow = true; });
      await bridge.start();
      await page.getByRole("button", { name: "Connected" }).waitFor({ timeout: 30_000 });
      await page.locator("[data-waiting]").waitFor({ state: "detached" });
      await until("what waited is done", async () => (await bridge.get("/projects")).items[0].version === 2);
      await page.locator("[data-chip]").filter({ hasText: "silver" }).waitFor(); // what was typed meanwhile is understood now
      await page.getByRole("button", { name: "Scene", exact: true }).click();
      await say(page, "make it silver");
      await page.keyboard.press("Enter");
      await until("the next version", async () => (await page.locator("[data-scene]").getAttribute("data-scene"))?.endsWith("/3"));
      check("the window was never loaded again", await page.evaluate(() => window.sameWindow === true));
      const [project] = (await bridge.get("/projects")).items, said = (await bridge.get(`/projects/${project.id}/history`)).items.map((i) => i.sentence);
      check(`each sentence was done once: ${said}`, ["on sand", "make it silver"].every((s) => said.filter((i) => i === s).length === 1) && !said.includes("at night"));
    },
    "a sentence that waits outlives a reload and is sent once": async () => {
      await page.context().route("**/commands", (route) => route.abort());
      await say(page, "make it green");
      await page.keyboard.press("Enter");
      const waits = page.locator("[data-waiting]").filter({ hasText: "make it green" });
      await waits.waitFor();
      await page.reload();
      await waits.waitFor();
      await page.context().unroute("**/commands");
      await waits.waitFor({ state: "detached" });
      await until("the next version", async () => (await page.locator("[data-scene]").getAttribute("data-scene"))?.endsWith("/4"));
      await page.context().close();
    },
  };
}
