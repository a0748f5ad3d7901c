// Models: fetched with progress; a download that breaks off says so and goes on where it was; what is not whole is found.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { check, openPage, until } from "./harness.mjs";

const bytes = 262144;

/** A file that is a model, whatever its numbers are. */
function safetensors() {
  const header = Buffer.from(JSON.stringify({ w: { dtype: "F32", shape: [bytes / 4], data_offsets: [0, bytes] } })), length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(bytes, 7)]);
}

/** Gives the first half at once, and the rest when `end` says how: whole, or broken off for good. */
async function openLibrary() {
  const model = safetensors(), half = model.length / 2, library = { model, asked: [], end: () => {} };
  let isOpen = new Promise((then) => { library.end = then; });
  library.again = () => { isOpen = new Promise((then) => { library.end = then; }); };
  library.server = createServer(async (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
    library.asked.push(from);
    response.writeHead(from ? 206 : 200, { "Content-Length": model.length - from, ETag: '"1"', ...(from ? { "Content-Range": `bytes ${from}-${model.length - 1}/${model.length}` } : {}) });
    if (from < half) response.write(model.subarray(from, half));
    else response.flushHeaders();
    if ((await isOpen) === "whole") response.end(model.subarray(Math.max(from, half)));
    else response.destroy();
  });
  await new Promise((then) => library.server.listen(0, "127.0.0.1", then));
  library.url = `http://127.0.0.1:${library.server.address().port}/kept.safetensors`;
  return library;
}

export function models({ browser, bridge }) {
  let page, library;
  const room = () => page.getByRole("region", { name: "Models" }), row = () => room().locator("li").filter({ hasText: "kept.safetensors" });
  return {
    "a model is fetched from an address with progress; one that breaks off is tried again from where it was": async () => {
      library = await openLibrary();
      page = await openPage(browser, bridge, "#/scene/models", { room: "models" });
      await page.getByRole("button", { name: "Install from an address" }).click();
      const form = page.getByRole("dialog");
      await form.getByLabel("Address").fill(library.url);
      await form.getByLabel("Kind").selectOption("vae");
      await form.getByRole("button", { name: "Install" }).click();
      await room().getByText("131 kB / 262 kB").waitFor();
      check("it can be given up", await row().getByRole("button", { name: "Cancel" }).isVisible());
      library.end("broken");
      const again = room().getByRole("button", { name: "Try again: Install vae/kept.safetensors" });
      await room().getByText("what came is kept, and trying again goes on from there").waitFor();
      check("no model is there yet", (await bridge.get("/models")).total === 0);
      library.again();
      library.end("whole");
      await again.click();
      await row().getByText("VAE · 262 kB").waitFor();
      check("what came was not fetched twice", library.asked[0] === 0 && library.asked.at(-1) > 0);
      check("what failed before is told no more", (await again.count()) === 0);
    },
    "one that was damaged is found by looking at all, and says which": async () => {
      await room().getByRole("button", { name: "Verify all" }).click();
      await page.getByRole("status").filter({ hasText: "“Verify all models” is done" }).waitFor();
      writeFileSync(join(bridge.data, "engine/models/vae/kept.safetensors"), library.model.subarray(0, -9));
      await room().getByRole("button", { name: "Verify all" }).click();
      const failure = room().locator("[data-task=failed]");
      await failure.getByText(/kept\.safetensors/).first().waitFor();
      writeFileSync(join(bridge.data, "engine/models/vae/kept.safetensors"), library.model);
      await failure.getByRole("button", { name: /^Try again/ }).click();
      await failure.waitFor({ state: "detached" });
      await row().hover();
      await row().getByRole("button", { name: "Remove kept.safetensors" }).click();
      await until("it is gone for good", async () => (await bridge.get("/models")).total === 0);
      check(`nothing was thrown: ${page.complaints.join("; ")}`, page.complaints.length === 0);
      library.server.close();
      await page.context().close();
    },
  };
}
