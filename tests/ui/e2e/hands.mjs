// What hands do on the canvas beyond running it: files, the clipboard, wires, keys, and both ways out.
import { readFileSync } from "node:fs";
import { check, count, drop, json, openPage, restingBox, until } from "./harness.mjs";

const first = {
  1: { class_type: "EmptyImage", inputs: { width: 64, height: 64, batch_size: 1, color: 3368601 } },
  2: { class_type: "ImageInvert", inputs: { image: ["1", 0] } },
  3: { class_type: "SaveImage", inputs: { images: ["2", 0], filename_prefix: "hands" } },
};
const second = { 1: first[1], 7: { class_type: "PreviewImage", inputs: { images: ["1", 0] } } };

export function hands({ browser, bridge }) {
  let page;
  const node = (id) => page.locator(`.react-flow__node[data-id="${id}"]`), head = (id) => node(id).locator("header span").first(), wires = () => page.locator(".react-flow__edge").count();
  const open = async (name, graph, n) => {
    await drop(page, `${name}.json`, "application/json", json(graph));
    await until(`${n} nodes of ${name}`, async () => (await count(page)) === n && (await page.getByLabel("Name of the workflow").inputValue()) === name);
    await page.locator(".react-flow__pane").click({ position: { x: 20, y: 400 } });
  };
  const saved = async (button) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: button, exact: true }).click()]);
    return JSON.parse(readFileSync(await file.path(), "utf8"));
  };
  return {
    "what is copied in one workflow is pasted into another, with Shift by its wires, too": async () => {
      page = await openPage(browser, bridge, "#/graph", { room: null });
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.locator("[data-nodes]").waitFor();
      await until("the node tables", async () => (await bridge.get("/nodes")).EmptyImage);
      await page.waitForLoadState("networkidle");
      await open("one", first, 3);
      await head("2").click();
      await page.keyboard.press("Control+c");
      await open("two", second, 2);
      await page.keyboard.press("Control+v");
      await until("a third node", async () => (await count(page)) === 3 && (await wires()) === 1);
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+Shift+v");
      await until("it hangs on the picture as the copied one did", async () => (await count(page)) === 3 && (await wires()) === 2);
    },
    "a wire that is dropped into the void finds what takes it": async () => {
      await open("one", first, 3);
      const from = await restingBox(node("1").locator(".react-flow__handle.source")), pane = await page.locator(".react-flow__pane").boundingBox();
      await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
      await page.mouse.down();
      await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height - 260, { steps: 12 });
      await page.mouse.up();
      await page.getByText("Nodes that take IMAGE").waitFor();
      await page.getByPlaceholder("Find a node").fill("blur");
      await page.keyboard.press("Enter");
      await until("a wired fourth", async () => (await count(page)) === 4 && (await wires()) === 3);
    },
    "muted, bypassed, collapsed, pinned, grouped, aligned and laid out, and all of it undone": async () => {
      await open("one", first, 3);
      const before = await node("2").evaluate((n) => n.style.transform);
      await head("2").click();
      await page.keyboard.press("Control+m");
      await until("muted", async () => (await node("2").locator(".opacity-40").count()) === 1);
      await page.keyboard.press("Control+b");
      await until("bypassed", async () => (await node("2").locator(".outline-dashed").count()) === 1);
      await page.keyboard.press("Alt+c");
      await node("2").getByRole("button", { name: "Expand" }).waitFor();
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+g");
      await until("a frame around them", async () => (await page.getByLabel("Group", { exact: true }).count()) === 1);
      await page.getByRole("button", { name: "Align left" }).click();
      const left = (id) => node(id).evaluate((n) => new DOMMatrix(n.style.transform).e);
      await until("one below the other", async () => (await left("1")) === (await left("2")) && (await left("2")) === (await left("3")));
      await page.keyboard.press("l");
      await until("beside each other again", async () => (await left("1")) < (await left("2")) && (await left("2")) < (await left("3")));
      for (let i = 0; i < 6; i++) await page.keyboard.press("Control+z");
      await until("as it was", async () => (await node("2").evaluate((n) => n.style.transform)) === before && (await node("2").locator(".opacity-40, .outline-dashed").count()) === 0);
    },
    "the map is there while not all is seen and can be put away, the hand only moves, and all keys are shown": async () => {
      const map = page.locator(".react-flow__minimap");
      await until("the map, as not all is seen", async () => { await page.keyboard.press("Alt+="); return (await map.count()) === 1; });
      await page.keyboard.press("Alt+m");
      await map.waitFor({ state: "detached" });
      await page.keyboard.press("Alt+m");
      await map.waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press(".");
      await map.waitFor({ state: "detached" });
      await page.keyboard.press("h");
      const at = await restingBox(head("2"));
      await page.mouse.click(at.x + 8, at.y + 8);
      check("nothing is selected by the hand", (await page.locator(".react-flow__node.selected").count()) === 0);
      await page.keyboard.press("v");
      await page.keyboard.press("Control+Shift+k");
      await page.getByRole("dialog").getByText("Run before all that waits").waitFor();
      await page.keyboard.press("Escape");
      for (const [key, room] of [["q", "Queue"], ["m", "Models"], ["Control+,", "Settings"]]) {
        await page.keyboard.press(key);
        await page.getByRole("complementary").getByRole("heading", { name: room, level: 2 }).waitFor();
        await page.keyboard.press(key);
        await page.getByRole("complementary").waitFor({ state: "detached" });
      }
    },
    "a picture from this machine goes into a node": async () => {
      await open("upload", { 1: { class_type: "LoadImage", inputs: { image: "none.png" } }, 2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: "up" } } }, 2);
      const png = await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 48 } });
      await node("1").locator("input[type=file]").setInputFiles({ name: "from-here.png", mimeType: "image/png", buffer: png });
      await until("it is chosen", async () => (await node("1").getByRole("combobox").inputValue()) === "from-here.png");
      await page.keyboard.press("Control+Enter");
      await until("the engine saved it again", async () => (await bridge.get("/outputs?kind=image&q=upload")).items.some((o) => o.width === 64 && o.height === 48));
    },
    "it leaves in the editor's format and in the API's, and comes back from both": async () => {
      await open("one", first, 3);
      const editor = await saved("Save as a file"), api = await saved("API");
      check("the editor's has nodes and links", editor.nodes.length === 3 && editor.links.length === 2);
      check(`the API's is what came in: ${JSON.stringify(api)}`, Object.entries(first).every(([id, n]) => api[id]?.class_type === n.class_type && Object.entries(n.inputs).every(([name, value]) => JSON.stringify(api[id].inputs[name]) === JSON.stringify(value))));
      await open("again", editor, 3);
      check("both wires are there", (await wires()) === 2);
    },
    "what cannot run says why on the node and in words, with the technical part folded": async () => {
      await open("broken", { 1: { class_type: "LoadImage", inputs: { image: "not-there.png" } }, 2: { class_type: "PreviewImage", inputs: { images: ["1", 0] } } }, 2);
      await page.keyboard.press("Control+Enter");
      await node("1").getByRole("alert").filter({ hasText: "not-there.png" }).waitFor();
      check("nothing waits any more", (await page.locator("[data-phase=queued]").count()) === 0);
      await page.getByRole("alert").filter({ hasText: "“broken” failed" }).getByText("Technical detail").waitFor();
      check("details are folded", (await page.locator("details[open]").count()) === 0);
    },
    "an MP4 brings the workflow that made it": async () => {
      const { id } = await bridge.send("POST", "/projects", { name: "Short" });
      await bridge.send("POST", `/projects/${id}/commands`, { sentence: "a red ball bounces, one second" });
      const task = await bridge.send("POST", `/projects/${id}/render`, { width: 96, height: 54, fps: 8, quality: "draft", outputs: ["mp4"] });
      const film = await until("the film", async () => (await bridge.get(`/task/${task.id}`)).outputs.find((o) => o.kind === "film"), 180_000);
      await page.keyboard.press("Control+Backspace");
      await until("an empty canvas", async () => (await count(page)) === 0);
      await drop(page, film.file, "video/mp4", new Uint8Array(await (await fetch(bridge.url + film.url)).arrayBuffer()));
      await page.locator(".react-flow__node").filter({ hasText: "bounce" }).first().waitFor();
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
