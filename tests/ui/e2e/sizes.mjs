// One window in many sizes: zoomed as far as twice on a desk it stays the desk, whole, and nothing of it lies over anything else.
import { check, openPage, restingBox, say, until } from "./harness.mjs";

/** 1440 × 900 at 100, 125, 150 and 200 %; the last without what a browser's own bars take. */
const zooms = [[1440, 900], [1152, 720], [960, 600], [720, 400]];

const inside = (box, { width, height }) => box.x >= 0 && box.y >= 0 && box.x + box.width <= width + .5 && box.y + box.height <= height + .5;
const apart = (a, b) => a.x + a.width <= b.x + .5 || b.x + b.width <= a.x + .5 || a.y + a.height <= b.y + .5 || b.y + b.height <= a.y + .5;

export function sizes({ browser, bridge }) {
  let page, id;
  const boxOf = async (locator) => { await locator.waitFor(); return locator.boundingBox(); };
  const toSize = async ([width, height]) => { await page.setViewportSize({ width, height }); await page.waitForTimeout(300); };
  return {
    "zoomed to twice its size the desk is whole": async () => {
      id = (await bridge.send("POST", "/projects", { name: "Sizes" })).id;
      await bridge.send("POST", `/projects/${id}/commands`, { sentence: "a red ball bounces beside a bench" });
      page = await openPage(browser, bridge, "#/scene/projects", { projectId: id, renderAfterCommand: false });
      await page.locator("[data-scene]:not([data-scene=''])").waitFor();
      for (const size of zooms) {
        await toSize(size);
        const [width, height] = size, rooms = page.getByRole("navigation", { name: "Rooms" }).getByRole("button");
        const bar = await boxOf(page.locator("[data-command-bar]")), play = await boxOf(page.getByRole("button", { name: /^(Play|Pause)$/ })), film = await boxOf(page.getByRole("button", { name: "Make film" }));
        for (const [what, box] of Object.entries({ bar, play, film })) check(`${what} is in a window of ${size}: ${JSON.stringify(box)}`, inside(box, { width, height }));
        check(`what is said lies over no button of the timeline at ${size}`, apart(bar, play));
        for (const room of await rooms.all()) check(`${await room.textContent()} at ${size}: ${JSON.stringify(await room.boundingBox())}`, inside(await room.boundingBox(), { width, height }));
        const canvas = await boxOf(page.locator("[data-scene] canvas"));
        check(`the scene has room at ${size}: ${canvas.width} × ${canvas.height}`, canvas.width >= 380 && canvas.height >= 220);
        check(`nothing is wider than ${width}`, (await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      }
    },
    "what is typed is seen where the detail of the status bar was open": async () => {
      await toSize([1280, 720]);
      await page.getByTitle("Open the detail").click();
      await page.getByText("Lately").waitFor();
      await page.keyboard.press("Control+k");
      await page.getByText("Lately").waitFor({ state: "detached" });
      const field = page.getByRole("combobox", { name: "Say what should happen" }), { x, y, width, height } = await restingBox(field);
      check("nothing lies over the field", await field.evaluate((o, [x, y]) => document.elementFromPoint(x, y) === o, [x + width / 2, y + height / 2]));
      await page.keyboard.press("Escape");
    },
    "a long answer keeps clear of the tools": async () => {
      await toSize([960, 600]);
      const things = "cat dog chair table lamp car tree house horse cow sheep goat pig duck boat plane robot piano guitar drum violin rocket wagon bus train truck tractor snowman cactus mushroom castle tent ladder barrel bucket book clock bottle basket candle umbrella bicycle".split(" ");
      await say(page, `add ${things.map((t) => `a light blue wooden ${t}`).join(", ").replace(/, ([^,]*)$/, " and $1")}`);
      await page.keyboard.press("Enter");
      const answer = page.locator("[data-reply]").filter({ hasText: "And more." });
      await answer.waitFor();
      const box = await restingBox(answer), tools = await page.getByRole("toolbar", { name: "Tools" }).boundingBox();
      check(`the answer ${JSON.stringify(box)} lies over the tools ${JSON.stringify(tools)}`, apart(box, tools));
    },
    "a tight window shows the room or what the scene is made of, whichever was opened last": async () => {
      await toSize([960, 600]);
      const outline = page.getByRole("complementary", { name: "What the scene is made of" }), history = page.getByRole("region", { name: "History" }), toggle = page.getByRole("button", { name: "Show what the scene is made of" });
      await history.waitFor();
      check("the room has the place", (await outline.count()) === 0);
      await toggle.click();
      await outline.waitFor();
      check("the room gave it away", (await history.count()) === 0);
      await page.getByRole("button", { name: "Projects" }).click();
      await history.waitFor();
      check("and has it again", (await outline.count()) === 0);
      await toSize([1440, 900]);
      await outline.waitFor();
      check("both have room", await history.isVisible());
    },
    "a phone gets the simple form, upright and lying down": async () => {
      for (const [width, height] of [[390, 844], [844, 390]]) {
        const hand = await openPage(browser, bridge, "#/scene", { projectId: id, renderAfterCommand: false }, { viewport: { width, height }, hasTouch: true, isMobile: true });
        await hand.locator("html[data-form=phone]").waitFor();
        await hand.getByRole("button", { name: "Templates" }).waitFor();
        await hand.context().close();
      }
    },
    "that the bridge is away is said where nothing is": async () => {
      await bridge.end();
      const said = page.getByRole("alert").filter({ hasText: "does not answer" });
      await until("it is said", () => said.isVisible(), 15_000);
      const box = await said.boundingBox();
      for (const room of await page.getByRole("navigation", { name: "Rooms" }).getByRole("button").all()) check(`it covers ${await room.textContent()}`, apart(box, await room.boundingBox()));
      await bridge.start();
      await said.waitFor({ state: "detached" });
      await page.context().close();
    },
  };
}
