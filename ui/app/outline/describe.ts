// One line of a command, as data rather than prose: what it is about, then how.
import { touch } from "../../flow/objects";
import type { SceneCommand } from "../../flow/sentence";

const lead = ["name", "text", "file", "targets", "surface", "kind", "motion", "scenario", "shot", "angle"];

function show(value: unknown): string {
  if (Array.isArray(value)) return value.map((v) => (typeof v === "number" ? String(Math.round(v * 100) / 100) : typeof v === "object" ? show(v) : String(v))).join(", ");
  if (typeof value === "object" && value !== null) return Object.values(value).map(show).join(" ");
  return String(value);
}

export function describe(command: SceneCommand): string {
  const { op: _, id: __, object: ___, ...rest } = command;
  const names = [...lead.filter((n) => n in rest), ...Object.keys(rest).filter((n) => !lead.includes(n))];
  return names.map((n) => (lead.includes(n) ? show(rest[n]) : `${n.replace(/_(m|s|deg|mm)$/, "")} ${show(rest[n])}`)).join(" · ");
}

export function touches(command: SceneCommand, id: string): boolean {
  const own = [command["id"], command["targets"]].flat().filter((target): target is string => typeof target === "string");
  return own.some((target) => touch(target, id));
}
