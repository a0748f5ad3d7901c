// The API's description as a page to try it on: everything is read from /api/v1/openapi.json.
"use strict";

const base = "/api/v1";
let spec;

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const resolve = (schema) => (schema && schema.$ref ? spec.components.schemas[schema.$ref.split("/").pop()] : schema) || {};

function example(given, depth = 0) {
  const schema = resolve(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return example(schema.oneOf[0], depth + 1);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object" && depth < 4) {
    const names = schema.required && depth > 0 ? schema.required : Object.keys(schema.properties || {}).filter((n) => (schema.required || []).includes(n));
    return Object.fromEntries(names.map((n) => [n, example(schema.properties[n], depth + 1)]));
  }
  if (type === "array") return depth < 3 ? [example(schema.items, depth + 1)] : [];
  if (type === "integer" || type === "number") return schema.minimum ?? 0;
  if (type === "boolean") return false;
  return type === "object" ? {} : "";
}

function describe(given) {
  const schema = resolve(given);
  const parts = [schema.description, schema.enum && `one of ${schema.enum.join(", ")}`, schema.minimum !== undefined && `from ${schema.minimum}`, schema.maximum !== undefined && `to ${schema.maximum}`];
  return parts.filter(Boolean).join(" · ");
}

function field(parameter) {
  const input = make("input", { name: parameter.name, placeholder: resolve(parameter.schema).type || "" });
  const text = [parameter.description, describe(parameter.schema)].filter(Boolean).join(" · ");
  const row = make("div", { className: "row" }, make("label", { textContent: parameter.name + (parameter.required ? " *" : "") }), input);
  if (text) row.append(make("small", { textContent: text }));
  return { row, input, parameter };
}

async function show(response, place) {
  const type = response.headers.get("Content-Type") || "";
  const head = make("p", { className: "note", textContent: `${response.status} ${response.statusText} · ${type}` });
  if (type.startsWith("image/")) {
    place.replaceChildren(head, make("img", { src: URL.createObjectURL(await response.blob()), alt: "The answer" }));
    return;
  }
  const text = type.includes("json") || type.startsWith("text/") ? await response.text() : `${(await response.blob()).size} bytes`;
  let shown = text;
  try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is shown as it came */ }
  place.replaceChildren(head, make("pre", { textContent: shown }));
}

function tryForm(path, method, operation) {
  const fields = (operation.parameters || []).map(field);
  const content = operation.requestBody?.content || {};
  const schema = content["application/json"]?.schema;
  const body = schema && make("textarea", { value: JSON.stringify(example(schema), null, 2), ariaLabel: "Body" });
  const file = content["multipart/form-data"] && make("input", { type: "file", name: "file" });
  const place = make("div", { className: "answer" });
  const button = make("button", { textContent: "Send", type: "submit" });
  const form = make("form", {}, ...fields.map((f) => f.row), ...(body ? [body] : []), ...(file ? [file] : []), make("p", {}, button), place);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const values = (where) => fields.filter((f) => f.parameter.in === where && f.input.value !== "");
    let url = base + path;
    for (const f of values("path")) url = url.replace(`{${f.parameter.name}}`, encodeURIComponent(f.input.value));
    const query = new URLSearchParams(values("query").map((f) => [f.parameter.name, f.input.value])).toString();
    const headers = Object.fromEntries(values("header").map((f) => [f.parameter.name, f.input.value]));
    const key = document.getElementById("key").value;
    if (key) headers.Authorization = `Bearer ${key}`;
    if (body) headers["Content-Type"] = "application/json";
    const upload = file && new FormData(form);
    try {
      await show(await fetch(url + (query ? `?${query}` : ""), { method: method.toUpperCase(), headers, body: upload || body?.value }), place);
    } catch (error) {
      place.replaceChildren(make("p", { className: "note", textContent: String(error) }));
    }
  });
  return form;
}

function route(path, method, operation) {
  const inside = make("div", { className: "body" });
  const details = make("details", { id: operation.operationId },
    make("summary", {}, make("span", { className: `method ${method}`, textContent: method }), make("span", { className: "path", textContent: path }), make("span", { className: "summary", textContent: operation.summary })), inside);
  details.dataset.text = `${method} ${path} ${operation.summary} ${operation.operationId}`.toLowerCase();
  details.addEventListener("toggle", () => {
    if (details.open && !inside.firstChild)
      inside.append(make("p", {}, operation.summary + ". ", make("span", { className: "scope", textContent: `scope ${operation["x-scope"]}` })), tryForm(path, method, operation));
  });
  return details;
}

async function start() {
  spec = await (await fetch(`${base}/openapi.json`)).json();
  const main = document.getElementById("routes");
  main.replaceChildren(make("p", { className: "note", textContent: spec.info.description }));
  for (const tag of spec.tags) {
    const id = `tag-${tag.name}`;
    document.getElementById("tags").append(make("a", { href: `#${id}`, textContent: tag.name }));
    main.append(make("h2", { id, textContent: tag.name }));
    for (const [path, methods] of Object.entries(spec.paths))
      for (const [method, operation] of Object.entries(methods))
        if (operation.tags[0] === tag.name) main.append(route(path, method, operation));
  }
  document.getElementById("search").addEventListener("input", (event) => {
    const words = event.target.value.toLowerCase();
    for (const details of main.querySelectorAll("details")) details.hidden = !details.dataset.text.includes(words);
  });
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

start().catch((error) => document.getElementById("routes").replaceChildren(make("p", { className: "note", textContent: `The description could not be read: ${error}. With a key, the description itself needs it: open /api/v1/openapi.json?token=KEY.` })));
