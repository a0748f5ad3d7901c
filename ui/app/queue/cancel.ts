// Everything that runs or waits is ended; each can be run again from the list.
import { call } from "../../wire/client";
import type { Schemas } from "../../wire/client";
import { say } from "../parts/Toasts";
import { t } from "../words";
import { client, isLive, keys, knownTask, putAnswer } from "../wire/queries";

export async function cancelAll(): Promise<void> {
  const live = client.getQueryData<Schemas["TaskPage"]>(keys.tasks)?.items.filter(isLive) ?? [];
  await Promise.all(live.map(async ({ id }) => {
    const before = knownTask(id);
    putAnswer(await call("post", "/task/{id}/cancel", { path: { id } }), before);
  }));
  say(t("action.cancelled", { n: live.length }));
}
