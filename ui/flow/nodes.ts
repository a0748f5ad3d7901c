// Node tables as the engine prints them (/object_info), made ready for drawing.

/** bigint only beyond what a number holds exactly: wire/exact.ts. */
export type Constant = string | number | bigint | boolean | null | Constant[] | { [key: string]: Constant };

export interface InputTable {
  name: string;
  type: string;
  isOptional: boolean;
  /** Drawn as a control when it can be; sockets else. */
  isWidget: boolean;
  tooltip?: string;
  default?: Constant;
  min?: number;
  max?: number;
  step?: number;
  /** Decimals are rounded to multiples of it; 0 leaves them as they are. */
  round?: number;
  options?: string[];
  /** What the options stand for, where these are no texts. */
  values?: Constant[];
  /** Several of the options may be taken at once. */
  isMany?: boolean;
  /** How it wants to be drawn: "slider", "number", "color". */
  display?: string;
  placeholder?: string;
  /** What a switch says when it is on, and when off. */
  says?: { on: string; off: string };
  /** The text may choose: flow/chance.ts. */
  isChance?: boolean;
  /** For those who know: out of sight until it is asked for. */
  isAdvanced?: boolean;
  multiline: boolean;
  /** Has a companion that changes it after each run (seeds). */
  hasControl: boolean;
  /** Files can be uploaded into it. */
  isUpload: boolean;
  /** Of which kind, where it is one. */
  accept?: string;
  /** The engine tells its options when it is asked. */
  remote?: { folder: string; onReload?: "first" | "last" };
  /** A widget without a socket. */
  isBare?: boolean;
}

export interface OutputTable { name: string; type: string; isList: boolean }

export interface NodeTable {
  id: string;
  label: string;
  category: string;
  help: string;
  inputs: InputTable[];
  outputs: OutputTable[];
  isOutput: boolean;
}

interface RawNode {
  input?: { required?: Record<string, RawInput>; optional?: Record<string, RawInput> };
  input_order?: { required?: string[]; optional?: string[] };
  output?: (string | string[])[];
  output_name?: string[];
  output_is_list?: boolean[];
  display_name?: string;
  name?: string;
  category?: string;
  description?: string;
  output_node?: boolean;
}
type RawInput = [string | Constant[], Record<string, unknown>?] | [];

/** What can be uploaded, and what the system's file dialog then offers. */
const uploads: Record<string, string> = { image_upload: "image/*", animated_image_upload: "image/*", video_upload: "video/*", audio_upload: "audio/*,video/*", file_upload: "" };

/** Where uploads go, and names without a folder are looked for. */
const inputFolder = "input";
const folderOf = (extra: Record<string, unknown>): string => (typeof extra["image_folder"] === "string" ? extra["image_folder"] : inputFolder);

/** As nodes take the name of a file that is in another folder: "a.png [output]". */
export const inFolder = (name: string, folder: string): string => (folder === inputFolder ? name : `${name} [${folder}]`);

function readRemote(extra: Record<string, unknown>): InputTable["remote"] {
  const remote = extra["remote"] as { control_after_refresh?: unknown } | null | undefined;
  if (typeof remote !== "object" || remote === null) return undefined;
  const after = remote.control_after_refresh;
  return { folder: folderOf(extra), ...(after === "first" || after === "last" ? { onReload: after } : {}) };
}

/** As ComfyUI's editor does: to as many decimals as the step has, unless something else is said. */
function rounding(step: number | undefined, said: unknown): number {
  if (said === false) return 0;
  if (typeof said === "number" && said > 0) return said;
  return step && step > 0 ? Number((.1 ** Math.max(0, -Math.floor(Math.log10(step)))).toFixed(6)) : .01;
}

const widgetTypes = new Set(["INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"]);

function readInput(name: string, raw: RawInput, isOptional: boolean): InputTable {
  const [kind, extra = {}] = raw.length ? raw : ["*"] as [string];
  const type = Array.isArray(kind) ? "COMBO" : kind ?? "*";
  const list = Array.isArray(kind) ? kind : Array.isArray(extra["options"]) ? extra["options"] as Constant[] : undefined;
  const table: InputTable = {
    name, type, isOptional,
    isWidget: widgetTypes.has(type) && extra["forceInput"] !== true,
    multiline: extra["multiline"] === true,
    hasControl: extra["control_after_generate"] === true || (type === "INT" && (name === "seed" || name === "noise_seed")),
    isUpload: folderOf(extra) === inputFolder && Object.keys(uploads).some((key) => extra[key] === true),
  };
  if (typeof extra["tooltip"] === "string") table.tooltip = extra["tooltip"];
  if (extra["default"] !== undefined) table.default = extra["default"] as Constant;
  for (const key of ["min", "max", "step"] as const) if (typeof extra[key] === "number" || typeof extra[key] === "bigint") table[key] = Number(extra[key]);
  if (list) table.options = list.map(String);
  if (list?.some((o) => typeof o !== "string")) table.values = list;
  if (type === "FLOAT") table.round = rounding(table.step, extra["round"]);
  return Object.assign(table, readLooks(extra));
}

/** How it is drawn, where the table says so. */
function readLooks(extra: Record<string, unknown>): Partial<InputTable> {
  const looks: Partial<InputTable> = {}, remote = readRemote(extra), accept = Object.keys(uploads).flatMap((key) => (extra[key] === true && uploads[key] ? [uploads[key]] : []));
  if (remote) looks.remote = remote;
  if (accept.length) looks.accept = accept.join(",");
  if (extra["multiselect"] === true || (typeof extra["multi_select"] === "object" && extra["multi_select"] !== null)) looks.isMany = true;
  if (typeof extra["display"] === "string") looks.display = extra["display"];
  if (typeof extra["placeholder"] === "string") looks.placeholder = extra["placeholder"];
  if (typeof extra["label_on"] === "string" || typeof extra["label_off"] === "string") looks.says = { on: String(extra["label_on"] ?? ""), off: String(extra["label_off"] ?? "") };
  if (extra["dynamicPrompts"] === true) looks.isChance = true;
  if (extra["advanced"] === true) looks.isAdvanced = true;
  return looks;
}

function readInputs(raw: RawNode): InputTable[] {
  const read = (group: "required" | "optional") => {
    const all = raw.input?.[group] ?? {};
    return (raw.input_order?.[group] ?? Object.keys(all)).flatMap((name) => all[name] ? [readInput(name, all[name], group === "optional")] : []);
  };
  return [...read("required"), ...read("optional")];
}

export function readNodeTables(info: Record<string, unknown>): Map<string, NodeTable> {
  const tables = new Map<string, NodeTable>();
  for (const [id, value] of Object.entries(info)) {
    const raw = value as RawNode;
    const outputs = (raw.output ?? []).map((type, i) => ({
      name: raw.output_name?.[i] ?? String(type), type: Array.isArray(type) ? "COMBO" : type, isList: raw.output_is_list?.[i] ?? false,
    }));
    tables.set(id, {
      id, label: raw.display_name || id, category: raw.category ?? "", help: raw.description ?? "",
      inputs: readInputs(raw), outputs, isOutput: raw.output_node === true,
    });
  }
  return tables;
}

export function initialValue(input: InputTable): Constant {
  if (input.default !== undefined) return input.default;
  switch (input.type) {
    case "INT": case "FLOAT": return input.min ?? 0;
    case "BOOLEAN": return false;
    case "COMBO": return input.options?.[0] ?? "";
    default: return "";
  }
}

const previews = [["img", /\.(png|jpe?g|webp|gif|avif)$/i], ["video", /\.(mp4|webm|mov|mkv|m4v)$/i], ["audio", /\.(wav|mp3|flac|ogg|opus|m4a|aac)$/i]] as const;

/** The element that shows a file of this name, when a browser can. */
export const previewOf = (name: string) => previews.find(([, ending]) => ending.test(name))?.[0];

/** ComfyUI's rule: "*" takes anything, "A,B" takes either, on both ends. */
export function fits(output: string, input: string): boolean {
  if (output === "*" || input === "*") return true;
  const wanted = new Set(input.split(",").map((type) => type.trim()));
  return output.split(",").some((type) => wanted.has(type.trim()));
}

export const plainSocket = { isOptional: false, isWidget: false, multiline: false, hasControl: false, isUpload: false };

/** A bend in a wire, known to the editor alone. */
export const rerouteType = "Reroute";
export const rerouteTable: NodeTable = {
  id: rerouteType, label: "Reroute", category: "utils", help: "", isOutput: false,
  inputs: [{ name: "", type: "*", ...plainSocket, isOptional: true }],
  outputs: [{ name: "", type: "*", isList: false }],
};
