// Scenes of sentences that are not sent yet: made one after the other, and taken by the project that comes to be the same.
import { base } from "../../wire/client";
import { writeExact } from "../../wire/exact";
import type { Ahead } from "../command/ahead";
import { keyOf } from "../command/ahead";
import type { Command } from "../wire/queries";
import type { Detail } from "./device";
import type { SceneModel } from "./useSceneModel";
import { loadScene } from "./useSceneModel";

interface Coming { key: string; detail: Detail; isDropped: boolean; model: Promise<SceneModel> }

let coming: Coming | null = null, before: Promise<unknown> = Promise.resolve();

function load(own: Omit<Coming, "model">, commands: readonly Command[]): Promise<SceneModel> {
  if (own.isDropped) return Promise.reject(new Error("nobody waits for it any more"));
  return loadScene(`${base}/scene.glb?detail=${own.detail}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: writeExact({ commands }) });
}

/** One at a time, for the bridge makes them in a row: what is sent in the end must not wait behind what was typed on the way. */
export function bring({ key, commands }: Ahead, detail: Detail): Promise<SceneModel> {
  if (coming?.key === key && coming.detail === detail) return coming.model;
  if (coming) coming.isDropped = true;
  const own = { key, detail, isDropped: false }, model = before.then(() => load(own, commands)), entry: Coming = Object.assign(own, { model });
  coming = entry;
  before = model.catch(() => { if (coming === entry) coming = null; });
  return model;
}

/** Its things belong to who takes them: the next one loads anew. */
export function take(commands: readonly Command[], detail: Detail): Promise<SceneModel> | null {
  if (!coming || coming.key !== keyOf(commands) || coming.detail !== detail) return null;
  const { model } = coming;
  coming = null;
  return model;
}
