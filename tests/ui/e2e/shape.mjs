// How a graph lies on the canvas: long ones in lines, nodes of any size, bends that wires share, and what one looks for in view.
import { readFileSync } from "node:fs";
import { check, count, drop, json, openPage, restingBox, until } from "./harness.mjs";

const node = (id, type, pos, values, inputs, outputs, more = {}) => ({ id, type, pos, size: [300, 120], flags: {}, order: id, mode: 0, inputs, outputs, properties: {}, widgets_values: values, ...more });

/** As a newer editor writes it: two wires share a bend, and a sub-graph lists a widget of what is inside. */
const newer = {
  id: "a-graph", revision: 0, last_node_id: 5, last_link_id: 3, version: 0.4, config: {}, groups: [],
  nodes: [
    node(1, "EmptyImage", [0, 0], [64, 64, 1, 255], [], [{ name: "IMAGE", type: "IMAGE", links: [1, 2] }]),
    node(2, "PreviewImage", [900, 0], [], [{ name: "images", type: "IMAGE", link: 1 }], []),
    node(5, "turner", [500, 300], [true], [{ name: "image", type: "IMAGE", link: 2 }], [], { properties: { proxyWidgets: [["6", "filename_prefix"]] }, widgets_values: ["listed"] }),
  ],
  links: [[1, 1, 0, 2, 0, "IMAGE"], [2, 1, 0, 5, 0, "IMAGE"]],
  extra: { ds: { scale: 1, offset: [0, 0] }, reroutes: [{ id: 4, pos: [420, 40], linkIds: [1, 2] }, { id: 7, parentId: 4, pos: [440, 260], linkIds: [2] }], linkExtensions: [{ id: 1, parentId: 4 }, { id: 2, parentId: 7 }] },
  definitions: { subgraphs: [{
    id: "turner", name: "Keeper", inputs: [{ id: "a", name: "image", type: "IMAGE", linkIds: [1] }], outputs: [], widgets: [],
    nodes: [node(6, "SaveImage", [0, 0], ["inside"], [{ name: "images", type: "IMAGE", link: 1 }], [])],
    links: [{ id: 1, origin_id: -10, origin_slot: 0, target_id: 6, target_slot: 0, type: "IMAGE" }],
  }] },
};

export function shape({ browser, bridge }) {
  let page;
  const box = (id) => page.locator(`.react-flow__node[data-id="${id}"]`);
  const wire = () => page.locator(".react-flow__edge-path").first().getAttribute("d");
  const drag = async (from, dx, dy) => {
    await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await page.mouse.down();
    for (let i = 1; i <= 8; i++) await page.mouse.move(from.x + from.width / 2 + (dx * i) / 8, from.y + from.height / 2 + (dy * i) / 8);
    await page.mouse.up();
  };
  const exported = async () => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a file" }).click()]);
    return JSON.parse(readFileSync(await download.path(), "utf8"));
  };
  return {
    "bends that wires share are seen, moved, undone, and go out as they came in": async () => {
      page = await openPage(browser, bridge, "#/graph", { room: null, projectId: null });
      await page.locator("[data-nodes]").waitFor();
      await until("the node tables", async () => (await bridge.get("/nodes")).EmptyImage);
      await page.getByRole("button", { name: "Open a template" }).waitFor();
      await drop(page, "newer.json", "application/json", json(newer));
      await until("nodes and bends", async () => (await count(page)) === 5);
      await box("1").waitFor();
      const at = await restingBox(box("bend-4")), before = await wire();
      await drag(at, 12, 60);
      await until("the wire runs elsewhere", async () => (await wire()) !== before);
      await page.keyboard.press("Control+z");
      await until("it is back", async () => (await wire()) === before);
      const { extra } = await exported();
      check(`reroutes as they were: ${JSON.stringify(extra)}`, JSON.stringify(extra.reroutes) === JSON.stringify(newer.extra.reroutes) && JSON.stringify(extra.linkExtensions) === JSON.stringify(newer.extra.linkExtensions));
    },
    "a widget that a sub-graph lists is set on it and goes out in its list": async () => {
      const field = box("5").getByLabel("filename_prefix");
      await until("its own value", async () => (await field.inputValue()) === "listed");
      check("without a socket", (await box("5").locator('[data-handleid="in-filename_prefix"]').count()) === 0);
      await field.fill("changed");
      const out = (await exported()).nodes.find((n) => n.id === 5);
      check(JSON.stringify(out), JSON.stringify(out.properties.proxyWidgets) === '[["6","filename_prefix"]]' && out.widgets_values[0] === "changed");
      await page.keyboard.press("Control+Enter");
      await until("the file is called so", async () => (await bridge.get("/outputs?limit=5")).items.some((o) => o.file.startsWith("changed")), 120_000);
    },
    "a node is made wider and taller at its corner, has its own size again, and takes sums for numbers": async () => {
      const width = box("1").getByLabel("width").last();
      await width.fill("2*(30+2)-1");
      await width.press("Enter");
      await until("the sum", async () => (await width.inputValue()) === "63");
      await box("1").locator("header span").first().click();
      const grip = box("1").getByRole("img", { name: /^Drag to resize/ }), old = await box("1").boundingBox();
      await drag(await restingBox(grip), 60, 80);
      await until("larger in both", async () => { const now = await box("1").boundingBox(); return now.width > old.width + 30 && now.height > old.height + 40; });
      await grip.dblclick();
      await until("its own size", async () => (await box("1").boundingBox()).height < old.height + 10);
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
    "a long graph stands in lines that can be read beside the scene, and what is chosen there comes into view": async () => {
      const { id } = await bridge.send("POST", "/projects", { name: "Long" });
      for (const sentence of ["a red ball on grass", "add a blue cube on the left", "add a tree behind it", "add a bench on the right", "make the ball bounce", "at sunset"]) await bridge.send("POST", `/projects/${id}/commands`, { sentence });
      page = await openPage(browser, bridge, "#/split", { projectId: id, room: null, isOutlineOpen: true, renderAfterCommand: false });
      await until("lines", async () => {
        const tops = await page.locator(".react-flow__node header").evaluateAll((all) => all.map((e) => Math.round(e.getBoundingClientRect().top)));
        return tops.length > 8 && new Set(tops).size > 2;
      });
      await page.getByLabel("What the scene is made of").getByRole("button", { name: "bench", exact: true }).click();
      const isSeen = async () => {
        const about = page.locator(".react-flow__node:has([data-about])").first(), at = await about.boundingBox(), canvas = await page.locator("[data-nodes]").boundingBox();
        return at.width > 130 && at.x >= canvas.x && at.x + at.width <= canvas.x + canvas.width && at.y >= canvas.y && at.y + at.height <= canvas.y + canvas.height;
      };
      await until("its node is in view and can be read", isSeen);
      const before = await count(page);
      await bridge.send("POST", `/projects/${id}/commands`, { sentence: "add two lamps beside the bench" });
      await until("the canvas has what was said since", async () => (await count(page)) > before);
      await restingBox(page.locator(".react-flow__node:has([data-about])").first());
      await until("it still is", isSeen, 10_000);
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
  };
}
