// A gallery with many works, and what a frame of it costs.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./harness.mjs";

const seeds = 6;
const graph = { 1: { class_type: "EmptyImage", inputs: { width: 640, height: 360, batch_size: seeds, color: 3368601 } }, 2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: "seed" } } };

/** `n` works more; the bridge has been running and runs on. */
export async function moreWorks(bridge, n) {
  const { id } = await bridge.send("POST", "/graphs/run", { title: "seed", graph });
  await until("some works", async () => (await bridge.get(`/task/${id}`)).state === "done", 120_000);
  const { status, stderr } = spawnSync("python3", [join(dirname(fileURLToPath(import.meta.url)), "many_works.py"), bridge.data, String(n)], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

export async function openMeter(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await page.evaluate(() => { window.tasks = []; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.tasks.push(Math.round(entry.duration)); }).observe({ entryTypes: ["longtask"] }); });
  const spent = async () => (await session.send("Performance.getMetrics")).metrics.filter((m) => ["ScriptDuration", "LayoutDuration", "RecalcStyleDuration"].includes(m.name)).reduce((sum, m) => sum + m.value * 1000, 0);
  return {
    /** So many pixels in each of so many frames: what a frame took but for painting, the longest task, and how many cards there were at most. */
    scroll: async (px, frames) => {
      await page.evaluate(() => { window.tasks.length = 0; });
      const before = await spent();
      const cards = await page.evaluate(async ({ px, frames }) => {
        const area = document.querySelector("main [data-work]").closest(".overflow-auto");
        let most = 0;
        for (let i = 0; i < frames; i++) {
          area.scrollTop += px;
          await new Promise((then) => requestAnimationFrame(then));
          most = Math.max(most, document.querySelectorAll("main [data-work], main [data-coming]").length);
        }
        return most;
      }, { px, frames });
      return { ms: (await spent() - before) / frames, cards, longest: await page.evaluate(() => Math.max(0, ...window.tasks)) };
    },
  };
}
