// The tools for agents, with the Model Context Protocol's own client: over HTTP and over standard input and output.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { run, startBridge } from "./bridge.mjs";

const [program, root] = process.argv.slice(2);
const bridge = await startBridge(program, root);
const small = { width: 64, height: 36, quality: "draft", outputs: ["png"] };

async function connect(transport) {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return client;
}
const overHttp = () => connect(new StreamableHTTPClientTransport(new URL(`${bridge.url}/mcp`)));
const overPipes = () => connect(new StdioClientTransport({ command: program, args: ["mcp", "--data", `${bridge.folder}/data`], env: bridge.environment }));

async function call(client, name, args = {}) {
  const result = await client.callTool({ name, arguments: args });
  assert.ok(!result.isError, `${name}: ${JSON.stringify(result.content)}`);
  return result;
}

async function makeAFilm(client) {
  const { tools } = await client.listTools();
  assert.ok(tools.length >= 25 && tools.every((t) => t.description && t.inputSchema.type === "object"));
  const plan = (await call(client, "plan", { command: "two cats and a wug" })).structuredContent;
  assert.equal(plan.unknown[0].word, "wug");
  const task = (await call(client, "make", { command: "a red ball on grass", options: small })).structuredContent;
  const done = (await call(client, "follow_task", { id: task.id, seconds: 120 })).structuredContent;
  assert.equal(done.state, "done", JSON.stringify(done));
  const fetched = await call(client, "fetch_output", { task: task.id, file: done.outputs[0].file });
  assert.equal(fetched.content[0].mimeType, "image/webp");
  assert.equal(Buffer.from(fetched.content[0].data, "base64").subarray(8, 12).toString(), "WEBP");
}

await run([
  ["an agent makes a film over HTTP", async () => makeAFilm(await overHttp())],
  ["an agent makes a film over standard input and output", async () => {
    const client = await overPipes();
    await makeAFilm(client);
    await client.close();
  }],
  ["an agent works on a project and looks at it", async () => {
    const client = await overHttp();
    const project = (await call(client, "create_project", { name: "Film" })).structuredContent;
    await call(client, "apply", { id: project.id, sentence: "a red ball on grass" });
    await call(client, "apply", { id: project.id, sentence: "make it blue" });
    const look = await call(client, "look", { project_id: project.id });
    assert.equal(look.content[0].type, "image");
    const before = (await call(client, "undo", { id: project.id })).structuredContent;
    assert.equal(before.version, 1);
    const difference = (await call(client, "compare_versions", { id: project.id, from: 1, to: 2 })).structuredContent;
    assert.ok(difference.added.length + difference.changed.length > 0);
  }],
  ["an agent finds objects, nodes, models and workflows", async () => {
    const client = await overHttp();
    assert.ok((await call(client, "list_objects", { q: "cat" })).structuredContent.items.some((o) => o.name === "cat"));
    assert.ok((await call(client, "list_nodes", { name: "SceneNew" })).structuredContent.input);
    const choices = async () => (await call(client, "list_nodes", { name: "LoadImage" })).structuredContent.input.required.image[0];
    for (const name of ["by-hand.png", "again.png"]) {
      await writeFile(`${bridge.folder}/data/engine/input/${name}`, "x");
      assert.ok((await choices()).includes(name), `list_nodes does not know ${name} yet`);
    }
    for (const tool of ["list_nodes", "list_models", "list_workflows", "list_catalog", "list_engines", "list_outputs", "status"]) await call(client, tool);
  }],
  ["what is wrong is said to the agent", async () => {
    const client = await overHttp();
    const wrong = await client.callTool({ name: "make", arguments: { command: "a ball", colour: "red" } });
    assert.ok(wrong.isError && wrong.content[0].text.includes("colour"));
    const missing = await client.callTool({ name: "get_task", arguments: { id: "nope" } });
    assert.ok(missing.isError && missing.content[0].text.includes("nope"));
    for (const [name, args, hint] of [["follow_task", { id: "x", second: 3 }, "second"], ["follow_task", {}, "id"], ["fetch_output", { task: "x" }, "file"], ["list_models", { kinds: "vae" }, "kinds"],
      ["list_nodes", { name: 7 }, "name"], ["look", { commands: "a ball" }, "commands"], ["list_tasks", { colour: 1 }, "colour"], ["undo", {}, "id"], ["undo", { id: "nope" }, "nope"], ["plan", {}, "command"], ["list_tasks", { limit: 0 }, "limit"], ["make", [], "object"]]) {
      const answer = await client.callTool({ name, arguments: args });
      assert.ok(answer.isError && answer.content[0].text.includes(hint), `${name} ${JSON.stringify(args)}: ${JSON.stringify(answer.content)}`);
    }
    await assert.rejects(client.callTool({ name: "fly", arguments: {} }), /fly/);
  }],
  ["garbage on standard input is answered line by line, and a question always by its id", async () => {
    const speak = (lines, ...more) => new Promise((done) => {
      const child = spawn(program, ["mcp", "--data", `${bridge.folder}/data`, ...more], { env: bridge.environment, stdio: ["pipe", "pipe", "ignore"] });
      let text = "";
      child.stdout.on("data", (bytes) => { text += bytes; });
      child.on("close", (code) => done({ code, answers: text.split("\n").filter(Boolean).map((l) => JSON.parse(l)) }));
      child.stdin.end(lines.join("\n"));
    });
    const ping = (id) => JSON.stringify({ jsonrpc: "2.0", id, method: "ping" });
    const note = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
    const { code, answers } = await speak(["garbage", "", ping(1), "[]", note, "z".repeat(9 << 20), '{"jsonrpc":"2.0","id":2}', ping("last, without an end")]);
    const by = (id) => answers.filter((a) => a.id === id);
    assert.equal(code, 0);
    assert.deepEqual([by(1).length, by(2)[0].error.code, by("last, without an end").length], [1, -32600, 1], JSON.stringify(answers));
    assert.deepEqual(by(null).map((a) => a.error.code).sort(), [-32600, -32700, -32700], JSON.stringify(answers));
    const away = await speak([ping(7), note, "garbage"], "--url", "http://127.0.0.1:9");
    assert.deepEqual(away.answers.map((a) => [a.id, a.error.code]).sort(), [[7, -32000], [null, -32000]].sort(), JSON.stringify(away));
  }],
  ["a task can be cancelled by an agent", async () => {
    const client = await overHttp();
    const task = (await call(client, "make", { command: "a forest of fifty trees", options: { width: 1280, height: 720, quality: "final", outputs: ["png"] } })).structuredContent;
    await call(client, "cancel_task", { id: task.id });
    assert.equal((await call(client, "follow_task", { id: task.id, seconds: 60 })).structuredContent.state, "cancelled");
  }],
]);
await bridge.stop();
process.exit();
