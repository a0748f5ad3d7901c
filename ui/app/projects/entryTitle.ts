// What a change of a project is called: by its sentence, by what the bridge notes of a return or a branch, or by its commands.
import type { Schemas } from "../../wire/client";
import { describe } from "../outline/describe";
import { t } from "../words";
import { nameOfOp } from "../words/foreign";

export type Entry = Schemas["ProjectEntry"];

function worded({ code, name = "", version = 0 }: Schemas["ProjectNote"]): string {
  return code === "restored" ? t("history.restored", { n: version }) : t("history.from", { name });
}

export function entryTitle(entry: Entry | undefined): string {
  if (!entry) return "";
  const { sentence, note, added, version } = entry;
  return sentence || (note && worded(note)) || added.map((c) => `${nameOfOp(c.op)} ${describe(c as { op: string } & Record<string, unknown>)}`).join("; ") || t(version === 0 ? "history.begin" : "history.change");
}
