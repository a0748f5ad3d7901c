// Plugins that are here: those that came with the program, and folders that a person added.
import { useQuery } from "@tanstack/react-query";
import { Plain } from "../parts/Failure";
import { t } from "../words";
import { client } from "../wire/queries";
import type { Manifest } from "./protocol";
import { readManifest } from "./protocol";

export interface Shelved { manifest: Manifest; source: string; isOwn: boolean }

const key = "miktos.plugins", largest = 300_000;

function added(): Shelved[] {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "[]") as Shelved[]).filter((p) => readManifest(p.manifest) && typeof p.source === "string");
  } catch {
    return [];
  }
}

async function text(url: string): Promise<string> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

async function delivered(): Promise<Shelved[]> {
  const names = JSON.parse(await text("/plugins/index.json")) as string[];
  return Promise.all(names.map(async (name) => {
    const manifest = readManifest(JSON.parse(await text(`/plugins/${name}/manifest.json`)));
    if (!manifest) throw new Error(t("plugin.noManifest", { name }));
    return { manifest, source: await text(`/plugins/${name}/${manifest.module}`), isOwn: false };
  }));
}

/** One's own takes the place of a delivered one of the same name. */
async function all(): Promise<Shelved[]> {
  const came = await delivered(); // first: a folder may be added meanwhile
  const own = added(), ids = new Set(own.map((p) => p.manifest.id));
  return [...came.filter((p) => !ids.has(p.manifest.id)), ...own];
}

export const useShelf = (isWanted = true) => useQuery({ queryKey: ["shelf"], enabled: isWanted, staleTime: Infinity, queryFn: all });

/** From the files of a folder: a manifest, and the module that it names. */
export async function addFolder(files: readonly File[]): Promise<Manifest> {
  const found = files.find((f) => f.name === "manifest.json");
  const manifest = found ? await found.text().then((json) => readManifest(JSON.parse(json))).catch(() => null) : null;
  if (!manifest) throw new Plain(t("plugin.noManifest", { name: files[0]?.webkitRelativePath.split("/")[0] ?? "" }));
  const module = files.find((f) => f.name === manifest.module);
  if (!module || module.size > largest) throw new Plain(t("plugin.noModule", { name: manifest.name, file: manifest.module }));
  const next = [...added().filter((p) => p.manifest.id !== manifest.id), { manifest, source: await module.text(), isOwn: true }];
  localStorage.setItem(key, JSON.stringify(next));
  void client.invalidateQueries({ queryKey: ["shelf"] });
  return manifest;
}

export function dropPlugin(id: string): void {
  localStorage.setItem(key, JSON.stringify(added().filter((p) => p.manifest.id !== id)));
  void client.invalidateQueries({ queryKey: ["shelf"] });
}
