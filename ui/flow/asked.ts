// What a workflow asks for before it runs, as tables of controls, and its answers as the values of nodes.
import type { Graph } from "./graph";
import { setValue } from "./graph";
import type { Constant, InputTable } from "./nodes";

/** As the bridge lists it. */
export interface Asked {
  name: string;
  label?: string;
  help?: string;
  node: string;
  field: string;
  also?: readonly { node: string; field: string }[];
  type: "integer" | "number" | "string" | "boolean" | "choice" | "color" | "object" | "model" | "file";
  kind?: string;
  minimum?: number;
  maximum?: number;
  step?: number;
  multiline?: boolean;
  default?: unknown;
  choices?: readonly string[];
}
export type Answers = Readonly<Record<string, Constant>>;

const types: Partial<Record<Asked["type"], string>> = { integer: "INT", number: "FLOAT", boolean: "BOOLEAN", choice: "COMBO", object: "COMBO", model: "COMBO", file: "COMBO" };

/** What there is on this machine, as far as it is known. */
export interface Known { objects?: readonly { name: string }[] | undefined; models?: readonly { name: string; kind: string }[] | undefined; files?: readonly { name: string; kind: string }[] | undefined }

/** What there is to choose from; undefined while that is not known yet. */
export function optionsOf(asked: Asked, { objects, models, files }: Known): readonly string[] | undefined {
  if (asked.type === "object") return objects?.map((o) => o.name);
  if (asked.type === "model") return models?.filter((m) => m.kind === asked.kind).map((m) => m.name);
  if (asked.type === "file") return files?.filter((f) => !asked.kind || f.kind === asked.kind).map((f) => f.name);
  return asked.choices ?? [];
}

/** `options` are what there is of it on this machine, or its own choices; `said` is how these are called. */
export function tableOf(asked: Asked, options: readonly string[], { label, said }: { label: string; said: (option: string) => string }): InputTable {
  const type = types[asked.type] ?? "STRING";
  return {
    name: label, type, isOptional: false, isWidget: true, multiline: asked.multiline === true, hasControl: false, isUpload: asked.type === "file",
    ...(asked.type === "color" ? { display: "color" } : {}),
    ...(asked.minimum === undefined ? {} : { min: asked.minimum }), ...(asked.maximum === undefined ? {} : { max: asked.maximum }), ...(asked.step === undefined ? {} : { step: asked.step }),
    ...(type === "COMBO" ? { options: options.map(said), values: [...options] } : {}),
  };
}

/** What stands there before anybody has answered: its default, or the first of what there is. */
export function firstAnswer(asked: Asked, options: readonly string[]): Constant {
  if (asked.default !== undefined) return asked.default as Constant;
  if (asked.type === "integer" || asked.type === "number") return asked.minimum ?? 0;
  if (asked.type === "boolean") return false;
  return asked.type === "model" || asked.type === "file" ? options[0] ?? "" : "";
}

/** Answers that say something; the rest is left to the workflow. */
export function given(asked: readonly Asked[], answers: Answers): Record<string, Constant> {
  return Object.fromEntries(asked.flatMap(({ name, default: own }) => {
    const answer = answers[name];
    return answer === undefined || (answer === "" && own === undefined) ? [] : [[name, answer]];
  }));
}

/** The workflow with its answers in it. */
export function answered(graph: Graph, asked: readonly Asked[], answers: Answers): Graph {
  const said = given(asked, answers);
  return asked.reduce((g, input) => {
    const answer = said[input.name];
    return answer === undefined ? g : [input, ...(input.also ?? [])].reduce((next, { node, field }) => setValue(next, node, field, answer), g);
  }, graph);
}
