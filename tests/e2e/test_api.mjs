// Every route of the OpenAPI file, with requests made up from it, good and bad: the status, the envelope and the schema of
// each answer are what the file says.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
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
  const response = await fetch(bridge.url + path, init);
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
}

function address(operation, isKnown) {
  const known = { "/projects": made.project, "/workflows": made.workflow, "/task": made.task, "/engines": made.engine, "/outputs": made.task, "/inputs": made.input, "/objects": "cat" };
  const first = `/${operation.path.split("/")[1]}`;
  let path = operation.path;
  const query = new URLSearchParams();
  for (const parameter of operation.parameters ?? []) {
    const { name } = parameter;
    if (parameter.in === "path") {
      const value = !isKnown ? "no-such-thing" : name === "file" ? made.file : name === "kind" ? "vae" : name === "version" ? "1" : known[first] ?? "no-such-thing";
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
  if (isGood) assert.ok(String(answer.status) === declared || isDryRun, `${where}: ${answer.status}, the file says ${declared}`);
  const schema = isGood ? operation.responses[declared].content["application/json"]?.schema : spec.components.schemas.Error;
  if (!schema) return;
  const validate = checkOf(schema);
  assert.ok(validate(answer.json), `${where}: ${answer.status} ${ajv.errorsText(validate.errors)} in ${JSON.stringify(answer.json).slice(0, 800)}`);
  assert.equal(answer.headers.get("x-request-id"), answer.json.request_id);
}

const bodySchema = (operation) => operation.requestBody?.content["application/json"]?.schema;
const isHarmless = (operation) => operation.method !== "delete" && !["changeSettings", "removeEngine"].includes(operation.operationId);

const tests = [["things are made to ask about", makeThings]];
for (const operation of operations) {
  const schema = bodySchema(operation), name = `${operation.method.toUpperCase()} ${operation.path}`;
  if (isHarmless(operation)) tests.push([`${name} answers good requests as described`, async () => {
    for (let i = 0; i < rounds; i++) {
      const url = address(operation, true), body = schema && (operation.operationId === "installModel" ? { url: "http://127.0.0.1:9/a.safetensors", kind: "vae" } : valid(schema));
      const form = operation.requestBody?.content["multipart/form-data"] && new FormData();
      form?.set("file", new Blob(["x"]), `a${i}.txt`);
      check(operation, await ask(operation.method, url, form || body), `${name} ${url} ${JSON.stringify(body)?.slice(0, 600)}`);
    }
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
    const pathOf = (text) => operation.path.replaceAll(/\{\w+\}/g, text);
    for (const odd of ["..%2f..%2fetc%2fpasswd", "%00", "%ff", "a".repeat(300)]) {
      const answer = await ask(operation.method, `/api/v1${pathOf(odd)}`, schema ? {} : undefined);
      assert.ok(!operation.path.includes("{") || (answer.status >= 400 && answer.status < 500) || operation.operationId === "verifyModels", `${name} with ${odd}: ${answer.status}`);
    }
  }]);
}
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
tests.push(["what did not change is not sent again", async () => {
  for (const path of ["/projects", "/workflows", "/tasks", "/objects?limit=2", "/settings", `/task/${made.task}`, `/outputs/${made.task}/${made.file}`]) {
    const first = await ask("get", `/api/v1${path}`), tag = first.headers.get("etag");
    assert.ok(tag, `${path} has no ETag`);
    assert.equal((await ask("get", `/api/v1${path}`, undefined, { "If-None-Match": tag })).status, 304, path);
  }
}]);
await run(tests);
await bridge.stop();
process.exit();
