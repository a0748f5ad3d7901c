// The canvas against a real engine: running, caching, undo, dropped files, unknown nodes.
import { check, count, drop, json, openPage, until } from "./harness.mjs";

const graph = {
  1: { class_type: "EmptyImage", inputs: { width: 64, height: 64, batch_size: 1, color: 3368601 } },
  2: { class_type: "ImageInvert", inputs: { image: ["1", 0] } },
  3: { class_type: "ImageBlur", inputs: { image: ["2", 0], blur_radius: 1, sigma: 1 } },
  4: { class_type: "SaveImage", inputs: { images: ["3", 0], filename_prefix: "e2e" } },
};

const phase = (page, id) => page.locator(`.react-flow__node[data-id="${id}"] [data-phase]`).first().getAttribute("data-phase").catch(() => null);

export function canvas({ browser, bridge }) {
  let page;
  const runs = async () => {
    const newest = async () => (await bridge.get("/tasks?limit=1")).items[0], before = (await newest())?.id;
    await page.getByRole("button", { name: /^Run \(/ }).click();
    await until("the run ends", async () => { const task = await newest(); return task && task.id !== before && task.state === "done"; });
    await until("the canvas knows", async () => ["done", "cached"].includes(await phase(page, "4")) && (await phase(page, "1")) !== "queued");
    await page.waitForTimeout(300);
  };
  return {
    "a dropped JSON file is a graph": async () => {
      page = await openPage(browser, bridge, "#/graph", { room: null });
      await page.locator("[data-nodes]").waitFor();
      await until("the node tables", async () => (await bridge.get("/nodes")).EmptyImage);
      await page.waitForTimeout(500);
      await drop(page, "small.json", "application/json", json(graph));
      await until("four nodes", async () => (await count(page)) === 4);
    },
    "it runs, and each node says so": async () => {
      await runs();
      for (const id of ["1", "2", "3"]) check(`node ${id} is ${await phase(page, id)}`, ["done", "cached"].includes(await phase(page, id)));
    },
    "after a change only the tail runs again": async () => {
      const radius = page.locator('.react-flow__node[data-id="3"]').getByRole("textbox", { name: "blur_radius" });
      await radius.fill("3");
      await radius.press("Enter");
      await runs();
      const phases = Object.fromEntries(await Promise.all(["1", "2", "3", "4"].map(async (id) => [id, await phase(page, id)])));
      check(`the head came from the cache: ${JSON.stringify(phases)}`, phases[1] === "cached" && phases[2] === "cached" && phases[3] === "done");
    },
    "running to a node that saves nothing shows its picture at it, and keeps none in the gallery": async () => {
      const before = (await bridge.get("/outputs?limit=1")).total, blur = page.locator('.react-flow__node[data-id="3"]');
      await page.locator('.react-flow__node[data-id="2"] header span').first().click();
      await page.keyboard.press("Alt+Enter");
      await page.locator('.react-flow__node[data-id="2"] img').waitFor();
      check("what comes after it did not run", (await blur.locator("[data-phase]").count()) === 0 && (await count(page)) === 4);
      check("the gallery is as it was", (await bridge.get("/outputs?limit=1")).total === before);
    },
    "what a node has against its value is said at it, in its own words": async () => {
      const other = await openPage(browser, bridge, "#/graph", { room: null });
      await other.locator("[data-nodes]").waitFor();
      await drop(other, "lacks.json", "application/json", json({ 1: { class_type: "LoadImage", inputs: { image: "nothing-there.png" } }, 2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: "x" } } }));
      await until("two nodes", async () => (await count(other)) === 2);
      await other.keyboard.press("Control+Enter");
      const said = await other.locator('.react-flow__node[data-id="1"]').getByText("nothing-there.png", { exact: false }).filter({ hasText: "Invalid" }).textContent();
      check(`it says “${said}”`, !/custom validation/i.test(said));
      await other.context().close();
    },
    "everything is undone and done again": async () => {
      await page.locator('.react-flow__node[data-id="2"] header').click();
      await page.keyboard.press("Delete");
      await until("three nodes", async () => (await count(page)) === 3);
      await page.keyboard.press("Control+z");
      await until("four again", async () => (await count(page)) === 4);
      await page.keyboard.press("Control+Shift+z");
      await until("three again", async () => (await count(page)) === 3);
      await page.keyboard.press("Control+z");
    },
    "a dropped PNG brings the workflow that made it": async () => {
      const { items } = await bridge.get("/outputs?kind=image&q=small");
      check("the run left a picture", items.length > 0);
      const bytes = new Uint8Array(await (await fetch(bridge.url + items[0].url)).arrayBuffer());
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await until("an empty canvas", async () => (await count(page)) === 0);
      await drop(page, items[0].file, "image/png", bytes);
      await until("its four nodes", async () => (await count(page)) === 4);
    },
    "a file that is dropped on the scene is opened, and the page is not left for it": async () => {
      const other = await openPage(browser, bridge, "#/scene", { room: null });
      await other.locator("main").waitFor();
      const isTaken = await other.locator("main").evaluate((area, text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "beside.json", { type: "application/json" }));
        return ["dragover", "drop"].every((type) => !area.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data })));
      }, JSON.stringify(graph));
      check("the browser is told that it is taken", isTaken);
      await until("its nodes", async () => (await count(other)) === 4);
      await other.context().close();
    },
    "a WebP and a GLB bring theirs, too": async () => {
      const made = { ...graph, 4: { class_type: "SaveAnimatedWEBP", inputs: { images: ["3", 0], filename_prefix: "web", fps: 6, lossless: true, quality: 80, method: "default" } },
        5: { class_type: "SceneNew", inputs: { seconds: 0, fps: 24, seed: 0 } }, 6: { class_type: "SceneSaveGLB", inputs: { scene: ["5", 0], filename_prefix: "solid" } } };
      const { data } = await (await fetch(`${bridge.url}/api/v1/graphs/run`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ title: "web", graph: made }) })).json();
      const outputs = await until("both files", async () => { const task = await bridge.get(`/task/${data.id}`); return task.state === "done" && task.outputs; });
      for (const ending of ["webp", "glb"]) {
        const output = outputs.find((o) => o.file.endsWith(ending)), bytes = new Uint8Array(await (await fetch(bridge.url + output.url)).arrayBuffer());
        await page.locator(".react-flow__pane").click({ position: { x: 700, y: 700 } });
        await page.keyboard.press("Control+Backspace");
        await until("an empty canvas", async () => (await count(page)) === 0);
        await drop(page, output.file, "application/octet-stream", bytes);
        await until(`six nodes out of ${output.file}`, async () => (await count(page)) === 6);
      }
      await drop(page, "small.json", "application/json", json(graph));
      await until("four nodes again", async () => (await count(page)) === 4);
    },
    "a double click bends a wire, P pins a node": async () => {
      const wire = page.locator('.react-flow__edge[data-id="2.0-3.image"] path').first();
      const middle = await wire.evaluate((path) => { const at = path.getPointAtLength(path.getTotalLength() / 2), m = path.getScreenCTM(); return { x: at.x * m.a + m.e, y: at.y * m.d + m.f }; });
      await page.mouse.dblclick(middle.x, middle.y);
      await until("a reroute", async () => (await count(page)) === 5);
      await page.keyboard.press("Control+z");
      await until("none", async () => (await count(page)) === 4);
      await page.locator('.react-flow__node[data-id="2"] header span').first().click();
      await page.keyboard.press("p");
      await page.locator('.react-flow__node[data-id="2"]').getByLabel("Stays where it is").waitFor();
      await page.keyboard.press("p");
    },
    "arrows move a node; in a text Ctrl and an arrow weigh the word, and undo takes it back": async () => {
      await drop(page, "text.json", "application/json", json({ 1: { class_type: "CLIPTextEncode", inputs: { text: "a red ball" } } }));
      await until("one node", async () => (await count(page)) === 1);
      const node = page.locator('.react-flow__node[data-id="1"]'), x = async () => Number(/translate\(([-\d.]+)px/.exec(await node.getAttribute("style"))[1]), text = node.getByRole("textbox", { name: "text" });
      await node.locator("header span").first().click();
      const before = await x();
      await page.locator(".react-flow").evaluate(() => document.activeElement?.blur());
      await page.keyboard.press("ArrowRight");
      await until("it stands further right", async () => (await x()) === before + 10);
      await text.click();
      await text.evaluate((area) => area.setSelectionRange(4, 4));
      await page.keyboard.press("Control+ArrowUp");
      await page.keyboard.press("Control+ArrowUp");
      await until("a weight", async () => (await text.inputValue()) === "a (red:1.1) ball");
      await page.keyboard.press("Control+z");
      await until("less of it", async () => ["a (red:1.05) ball", "a red ball"].includes(await text.inputValue()));
      await page.locator(".react-flow__pane").click({ position: { x: 700, y: 700 } });
      await drop(page, "small.json", "application/json", json(graph));
      await until("four nodes again", async () => (await count(page)) === 4);
    },
    "wires of a collapsed node meet its head": async () => {
      const node = page.locator('.react-flow__node[data-id="2"]');
      await node.getByRole("button", { name: "Collapse" }).click();
      const path = (from, to) => page.locator(`.react-flow__edge[data-id^="${from}."][data-id*="-${to}."] path.react-flow__edge-path`).first();
      const end = (d, last) => d.evaluate((p, isLast) => { const at = p.getPointAtLength(isLast ? p.getTotalLength() : 0), screen = new DOMPoint(at.x, at.y).matrixTransform(p.getScreenCTM()); return [screen.x, screen.y]; }, last);
      let seen;
      await until("both wires meet it", async () => { // the view comes to rest meanwhile
        const head = await node.boundingBox(), ends = [await end(path("1", "2"), true), await end(path("2", "3"), false)];
        seen = JSON.stringify({ head, ends });
        return head.height < 45 && ends.every(([x, y]) => Math.abs(y - head.y - head.height / 2) < 4 && Math.min(Math.abs(x - head.x), Math.abs(x - head.x - head.width)) < 12);
      }, 20_000).catch((error) => { throw new Error(`${error.message}: ${seen}`); });
      await page.keyboard.press("Control+z");
      await node.getByRole("button", { name: "Collapse" }).waitFor();
    },
    "a node is found by a double click and its first letters": async () => {
      await page.locator(".react-flow__pane").dblclick({ position: { x: 700, y: 600 } });
      await page.getByPlaceholder("Find a node").fill("imageinv");
      await page.keyboard.press("Enter");
      await until("a fifth node", async () => (await count(page)) === 5);
    },
    "several nodes become one sub-graph and run as before": async () => {
      for (const id of ["2", "3"]) await page.locator(`.react-flow__node[data-id="${id}"] header`).click({ modifiers: ["Control"] });
      await page.keyboard.press("Control+Shift+e");
      await until("they are one", async () => (await count(page)) <= 4);
      await page.keyboard.press("Control+z");
    },
    "a new note lies over no node and is written on at once, and a new group is named": async () => {
      const nodes = await count(page);
      await page.locator(".react-flow__pane").click({ position: { x: 40, y: 700 } });
      await page.keyboard.press("Shift+N");
      await until("the note has the focus", () => page.evaluate(() => document.activeElement?.tagName === "TEXTAREA"));
      await page.keyboard.type("mute hand room");
      const note = page.locator(".react-flow__node-note"), box = await note.boundingBox();
      check("what is typed is written, and no key of the canvas", (await note.locator("textarea").inputValue()) === "mute hand room" && (await count(page)) === nodes + 1);
      for (const node of await page.locator(".react-flow__node:has(header)").all()) {
        const other = await node.boundingBox();
        check("it lies over a node", box.x + box.width <= other.x || other.x + other.width <= box.x || box.y + box.height <= other.y || other.y + other.height <= box.y);
      }
      await page.locator('.react-flow__node[data-id="2"] header').click();
      await page.keyboard.press("Control+g");
      await until("its name has the focus", () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "Group"));
      await page.keyboard.type("Inverted");
      check("it is named", (await page.locator(".react-flow__node-frame input").first().inputValue()) === "Inverted");
      await page.locator(".react-flow__pane").click({ position: { x: 40, y: 700 } });
      for (let i = 0; i < 4; i++) await page.keyboard.press("Control+z");
    },
    "unknown nodes are shown and kept whole": async () => {
      await drop(page, "strange.json", "application/json", json({ ...graph, 9: { class_type: "FromSomewhereElse", inputs: { image: ["3", 0], strength: .25 } } }));
      await page.getByText("No engine knows “FromSomewhereElse”").waitFor();
      await page.getByRole("button", { name: /^Run \(/ }).click();
      await until("the node that no engine has is the one that failed", async () => (await phase(page, "9")) === "failed");
      const said = page.locator("[data-toasts]").getByRole("alert").filter({ hasText: "lacks the node FromSomewhereElse" });
      check("and it is said what to do", (await said.first().innerText()).includes("Change what the message names"));
    },
    "copies go through the clipboard": async () => {
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      const before = await count(page);
      await page.keyboard.press("Escape");
      await page.locator('.react-flow__node[data-id="2"] header').click();
      await page.keyboard.press("Control+c");
      const place = { x: 700, y: 650 };
      await page.locator(".react-flow__pane").hover({ position: place });
      await page.keyboard.press("Control+v");
      await until("one more node", async () => (await count(page)) === before + 1);
      const canvas = await page.locator(".react-flow__pane").boundingBox(), copy = await page.locator(".react-flow__node.selected").boundingBox();
      check(`the copy is where the pointer is: ${JSON.stringify(copy)}`, Math.abs(copy.x - canvas.x - place.x) < 3 && Math.abs(copy.y - canvas.y - place.y) < 3);
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
