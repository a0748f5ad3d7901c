// What every end-to-end test needs: a real bridge with its engine, a browser, and TAP.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const flags = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];

export const sleep = (ms) => new Promise((then) => setTimeout(then, ms));

/** Waits until `test` gives something true; says what it waited for when it does not. */
export async function until(what, test, ms = 60_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await test().catch(() => null);
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${ms / 1000} s: ${what}`);
    await sleep(100);
  }
}

/** Where it is once it is seen and has come to rest, for three looks. */
export async function restingBox(locator) {
  let last = null, equal = 0;
  return until("it rests", async () => {
    await locator.waitFor();
    const at = JSON.stringify(await locator.boundingBox());
    equal = at === last ? equal + 1 : 0;
    last = at;
    return equal > 2 && JSON.parse(at);
  });
}

function freePort() {
  return new Promise((then) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => then(port));
    });
  });
}

export class Bridge {
  constructor(program, ui) {
    this.program = program;
    this.ui = ui;
    this.data = mkdtempSync(join(tmpdir(), "miktos-e2e-"));
  }
  /** Until its engine is up, or in another state. */
  async start(engine = "up") {
    this.port ??= await freePort();
    this.url = `http://127.0.0.1:${this.port}`;
    this.process = spawn(this.program, ["serve", "--port", String(this.port), "--data", this.data], { stdio: ["ignore", "ignore", "pipe"] });
    this.log = "";
    this.process.stderr.on("data", (text) => { this.log = (this.log + text).slice(-4000); });
    await until("the bridge with its engine", async () => (await this.get("/status")).engines.some((e) => e.state === engine));
  }
  async get(path) {
    return (await (await fetch(`${this.url}/api/v1${path}`)).json()).data;
  }
  async send(method, path, body) {
    const answer = await fetch(`${this.url}/api/v1${path}`, { method, headers: { "Content-Type": "application/json" }, ...(body ? { body: JSON.stringify(body) } : {}) });
    return (await answer.json()).data;
  }
  /** Of its own engine, which is its child. */
  enginePid() {
    return Number(readFileSync(`/proc/${this.process.pid}/task/${this.process.pid}/children`, "utf8").trim().split(" ")[0]);
  }
  async end(signal = "SIGTERM") {
    const ended = new Promise((then) => this.process.once("exit", then));
    this.process.kill(signal);
    await ended;
  }
  async remove() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.end();
    rmSync(this.data, { recursive: true, force: true, maxRetries: 5 });
  }
}

export const preferences = { hasSeenTour: true, language: "en", theme: "dark", room: "queue", width: 128, height: 72, quality: "draft", renderAfterCommand: true };

export async function openBrowser(ui, more = []) {
  const { chromium } = await import(pathToFileURL(join(ui, "node_modules/playwright-core/index.mjs")));
  const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

/** A window with nothing remembered; what goes wrong in it is kept in `page.complaints`. */
export async function openPage(browser, bridge, hash = "#/scene/queue", given = {}, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark", reducedMotion: "reduce", ...options });
  await context.addInitScript((text) => { if (!localStorage.getItem("miktos.preferences")) localStorage.setItem("miktos.preferences", text); }, JSON.stringify({ ...preferences, ...given }));
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("console", (said) => { if (said.type() === "error" && said.text().startsWith("THREE.")) page.complaints.push(said.text()); });
  page.setDefaultTimeout(60_000);
  await page.goto(`${bridge.url}/${hash}`);
  return page;
}

export async function say(page, sentence) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Say what should happen" }).fill(sentence);
}

/** As if the file were dropped from outside the window. */
export async function drop(page, name, type, bytes) {
  await page.locator("[data-nodes]").evaluate((area, { name, type, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    area.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  }, { name, type, bytes: [...bytes] });
}

export const json = (value) => new TextEncoder().encode(JSON.stringify(value));
/** How many nodes are on the canvas. */
export const count = (page) => page.locator("[data-nodes]").getAttribute("data-nodes").then(Number);

/** Runs them one after the other; a failed one does not end the rest. */
export async function run(tests) {
  console.log(`1..${Object.keys(tests).length}`);
  let number = 0, failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    number++;
    try {
      await test();
      console.log(`ok ${number} - ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok ${number} - ${name}`);
      console.log(String(error.stack ?? error).split("\n").slice(0, 12).map((l) => `# ${l}`).join("\n"));
    }
  }
  return failed;
}

export function check(what, isTrue) {
  if (!isTrue) throw new Error(what);
}
