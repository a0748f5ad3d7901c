// Everybody can use it: axe on every page and in both themes, keys alone, a phone.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { check, count, drop, json, openPage, say, until } from "./harness.mjs";

const pages = ["#/scene/projects", "#/graph/workflows", "#/split/objects", "#/gallery/models", "#/scene/queue", "#/scene/engines", "#/scene/plugins", "#/scene/settings", "#/gallery/gallery"];

const everything = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], rules: { "nested-interactive": { enabled: false } } };
/** What another theme can change. */
const contrast = { runOnly: { type: "rule", values: ["color-contrast"] } };

async function offences(page, source, rules = everything) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), rules);
  return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 140)} ${n.any.map((c) => c.message).join(" ")}`).join(" | ")}`);
}

/** The rooms are there, their data has come, and nothing fades in any more. */
async function settled(page) {
  await page.getByText("Miktos").first().waitFor();
  await page.waitForLoadState("networkidle").catch(() => undefined);
  // Asked again from here: the page's own policy forbids what Playwright would ask it with a second time.
  const isStill = () => page.evaluate(() => document.fonts.status === "loaded" && document.querySelector(".waiting") === null && document.getAnimations().length === 0);
  for (const until = Date.now() + 60_000; !(await isStill()); await page.waitForTimeout(50)) if (Date.now() > until) throw new Error("the page does not come to rest");
}

export function access({ browser, bridge, ui }) {
  const axe = readFileSync(join(ui, "node_modules/axe-core/axe.min.js"), "utf8");
  /** All rules in the dark, and in the light those that ask for colours; the page follows the system from one to the other. */
  const look = async (options, given, hashes) => {
    const page = await openPage(browser, bridge, hashes[0], { theme: "system", renderAfterCommand: false, ...given }, options), found = [];
    for (const hash of hashes) {
      await page.goto(`${bridge.url}/${hash}`);
      for (const [colorScheme, rules] of [["dark", everything], ["light", contrast]]) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.locator(`html[data-theme='${colorScheme}']`).waitFor();
        await settled(page);
        for (const what of await offences(page, axe, rules)) found.push(`${hash} ${colorScheme} ${what}`);
      }
    }
    await page.context().close();
    check(found.join("\n"), found.length === 0);
  };
  return {
    "axe finds nothing on any page, in the dark and in the light": () => look({}, {}, pages),
    "axe finds nothing on a phone, in the tour, and in German": async () => {
      await look({ viewport: { width: 390, height: 844 } }, {}, ["#/scene", "#/gallery"]);
      await look({}, { hasSeenTour: false, language: "de" }, ["#/scene/projects"]);
    },
    "on a phone everything that is pressed is as large as a finger": async () => {
      for (const hash of ["#/scene", "#/gallery"]) {
        const page = await openPage(browser, bridge, hash, { renderAfterCommand: false }, { viewport: { width: 390, height: 844 }, hasTouch: true });
        await settled(page);
        for (const part of ["", "Projects"]) {
          if (part) await page.getByRole("button", { name: part }).click();
          await settled(page);
          const small = await page.evaluate(() => [...document.querySelectorAll("button, a[href], select, input, summary, [role=slider]")].flatMap((e) => {
            const { width, height } = e.getBoundingClientRect();
            return width > 0 && (width < 44 || height < 44) ? [`${e.getAttribute("aria-label") ?? e.textContent} ${width}×${height}`] : [];
          }));
          check(`${hash} ${part}: ${small.join(", ")}`, small.length === 0);
        }
        await page.context().close();
      }
    },
    "axe finds nothing in what opens over the canvas": async () => {
      for (const theme of ["dark", "light"]) {
        const page = await openPage(browser, bridge, "#/graph", { theme, room: null }), at = page.locator('.react-flow__node[data-id="2"]'), found = [];
        await page.locator("[data-nodes]").waitFor();
        await until("the node tables", async () => (await bridge.get("/nodes")).SceneAnimate);
        await settled(page);
        await drop(page, "moves.json", "application/json", json({ 1: { class_type: "SceneNew", inputs: {} }, 2: { class_type: "SceneAnimate", inputs: { scene: ["1", 0], motion: "bounce", id: "b", targets: "ball" } }, 3: { class_type: "FromSomewhereElse", inputs: { scene: ["2", 0] } } }));
        await until("its nodes", async () => (await count(page)) === 3);
        await at.locator("header span").first().click({ button: "right" });
        for (const [what, open] of [["menu", async () => page.getByPlaceholder("What to do").waitFor()], ["list", async () => { await page.keyboard.press("Escape"); await at.getByRole("combobox", { name: "motion" }).click(); await page.getByPlaceholder(/^Search/).waitFor(); }]]) {
          await open();
          await settled(page);
          for (const one of await offences(page, axe)) found.push(`${theme} ${what}: ${one}`);
        }
        check(found.join("\n"), found.length === 0);
        await page.context().close();
      }
    },
    "a scene is made by keys alone": async () => {
      const page = await openPage(browser, bridge, "#/scene/projects", { renderAfterCommand: false });
      await page.getByText("Miktos").first().waitFor();
      await say(page, "/theme");
      await page.keyboard.press("Enter");
      await page.locator("html[data-theme='light']").waitFor();
      await say(page, "a blue cube on a table");
      await page.keyboard.press("Enter");
      await page.locator("[data-scene]:not([data-scene=''])").waitFor();
      await page.keyboard.press("Alt+2");
      await page.locator("[data-nodes]").waitFor();
      await page.context().close();
    },
  };
}
