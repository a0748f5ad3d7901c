// What gives back memory and disk.
import type { Schemas } from "../../wire/client";
import { call } from "../../wire/client";
import { bytes } from "../parts/format";
import { say } from "../parts/Toasts";
import { client, keys, refresh } from "../wire/queries";
import { t } from "../words";

/** Folders of what is made again when it is wanted. */
export const madeAgain = ["results", "unfinished", "pictures"] as const;
export type MadeAgain = (typeof madeAgain)[number];

export async function freeEngine(): Promise<void> {
  await call("post", "/engines/{id}/free", { path: { id: "own" } });
  say(t("usage.isFreed"));
  await refresh(keys.processes);
}

export async function empty(name: MadeAgain): Promise<void> {
  const known = client.getQueryData<{ items: Schemas["Folder"][] }>(keys.folders) ?? await call("get", "/folders");
  const before = known.items.find((f) => f.name === name)?.bytes ?? 0, left = await call("post", "/folders/{name}/empty", { path: { name } });
  say(t("usage.isEmpty", { bytes: bytes(Math.max(0, before - left.bytes)) }));
  await refresh(keys.folders);
}
