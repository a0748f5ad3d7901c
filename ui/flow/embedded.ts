// Finds a workflow in the files that carry one: PNG, WebP, MP4 and GLB as engines write them, or plain JSON.
import { parseExact } from "../wire/exact";

export interface Found { workflow: unknown; prompt: unknown; commands: unknown }

const nothing: Found = { workflow: null, prompt: null, commands: null };
const latin = new TextDecoder("latin1"), utf8 = new TextDecoder();

function parse(text: string | undefined): unknown {
  if (!text) return null;
  try {
    return parseExact(text.replace(/\bNaN\b|-?\bInfinity\b/g, "null"));
  } catch {
    return null;
  }
}

function fromTexts(texts: ReadonlyMap<string, string>): Found {
  return { workflow: parse(texts.get("workflow")), prompt: parse(texts.get("prompt")), commands: parse(texts.get("commands")) };
}

/** tEXt and uncompressed iTXt chunks. */
function readPng(bytes: Uint8Array): Found {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), texts = new Map<string, string>();
  for (let at = 8; at + 12 <= bytes.length;) {
    const size = view.getUint32(at), type = latin.decode(bytes.subarray(at + 4, at + 8));
    if (at + 12 + size > bytes.length) break;
    const data = bytes.subarray(at + 8, at + 8 + size), end = data.indexOf(0);
    if (type === "tEXt" && end > 0) texts.set(latin.decode(data.subarray(0, end)), utf8.decode(data.subarray(end + 1)));
    if (type === "iTXt" && end > 0 && data[end + 1] === 0) {
      const language = data.indexOf(0, end + 3), translated = data.indexOf(0, language + 1);
      if (language > 0 && translated > 0) texts.set(latin.decode(data.subarray(0, end)), utf8.decode(data.subarray(translated + 1)));
    }
    at += 12 + size;
  }
  return fromTexts(texts);
}

/** "key:{json}" strings in EXIF; they are found by their names, whatever tag holds them. */
function readTagged(bytes: Uint8Array): Found {
  const text = utf8.decode(bytes), texts = new Map<string, string>();
  for (const key of ["workflow", "prompt", "commands"]) {
    for (const mark of [`${key}:`, `"${key}":`]) {
      const from = text.indexOf(mark);
      if (from < 0 || texts.has(key)) continue;
      const json = balanced(text, from + mark.length);
      if (json) texts.set(key, json);
    }
  }
  return fromTexts(texts);
}

/** The JSON value that begins at `from`, by counting its brackets. */
export function balanced(text: string, from: number): string | null {
  let depth = 0, isInString = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (isInString) {
      if (c === "\\") i++;
      else if (c === '"') isInString = false;
    } else if (c === '"') isInString = true;
    else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") {
      if (--depth === 0) return text.slice(from, i + 1).trim();
    } else if (depth === 0 && !/\s/.test(c as string)) return null;
  }
  return null;
}

function readGlb(bytes: Uint8Array): Found {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20) return nothing;
  const document = parse(utf8.decode(bytes.subarray(20, 20 + view.getUint32(12, true)))) as { asset?: { extras?: Record<string, unknown> } } | null;
  const extras = document?.asset?.extras ?? {};
  return { workflow: extras["workflow"] ?? null, prompt: extras["prompt"] ?? null, commands: extras["commands"] ?? null };
}

/** Names and texts of the boxes that hold metadata, whichever of MP4's ways was taken. */
function readMp4(bytes: Uint8Array): Found {
  const text = latin.decode(bytes), at = text.lastIndexOf("moov");
  return at < 0 ? nothing : readTaggedOrBare(bytes.subarray(at));
}

function readTaggedOrBare(bytes: Uint8Array): Found {
  const found = readTagged(bytes);
  if (found.workflow || found.prompt) return found;
  const text = utf8.decode(bytes);
  for (let at = text.indexOf('{"'); at >= 0; at = text.indexOf('{"', at + 2)) {
    const json = balanced(text, at), value = parse(json ?? undefined) as Record<string, unknown> | null;
    if (!value || typeof value !== "object") continue;
    if ("nodes" in value) return { ...found, workflow: value };
    if (Object.values(value).some((v) => typeof v === "object" && v !== null && "class_type" in v)) return { ...found, prompt: value };
    if ("prompt" in value || "workflow" in value) return { workflow: whole(value["workflow"]), prompt: whole(value["prompt"]), commands: whole(value["commands"]) };
  }
  return found;
}

function whole(value: unknown): unknown {
  return typeof value === "string" ? parse(value) : value ?? null;
}

const isEditorDocument = (value: unknown): boolean => typeof value === "object" && value !== null && Array.isArray((value as Record<string, unknown>)["nodes"]);

export function findWorkflow(bytes: Uint8Array): Found {
  const head = latin.decode(bytes.subarray(0, 12));
  if (bytes[0] === 0x89 && head.slice(1, 4) === "PNG") return readPng(bytes);
  if (head.startsWith("RIFF") && head.endsWith("WEBP")) return readTagged(bytes);
  if (head.startsWith("glTF")) return readGlb(bytes);
  if (head.slice(4, 8) === "ftyp") return readMp4(bytes);
  const value = parse(utf8.decode(bytes)) as Record<string, unknown> | unknown[] | null;
  if (!value || typeof value !== "object") return nothing;
  if (Array.isArray(value)) return { ...nothing, commands: value };
  const graph = value["prompt"] ?? value["graph"] ?? value; // as it is sent to an engine, as templates are kept, or bare
  return isEditorDocument(graph) ? { ...nothing, workflow: graph } : { ...nothing, prompt: graph };
}
