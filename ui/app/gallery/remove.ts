// Works that nobody wants any more: out of sight at once, their files gone when nobody has wanted them back.
import { call } from "../../wire/client";
import { removeLater } from "../parts/removing";
import { t } from "../words";
import { client, keys, refresh } from "../wire/queries";
import { forget } from "./newest";
import type { Work } from "./useWorks";

async function removeFiles(works: readonly Work[]): Promise<void> {
  const gone: Work[] = [];
  try {
    for (const work of works) {
      await call("delete", "/outputs/{task}/{file}", { path: { task: work.task_id, file: work.file } });
      gone.push(work);
    }
  } finally {
    forget(gone);
    await Promise.all([refresh(keys.outputs), client.invalidateQueries({ queryKey: keys.tasks })]);
  }
}

export function removeWorks(works: readonly Work[]): void {
  const [first] = works;
  if (first) removeLater(works.map((w) => w.url), works.length === 1 ? first.file : t("gallery.works", { n: works.length }), () => removeFiles(works));
}
