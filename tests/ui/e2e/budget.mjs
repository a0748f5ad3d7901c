// How large a graph may be: time of a frame while panning, and what the first load weighs.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { check, openPage, until } from "./harness.mjs";
import { moreWorks, openMeter } from "./manyWorks.mjs";

const firstLoadBytes = 250_000;
const tries = 12;
const manyWorks = 10_000;

function chain(n) {
  const nodes = {}, perRow = Math.ceil(Math.sqrt(n));
  for (let i = 1; i <= n; i++) nodes[i] = { id: String(i), type: "ImageInvert", x: (i % perRow) * 320, y: Math.floor(i / perRow) * 160, values: {}, mode: "on", isCollapsed: false };
  const wires = Array.from({ length: n - 1 }, (_, i) => ({ from: String(i + 1), output: 0, to: String(i + 2), input: "image" }));
  return { graph: { nodes, wires, groups: [], notes: [] }, name: `${n} nodes`, workflowId: null };
}

/** Milliseconds of script and layout per frame while the canvas is dragged; painting is the graphics card's. */
async function pan(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const spent = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.filter((m) => ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"].includes(m.name)).reduce((sum, m) => sum + m.value * 1000, 0);
  };
  await page.mouse.move(700, 450);
  await page.mouse.down();
  const before = await spent(), moves = 60;
  for (let i = 0; i < moves; i++) await page.mouse.move(700 - i * 4, 450 - i * 2);
  const used = await spent() - before;
  await page.mouse.up();
  return used / moves;
}

export function budget({ browser, bridge, site }) {
  const measure = async (n, ms) => {
    const page = await openPage(browser, bridge, "#/graph", { room: null });
    await page.evaluate((kept) => localStorage.setItem("miktos.graph", kept), JSON.stringify(chain(n)));
    await page.reload();
    await until(`${n} nodes`, async () => Number(await page.locator("[data-nodes]").getAttribute("data-nodes")) === n);
    // As people look at a large graph: close enough to read it.
    for (let i = 0; i < 12; i++) { await page.mouse.move(700, 450); await page.mouse.wheel(0, -240); }
    await page.waitForTimeout(800);
    // What else the machine does is counted, too: the best of several is what the canvas itself takes.
    let best = Infinity;
    for (let i = 0; i < tries && !(best < ms); i++) best = Math.min(best, await pan(page));
    console.log(`# ${n} nodes: ${best.toFixed(1)} ms of work per frame while panning`);
    check(`${best.toFixed(1)} ms of work per frame, ${ms} are allowed`, best < ms);
    await page.context().close();
  };
  return {
    "500 nodes leave time for 60 frames a second": () => measure(500, 16.6),
    "2,000 nodes stay usable": () => measure(2000, 50),
    "of ten thousand works a screen is drawn, any of them is reached in one go, and words ask for one page": async () => {
      await moreWorks(bridge, manyWorks);
      const page = await openPage(browser, bridge, "#/gallery", { room: null }), asked = [];
      page.on("request", (request) => { if (/\/outputs\?/.test(request.url())) asked.push(request.url()); });
      const work = (n) => page.locator(`main [data-work="${n}"]`);
      await work(0).waitFor();
      const { ms, cards } = await (await openMeter(page)).scroll(120, 60);
      console.log(`# ${manyWorks} works: ${ms.toFixed(1)} ms of work per frame while scrolling, ${cards} cards`);
      check(`${cards} cards are drawn`, cards > 0 && cards < 80);
      await page.evaluate(() => document.querySelector("main [data-work]").focus());
      await page.keyboard.press("End");
      await work(manyWorks).waitFor();
      check(`${asked.length} requests to the last of them`, asked.length < 60);
      asked.length = 0;
      await page.getByRole("searchbox", { name: "Search" }).fill("robots");
      await until("robots", async () => /Robots/.test(await work(0).getAttribute("title")));
      check(`${asked.length} requests for a word: ${asked.join(" ")}`, asked.length === 1);
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      await page.context().close();
    },
    "the first load is under 250 kB": async () => {
      const html = readFileSync(join(site, "index.html"), "utf8");
      const files = [...html.matchAll(/\/assets\/[^"]+\.(?:js|css)/g)].map((m) => m[0]);
      const weight = files.reduce((sum, f) => sum + gzipSync(readFileSync(join(site, f))).length, 0);
      console.log(`# first load: ${files.length} files, ${(weight / 1000).toFixed(0)} kB`);
      check(`${weight} bytes`, files.length > 0 && weight < firstLoadBytes);
      for (const [wanted, coding] of [["gzip", "gzip"], ["identity", null]])
        for (const file of files) {
          const answer = await fetch(bridge.url + file, { headers: { "Accept-Encoding": wanted } });
          check(`${file} as ${wanted} comes as ${answer.headers.get("content-encoding")}`, answer.headers.get("content-encoding") === coding && answer.headers.get("vary") === "Accept-Encoding");
          check(`${file} is what was built`, await answer.text() === readFileSync(join(site, file), "utf8"));
        }
      check("three.js is no part of it", !files.some((f) => /three/.test(f)) && readdirSync(join(site, "assets")).some((f) => /^three/.test(f)));
    },
  };
}
