// sdk.mjs URL - npm @saintno/comfyui-sdk against an engine; exits with a message at the first thing that is not so.
import assert from "node:assert/strict";
import { CallWrapper, ComfyApi, PromptBuilder } from "@saintno/comfyui-sdk";
import WebSocket from "ws";
import { film, frames } from "./workflows.mjs";

// As in a browser: binary messages come as ArrayBuffer, which is all that the SDK looks at.
class BrowserSocket extends WebSocket {
  constructor(...given) {
    super(...given);
    this.binaryType = "arraybuffer";
  }
}
const api = await new ComfyApi(process.argv[2], "saintno", { customWebSocketImpl: BrowserSocket }).init().waitForReady();
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

// It knows the machine, the nodes and the log.
assert.ok((await api.getSystemStats()).system.ram_total > 0);
assert.deepEqual((await api.getNodeDefs("EmptyImage")).EmptyImage.output, ["IMAGE"]);
assert.ok(Array.isArray((await api.getTerminalLogs()).entries));
await api.setTerminalSubscription(true);
const lines = [];
api.on("terminal", (event) => lines.push(event.detail));

// It builds a workflow, queues it, follows it and takes home what it made.
const builder = new PromptBuilder(frames(2), ["frames", "width"], ["images"])
  .setInputNode("frames", "3.inputs.frames")
  .setInputNode("width", "3.inputs.width")
  .setOutputNode("images", "4")
  .input("frames", 4)
  .input("width", 80);
const seen = [];
const made = await new Promise((resolve, reject) => {
  new CallWrapper(api, builder)
    .onPending(() => seen.push("pending"))
    .onStart(() => seen.push("start"))
    .onProgress((info) => seen.push(`progress ${info.value}/${info.max}`))
    .onFinished((data) => resolve(data))
    .onFailed((error) => reject(error))
    .run();
});
assert.equal(made.images.images.length, 4);
assert.ok(seen.includes("pending") && seen.includes("start") && seen.includes("progress 4/4"), seen.join(", "));
const blob = await api.getImage(made.images.images[0]);
assert.deepEqual([...new Uint8Array(await blob.arrayBuffer()).slice(1, 4)], [...Buffer.from("PNG")]);
let histories = {};
for (let i = 0; i < 500 && Object.keys(histories).length === 0; i++, await pause()) histories = await api.getHistories(10);
assert.equal(Object.values(histories).at(-1).status.status_str, "success");
assert.equal((await api.getHistory(Object.keys(histories).at(-1))).outputs["4"].images.length, 4);
for (let i = 0; i < 100 && lines.length === 0; i++) await pause();
assert.ok(lines.length > 0, "no line of the log came");

// It uploads.
const uploaded = await api.uploadImage(await blob.arrayBuffer(), "sdk.png", { override: true });
assert.equal(uploaded.info.filename, "sdk.png");
const mask = await api.uploadMask(await blob.arrayBuffer(), { filename: "sdk.png", subfolder: "", type: "input" });
assert.equal(mask.info.type, "input");

// It sees pictures of work in progress, and interrupts.
let failure, n_previews = 0;
new CallWrapper(api, new PromptBuilder(film(), [], ["film"]).setOutputNode("film", "4"))
  .onPreview((picture) => (n_previews += picture.size > 0))
  .onFailed((error) => (failure = error))
  .run();
for (let i = 0; i < 6000 && n_previews === 0; i++) await pause();
assert.ok(n_previews > 0, "no preview came");
assert.equal((await api.getQueue()).queue_running.length, 1);
await api.interrupt();
for (let i = 0; i < 6000 && failure === undefined; i++) await pause();
assert.ok(failure !== undefined, "the interrupt was not told");

// A workflow that cannot run is refused with a reason.
await assert.rejects(api.queuePrompt(null, { 1: { class_type: "NoSuchNode", inputs: {} } }));
assert.equal(await api.freeMemory(true, true), true);
api.destroy();
process.exit(0);
