// What a finished work was made from, read from the file itself.
import type { ApiGraph } from "../../flow/api";
import { looksLikeApi } from "../../flow/api";
import { findWorkflow } from "../../flow/embedded";
import { NoWorkflow, openBytes } from "../graph/files";
import { useApp } from "../state";
import { t } from "../words";

async function bytesOf(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

export async function openWorkflowOf(url: string): Promise<void> {
  openBytes(await bytesOf(url), decodeURIComponent(url.split("/").at(-1) ?? url));
}

/** The first seed of the workflow; it is used for the films that follow. */
export async function seedOf(url: string): Promise<number> {
  const { prompt } = findWorkflow(await bytesOf(url));
  const nodes = looksLikeApi(prompt) ? Object.values(prompt as ApiGraph) : [];
  for (const node of nodes.reverse())
    for (const name of ["seed", "noise_seed"]) {
      const seed = node.inputs[name];
      if (typeof seed !== "number") continue;
      useApp.getState().prefer({ seed });
      return seed;
    }
  throw new NoWorkflow(t("gallery.noSeed"));
}
