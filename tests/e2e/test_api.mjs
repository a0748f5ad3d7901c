// Every route of the OpenAPI file, with requests made up from it, good and bad: the status, the envelope and the schema of
// each answer are what the file says.
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import { run, startBridge } from "./bridge.mjs";

const [program, root] = process.argv.slice(2);
const spec = JSON.parse(await readFile(join(root, "assets", "openapi.json"), "utf8"));
const bridge = await startBridge(program, root);
const rounds = 12;

// --- chance, the same each time ---

let state = 0x2545f491;
const random = () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
const pick = (list) => list[Math.floor(random() * list.length)];

// --- what the file says ---

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(spec, "spec");
const checks = new Map();
const checkOf = (schema) => {
  const key = JSON.stringify(schema);
  if (!checks.has(key)) checks.set(key, ajv.compile(JSON.parse(key.replaceAll('"#/components', '"spec#/components'))));
  return checks.get(key);
};
const resolve = (schema) => (schema.$ref ? spec.components.schemas[schema.$ref.split("/").pop()] : schema);
const operations = Object.entries(spec.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })));

// --- values ---

const words = ["a red ball on grass", "make it blue", "two cats", "x", "Ünïcode ☃", "a".repeat(300), "'; DROP TABLE tasks; --", "../../etc/passwd", "\u0000"];

function valid(given, depth = 0) {
  const schema = resolve(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return pick(schema.enum);
  if (schema.oneOf) return valid(pick(schema.oneOf), depth + 1);
  switch (Array.isArray(schema.type) ? pick(schema.type) : schema.type) {
    case "object": {
      const names = Object.keys(schema.properties ?? {}).filter((n) => schema.required?.includes(n) || (depth < 4 && random() < 0.4));
      return Object.fromEntries(names.map((n) => [n, valid(schema.properties[n], depth + 1)]));
    }
    case "array": return Array.from({ length: Math.max(schema.minItems ?? 0, depth < 4 ? Math.floor(random() * 3) : 0) }, () => valid(schema.items, depth + 1));
    case "integer": return Math.floor((schema.minimum ?? 0) + random() * Math.min((schema.maximum ?? 1000) - (schema.minimum ?? 0), 1000));
    case "number": return (schema.minimum ?? 0) + random() * Math.min((schema.maximum ?? 100) - (schema.minimum ?? 0), 100);
    case "boolean": return random() < 0.5;
    case "null": return null;
    default: {
      if (schema.pattern?.includes("64}$")) return schema.pattern.includes("fA-F") ? "ab".repeat(32) : `id-${Math.floor(random() * 1e6)}`;
      const text = pick(words).replaceAll("\u0000", "");
      return text.padEnd(schema.minLength ?? 0, "y").slice(0, schema.maxLength ?? 1000);
    }
  }
}

/** One thing wrong, and the name that the answer must have in it (null when it has none). */
function spoil(schema, body) {
  const rule = resolve(schema), names = Object.keys(rule.properties ?? {});
  const kinds = [() => ({ body: { ...body, colour_of_wind: 1 }, name: "colour_of_wind" }), () => ({ body: [body], name: null }), () => ({ body: "text", name: null }), () => ({ body: null, name: null })];
  for (const name of rule.required ?? []) kinds.push(() => ({ body: Object.fromEntries(Object.entries(body).filter(([n]) => n !== name)), name }));
  for (const name of names) {
    const field = resolve(rule.properties[name]);
    const wrong = field.type === "string" || field.enum ? { not: "a string" } : "no such thing";
    if (field.type) kinds.push(() => ({ body: { ...body, [name]: wrong }, name }));
    if (field.maximum !== undefined) kinds.push(() => ({ body: { ...body, [name]: field.maximum + 1 }, name }));
    if (field.maxLength !== undefined && field.maxLength < 5000) kinds.push(() => ({ body: { ...body, [name]: "z".repeat(field.maxLength + 1) }, name }));
  }
  return pick(kinds)();
}

// --- things that are there ---

const made = {};
async function ask(method, path, body, headers = {}) {
  const init = { method: method.toUpperCase(), headers: { ...headers } };
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) Object.assign(init, { body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });
  const response = await fetch(bridge.url + path, init).catch((error) => { throw new Error(`${method} ${path}: ${error.cause ?? error}`); });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get("content-type") ?? "";
  return { status: response.status, type, headers: response.headers, json: type.includes("json") && bytes.length > 0 ? JSON.parse(bytes.toString()) : undefined, bytes };
}

async function makeThings() {
  const small = { width: 64, height: 36, quality: "draft", outputs: ["png"] };
  made.project = (await ask("post", "/api/v1/projects", { name: "Film" })).json.data.id;
  await ask("post", `/api/v1/projects/${made.project}/commands`, { sentence: "a red ball on grass" });
  made.workflow = (await ask("post", "/api/v1/workflows", { name: "W", graph: {} })).json.data.id;
  made.engine = (await ask("post", "/api/v1/engines", { id: "far", url: "http://127.0.0.1:9" })).json.data.id;
  made.task = (await ask("post", "/api/v1/execute-command", { command: "a red ball on grass", options: small })).json.data.id;
  for (let task; task?.state !== "done"; await new Promise((done) => setTimeout(done, 100))) {
    task = (await ask("get", `/api/v1/task/${made.task}`)).json.data;
    assert.notEqual(task.state, "failed", JSON.stringify(task.error));
    made.file = task.outputs[0]?.file;
  }
  const form = new FormData();
  form.set("file", new Blob(["hello"]), "hello.txt");
  made.input = (await ask("post", "/api/v1/inputs", form)).json.data.name;
  made.model = "tiny.safetensors";
  await writeModel(made.model);
}

/** The smallest model there can be, with a picture beside it. */
async function writeModel(name) {
  const header = Buffer.from('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'), length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const folder = join(bridge.folder, "data", "engine", "models", "vae");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), Buffer.concat([length, header, Buffer.alloc(1)]));
  await writeFile(join(folder, name.replace("safetensors", "png")), Buffer.from("89504e470d0a1a0a", "hex"));
}

/** Gives up what the requests of chance have begun, so that nothing waits behind a film that nobody wants. */
async function giveUp() {
  for (const state of ["queued", "leased", "running"])
    for (const task of (await ask("get", `/api/v1/tasks?state=${state}&limit=200`)).json.data.items) await ask("post", `/api/v1/task/${task.id}/cancel`);
}

/** Something of its own to be deleted. */
async function makeSomethingFor(operation) {
  const id = async (path, body) => (await ask("post", `/api/v1${path}`, body)).json.data.id;
  switch (operation.operationId) {
    case "deleteProject": return `/projects/${await id("/projects", { name: "gone" })}`;
    case "deleteWorkflow": return `/workflows/${await id("/workflows", { name: "gone", graph: {} })}`;
    case "removeEngine": return `/engines/${await id("/engines", { url: "http://127.0.0.1:9" })}`;
    case "deleteModel": return writeModel("gone.safetensors").then(() => "/models/vae/gone.safetensors");
    case "deleteInput": {
      const form = new FormData();
      form.set("file", new Blob(["gone"]), "gone.txt");
      return `/inputs/${(await ask("post", "/api/v1/inputs", form)).json.data.name}`;
    }
    case "deleteOutput": {
      await giveUp();
      const task = await id("/graphs/run", { title: "gone", graph: { 1: { class_type: "EmptyImage", inputs: { width: 16, height: 16, batch_size: 2, color: 0 } }, 2: { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: "gone" } } } });
      for (;;) {
        const { outputs, state } = (await ask("get", `/api/v1/task/${task}`)).json.data;
        assert.notEqual(state, "failed");
        if (state === "done") return `/outputs/${task}/${outputs[0].file}`;
        await new Promise((done) => setTimeout(done, 100));
      }
    }
    case "deleteTask": {
      const task = await id("/graphs/run", { title: "gone", graph: { 1: { class_type: "NobodyHasThis", inputs: {} } } });
      await ask("post", `/api/v1/task/${task}/cancel`); // nobody has begun it
      return `/task/${task}`;
    }
    default: throw new Error(`who makes something that ${operation.operationId} could delete?`);
  }
}

function address(operation, isKnown) {
  const known = { "/models": made.model, "/projects": made.project, "/workflows": made.workflow, "/task": made.task, "/engines": made.engine, "/outputs": made.task, "/inputs": made.input, "/objects": "cat", "/folders": "results" };
  const first = `/${operation.path.split("/")[1]}`;
  let path = operation.path;
  const query = new URLSearchParams();
  for (const parameter of operation.parameters ?? []) {
    const { name } = parameter;
    if (parameter.in === "path") {
      const value = !isKnown ? "no-such-thing" : name === "file" ? made.file : name === "kind" ? "vae" : name === "node" ? "LoadImageOutput" : name === "input" ? "image" : name === "version" ? "1" : operation.operationId === "freeEngine" ? "own" : known[first] ?? "no-such-thing";
      path = path.replace(`{${name}}`, encodeURIComponent(value));
    } else if (parameter.in === "query" && name !== "cursor" && name !== "with" && random() < 0.4)
      query.set(name, String(name === "version" || name === "from" || name === "to" ? 0 : valid(parameter.schema)));
  }
  return `/api/v1${path}${query.size > 0 ? `?${query}` : ""}`;
}

// --- the checks ---

function check(operation, answer, where) {
  const declared = Object.keys(operation.responses)[0], isGood = answer.status < 400;
  assert.ok(answer.status < 500 || answer.status === 501 || answer.status === 503, `${where}: ${answer.status} ${answer.bytes.toString().slice(0, 500)}`);
  assert.ok(answer.headers.get("x-content-type-options") === "nosniff", `${where}: no nosniff`);
  const isDryRun = operation.operationId === "executeCommand" && answer.status === 200;
  if (isGood) answered.add(operation.operationId);
  if (isGood) assert.ok(String(answer.status) === declared || isDryRun, `${where}: ${answer.status}, the file says ${declared}`);
  const schema = isGood ? operation.responses[declared].content["application/json"]?.schema : spec.components.schemas.Error;
  if (!schema) return;
  const validate = checkOf(schema);
  assert.ok(validate(answer.json), `${where}: ${answer.status} ${ajv.errorsText(validate.errors)} in ${JSON.stringify(answer.json).slice(0, 800)}`);
  assert.equal(answer.headers.get("x-request-id"), answer.json.request_id);
}

function bodyFor(operation, name = "a.txt") {
  const schema = bodySchema(operation);
  if (operation.operationId === "installModel") return { url: "http://127.0.0.1:9/a.safetensors", kind: "vae" };
  if (!operation.requestBody?.content["multipart/form-data"]) return schema && valid(schema);
  const form = new FormData();
  form.set("file", new Blob(["x"]), name);
  return form;
}

const bodySchema = (operation) => operation.requestBody?.content["application/json"]?.schema;
const isHarmless = (operation) => operation.method !== "delete";
/** Operations that have answered as good, so that at the end it is seen that each one did. */
const answered = new Set();

const tests = [["things are made to ask about", makeThings]];
for (const operation of operations) {
  const schema = bodySchema(operation), name = `${operation.method.toUpperCase()} ${operation.path}`;
  if (isHarmless(operation)) tests.push([`${name} answers good requests as described`, async () => {
    for (let i = 0; i < rounds; i++) {
      const url = address(operation, true), body = bodyFor(operation, `a${i}.txt`);
      check(operation, await ask(operation.method, url, body), `${name} ${url} ${JSON.stringify(body)?.slice(0, 600)}`);
    }
  }]);
  else tests.push([`${name} deletes what is there, once`, async () => {
    const url = `/api/v1${await makeSomethingFor(operation)}`, first = await ask("delete", url);
    check(operation, first, `${name} ${url}`);
    assert.ok(first.status < 300, `${name} ${url}: ${first.status} ${first.bytes}`);
    const again = await ask("delete", url);
    check(operation, again, `${name} ${url}`);
    assert.equal(again.status, 404, `${name} ${url} again`);
  }]);
  tests.push([`${name} refuses bad requests and says why`, async () => {
    const url = address(operation, false);
    if (operation.path.includes("{") && !schema) {
      const answer = await ask(operation.method, url);
      check(operation, answer, `${name} ${url}`);
      assert.ok(answer.status >= 400, `${name} ${url}: ${answer.status}`);
    }
    for (let i = 0; schema && i < rounds; i++) {
      const { body, name: field } = spoil(schema, valid(schema));
      const answer = await ask(operation.method, address(operation, true), body);
      check(operation, answer, `${name} ${JSON.stringify(body)?.slice(0, 600)}`);
      assert.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status} for ${JSON.stringify(body)?.slice(0, 600)}`);
      if (field) assert.ok(answer.json.message.includes(field), `${name}: “${answer.json.message}” does not name ${field}`);
    }
    const unknown = await ask(operation.method, `${address(operation, true).split("?")[0]}?colour_of_wind=1`, bodyFor(operation));
    check(operation, unknown, `${name} with a parameter that is none`);
    assert.ok(unknown.status === 400 && unknown.json.message.includes("colour_of_wind"), `${name} takes a parameter that is none: ${unknown.status} ${unknown.bytes.toString().slice(0, 200)}`);
    for (const { name: parameter, schema: rule } of (operation.parameters ?? []).filter((p) => p.in === "query" && (p.schema.enum || p.schema.type !== "string"))) {
      const answer = await ask(operation.method, `${address(operation, true).split("?")[0]}?${parameter}=no%20such%20thing`);
      check(operation, answer, `${name} ${parameter}`);
      assert.ok(answer.status === 400 && answer.json.message.includes(parameter), `${name}: ${parameter} (${JSON.stringify(rule)}) is no such thing: ${answer.status} ${answer.bytes.toString().slice(0, 200)}`);
    }
    const pathOf = (text) => operation.path.replaceAll(/\{\w+\}/g, text);
    for (const odd of ["..%2f..%2fetc%2fpasswd", "%00", "%ff", "a".repeat(300)]) {
      const answer = await ask(operation.method, `/api/v1${pathOf(odd)}`, schema ? {} : undefined);
      assert.ok(!operation.path.includes("{") || (answer.status >= 400 && answer.status < 500) || operation.operationId === "verifyModels", `${name} with ${odd}: ${answer.status}`);
    }
  }]);
}

// --- what chance alone does not find ---

const operationOf = (id) => operations.find((o) => o.operationId === id);
async function expectGood(id, path, body) {
  const operation = operationOf(id), answer = await ask(operation.method, `/api/v1${path}`, body);
  check(operation, answer, `${id} ${path}`);
  assert.ok(answer.status < 300, `${id} ${path}: ${answer.status} ${answer.bytes.toString().slice(0, 300)}`);
  return answer.json?.data;
}
tests.push(["a task that waits is changed, cancelled and tried again", async () => {
  const { id } = await expectGood("runGraph", "/graphs/run", { title: "waits", graph: { 1: { class_type: "NobodyHasThis", inputs: {} } } });
  await expectGood("changeTask", `/task/${id}`, { priority: 3 });
  await expectGood("cancelTask", `/task/${id}/cancel`);
  await expectGood("retryTask", `/task/${id}/retry`);
  await expectGood("cancelTask", `/task/${id}/cancel`);
}]);
tests.push(["an engine is added and an earlier version restored", async () => {
  await expectGood("addEngine", "/engines", { id: "further", url: "http://127.0.0.1:9", enabled: false });
  await expectGood("restoreProject", `/projects/${made.project}/restore`, { version: 1 });
}]);
tests.push(["every POST that starts or changes something does it once for one Idempotency-Key, and the file says which", async () => {
  const once = { "Idempotency-Key": "once-and-no-more" };
  const isOnce = (operation) => operation.parameters?.some((p) => p.name === "Idempotency-Key") ?? false;
  const posts = operations.filter((o) => o.method === "post");
  // A scene is only shown, the same file sent twice is the same file, and what is empty or free already stays it.
  assert.deepEqual(posts.filter((o) => !isOnce(o)).map((o) => o.operationId).sort(), ["emptyFolder", "freeEngine", "makeScene", "uploadInput"]);
  assert.deepEqual(operations.filter((o) => o.method !== "post" && isOnce(o)), []);
  const { id } = await expectGood("runGraph", "/graphs/run", { title: "waits", graph: { 1: { class_type: "NobodyHasThis", inputs: {} } } });
  const project = await expectGood("createProject", "/projects", { name: "Once" });
  for (const sentence of ["a red ball", "make it blue"]) await expectGood("addCommands", `/projects/${project.id}/commands`, { sentence });
  const nVersions = async () => (await ask("get", `/api/v1/projects/${project.id}/history`)).json.data.total, before = await nVersions();
  const paths = { "/task/{id}/cancel": id, "/task/{id}/retry": id, "/workflows/{id}/execute": "title-card" };
  const bodies = { executeCommand: { command: "a red ball on grass" }, createWorkflow: { name: "once", graph: {} }, executeWorkflow: {}, runGraph: { title: "once", graph: { 1: { class_type: "NobodyHasThis", inputs: {} } } },
    createProject: { name: "Once again" }, addCommands: { sentence: "add a dog" }, restoreProject: { version: 1 }, renderProject: {}, addEngine: { url: "http://127.0.0.1:9" },
    installModel: { url: "http://127.0.0.1:9/once.safetensors", kind: "vae" }, verifyModels: {} };
  const order = ["cancelTask", "retryTask", "addCommands", "undoProject", "redoProject", "restoreProject"];
  for (const operation of posts.filter(isOnce).sort((a, b) => order.indexOf(a.operationId) - order.indexOf(b.operationId))) {
    const path = `/api/v1${operation.path.replace("{id}", paths[operation.path] ?? project.id)}`, body = bodies[operation.operationId];
    const [first, second] = [await ask("post", path, body, once), await ask("post", path, body, once)];
    check(operation, first, path);
    check(operation, second, path);
    assert.ok(first.status < 300, `${path}: ${first.status} ${first.bytes}`);
    assert.deepEqual([second.status, second.json.data, second.json.message], [first.status, first.json.data, "answered before"], path);
    if (body && !operation.path.includes("{")) {
      const other = await ask("post", path, { ...body, ...(body.name ? { name: "other" } : { priority: 7 }) }, once);
      assert.ok(other.status === 409 || other.status === 400, `${path} with the key of another request: ${other.status} ${other.bytes}`);
    }
    assert.equal((await ask("post", path, body, { "Idempotency-Key": "k".repeat(201) })).status, 400, `${path} with a key that is too long`);
  }
  assert.equal(await nVersions(), before + 2, "each change of the project was made once");
  for (const [name, text] of [["twice.txt", "one"], ["twice.txt", "three"]]) {
    const form = new FormData();
    form.set("file", new Blob([text]), name);
    assert.equal((await ask("post", "/api/v1/inputs", form, once)).json.data.bytes, text.length, "an upload is never answered from memory");
  }
}]);
tests.push(["a task that runs shows pictures of itself", async () => {
  await giveUp();
  const options = { width: 320, height: 180, seconds: 20, outputs: ["mp4"] };
  const { id } = await expectGood("executeCommand", "/execute-command", { command: "a red ball bounces on grass", options });
  let task;
  for (const until = Date.now() + 60000; !task?.progress?.preview; await new Promise((done) => setTimeout(done, 50))) {
    task = (await ask("get", `/api/v1/task/${id}`)).json.data;
    assert.ok(["queued", "leased", "running"].includes(task.state) && Date.now() < until, JSON.stringify(task));
  }
  await expectGood("getTaskPreview", `/task/${id}/preview`);
  await expectGood("cancelTask", `/task/${id}/cancel`);
}]);
tests.push(["every operation has answered a good request", async () => assert.deepEqual(operations.map((o) => o.operationId).filter((id) => !answered.has(id)), [])]);
tests.push(["methods that an address does not have are refused by name", async () => {
  for (const [path, methods] of Object.entries(spec.paths))
    for (const method of ["get", "post", "put", "patch", "delete"].filter((m) => !methods[m])) {
      const answer = await ask(method, `/api/v1${path.replaceAll(/\{\w+\}/g, "x")}`);
      if (answer.status === 404) continue; // another address has that form: /models/{kind}/{name} beside /models/catalog
      assert.equal(answer.status, 405, `${method} ${path}: ${answer.status}`);
      assert.ok(checkOf(spec.components.schemas.Error)(answer.json), `${method} ${path}: ${answer.bytes}`);
      assert.ok(Object.keys(methods).every((m) => answer.headers.get("allow")?.includes(m.toUpperCase())), `${method} ${path}: Allow is ${answer.headers.get("allow")}`);
    }
}]);
tests.push(["lists say how they are to be paged", async () => {
  for (const operation of operations.filter((o) => o.parameters?.some((p) => p.name === "cursor"))) {
    const url = address(operation, true).split("?")[0];
    for (const query of ["limit=0", "limit=201", "limit=x", "cursor=%27%3b"]) {
      const answer = await ask("get", `${url}?${query}`);
      assert.equal(answer.status, 400, `${url}?${query}: ${answer.status}`);
    }
    assert.equal((await ask("get", `${url}?limit=1`)).status, 200, url);
    assert.equal((await ask("get", `${url}?colour=1`)).status, 400, `${url} takes a parameter that is none`);
  }
}]);
tests.push(["an input whose list is at a route of the engine's tells it, and no other route can be asked for", async () => {
  const outputs = join(bridge.folder, "data", "engine", "output"), options = (node, input) => ask("get", `/api/v1/nodes/${node}/inputs/${encodeURIComponent(input)}/options`);
  await mkdir(outputs, { recursive: true });
  await writeFile(join(outputs, "remote.png"), "");
  const answer = await options("LoadImageOutput", "image");
  assert.equal(answer.status, 200);
  assert.ok(answer.json.data.options.includes("remote.png"));
  for (const [node, input] of [["LoadImage", "image"], ["LoadImageOutput", "/system_stats"], ["None", "image"]]) assert.equal((await options(node, input)).status, 404, `${node} ${input}`);
}]);
tests.push(["what did not change is not sent again", async () => {
  const lists = operations.filter((o) => o.method === "get" && !o["x-volatile"] && o.responses["200"].content["application/json"] && (o.parameters ?? []).every((p) => p.in !== "path")).map((o) => o.path);
  assert.ok(lists.includes("/models") && lists.includes("/nodes"));
  for (const path of [...lists, "/objects?limit=2", `/task/${made.task}`, `/outputs/${made.task}/${made.file}`]) {
    const first = await ask("get", `/api/v1${path}`), tag = first.headers.get("etag");
    assert.ok(tag, `${path} has no ETag`);
    assert.equal((await ask("get", `/api/v1${path}`, undefined, { "If-None-Match": tag })).status, 304, path);
  }
}]);
await run(tests);
await bridge.stop();
process.exit();
