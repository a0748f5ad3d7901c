// What somebody does who has just come: the tour, the rooms of the sidebar, a phone.
import { createServer } from "node:http";
import { check, openPage, until } from "./harness.mjs";

/** A model as small as models get, served slowly enough to be watched. */
function modelServer() {
  const header = JSON.stringify({ weight: { dtype: "F32", shape: [250_000], data_offsets: [0, 1_000_000] } }), length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const bytes = Buffer.concat([length, Buffer.from(header), Buffer.alloc(1_000_000, 1)]);
  const server = createServer((request, answer) => {
    answer.writeHead(request.url === "/style.safetensors" ? 200 : 404, { "Content-Length": request.url === "/style.safetensors" ? bytes.length : 0 });
    answer.end(request.url === "/style.safetensors" && request.method === "GET" ? bytes : undefined);
  });
  return new Promise((then) => { server.listen(0, "127.0.0.1", () => then(server)); });
}

export function guests({ browser, bridge }) {
  const room = (page) => page.getByRole("complementary", { name: "Sidebar" });
  return {
    "the tour makes something": async () => {
      const began = performance.now(), page = await openPage(browser, bridge, "", { hasSeenTour: false, renderAfterCommand: false });
      const dialog = page.getByRole("dialog", { name: "Welcome to Miktos" });
      await dialog.waitFor();
      for (let i = 0; i < 2; i++) await page.keyboard.press("Enter");
      await dialog.getByRole("button", { name: "Make my first film" }).click();
      await page.locator("[data-scene]:not([data-scene=''])").waitFor();
      console.log(`# from the first page to the scene: ${((performance.now() - began) / 1000).toFixed(1)} s`);
      await page.reload();
      await page.locator("[data-scene]:not([data-scene=''])").waitFor();
      check("it is not shown again", (await page.getByRole("dialog").count()) === 0);
      await page.context().close();
    },
    "a model that is not there is said so, one that is comes in, is listed and verified": async () => {
      const server = await modelServer(), page = await openPage(browser, bridge, "#/scene/models");
      const install = async (name) => {
        await page.getByRole("button", { name: "Install from an address" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Address", { exact: true }).fill(`http://127.0.0.1:${server.address().port}/${name}`);
        await dialog.getByLabel("Kind").selectOption("loras");
        await dialog.getByRole("button", { name: "Install", exact: true }).click();
        await dialog.waitFor({ state: "detached" });
      };
      try {
        await install("nothing.safetensors");
        await page.getByRole("alert").filter({ hasText: "nothing.safetensors" }).first().waitFor();
        await install("style.safetensors");
        await room(page).getByText("style.safetensors", { exact: true }).waitFor();
        await page.getByRole("button", { name: "Verify all" }).click();
        await until("it is verified", async () => (await bridge.get("/tasks?limit=5")).items.some((i) => i.kind === "verify" && i.state === "done"));
        page.once("dialog", (question) => void question.accept());
        await room(page).getByRole("button", { name: "Remove style.safetensors" }).click();
        await until("it is gone", async () => (await bridge.get("/models")).items.length === 0);
      } finally {
        server.close();
      }
      await page.context().close();
    },
    "an engine is added, changed, switched off and removed": async () => {
      const page = await openPage(browser, bridge, "#/scene/engines");
      await page.getByRole("button", { name: "Add an engine" }).click();
      await page.getByRole("dialog").getByLabel("Address").fill("http://127.0.0.1:9");
      await page.getByRole("dialog").getByRole("button", { name: "Add an engine" }).click();
      await room(page).getByText("127.0.0.1:9", { exact: true }).waitFor();
      await room(page).getByRole("button", { name: "Change this engine" }).click();
      await page.getByRole("dialog").getByLabel("Address").fill("http://127.0.0.1:10");
      await page.getByRole("dialog").getByRole("button", { name: "Keep" }).click();
      await room(page).getByText("127.0.0.1:10", { exact: true }).waitFor();
      await room(page).getByRole("button", { name: "Do not use it" }).click();
      await room(page).getByText("off", { exact: true }).waitFor();
      await room(page).getByRole("button", { name: "Remove 127.0.0.1:10" }).click();
      await until("only the own one is left", async () => (await bridge.get("/engines")).total === 1);
      await page.context().close();
    },
    "settings are found by their words, and speak German": async () => {
      const page = await openPage(browser, bridge, "#/scene/settings");
      const search = page.getByPlaceholder("Search settings");
      await search.fill("language");
      await until("one is left", async () => (await room(page).getByRole("heading", { level: 3 }).count()) === 1);
      await search.fill("nothing like it");
      await page.getByText("No setting goes by “nothing like it”").waitFor();
      await search.fill("language");
      await page.getByRole("button", { name: "Deutsch" }).click();
      await page.getByRole("heading", { name: "Optionen" }).waitFor();
      await page.context().close();
    },
    "the gallery is walked by keys, shows what is known of a work, and gives its seed": async () => {
      const graph = (n) => ({ 1: { class_type: "EmptyImage", inputs: { width: 64, height: 64, batch_size: 1, color: n } }, 2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: `walk-${n}` } } });
      for (const n of [1, 2]) {
        const { id } = await bridge.send("POST", "/graphs/run", { title: `Walk ${n}`, graph: graph(n) });
        await until("it is made", async () => (await bridge.get(`/task/${id}`)).state === "done");
      }
      const page = await openPage(browser, bridge, "#/gallery", { room: null });
      // Cards are drawn anew once the room for them is known: a key that comes before that is pressed again.
      await page.locator("[data-work='1']").waitFor();
      await until("the second has the focus", async () => {
        await page.locator("[data-work='0']").press("ArrowRight");
        await page.evaluate(() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then))));
        return page.locator("[data-work='1']").evaluate((card) => card === document.activeElement);
      });
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "Walk 1" });
      await dialog.getByText("64 × 64").waitFor();
      await page.keyboard.press("ArrowLeft");
      await page.getByRole("dialog", { name: "Walk 2" }).waitFor();
      await page.getByRole("button", { name: "Reuse seed" }).click();
      await page.getByText("No seed was found in this file.", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Open as workflow" }).click();
      await until("its two nodes", async () => (await page.locator("[data-nodes]").getAttribute("data-nodes")) === "2");
      await page.context().close();
    },
    "on a phone a sentence becomes a scene, and the gallery is one tap away": async () => {
      const page = await openPage(browser, bridge, "", { room: null, renderAfterCommand: false }, { viewport: { width: 390, height: 844 }, hasTouch: true });
      await page.getByRole("textbox", { name: "Say what should happen" }).fill("a gold teapot spins");
      await page.locator("[data-chip]").first().waitFor();
      await page.getByRole("button", { name: "Send" }).tap();
      await page.locator("canvas").first().waitFor();
      await page.getByRole("navigation").getByRole("button", { name: "Gallery" }).tap();
      await page.locator("[data-work]").first().waitFor();
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
