// The finer work on the canvas: the menu, colours and names, copies by Alt, wires pulled off, groups, sub-graphs, previews, strangers.
import { readFileSync } from "node:fs";
import { check, count, drop, json, openPage, restingBox, until } from "./harness.mjs";

const picture = {
  1: { class_type: "EmptyImage", inputs: { width: 64, height: 64, batch_size: 1, color: 3368601 } },
  2: { class_type: "ImageInvert", inputs: { image: ["1", 0] } },
  3: { class_type: "ImageBlur", inputs: { image: ["2", 0], blur_radius: 1, sigma: 1 } },
  4: { class_type: "SaveImage", inputs: { images: ["3", 0], filename_prefix: "craft" } },
  5: { class_type: "PreviewImage", inputs: { images: ["1", 0] } },
};
const stranger = { id: 2, type: "Mystery", pos: [360, 0], size: [300, 120], bgcolor: "#533", properties: { aux_id: "a/b" }, inputs: [{ name: "image", type: "IMAGE", link: 1 }, { name: "style", type: "STYLE", link: null }], outputs: [{ name: "picture", type: "IMAGE", links: [2] }], widgets_values: { strength: .5, mode: "x" } };
const strange = {
  nodes: [{ id: 1, type: "EmptyImage", pos: [0, 0], widgets_values: [64, 64, 1, 0], outputs: [{ name: "IMAGE", type: "IMAGE", links: [1] }] }, stranger, { id: 3, type: "SaveImage", pos: [760, 0], inputs: [{ name: "images", type: "IMAGE", link: 2 }], widgets_values: ["x"] }],
  links: [[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]], version: .4,
};

export function craft({ browser, bridge }) {
  let page;
  const node = (id) => page.locator(`.react-flow__node[data-id="${id}"]`), head = (id) => node(id).locator("header span").first(), wires = () => page.locator(".react-flow__edge").count();
  const menu = () => page.getByPlaceholder("What to do"), holder = () => page.locator(".react-flow__node").filter({ hasText: "Open, 2 nodes inside" });
  const open = async (name, document, n) => {
    await drop(page, `${name}.json`, "application/json", json(document));
    await until(`${n} nodes of ${name}`, async () => (await count(page)) === n && (await page.getByLabel("Name of the workflow").inputValue()) === name);
    await page.locator(".react-flow__pane").click({ position: { x: 20, y: 400 } });
  };
  const drag = async (from, to, { whileHeld = async () => undefined } = {}) => {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 12 });
    await whileHeld();
    await page.mouse.up();
  };
  const choose = async (words) => {
    await menu().fill(words);
    await page.keyboard.press("Enter");
    await menu().waitFor({ state: "detached" });
  };
  const done = (locator) => until("it is done", async () => ["done", "cached"].includes(await locator.locator("[data-phase]").first().getAttribute("data-phase")));
  return {
    "each node shows what it made itself, also what is only looked at": async () => {
      page = await openPage(browser, bridge, "#/graph", { room: null });
      await page.locator("[data-nodes]").waitFor();
      await until("the node tables", async () => (await bridge.get("/nodes")).EmptyImage);
      await page.waitForLoadState("networkidle");
      await open("craft", picture, 5);
      const before = (await bridge.get("/outputs?limit=1")).total;
      await page.keyboard.press("Control+Enter");
      const corner = (id) => node(id).locator("img").evaluate(async (image) => {
        await image.decode();
        const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }), pen = canvas.getContext("2d");
        pen.drawImage(image, 0, 0);
        return pen.getImageData(0, 0, 1, 1).data[0];
      });
      await node("4").locator("img").waitFor();
      await node("5").locator("img").waitFor();
      check(`the red of what was saved is ${await corner("4")}, of what was looked at ${await corner("5")}`, (await corner("4")) > 190 && (await corner("5")) < 70);
      check("only what was saved is in the gallery", (await bridge.get("/outputs?limit=1")).total === before + 1);
    },
    "a right click finds by letters what can be done; a node gets a colour and a name": async () => {
      await head("2").click({ button: "right" });
      await page.getByRole("button", { name: "teal" }).click();
      await until("it is teal", async () => (await node("2").locator("header").evaluate((h) => h.style.background)) === "rgb(47, 99, 102)");
      await page.keyboard.press("F2");
      await page.getByLabel("Name of the node").fill("Turn it over");
      await page.keyboard.press("Enter");
      await node("2").getByText("Turn it over").waitFor();
      await head("2").click({ button: "right" });
      await choose("mute");
      await until("muted", async () => (await node("2").locator(".opacity-40").count()) === 1);
      for (let i = 0; i < 3; i++) await page.keyboard.press("Control+z");
      await until("all of it undone", async () => (await node("2").getByText("Invert Image").count()) === 1 && (await node("2").locator(".opacity-40").count()) === 0 && (await node("2").locator("header").evaluate((h) => h.style.background)) === "var(--raised)");
    },
    "with Alt a copy is dragged away, and what was copied keeps its place and its wires": async () => {
      const from = await restingBox(head("3")), place = () => node("3").evaluate((n) => n.style.transform), before = await place();
      await page.keyboard.down("Alt");
      await drag({ x: from.x + 10, y: from.y + 6 }, { x: from.x + 60, y: from.y + 220 });
      await page.keyboard.up("Alt");
      await until("a sixth node", async () => (await count(page)) === 6 && (await wires()) === 4);
      check("the third is where it was", (await place()) === before);
      await page.keyboard.press("Control+z");
      await until("one step back", async () => (await count(page)) === 5 && (await wires()) === 4);
    },
    "a wire that is pulled off its input is gone, or goes to another": async () => {
      const end = async (id) => { const box = await node(id).locator(".react-flow__handle.target").first().boundingBox(); return { x: box.x + box.width / 2, y: box.y + box.height / 2 }; };
      const from = await end("3");
      await drag(from, { x: from.x - 60, y: from.y + 320 });
      await until("three wires", async () => (await wires()) === 3);
      await page.keyboard.press("Control+z");
      await until("four again", async () => (await wires()) === 4);
      await drag(await end("5"), await end("4"));
      await until("the picture goes to the file at once", async () => (await page.locator('.react-flow__edge[data-id="1.0-4.images"]').count()) === 1 && (await wires()) === 3);
      await page.keyboard.press("Control+z");
      await until("and back", async () => (await wires()) === 4);
    },
    "a group takes along what is in it while it moves": async () => {
      await page.keyboard.press("Escape");
      await head("2").click();
      await head("3").click({ modifiers: ["Control"] });
      await page.keyboard.press("Control+g");
      const frame = await restingBox(page.locator(".group-handle")), top = async (id) => (await head(id).boundingBox()).y, before = [await top("2"), await top("4")];
      const at = { x: frame.x + frame.width / 2, y: frame.y + frame.height - 4 };
      await drag(at, { x: at.x, y: at.y + 120 }, { whileHeld: () => until("it moves with the hand", async () => (await top("2")) > before[0] + 80) });
      check("what is outside stays", Math.abs((await top("4")) - before[1]) < 2);
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      await until("as before", async () => Math.abs((await top("2")) - before[0]) < 2 && (await page.locator(".group-handle").count()) === 0);
    },
    "a sub-graph shows a widget from inside, runs with it, and says what its nodes do": async () => {
      await page.keyboard.press("Escape");
      await head("2").click();
      await head("3").click({ modifiers: ["Control"] });
      await page.keyboard.press("Control+Shift+e");
      await holder().waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("navigation", { name: "Place within sub-graphs" }).waitFor();
      await head("3").click({ button: "right" });
      await choose("blur_radius");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      const radius = holder().getByRole("textbox", { name: "blur_radius" });
      await radius.fill("5");
      await radius.press("Enter");
      await page.keyboard.press("Control+Enter");
      await done(holder());
      const { workflow } = await bridge.get(`/outputs/${(await bridge.get("/outputs?limit=1")).items[0].task_id}/${(await bridge.get("/outputs?limit=1")).items[0].file}/details`);
      check("it ran with the radius from outside", Object.values(workflow).some((n) => n.class_type === "ImageBlur" && n.inputs.blur_radius === 5));
      await holder().locator("header span").first().click();
      await page.keyboard.press("Enter");
      await done(node("3"));
      for (let i = 0; i < 3; i++) await page.keyboard.press("Control+z");
      await until("undo leaves what is no longer there", async () => (await page.getByRole("navigation", { name: "Place within sub-graphs" }).count()) === 0 && (await count(page)) === 5);
    },
    "a stranger is shown with its sockets and goes out as it came in": async () => {
      await open("strange", strange, 3);
      await node("2").getByText("No engine knows “Mystery”").waitFor();
      await until("both wires are drawn", async () => (await wires()) === 2);
      const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a file", exact: true }).click()]);
      const back = JSON.parse(readFileSync(await file.path(), "utf8")).nodes.find((n) => n.type === "Mystery");
      for (const [key, value] of Object.entries(stranger)) check(`${key}: ${JSON.stringify(back[key])}`, JSON.stringify(back[key]) === JSON.stringify(value));
    },
    "a long list is searched by letters": async () => {
      await open("moves", { 1: { class_type: "SceneNew", inputs: {} }, 2: { class_type: "SceneAnimate", inputs: { scene: ["1", 0], motion: "bounce", id: "b", targets: "ball" } } }, 2);
      await node("2").getByRole("combobox", { name: "motion" }).click();
      await page.getByPlaceholder(/^Search \d+ choices$/).fill("wal");
      await page.keyboard.press("Enter");
      await until("it is chosen", async () => (await node("2").getByRole("combobox", { name: "motion" }).textContent()) === "walk");
    },
    "a picture without a workflow becomes the node that loads it": async () => {
      await drop(page, "photo.png", "image/png", await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 48 } }));
      await page.locator(".react-flow__node").filter({ hasText: "Load Image" }).getByRole("combobox").waitFor();
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
