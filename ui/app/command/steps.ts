// What one may want to say next, in the window's language; in English where an object has no name in it.
import type { SceneCommand, Step } from "../../flow/sentence";
import { nextSteps } from "../../flow/sentence";
import { inEnglish, t } from "../words";
import { thingName } from "../words/foreign";

function say(step: Step, what?: { name: string; object: string }): string {
  const own = what ? thingName(what.name, what.object) : "";
  return own === null ? inEnglish(`next.${step}`, { what: what?.name ?? "" }) : t(`next.${step}`, { what: own });
}

export const stepsFrom = (commands: readonly SceneCommand[]): string[] => nextSteps(commands, say);
