// bench_gallery.mjs MIKTOS UI_FOLDER [--json] - a gallery of ten thousand works: script, layout and style of a frame while it is scrolled (painting is the
// graphics card's), the longest task, how long it takes to the very last work and to the first one that has a word.
import { Bridge, openBrowser, openPage, until } from "../tests/ui/e2e/harness.mjs";
import { moreWorks, openMeter } from "../tests/ui/e2e/manyWorks.mjs";

const n = 10_000, frames = 200;
const [program, ui, ...wishes] = process.argv.slice(2);
const bridge = new Bridge(program), browser = await openBrowser(ui, ["--disable-gpu-compositing"]);

async function timed(act) {
  const start = Date.now();
  await act();
  return Date.now() - start;
}

try {
  await bridge.start();
  await moreWorks(bridge, n);
  const page = await openPage(browser, bridge, "#/gallery", { room: null }), work = (i) => page.locator(`main [data-work="${i}"]`);
  await work(0).waitFor();
  await page.waitForTimeout(1500); // what is fetched while hands rest
  const meter = await openMeter(page), found = {};
  for (const px of [60, 600]) found[`${px} px a frame`] = await meter.scroll(px, frames);
  await page.evaluate(() => document.querySelector("main [data-work]").focus());
  found.end_ms = await timed(async () => { await page.keyboard.press("End"); await work(n).waitFor(); });
  found.filter_ms = await timed(async () => { await page.getByRole("searchbox", { name: "Search" }).fill("robots"); await until("robots", async () => /Robots/.test(await work(0).getAttribute("title"))); });
  if (wishes.includes("--json")) console.log(JSON.stringify(found));
  else {
    for (const px of [60, 600]) { const { ms, longest, cards } = found[`${px} px a frame`]; console.log(`${String(px).padStart(4)} px a frame   ${ms.toFixed(1)} ms of script, layout and style; longest task ${longest} ms; ${cards} cards at most`); }
    console.log(`the last of ${n}: ${found.end_ms} ms   first with a word: ${found.filter_ms} ms`);
  }
} finally {
  await browser.close();
  await bridge.remove();
}
