// One pull at a thing, from its beginning until the bridge has it: what is seen, what is told, what is sent.
import { nameOf } from "../command/selection";
import { complain } from "../parts/Toasts";
import type { GizmoMode } from "../state";
import type { Word } from "../words";
import { t } from "../words";
import { applyByHand } from "../wire/byHand";
import type { Change } from "./hands";
import { arrive, changeHeld, commandOf, drop, hold, numbersOf, tell } from "./hands";

export interface Pull { change: (to: Change) => void; drop: () => void; send: () => Promise<void> }

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
