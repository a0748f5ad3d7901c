// The viewport under hands: handles, arrow keys, the timeline's bars, what is looked through; also while the bridge is away.
import { check, openPage, until } from "./harness.mjs";

const outline = (page) => page.getByLabel("What the scene is made of");
const commands = async (bridge, id) => (await bridge.get(`/projects/${id}`)).commands;
const version = (page) => page.locator("[data-seen]").getAttribute("data-seen").then((key) => Number(key?.split("/")[1]));

/** The middle of the pixels of a handle's colour, red along X; null where none is. */
async function handle(page) {
  const picture = (await page.locator("canvas").first().screenshot()).toString("base64"), box = await page.locator("canvas").first().boundingBox();
  const at = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height), found = [];
    for (let i = 0; i < data.length; i += 4) if (data[i] > 235 && data[i + 1] < 30 && data[i + 2] < 30) found.push([(i / 4) % bitmap.width, Math.floor(i / 4 / bitmap.width)]);
    if (found.length < 20) return null;
    const end = found.reduce((a, b) => (b[0] > a[0] ? b : a)), tip = found.filter(([x]) => x > end[0] - 12);
    return tip.reduce(([x, y], p) => [x + p[0] / tip.length, y + p[1] / tip.length], [0, 0]);
  }, picture);
  return at && { x: box.x + at[0], y: box.y + at[1] };
}

/** Takes the handle along X and pulls it to the right. */
async function pull(page) {
  const at = await until("a handle", () => handle(page));
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + 60, at.y, { steps: 6 });
  await page.locator("[data-told=going]").waitFor();
  return at;
}

export function stage({ browser, bridge }) {
  let page, id;
  return {
    "a thing that is pulled says how far in numbers, and becomes a command": async () => {
      id = (await bridge.send("POST", "/projects", { name: "stage" })).id;
      await bridge.send("POST", `/projects/${id}/commands`, { sentence: "a blue box floats next to five green balloons" });
      page = await openPage(browser, bridge, "#/scene", { projectId: id, room: null, renderAfterCommand: false });
      await page.locator("[data-seen]:not([data-seen=''])").waitFor();
      await page.keyboard.press("Space");
      await outline(page).getByRole("button", { name: "box", exact: true }).click();
      await page.keyboard.press("g");
      await pull(page);
      check("the numbers name the axis", /box moved: .*X \+\d/.test(await page.locator("[data-told]").textContent()));
      await page.mouse.up();
      await until("the scene has it", async () => (await version(page)) === 2);
      const last = (await commands(bridge, id)).at(-1);
      check(`a transform: ${JSON.stringify(last)}`, last.op === "transform" && last.targets[0] === "box-1" && last.move[0] > 0 && last.move[1] === 0);
      await outline(page).locator("li").filter({ hasText: "transform" }).waitFor();
    },
    "Escape puts a thing back while it is pulled": async () => {
      await pull(page);
      await page.keyboard.press("Escape");
      await page.locator("[data-told=done]").filter({ hasText: "back where it was" }).waitFor();
      await page.mouse.up();
      check("nothing was sent", (await bridge.get(`/projects/${id}`)).version === 2);
      check("it is still selected", (await outline(page).getByRole("button", { name: "box", exact: true }).getAttribute("aria-pressed")) === "true");
    },
    "arrow keys move all copies of a thing, as one command, and undo takes it back": async () => {
      await outline(page).getByRole("button", { name: "balloon", exact: true }).click();
      for (const key of ["ArrowRight", "ArrowRight", "PageUp"]) await page.keyboard.press(key);
      await until("the scene has it", async () => (await version(page)) === 3);
      const last = (await commands(bridge, id)).at(-1);
      check(`one command: ${JSON.stringify(last)}`, last.targets[0] === "balloon-1" && Math.hypot(last.move[0], last.move[2]) > .19 && last.move[1] === .1);
      await page.keyboard.press("Control+z");
      await until("it is taken back", async () => (await version(page)) === 2);
    },
    "what is pulled while the bridge is away waits, is said, and is done once when it is back": async () => {
      await outline(page).getByRole("button", { name: "box", exact: true }).click();
      await page.keyboard.press("r");
      await bridge.end("SIGKILL");
      await page.keyboard.press("ArrowRight");
      await page.getByRole("status").filter({ hasText: "The bridge is away" }).first().waitFor();
      await bridge.start();
      await until("it is done", async () => (await commands(bridge, id)).at(-1).rotate?.[0] === 5);
      check("once", (await commands(bridge, id)).filter((c) => c.op === "transform").length === 2);
      await until("and seen", async () => (await version(page)) >= 3);
    },
  };
}
