// bench_viewport.mjs MIKTOS UI_FOLDER [--json] [--rushed] [--rounds=N] [SENTENCE...] - from Enter to the first picture of the scene in the viewport, in
// Chromium without a graphics card: the median of five rounds, or of N. Each sentence, or those that have a given text in them, or that text, is typed as
// people type, into a new project; --rushed: pasted and sent at once. A round has a bridge and a browser of its own, for both keep what they made.
import { Bridge, openBrowser, openPage, say, until } from "../tests/ui/e2e/harness.mjs";

/** Where no card is, Chromium puts its windows together without one, too. */
const flags = ["--disable-gpu-compositing"];

const sentences = [
  "a red ball bounces on grass, camera orbits",
  "a robot dances in the snow at night",
  "five colorful balloons float up at sunset",
  "a dog runs across a meadow, the camera follows",
  "a gold teapot spins on marble in a studio",
  "twenty dominoes topple on a wooden floor",
  "a wizard walks through a forest",
  "a spaceship flies past a ringed planet",
  "twenty people dance",
  "three children play in a park",
  "a street with street lights at night",
];
const keyMs = 60, pauseMs = 500, wantedMs = 500;
const [program, ui, ...wishes] = process.argv.slice(2), isJson = wishes.includes("--json"), isRushed = wishes.includes("--rushed");
const nRounds = Number(wishes.find((wish) => wish.startsWith("--rounds="))?.split("=")[1] ?? 5), named = wishes.filter((wish) => !wish.startsWith("--"));
const wanted = named.length ? named.flatMap((name) => { const known = sentences.filter((sentence) => sentence.includes(name)); return known.length ? known : [name]; }) : sentences;
if (!(nRounds >= 1)) throw new Error("--rounds=N: N is a number from 1 on");

/** Told by the page itself: when Enter was pressed, and when the first picture of a scene had come. */
function watch() {
  addEventListener("keydown", (event) => { if (event.key === "Enter") window.enteredAt = event.timeStamp; }, true);
  new MutationObserver(() => { if (window.enteredAt && document.querySelector("[data-seen]:not([data-seen=''])")) window.seenAt ??= performance.now(); })
    .observe(document, { subtree: true, attributes: true, attributeFilter: ["data-seen"] });
}

async function measure(browser, bridge, sentence) {
  const page = await openPage(browser, bridge, "#/scene", { room: null, renderAfterCommand: true, width: 640, height: 360 }, { reducedMotion: "no-preference" });
  try {
    await page.evaluate(watch);
    await page.locator("canvas").first().waitFor({ state: "attached" });
    await page.waitForTimeout(2500); // what is fetched and made ready while hands rest
    if (isRushed) await say(page, sentence);
    else {
      await page.keyboard.press("Control+k");
      await page.keyboard.type(sentence, { delay: keyMs });
      await page.waitForTimeout(pauseMs);
    }
    await page.keyboard.press("Enter");
    const ms = await until("a picture", () => page.evaluate(() => window.seenAt && window.seenAt - window.enteredAt));
    return Math.round(ms);
  } finally {
    await page.context().close();
  }
}

async function round(readings) {
  const bridge = new Bridge(program), browser = await openBrowser(ui, flags);
  try {
    await bridge.start();
    for (const sentence of wanted) {
      const ms = await measure(browser, bridge, sentence);
      readings.set(sentence, [...(readings.get(sentence) ?? []), ms]);
      for (const { id } of (await bridge.get("/tasks")).items) await bridge.send("POST", `/task/${id}/cancel`);
    }
  } finally {
    await browser.close();
    await bridge.remove();
  }
}

const medianOf = (sorted) => sorted.length % 2 ? sorted[(sorted.length - 1) / 2] : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;

const readings = new Map();
for (let i = 0; i < nRounds; i++) await round(readings);
const measured = [...readings].map(([sentence, of]) => {
  const all = of.toSorted((a, b) => a - b);
  return { sentence, ms: medianOf(all), all };
});
const worst = Math.max(...measured.map((m) => m.ms));
if (isJson) console.log(JSON.stringify({ name: "viewport", unit: "ms", results: measured }));
else {
  for (const { sentence, ms, all } of measured) console.log(`${String(ms).padStart(5)} ms (${all[0]} to ${all.at(-1)})  ${sentence}`);
  console.log(`worst median ${worst} ms from Enter to the first picture; ${wantedMs} ms are wanted`);
}
