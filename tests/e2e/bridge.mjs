// A bridge of its own for a test: started in a fresh folder, ended and removed with it.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export async function startBridge(program, root, ...options) {
  const folder = await mkdtemp(join(tmpdir(), "miktos-e2e-"));
  const environment = { ...process.env, MIKTOS_ASSETS: join(root, "assets"), XDG_CACHE_HOME: join(folder, "cache"), XDG_CONFIG_HOME: join(folder, "config") };
  const child = spawn(program, ["serve", "--port", "0", "--data", join(folder, "data"), ...options], { env: environment, stdio: ["ignore", "pipe", "ignore"] });
  const url = await new Promise((done, fail) => {
    createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("miktos serve: ") && done(line.slice(14)));
    child.on("exit", (code) => fail(new Error(`the bridge ended with ${code}`)));
  });
  const stop = async () => {
    child.removeAllListeners("exit");
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { url, folder, environment, pid: child.pid, stop };
}

/** Runs named tests one after the other and prints TAP. */
export async function run(tests) {
  let failed = 0;
  for (const [index, [name, test]] of tests.entries()) {
    try {
      await test();
      console.log(`ok ${index + 1} - ${name}`);
    } catch (error) {
      failed++;
      console.log(`# ${String(error.stack ?? error).slice(0, 3000).replaceAll("\n", "\n# ")}`);
      console.log(`not ok ${index + 1} - ${name}`);
    }
  }
  console.log(`1..${tests.length}`);
  process.exitCode = failed > 0 ? 1 : 0;
}
