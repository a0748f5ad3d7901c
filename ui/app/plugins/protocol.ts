// What a plugin and the window may say to each other. Everything that comes from a plugin is checked here.

/** What a plugin draws: plain data, rendered with the window's own controls. */
export type Piece =
  | { kind: "text"; text: string; tone?: "soft" | "strong" }
  | { kind: "button"; id: string; label: string }
  | { kind: "slider"; id: string; label: string; value: number; min: number; max: number; step: number }
  | { kind: "field"; id: string; label: string; value: string }
  | { kind: "swatches"; id: string; label: string; colors: string[] }
  | { kind: "row"; pieces: Piece[] };

/** `in`: its name and description in other languages of the window, by their code. */
export interface Manifest { id: string; name: string; version: string; description: string; module: string; in?: Record<string, { name?: string; description?: string }> }

/** What the manifest says in a language; its own words where it says nothing. */
export function saidIn(manifest: Manifest, language: string): { name: string; description: string } {
  const own: unknown = isRecord(manifest.in) ? manifest.in[language] : undefined;
  return { name: isRecord(own) && isText(own["name"]) ? own["name"] : manifest.name, description: isRecord(own) && isText(own["description"]) ? own["description"] : manifest.description };
}

export type FromPlugin =
  | { type: "command"; id: string; label: string }
  | { type: "panel"; id: string; title: string }
  | { type: "widget"; id: string; input: string }
  | { type: "drawn"; id: string; pieces: Piece[] }
  | { type: "value"; id: string; value: string | number | boolean }
  | { type: "say"; sentence: string }
  | { type: "apply"; commands: { op: string }[] }
  | { type: "failed"; message: string }
  | { type: "pong" };

export type ToPlugin =
  | { type: "ping" }
  | { type: "run"; id: string }
  | { type: "draw"; id: string; value?: unknown }
  | { type: "event"; id: string; piece: string; value: unknown }
  | { type: "scene"; commands: unknown[]; selected: string | null };

const mostPieces = 200, longestText = 2000;

const isText = (v: unknown): v is string => typeof v === "string" && v.length <= longestText;
const isNumber = (v: unknown): v is number => typeof v === "number" && Number.isFinite(v);
const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);
const isId = (v: unknown): v is string => typeof v === "string" && /^[\w.-]{1,64}$/.test(v);
const isColor = (v: unknown): v is string => typeof v === "string" && /^#[0-9a-f]{6}$/i.test(v);

function isPiece(v: unknown, depth = 0): v is Piece {
  if (!isRecord(v)) return false;
  switch (v["kind"]) {
    case "text": return isText(v["text"]);
    case "button": return isId(v["id"]) && isText(v["label"]);
    case "slider": return isId(v["id"]) && isText(v["label"]) && ["value", "min", "max", "step"].every((k) => isNumber(v[k]));
    case "field": return isId(v["id"]) && isText(v["label"]) && isText(v["value"]);
    case "swatches": return isId(v["id"]) && isText(v["label"]) && Array.isArray(v["colors"]) && v["colors"].length <= 64 && v["colors"].every(isColor);
    case "row": return depth < 3 && Array.isArray(v["pieces"]) && v["pieces"].length <= 16 && v["pieces"].every((p) => isPiece(p, depth + 1));
    default: return false;
  }
}

/** The message, or null when it is none that a plugin may send. */
export function readMessage(v: unknown): FromPlugin | null {
  if (!isRecord(v)) return null;
  const ok = (() => {
    switch (v["type"]) {
      case "command": return isId(v["id"]) && isText(v["label"]);
      case "panel": return isId(v["id"]) && isText(v["title"]);
      case "widget": return isId(v["id"]) && isText(v["input"]);
      case "drawn": return isId(v["id"]) && Array.isArray(v["pieces"]) && v["pieces"].length <= mostPieces && v["pieces"].every((p) => isPiece(p));
      case "value": return isId(v["id"]) && (isText(v["value"]) || isNumber(v["value"]) || typeof v["value"] === "boolean");
      case "say": return isText(v["sentence"]);
      case "apply": return Array.isArray(v["commands"]) && v["commands"].length <= 200 && v["commands"].every((c) => isRecord(c) && isText(c["op"]));
      case "failed": return isText(v["message"]);
      case "pong": return true;
      default: return false;
    }
  })();
  return ok ? (v as unknown as FromPlugin) : null;
}

export function readManifest(v: unknown): Manifest | null {
  return isRecord(v) && isId(v["id"]) && isText(v["name"]) && isText(v["version"]) && isText(v["description"]) && isText(v["module"]) && /^[\w.-]+\.m?js$/.test(v["module"]) ? (v as unknown as Manifest) : null;
}
