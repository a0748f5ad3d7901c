// The viewport under hands: handles, arrow keys, the timeline's bars, what is looked through; also while the bridge is away.
import { check, openPage, restingBox, say, until } from "./harness.mjs";

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

/** Of the canvas, some thousand points that lie evenly on it: how many are grey, and how many are of another colour. */
async function greyness(page) {
  const picture = (await page.locator("canvas").first().screenshot()).toString("base64");
  return page.evaluate(async (base64) => {
    const context = new OffscreenCanvas(64, 36).getContext("2d");
    context.drawImage(await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob(), { resizeWidth: 64, resizeHeight: 36, resizeQuality: "pixelated" }), 0, 0);
    const { data } = context.getImageData(8, 8, 48, 20), isGrey = (i) => Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) < 10;
    const grey = Array.from({ length: data.length / 4 }, (_, i) => isGrey(i * 4)).filter(Boolean).length;
    return { grey, colored: data.length / 4 - grey };
  }, picture);
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

/** In the page: counts what is drawn into the sun's map, and keeps how much that was when the first picture of a scene was there. */
function watchShadows() {
  const own = window.shadowDraws = { now: 0, atFirst: null }, gl = WebGL2RenderingContext.prototype, { bindFramebuffer, viewport, drawElements } = gl, specks = 36;
  let isAway = false, isMap = false;
  gl.bindFramebuffer = function (...all) { isAway = all[1] !== null; return bindFramebuffer.apply(this, all); };
  gl.viewport = function (...all) { isMap = all[2] === all[3] && all[2] >= 1024; return viewport.apply(this, all); };
  gl.drawElements = function (...all) { if (isAway && isMap && all[1] > specks) own.now++; return drawElements.apply(this, all); };
  new MutationObserver(() => { if (document.querySelector("[data-seen]:not([data-seen=''])")) own.atFirst ??= own.now; }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-seen"] });
}

/** In the page: counts what is drawn on the screen, but for what only warms a shader up. */
function watchPictures() {
  const gl = WebGL2RenderingContext.prototype, { bindFramebuffer, drawElements } = gl, dome = 48 * 22 * 6 + 48 * 6, specks = 36;
  let isScreen = true;
  window.pictures = 0;
  gl.bindFramebuffer = function (...all) { isScreen = all[1] === null; return bindFramebuffer.apply(this, all); };
  gl.drawElements = function (...all) { if (isScreen && all[1] > specks && all[1] !== dome) window.pictures++; return drawElements.apply(this, all); };
}

export function stage({ browser, bridge }) {
  let page, id;
  return {
    "where no card draws the first picture of a scene does not wait for shadows, which follow": async () => {
      const { id: own } = await bridge.send("POST", "/projects", { name: "shadows" });
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a dog and a blue ball" });
      const light = await openPage(browser, bridge, "#/scene", { projectId: own, room: null, renderAfterCommand: false });
      await light.addInitScript(watchShadows);
      await light.reload();
      await light.locator("[data-seen]:not([data-seen=''])").waitFor();
      await until("its shadows", () => light.evaluate(() => window.shadowDraws.now > 0));
      check("none is drawn before", (await light.evaluate(() => window.shadowDraws.atFirst)) === 0);
      await light.context().close();
    },
    "where nothing is seen yet, the scene of a typed sentence is drawn while hands rest, unseen, and shown when it is sent": async () => {
      const own = await openPage(browser, bridge, "#/scene", { room: null, renderAfterCommand: false }), canvas = own.locator("canvas").first();
      await own.addInitScript(watchPictures);
      await own.reload();
      await own.locator("[data-seen]").waitFor();
      await say(own, "a green ball");
      await until("it is drawn", () => own.evaluate(() => window.pictures > 0));
      check("unseen", (await own.locator("[data-seen]").getAttribute("data-seen")) === "" && !(await canvas.isVisible()));
      await own.keyboard.press("Enter");
      await own.locator("[data-seen]:not([data-seen=''])").waitFor();
      check("it is shown", await canvas.isVisible());
      await until("a green ball", async () => (await greyness(own)).colored > 8);
      check(own.complaints.join("; "), own.complaints.length === 0);
      await own.context().close();
    },
    "a sentence's scene is seen before the bridge has answered, becomes its project's, and goes when it does not": async () => {
      const own = await openPage(browser, bridge, "#/scene", { room: null, renderAfterCommand: false }), loads = [];
      let answer;
      own.on("request", (request) => { if (request.method() === "GET" && request.url().includes("scene.glb")) loads.push(request.url()); });
      await own.route("**/projects/*/commands", async (route) => (await new Promise((then) => { answer = then; })) ? route.continue() : route.fulfill({ status: 500, contentType: "application/json", body: "{}" }));
      const seen = (name) => own.locator(`[data-seen${name}]`).waitFor();
      await own.locator("[data-seen]").waitFor(); // the stage is there, on which it will be seen
      await say(own, "a green ball");
      await own.locator("[data-chip]").first().waitFor();
      await own.keyboard.press("Enter");
      await seen("='sent'");
      answer(true);
      await seen("$='/1'");
      check(`it was not loaded again: ${loads.join(" ")}`, loads.length === 0);
      await say(own, "add a red box");
      await own.keyboard.press("Enter");
      await seen("='sent'");
      answer(false);
      await seen("$='/1'");
      check("the answer says that it did not work", await own.getByRole("alert").first().isVisible());
      await own.context().close();
    },
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
    "a bar of the timeline that is pulled, or moved by keys, gives its motion another time": async () => {
      const bar = page.locator("[data-bar]").first(), at = await restingBox(bar);
      const id1 = await bar.getAttribute("data-bar"), found = async () => (await commands(bridge, id)).find((c) => c.id === id1), before = await version(page);
      await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
      await page.mouse.down();
      await page.mouse.move(at.x + at.width / 2 + at.width / 4, at.y + at.height / 2, { steps: 4 });
      await page.mouse.up();
      await until("it begins later", async () => (await found()).start_s > .5);
      await until("the scene has it", async () => (await version(page)) > before);
      const { start_s } = await found();
      await bar.focus();
      for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowLeft");
      await until("two frames sooner", async () => Math.abs((await found()).start_s - start_s + 2 / 24) < .002);
      await until("the scene has that, too", async () => (await version(page)) === (await bridge.get(`/projects/${id}`)).version);
    },
    "keys lead the playhead by frames and to both ends": async () => {
      const spoken = () => page.getByRole("slider", { name: "Time in seconds" }).getAttribute("aria-valuenow").then(Number);
      await outline(page).getByRole("button", { name: "balloon", exact: true }).focus();
      await page.keyboard.press("q");
      await page.keyboard.press("Home");
      for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
      check(`three frames on: ${await spoken()}`, Math.abs((await spoken()) - 3 / 24) < .01);
      await page.keyboard.press("End");
      check(`at the end: ${await spoken()}`, (await spoken()) >= 4);
      await page.getByText(/frame \d+ of \d+/).waitFor();
      await page.keyboard.press("Home");
    },
    "the camera's view shows what the film will show, and passes and back keep what is selected": async () => {
      await page.keyboard.press("c");
      await page.locator("[data-film-frame='128 × 72']").waitFor({ state: "attached" });
      for (const [key, name] of [["5", "Depth"], ["6", "Albedo"], ["7", "Mask"], ["1", "Shaded"]]) {
        await page.keyboard.press(key);
        await page.getByRole("group", { name: "Look" }).getByRole("button", { name, pressed: true }).waitFor();
      }
      await page.keyboard.press("c");
      await page.keyboard.press("n");
      await outline(page).getByRole("button", { name: "box", exact: true, pressed: true }).waitFor();
      await page.keyboard.press(".");
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
    },
    "the outline opens to copies, hides, and renames": async () => {
      await outline(page).getByRole("button", { name: "Copies and parts of balloon" }).click();
      await outline(page).getByRole("button", { name: "balloon 3", exact: true }).click();
      check("its commands are marked", (await outline(page).locator("[data-about]").count()) >= 1);
      await outline(page).getByRole("button", { name: "Hide balloon in this view" }).click();
      await outline(page).getByRole("button", { name: "Show balloon in this view" }).click();
      await outline(page).getByRole("button", { name: "box", exact: true }).press("F2");
      await page.keyboard.type("crate");
      await page.keyboard.press("Enter");
      await until("the project calls it so", async () => (await commands(bridge, id)).some((c) => c.op === "add" && c.id === "box-1" && c.name === "crate"));
      await outline(page).getByRole("button", { name: "crate", exact: true }).waitFor();
    },
    "what is pulled while the bridge is away waits, is said, and is done once when it is back": async () => {
      const before = await version(page);
      await outline(page).getByRole("button", { name: "crate", exact: true }).click();
      await page.keyboard.press("r");
      await bridge.end("SIGKILL");
      await page.keyboard.press("ArrowRight");
      await page.getByRole("status").filter({ hasText: "The bridge is away" }).first().waitFor();
      await bridge.start();
      await until("it is done", async () => (await commands(bridge, id)).at(-1).rotate?.[0] === 5);
      check("once", (await commands(bridge, id)).filter((c) => c.op === "transform").length === 2);
      await until("and seen", async () => (await version(page)) > before);
    },
    "what is pulled when the bridge dies under the hand stays where it was pulled, is said, and is done once when it is back": async () => {
      const before = await version(page), { id: crate } = (await commands(bridge, id)).find((c) => c.op === "add" && c.name === "crate");
      await page.keyboard.press("g");
      const at = await pull(page);
      await bridge.end("SIGKILL");
      await page.mouse.move(at.x + 90, at.y, { steps: 4 });
      await page.mouse.up();
      await page.getByRole("status").filter({ hasText: "The bridge is away" }).first().waitFor();
      await bridge.start();
      await until("it is done", async () => (await version(page)) > before && (await commands(bridge, id)).at(-1).move?.[0] > 0);
      check("once, and of that thing", (await commands(bridge, id)).filter((c) => c.op === "transform" && c.move && c.targets[0] === crate).length === 2);
    },
    "a scene in a style is seen as its film will be printed, and as it is by passes": async () => {
      const { id: own } = await bridge.send("POST", "/projects", { name: "noir" });
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a red ball on green grass, film noir" });
      const other = await openPage(browser, bridge, "#/scene", { projectId: own, room: null, renderAfterCommand: false });
      await other.locator("[data-seen]:not([data-seen=''])").waitFor();
      await until("all of it is grey", async () => (await greyness(other)).colored < 20);
      await other.getByRole("button", { name: "Mask" }).click();
      await until("the mask of the ball has its colour", async () => (await greyness(other)).colored > 20);
      check(other.complaints.join("; "), other.complaints.length === 0);
      await other.context().close();
    },
    "a film of ten minutes is looked at as a whole or closely, and the playhead stays in sight": async () => {
      const own = (await bridge.send("POST", "/projects", { name: "long" })).id;
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a red ball bounces for 600 seconds" });
      const other = await openPage(browser, bridge, "#/scene", { projectId: own, room: null, renderAfterCommand: false });
      await other.locator("[data-seen]:not([data-seen=''])").waitFor();
      await other.keyboard.press("Space");
      const ruler = other.getByRole("slider", { name: "Time in seconds" }), widthOf = async () => (await ruler.boundingBox()).width, whole = await widthOf();
      const labels = () => ruler.locator("span").evaluateAll((all) => all.map((o) => { const { left, right } = o.getBoundingClientRect(); return [left, right, o.textContent]; }));
      const apart = (all) => all.every(([left], i) => i === 0 || left >= all[i - 1][1]);
      check("minutes are said", (await labels()).some(([, , text]) => text === "5:00"));
      await ruler.focus();
      await other.keyboard.press("End");
      for (let i = 0; i < 5; i++) await other.keyboard.press("+");
      await until("one looks closer", async () => (await widthOf()) > whole * 20);
      const panel = await other.getByLabel("Timeline", { exact: true }).boundingBox(), head = () => ruler.evaluate((o) => { const { left } = o.lastElementChild.getBoundingClientRect(); return left; });
      check("the end, where the playhead is, is in sight", (await head()) <= panel.x + panel.width);
      await until("its marks have come, and do not lie on each other", async () => { const all = await labels(); return all.length > 5 && all.length < 120 && apart(all); });
      await other.keyboard.press("Home");
      await until("the beginning is in sight when the playhead goes there", async () => (await head()) >= panel.x);
      await other.keyboard.press("0");
      await until("it is whole again", async () => Math.abs((await widthOf()) - whole) < 1);
      await other.context().close();
    },
    "the line beside the timeline's names and the playhead reach down to the last row": async () => {
      const own = (await bridge.send("POST", "/projects", { name: "rows" })).id;
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a red ball bounces, a blue cube spins, a green cone spins, a dog walks, a cat walks, a robot dances and a balloon floats" });
      const other = await openPage(browser, bridge, "#/scene", { projectId: own, room: null, renderAfterCommand: false });
      await other.locator("[data-seen]:not([data-seen=''])").waitFor();
      const ends = () => other.getByLabel("Timeline", { exact: true }).evaluate((o) => {
        const end = (e) => e.getBoundingClientRect().bottom, names = o.querySelector("[data-names]");
        return { names: end(names), last: end(names.lastElementChild), area: end(names.nextElementSibling), ruler: end(o.querySelector("[role=slider]").nextElementSibling.parentElement), bars: Math.max(...[...o.querySelectorAll("[data-bar]")].map(end)), shown: end(names.parentElement) };
      });
      await until("all have a row", async () => { const { last, shown } = await ends(); return last > shown + 20; });
      const { names, last, area, ruler, bars } = await ends();
      check(`names end at ${last}, their line at ${names}`, names >= last);
      check(`bars end at ${bars}, what they lie on at ${area} and ${ruler}`, area >= bars && ruler >= bars);
      await other.context().close();
    },
    "what is selected stays in sight when the window gets another shape": async () => {
      const own = (await bridge.send("POST", "/projects", { name: "shape" })).id;
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a red ball and a blue box on the left" });
      const other = await openPage(browser, bridge, "#/scene", { projectId: own, room: null, isOutlineOpen: true, renderAfterCommand: false });
      await other.locator("[data-seen]:not([data-seen=''])").waitFor();
      await outline(other).getByRole("button", { name: "box", exact: true }).click();
      await other.keyboard.press("7"); // the mask: each thing has its colour, all else is black
      const lit = () => other.locator("canvas").first().screenshot().then((png) => other.evaluate(async (base64) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob()), context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
        context.drawImage(bitmap, 0, 0);
        const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height), atEdge = [2, bitmap.width - 3].flatMap((x) => Array.from({ length: bitmap.height - 320 }, (_, y) => (80 + y) * bitmap.width + x));
        return atEdge.filter((i) => Math.max(data[4 * i], data[4 * i + 1], data[4 * i + 2]) > 90).length;
      }, png.toString("base64")));
      await until("nothing is cut off", async () => (await lit()) === 0);
      await other.getByRole("button", { name: "Both" }).click();
      await other.setViewportSize({ width: 1000, height: 900 });
      await other.locator(".react-flow__node").first().waitFor();
      await until("nothing is cut off beside the workflow", async () => (await lit()) === 0);
      await other.context().close();
    },
    "beside the workflow keys are those of the half that was touched last": async () => {
      const own = (await bridge.send("POST", "/projects", { name: "halves" })).id;
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a red ball and a blue cube" });
      const other = await openPage(browser, bridge, "#/split", { projectId: own, room: null, renderAfterCommand: false });
      await other.locator("[data-seen]:not([data-seen=''])").waitFor();
      await other.locator(".react-flow__node").first().waitFor();
      const isOn = (name) => other.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name, pressed: true });
      await outline(other).getByRole("button", { name: "ball", exact: true }).click();
      await other.keyboard.press("g");
      await isOn("Move").waitFor();
      await other.keyboard.press("Delete");
      await until("the ball is removed", async () => (await commands(bridge, own)).some((c) => c.op === "remove" && c.targets[0] === "ball-1"));
      await other.locator(".react-flow__pane").click({ position: { x: 20, y: 500 } });
      await other.keyboard.press("r");
      check("the canvas has its own meaning for R", await isOn("Move").isVisible());
      const before = await other.locator("[data-nodes]").getAttribute("data-nodes").then(Number);
      await other.keyboard.press("Shift+n");
      await until("a note", async () => Number(await other.locator("[data-nodes]").getAttribute("data-nodes")) > before);
      await other.context().close();
    },
    "an object out of the library lands where it is let go": async () => {
      const own = (await bridge.send("POST", "/projects", { name: "drop" })).id;
      await bridge.send("POST", `/projects/${own}/commands`, { sentence: "a table on grass" });
      const other = await openPage(browser, bridge, "#/scene/objects", { projectId: own, room: "objects", renderAfterCommand: false });
      await other.locator("[data-seen]:not([data-seen=''])").waitFor();
      const view = await other.locator("canvas").first().boundingBox(), ball = other.locator("[data-object=ball]").first();
      const drop = async (x, y) => {
        const known = (await bridge.get(`/projects/${own}`)).version;
        await ball.dragTo(other.locator("canvas").first(), { targetPosition: { x: view.width * x, y: view.height * y } });
        await until("the scene has it", async () => (await bridge.get(`/projects/${own}`)).version > known);
        await until("it is seen", async () => (await version(other)) > known);
        return (await commands(bridge, own)).at(-1);
      };
      const left = await drop(.2, .7), right = await drop(.75, .7);
      check(`both are adds with a place: ${JSON.stringify([left, right])}`, [left, right].every((c) => c.op === "add" && c.object === "ball" && c.position?.length === 3 && Math.abs(c.position[1]) < .5));
      check("the right one lies right of the left one", right.position[0] > left.position[0] + .5);
      check("they are two", left.id !== right.id);
      await other.context().close();
    },
  };
}
