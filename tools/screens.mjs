// screens.mjs [MIKTOS SITE [NAME...]] - pictures of every main view for docs/screens/: light and dark, 1440×900 and a phone.
// Starts a bridge with an empty folder, makes a few films in it, and photographs. Takes some minutes.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Bridge, openBrowser, openPage, say, until } from "../tests/ui/e2e/harness.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), ".."), folder = join(root, "docs/screens");
const bridge = new Bridge(process.argv[2] ?? join(root, "build/src/cli/miktos")), browser = await openBrowser(join(root, "ui"));
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

async function send(method, path, body) {
  const answer = await fetch(`${bridge.url}/api/v1${path}`, { method, headers: { "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}) });
  return (await answer.json()).data;
}

/** A project with its sentences said, and its film made. */
async function project(sentences, options) {
  const { id } = await send("POST", "/projects", { name: sentences[0] });
  for (const sentence of sentences) await send("POST", `/projects/${id}/commands`, { sentence });
  const task = options && await send("POST", `/projects/${id}/render`, options);
  if (task) await until(`the film of “${sentences[0]}”`, async () => ["done", "failed"].includes((await bridge.get(`/task/${task.id}`)).state), 400_000);
  return id;
}

/** Until every picture in view has come. */
const pictures = (page) => until("pictures in view", () => page.evaluate((statusBar) => [...document.images, ...document.querySelectorAll("[data-thumb=coming]")].every((i) => {
  const { top, bottom } = i.getBoundingClientRect();
  return top > innerHeight - statusBar || bottom < 0 || (i.complete && i.naturalWidth > 0);
}), 60), 200_000);

/** PNG to WebP by the browser itself. */
async function keep(page, name) {
  await pictures(page);
  const png = await page.screenshot();
  const helper = await browser.newPage();
  const webp = await helper.evaluate(async (base64) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.toDataURL("image/webp", .84).split(",")[1];
  }, png.toString("base64"));
  await helper.close();
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(webp, "base64"));
  console.log(name);
}

/** With its tools and its timeline, which a busy machine shows later. */
async function scene(page) {
  await page.locator("[data-scene]:not([data-scene=''])").waitFor();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
}
const pause = (page, seconds) => page.waitForTimeout(seconds * 1000);

/** Each: where, and what to do there before the picture. */
const views = (ids) => ({
  welcome: ["#/scene/projects", {}, async () => {}],
  tour: ["#/scene/projects", { hasSeenTour: false }, async (page) => { await page.getByRole("dialog").getByRole("button", { name: "Next" }).click(); await pause(page, .6); }],
  command: ["#/scene", { projectId: ids[0], room: null }, async (page) => { await scene(page); await pause(page, 2); await say(page, "make the ball blue and add a small wooden bench on the left at sunset"); await page.locator("[data-chip]").nth(3).waitFor(); await pause(page, 1); }],
  scene: ["#/scene/projects", { projectId: ids[0] }, async (page) => { await scene(page); await page.getByLabel("What the scene is made of").getByRole("button", { name: "ball", exact: true }).click(); await page.keyboard.press("g"); await pause(page, 3); }],
  film: ["#/scene", { projectId: ids[1], room: null }, async (page) => { await scene(page); await page.getByRole("button", { name: "Show the film" }).click(); await pause(page, 3); }],
  workflow: ["#/graph", { projectId: ids[0], room: null }, async (page) => { await page.locator(".react-flow__node").nth(4).waitFor(); await pause(page, 1.5); }],
  both: ["#/split", { projectId: ids[2], room: null, isOutlineOpen: false }, async (page) => { await scene(page); await page.locator(".react-flow__node").nth(4).waitFor(); await pause(page, 3); }],
  gallery: ["#/gallery/queue", { projectId: ids[0] }, async (page) => { await page.locator("[data-work]").first().waitFor(); await pause(page, 4); }],
  work: ["#/gallery", { projectId: ids[0], room: null }, async (page) => { await page.getByRole("button", { name: "Films" }).click(); await page.locator("[data-work='0']").click(); await page.locator("[role=dialog] video").waitFor(); await pause(page, 2); }],
  compare: ["#/scene/projects", { projectId: ids[2] }, async (page) => { for (const n of [0, 1]) await page.getByRole("checkbox").nth(n).check({ force: true }); await page.getByRole("button", { name: /^Compare/ }).click(); await page.locator("[data-compare=ready]").waitFor(); await page.getByRole("dialog").getByRole("button", { name: "Pause" }).press("Enter"); await pause(page, 2); }],
  objects: ["#/scene/objects", { projectId: ids[2] }, async (page) => { await scene(page); await pause(page, 14); }],
  plugins: ["#/scene/plugins", { projectId: ids[2], plugins: ["palette"] }, async (page) => { await scene(page); await page.getByTitle("Open the detail").click(); await pause(page, 4); }],
  keys: ["#/graph", { projectId: ids[0], room: null }, async (page) => { await page.locator(".react-flow__node").nth(4).waitFor(); await page.keyboard.press("Control+Shift+k"); await page.getByRole("dialog").waitFor(); await pause(page, 1); }],
  settings: ["#/scene/settings", { projectId: ids[1] }, async (page) => { await scene(page); await pause(page, 3); }],
});

const phones = (ids) => ({
  "phone-make": ["#/scene", { projectId: ids[0] }, async (page) => { await page.locator("video, canvas").first().waitFor(); await pause(page, 3); }],
  "phone-gallery": ["#/gallery", { projectId: ids[0] }, async (page) => { await page.locator("[data-work]").first().waitFor(); await pause(page, 3); }],
});

mkdirSync(folder, { recursive: true });
try {
  await bridge.start();
  const wanted = process.argv.slice(4), showsFilms = wanted.length === 0 || wanted.some((name) => /film|gallery|work$|welcome|phone/.test(name));
  const film = showsFilms && { width: 480, height: 270, quality: "draft", outputs: ["mp4", "png", "glb"] };
  const ids = [
    await project(["a red ball bounces on grass next to a wooden bench, camera orbits"], film),
    await project(["a gold teapot spins on marble in a studio"], film),
    await project(["a robot dances in the snow", "add a snowman on the left", "at sunset"], film && { ...film, outputs: ["png"], still: true }),
  ];
  for (const theme of ["dark", "light"])
    for (const [list, options] of [[views(ids), {}], [phones(ids), phone]])
      for (const [name, [hash, given, act]] of Object.entries(list)) {
        if (wanted.length && !wanted.includes(name)) continue;
        const page = await openPage(browser, bridge, hash, { theme, detail: "full", width: 1280, height: 720, renderAfterCommand: false, room: hash.split("/")[2] ?? null, ...given }, options);
        await page.getByText("Miktos").first().waitFor();
        await pause(page, 1);
        await act(page).then(() => keep(page, `${name}-${theme}`)).catch((error) => console.error(`${name}-${theme}: ${error.message}`));
        await page.context().close();
      }
} finally {
  await browser.close();
  await bridge.remove();
}
