// What the bridge and its engines say in English, in the window's language: found by the stable names of settings, nodes, errors and objects. What is not in the catalogue stays as it was said.
import { useEffect, useState } from "react";
import type { Language } from ".";

type Names = Record<string, string>;

/** The shape of bridge.<language>.json. */
export interface Foreign {
  errors: Names;
  settings: Names;
  /** Of each part of a node's category. */
  categories: Names;
  nodes: Record<string, { label?: string; help?: string }>;
  /** Of inputs, by node; "Scene*" stands for all that begin so. */
  tips: Record<string, Names>;
  objectCategories: Names;
  templates: Record<string, { name: string; help: string }>;
  catalog: Names;
  modelKinds: Names;
  /** By their English name; the lexicon of the language knows them. */
  objects: Names;
}

const loaders: Partial<Record<Language, () => Promise<Foreign>>> = {
  de: async () => {
    const [bridge, lexicon] = await Promise.all([import("./bridge.de.json"), import("../../../assets/lexicon/de/objects.json")]);
    return { ...bridge.default, objects: namesOf(lexicon.default.object_name) };
  },
};

const small = new Set(["im", "mit", "aus", "für", "und", "auf", "am", "der", "die", "das"]);
const capital = (word: string) => (small.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1));

/** The lexicon lists all forms of a noun, the plain one first, and small as it compares them. */
export function namesOf(lexicon: Names): Names {
  const names: Names = {};
  for (const [forms, object] of Object.entries(lexicon)) names[object] ??= (forms.split("|")[0] as string).split(/([ -])/).map(capital).join("");
  return names;
}

const known = new Map<Language, Foreign>();
let current: Foreign | null = null;

/** Resolves when the language can be spoken, with whatever of it could be had. */
export async function learn(language: Language): Promise<void> {
  const loader = known.has(language) ? undefined : loaders[language];
  if (loader) await loader().then((foreign) => known.set(language, foreign)).catch(() => {});
}

export function speakForeign(language: Language): void {
  current = known.get(language) ?? null;
}

/** The language that is wanted, as soon as it is learned; the one before until then. */
export function useLearned(wanted: Language): Language {
  const [spoken, setSpoken] = useState(wanted);
  useEffect(() => {
    let isWanted = true;
    void learn(wanted).then(() => { if (isWanted) setSpoken(wanted); });
    return () => { isWanted = false; };
  }, [wanted]);
  return spoken;
}

type Plain = { [K in keyof Foreign]: Foreign[K] extends Names ? K : never }[keyof Foreign];

/** `said` is what the bridge said. */
export const translated = (kind: Exclude<Plain, "tips" | "nodes" | "templates">, name: string, said: string): string => current?.[kind][name] ?? said;
export const nodeLabel = (id: string, said: string): string => current?.nodes[id]?.label ?? said;
export const nodeHelp = (id: string, said: string): string => current?.nodes[id]?.help ?? said;
export const templateOf = (id: string, said: { name: string; description: string }): { name: string; description: string } => {
  const own = current?.templates[id];
  return own ? { name: own.name, description: own.help } : said;
};
export const category = (path: string): string => (current ? path.split("/").map((part) => translated("categories", part, part)).join("/") : path);

export function tipOf(node: string, input: string, said: string): string {
  if (!current) return said;
  const family = Object.keys(current.tips).find((key) => key.endsWith("*") && node.startsWith(key.slice(0, -1)));
  return current.tips[node]?.[input] ?? (family ? current.tips[family]?.[input] : undefined) ?? said;
}

export const isForeign = (): boolean => current !== null;

/** An object's name in the window's language; null where the language has none. English has all. */
export const objectName = (name: string): string | null => (current ? current.objects[name] ?? null : name);
export const shownName = (name: string): string => objectName(name) ?? name;
