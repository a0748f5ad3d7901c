// What a command says beside its operation, in the window's language: what it is about, then how.
import { touch } from "../../flow/objects";
import type { SceneCommand } from "../../flow/sentence";
import { nameOf } from "../command/selection";
import { decimal } from "../parts/format";
import { t } from "../words";
import { currentProject } from "../wire/queries";
import { shownThing, translated, valueIn } from "../words/foreign";

/** `color` is seen better than read. */
export interface Detail { text: string; color?: string }

/** Known by what they say, without their name. */
const lead = ["name", "text", "file", "targets", "place", "surface", "kind", "motion", "scenario", "shot", "angle", "side", "direction"];
/** Those that name things. */
const ids = ["targets", "by", "to", "around", "along", "from", "look_at"];
/** Those that name what another command does. */
const deeds = ["after", "with"];
const units: Record<string, string> = { m: " m", s: " s", deg: "°", mm: " mm" };

function deedOf(id: string): string {
  const other = (currentProject()?.commands as SceneCommand[] | undefined)?.find((c) => c["id"] === id), what = other?.["motion"] ?? other?.["scenario"] ?? other?.["shot"];
  return other && typeof what === "string" ? valueIn(other.op, "", what) : id;
}

function show(op: string, field: string, value: unknown): string {
  if (typeof value === "number") return decimal(value);
  if (Array.isArray(value)) return value.map((v) => show(op, field, v)).join(", ");
  if (typeof value === "object" && value !== null) return Object.entries(value).map(([name, v]) => show(op, name === "relation" ? "place" : name, v)).join(" ");
  if (deeds.includes(field)) return deedOf(String(value));
  return ids.includes(field) ? nameOf(String(value)) : valueIn(op, field, String(value));
}

function detail(command: SceneCommand, name: string): Detail {
  const value = command[name], [, field = name, unit = ""] = /^(.+)_(m|s|deg|mm)$/.exec(name) ?? [], label = translated("fields", field, field.replaceAll("_", " "));
  if (name === "name") return { text: shownThing({ name: String(value), object: String(command["object"] ?? ""), ...(typeof command["id"] === "string" ? { id: command["id"] } : {}) }) };
  if (name === "text" || name === "file") return { text: String(value) };
  if (lead.includes(name)) return { text: show(command.op, name, value) };
  if (typeof value === "boolean") return { text: value ? label : t("outline.without", { what: label }) };
  if (name === "color" && typeof value === "string") return { text: label, color: value };
  return { text: `${label} ${show(command.op, field, value)}${units[unit] ?? ""}` };
}

export function detailsOf(command: SceneCommand): Detail[] {
  const { op: _, id: __, object, ...rest } = command, named = object !== undefined && !("name" in rest) ? { ...command, name: object } : command;
  const names = [...lead.filter((n) => n in named), ...Object.keys(rest).filter((n) => !lead.includes(n))];
  return names.map((n) => detail(named, n)).filter((d) => d.text !== "");
}

export const describe = (command: SceneCommand): string => detailsOf(command).map((d) => (d.color ? `${d.text} ${d.color}` : d.text)).join(" · ");

export function touches(command: SceneCommand, id: string): boolean {
  const own = [command["id"], command["targets"]].flat().filter((target): target is string => typeof target === "string");
  return own.some((target) => touch(target, id));
}
