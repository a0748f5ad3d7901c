// One pull at a thing, from its beginning until the bridge has it: what is seen, what is told, what is sent.
import { complain } from "../parts/Toasts";
import type { GizmoMode } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { objectsOf } from "../../flow/sentence";
import { thingOf } from "../../flow/objects";
import { applyByHand } from "../wire/byHand";
import { currentProject } from "../wire/queries";
import type { Change } from "./hands";
import { arrive, changeHeld, commandOf, drop, hold, numbersOf, tell } from "./hands";

export interface Pull { change: (to: Change) => void; drop: () => void; send: () => Promise<void> }

/** As the outline calls it; of copies and parts, which one. */
export function nameOf(id: string): string {
  const thing = objectsOf(currentProject()?.commands ?? []).find((o) => o.id === thingOf(id))?.name ?? thingOf(id);
  const [copy, part] = [/\.(\d+)/.exec(id)?.[1], id.split("/")[1]];
  return [thing, copy, part].filter(Boolean).join(" ");
}

/** `hint` is shown beside the numbers while it goes on. */
export function beginPull(id: string, mode: GizmoMode, hint: string): Pull {
  const key = hold(id), name = nameOf(id);
  let change: Change | null = null;
  const told = () => change ? t(`hands.${mode}` as Word, { name, how: numbersOf(mode, change) }) : "";
  return {
    change: (to) => {
      change = to;
      changeHeld(key, to);
      tell({ text: told(), hint, isDone: false });
    },
    drop: () => {
      drop(key);
      tell(change && { text: t("hands.back", { name }), isDone: true });
    },
    send: async () => {
      const command = change && commandOf(id, change);
      tell(command ? { text: told(), isDone: true } : null);
      if (!command) return drop(key);
      try {
        arrive(key, (await applyByHand([command])).version);
      } catch (error) {
        drop(key);
        tell(null);
        complain(error);
      }
    },
  };
}
