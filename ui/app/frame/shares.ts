// Which share of the machine each process has taken lately.
import type { Schemas } from "../../wire/client";

type ProcessList = Schemas["ProcessList"];

/** Of all cores, between the last two lists; nothing before there are two, and of one that has just begun. */
export function sharesOf(lists: readonly ProcessList[], cores: number): { name: string; share: number }[] {
  const now = lists.at(-1), before = lists.at(-2);
  return now?.items.map(({ name, cpu_s }) => {
    const was = before?.items.find((p) => p.name === name), seconds = before ? now.at_s - before.at_s : 0;
    // One that was started again has computed less than the one before it.
    const done = was && cpu_s >= was.cpu_s ? cpu_s - was.cpu_s : 0;
    return { name, share: seconds > 0 ? Math.min(1, done / seconds / cores) : 0 };
  }) ?? [];
}
