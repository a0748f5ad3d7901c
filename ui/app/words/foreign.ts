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
  /** Of nodes, as the planner and the templates write them; what follows a colon is a value, or a name. */
  titles: Names;
  /** What commands choose from, by operation or by field. */
  values: Record<string, Names>;
  /** Of commands, without their units. */
  fields: Names;
  templates: Record<string, { name: string; help: string }>;
  /** What workflows ask for and offer, as the templates say it. */
  asked: Names;
  catalog: Names;
  /** Of models in the catalog, where they are words. */
  catalogTitles: Names;
  /** By their English name; the lexicon of the language knows them. */
  objects: Names;
  /** All that it calls objects. */
  forms: ReadonlySet<string>;
}

const loaders: Partial<Record<Language, () => Promise<Foreign>>> = {
  de: async () => {
    const [bridge, objects, nouns] = await Promise.all([import("./bridge.de.json"), import("../../../assets/lexicon/de/objects.json"), import("../../../assets/lexicon/de/nouns.json")]);
    const lexicons = [nouns.default.object_alias, objects.default.object_name] as const;
    return { ...bridge.default, objects: { ...namesOf(lexicons[0]), ...namesOf(lexicons[1]) }, forms: new Set(lexicons.flatMap((l) => Object.keys(l)).flatMap((forms) => forms.split("|"))) };
  },
};

const small = new Set(["im", "mit", "aus", "für", "und", "auf", "am", "der", "die", "das"]);
const capital = (word: string) => (small.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1));
const capitals = (words: string) => words.split(/([ -])/).map(capital).join("");

/** The lexicon lists all forms of a noun, the plain one first, and small as it compares them. */
export function namesOf(lexicon: Names): Names {
  const names: Names = {};
  for (const [forms, object] of Object.entries(lexicon)) names[object] ??= capitals(forms.split("|")[0] as string);
  return names;
}

const known = new Map<Language, Foreign>();
let current: Foreign | null = null;

/** What other languages call objects: a scene that was made in one of them is told in English, too. */
const strangers = new Map<string, string>();

async function meetStrangers(): Promise<void> {
  const [de, deMore, es, esMore] = await Promise.all([import("../../../assets/lexicon/de/objects.json"), import("../../../assets/lexicon/de/nouns.json"), import("../../../assets/lexicon/es/objects.json"), import("../../../assets/lexicon/es/nouns.json")]);
  const lexicons: Names[] = [de.default.object_name, deMore.default.object_alias, es.default.object_name, esMore.default.object_alias];
  for (const names of lexicons) for (const [forms, object] of Object.entries(names)) for (const form of forms.split("|")) strangers.set(`${form} ${object}`, object);
}

/** Resolves when the language can be spoken, with whatever of it could be had. */
export async function learn(language: Language): Promise<void> {
  const loader = known.has(language) ? undefined : loaders[language];
  if (loader) await loader().then((foreign) => known.set(language, foreign)).catch(() => {});
  if (language === "en" && strangers.size === 0) await meetStrangers().catch(() => {});
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
export const translated = (kind: Exclude<Plain, "tips" | "nodes" | "templates" | "values">, name: string, said: string): string => current?.[kind][name] ?? said;
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

/** One that a command of this operation chose; as it stands where it has no word of its own. */
export const valueOf = (op: string, value: string): string => current?.values[op]?.[value] ?? value;

/** One in a field of a command, whose words go before those of its operation. */
export const valueIn = (op: string, field: string, value: string): string => current?.values[field]?.[value] ?? current?.values[op]?.[value] ?? current?.asked[value] ?? value;

/** What a command does, as the planner calls its node. */
export const nameOfOp = (op: string): string => translated("titles", capital(op), capital(op));

/** One that a workflow offers: as the templates' own word for it, or as that of the first operation that knows it. */
export const choiceName = (choice: string): string => current?.asked[choice] ?? Object.values(current?.values ?? {}).find((names) => choice in names)?.[choice] ?? choice;

/** "Animate: bounce" as the planner writes it; what a person wrote there stays. */
export function titleOfNode(title: string): string {
  const [, verb = title, value] = /^([A-Z]\w+): (.+)$/.exec(title) ?? [], own = current?.titles[verb];
  if (!own) return title;
  return value === undefined ? own : `${own}: ${verb === "Add" ? shownThing({ name: value, object: "" }) : valueOf(verb.toLowerCase(), value)}`;
}

export const isForeign = (): boolean => current !== null;

/** An object's name in the window's language; null where the language has none. English has all. */
export const objectName = (name: string): string | null => (current ? current.objects[name] ?? null : name);
export const shownName = (name: string): string => objectName(name) ?? name;

/** An id is made of the noun that was said: who has another name was given it. */
const isNoun = (name: string, id: string | undefined): boolean => id !== undefined && id.replace(/-\d+$/, "").replaceAll("-", " ") === name.toLowerCase().replaceAll("-", " ");

/** Of something in a scene: as it was said where that is a word of the language, or else by its kind; null where neither has one. */
export function thingName(name: string, object: string, id?: string): string | null {
  if (!current) return strangers.get(`${name} ${object}`) ?? name;
  if (name !== object && current.forms.has(name)) return capitals(name);
  return objectName(name) ?? (isNoun(name, id) ? objectName(object) : null);
}
export const shownThing = ({ name, object, id }: { name: string; object: string; id?: string }): string => thingName(name, object, id) ?? name;
