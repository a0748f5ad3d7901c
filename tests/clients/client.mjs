// client.mjs URL - npm @stable-canvas/comfyui-client against an engine; exits with a message at the first thing that is not so.
import assert from "node:assert/strict";
import { Client } from "@stable-canvas/comfyui-client";
import WebSocket from "ws";
import { film, frames, picture } from "./workflows.mjs";

const host = new URL(process.argv[2]).host;
const client = new Client({ api_host: host, clientId: "stable-canvas", WebSocket, fetch: (...call) => fetch(...call) });
const heard = [];
for (const type of ["status", "execution_start", "execution_cached", "executing", "progress", "progress_state", "executed", "execution_success", "execution_interrupted"])
  client.on(type, (data) => heard.push([type, data]));

client.connect({ websocket: { enabled: true }, polling: { enabled: false } });
await new Promise((resolve) => client.once("connected", resolve));

// It knows the machine and the nodes.
const stats = await client.getSystemStats();
assert.ok(stats.system.ram_total > 0 && stats.devices.length === 1);
const nodes = await client.getNodeDefs();
assert.deepEqual(nodes.EmptyImage.output, ["IMAGE"]);
assert.ok(Array.isArray(await client.getExtensions()) && Array.isArray(await client.getEmbeddings()));
assert.ok((await client.getModelFolders()).some((folder) => folder.name === "checkpoints"));
assert.equal(typeof (await (await fetch(client.internalURL("/logs"))).json()), "string"); // its own getLogs puts this address together twice

// It queues, follows and takes home.
const steps = [];
const output = await client.enqueue(frames(3), { progress: (step) => steps.push(step) });
assert.equal(output.images.filter(({ type }) => type === "url").length, 3); // the others are previews
assert.ok(heard.some(([type]) => type === "execution_start") && heard.some(([type]) => type === "executed"));
assert.ok(heard.some(([type, data]) => type === "progress" && data.value === 3 && data.max === 3), "no progress of the three frames");
let record; // it comes after the last picture, just before the end marker
while (!(record = (await client.getHistory()).History.find((entry) => entry.prompt[1] === output.prompt_id))) await new Promise((resolve) => setTimeout(resolve, 20));
assert.equal(record.status.status_str, "success");
const saved = record.outputs["4"].images[0];
const bytes = new Uint8Array(await (await fetch(client.viewURL(saved.filename, saved.subfolder, saved.type))).arrayBuffer());
assert.deepEqual([...bytes.slice(1, 4)], [...Buffer.from("PNG")]);
assert.equal((await client.enqueue_polling(picture(2), { polling_ms: 100 })).images.length, 2);

// It uploads, and what it uploaded is loaded.
const form = new FormData();
form.append("image", new Blob([bytes], { type: "image/png" }), "mine.png");
const uploaded = await (await client.fetchApi("/upload/image", { method: "POST", body: form })).json();
assert.deepEqual(uploaded, { name: "mine.png", subfolder: "", type: "input" });
const loaded = await client.enqueue({
  1: { class_type: "LoadImage", inputs: { image: uploaded.name } },
  2: { class_type: "PreviewImage", inputs: { images: ["1", 0] } },
});
assert.equal(loaded.images.length, 1);

// It interrupts, and takes out of the queue what waits.
const slow = await client._enqueue_prompt(film());
const waiting = await client._enqueue_prompt(picture(1));
while (!heard.some(([type, data]) => type === "executing" && data.prompt_id === slow.prompt_id)) await new Promise((resolve) => setTimeout(resolve, 20));
const queue = await client.getQueue();
assert.equal(queue.Running.length, 1);
assert.equal(queue.Pending.length, 1);
await client.deleteItem("queue", waiting.prompt_id);
assert.equal((await client.getQueue()).Pending.length, 0);
await client.interrupt(slow.prompt_id);
while (!heard.some(([type, data]) => type === "execution_interrupted" && data.prompt_id === slow.prompt_id)) await new Promise((resolve) => setTimeout(resolve, 20));
while ((await client.getPromptStatus(slow.prompt_id)).running) await new Promise((resolve) => setTimeout(resolve, 20));

// It keeps settings and files of its user.
await client.storeSettings({ "Test.Colour": "blue" });
assert.equal(await client.getSetting("Test.Colour"), "blue");
await client.storeUserData("notes.json", JSON.stringify({ a: 1 }));
assert.deepEqual(await (await client.getUserData("notes.json")).json(), { a: 1 });
client.close();
process.exit(0);
