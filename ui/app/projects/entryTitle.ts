// What a change of a project is called: by its sentence, by what the bridge notes of a return or a branch, or by its commands.
import type { Schemas } from "../../wire/client";
import { describe } from "../outline/describe";
import { t } from "../words";

export type Entry = Schemas["ProjectEntry"];

/** The bridge's own notes are English; they stand where nobody can say a sentence: the first version, and one that adds nothing. */
function noteOf({ sentence, version, added }: Entry): string | null {
  const name = version === 0 ? /^branched from (.*)$/s.exec(sentence ?? "")?.[1] : undefined;
  if (name !== undefined) return t("history.from", { name });
  const back = added.length === 0 ? /^back to version (\d+)$/.exec(sentence ?? "")?.[1] : undefined;
  return back === undefined ? null : t("history.restored", { n: back });
}

export function entryTitle(entry: Entry | undefined): string {
  if (!entry) return "";
  const said = noteOf(entry) ?? entry.sentence;
  return said || entry.added.map((c) => `${c.op} ${describe(c as { op: string } & Record<string, unknown>)}`).join("; ") || t(entry.version === 0 ? "history.begin" : "history.change");
}
