// From a sentence to a film in the gallery, and back by undo.
import { check, openPage, say, until, restingBox } from "./harness.mjs";

const tickMs = 450;

export function making({ browser, bridge }) {
  let page;
  return {
    "a sentence shows chips while it is typed": async () => {
      page = await openPage(browser, bridge);
      await say(page, "a red ball bounces next to a zorblat, camera orbits");
      for (const kind of ["color", "object", "motion", "camera"]) await page.locator(`[data-chip="${kind}"]`).first().waitFor();
      await page.getByText("a stand-in takes its place").waitFor();
    },
    "a very long text keeps the command bar on the screen and shows the chips of its end": async () => {
      await say(page, `${"a red ball and a blue cube and ".repeat(60)}a zorblat`);
      const chips = page.getByLabel("What is understood");
      const last = await restingBox(chips.getByText("zorblat")), bar = await restingBox(page.locator("[data-command-bar]")), box = await restingBox(chips);
      check(`the bar begins at ${bar.y}`, bar.y > 0);
      check(`the last chip ends at ${last.y + last.height} of ${box.y + box.height}`, last.y + last.height <= box.y + box.height + 1);
      await page.keyboard.press("Escape");
    },
    "the answer to a key comes at once and not with the bridge's next tick": async () => {
      const times = [];
      for (let i = 0; i < 20; i++) {
        const began = performance.now();
        await fetch(`${bridge.url}/api/v1/execute-command`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ command: "a red ball bounces on grass, camera orbits".slice(0, 20 + i), dry_run: true }) });
        times.push(performance.now() - began);
      }
      console.log(`# the fastest of 20 took ${Math.min(...times).toFixed(1)} ms`);
      check(`the fastest of 20 took ${Math.min(...times).toFixed(1)} ms`, Math.min(...times) < tickMs);
    },
    "the scene is made while the sentence is typed, and not again when it is sent": async () => {
      const asked = [];
      page.on("request", (request) => { if (request.url().includes("scene.glb")) asked.push(request.method()); });
      const made = page.waitForResponse((response) => response.url().includes("/scene.glb") && !!response.request().postData()?.includes("sunset")); // and not the one of the sentence before
      await say(page, "a red ball bounces next to a zorblat at sunset, camera orbits");
      await (await made).finished();
      await page.keyboard.press("Enter");
      await page.locator("[data-seen]:not([data-seen=''])").waitFor();
      check(`asked for: ${asked.join(", ")}`, !asked.includes("GET"));
    },
    "the viewport plays the scene before the film is made": async () => {
      await page.locator("[data-scene]:not([data-scene=''])").waitFor();
      await page.locator("canvas").first().waitFor();
      const clock = page.getByLabel("Timeline").locator("span.tabular-nums span").first();
      const first = await clock.textContent();
      await until("the clock runs", async () => (await clock.textContent()) !== first);
    },
    "what was understood is said, with steps that may follow": async () => {
      await page.getByRole("status").filter({ hasText: "zorblat" }).first().waitFor();
      await page.getByRole("status").getByRole("button", { name: "make the ball blue", exact: true }).waitFor();
      check("the outline names the ball", await page.getByLabel("What the scene is made of").getByRole("button", { name: "ball", exact: true }).isVisible());
    },
    "the film comes into the gallery by itself": async () => {
      await page.locator("[data-task='done']").first().waitFor({ timeout: 180_000 });
      await page.getByRole("button", { name: "Gallery" }).first().click();
      await page.locator("[data-work='0']").first().waitFor();
      check("three works: film, picture, scene", (await bridge.get("/outputs")).total >= 3);
    },
    "a film opens large, with the workflow it came from": async () => {
      await page.getByRole("button", { name: "Films" }).click();
      await page.locator("[data-work='0']").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.locator("video").waitFor();
      await dialog.getByRole("button", { name: "Open as workflow" }).click();
      await until("its nodes are on the canvas", async () => Number(await page.locator("[data-nodes]").getAttribute("data-nodes")) >= 5);
    },
    "undo takes the last sentence back, redo says it again": async () => {
      await page.getByRole("button", { name: "Scene", exact: true }).click();
      await say(page, "make the ball blue");
      await page.keyboard.press("Enter");
      const version = async () => (await page.locator("[data-scene]").getAttribute("data-scene"))?.split("/")[1];
      await until("the second version is shown", async () => (await version()) === "2");
      await page.getByRole("button", { name: "Undo" }).click();
      await until("the first is shown again", async () => (await version()) === "1");
      await page.getByRole("button", { name: "Redo" }).click();
      await until("the second is shown again", async () => (await version()) === "2");
    },
    "what is selected in the outline is marked in its commands and can be painted": async () => {
      await page.getByLabel("What the scene is made of").getByRole("button", { name: "ball", exact: true }).click();
      await page.getByRole("button", { name: "#f2c52b" }).click();
      await until("a third version", async () => (await page.locator("[data-scene]").getAttribute("data-scene"))?.endsWith("/3"));
    },
    "an object is selected on all sides at once: scene, outline, commands and canvas": async () => {
      const outline = page.getByLabel("What the scene is made of"), ball = outline.getByRole("button", { name: "ball", exact: true });
      await page.getByRole("button", { name: "Both", exact: true }).click();
      await page.getByRole("button", { name: "From the scene" }).click();
      await until("the canvas follows the third version", async () => (await page.locator(".react-flow__node [data-about]").count()) >= 3);
      check("its commands are marked", (await outline.locator("[data-about]").count()) >= 3);
      await page.locator(".react-flow__pane").click({ position: { x: 12, y: 300 } });
      await until("nothing is selected", async () => (await ball.getAttribute("aria-pressed")) === "false");
      await page.locator(".react-flow__node").filter({ hasText: "Animate: bounce" }).locator("header span").first().click();
      await until("the outline and the commands follow the node", async () => (await ball.getAttribute("aria-pressed")) === "true" && (await outline.locator("[data-about]").count()) >= 3);
      await ball.click();
      await until("no node is marked", async () => (await page.locator(".react-flow__node [data-about]").count()) === 0);
      await outline.locator("li").filter({ hasText: "bounce" }).getByRole("button").first().click();
      await until("a command selects its object", async () => (await ball.getAttribute("aria-pressed")) === "true");
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
