// What can be done to what is selected, by keys, by slashes and in the outline.
import { means, thingOf } from "../../flow/objects";
import { objectsOf } from "../../flow/sentence";
import { complain, say } from "../parts/Toasts";
import { useApp } from "../state";
import { applyByHand } from "../wire/byHand";
import { currentProject } from "../wire/queries";
import { t } from "../words";
import { shownThing } from "../words/foreign";

/** As the outline calls it; of copies and parts, which one. */
export function nameOf(id: string): string {
  const known = objectsOf(currentProject()?.commands ?? []).find((o) => o.id === thingOf(id)), thing = known ? shownThing(known) : thingOf(id);
  const [copy, part] = [/\.(\d+)/.exec(id)?.[1], id.split("/")[1]];
  return [thing, copy, part].filter(Boolean).join(" ");
}

export function withSelected(then: (id: string) => void): void {
  const { selected } = useApp.getState();
  if (selected !== null) then(selected);
  else say(t("action.noSelection"));
}

export function selectNothing(): void {
  useApp.getState().set({ selected: null, gizmo: "none", isFilmShown: false });
}

/** Shows what is selected as large as it can be seen, or all. */
export function frameIt(): void {
  useApp.setState((s) => ({ framings: s.framings + 1, isThroughCamera: false }));
}

/** Around, in the order of the outline. */
export function selectBy(step: 1 | -1): void {
  const ids = objectsOf(currentProject()?.commands ?? []).map((o) => o.id), { selected, set } = useApp.getState();
  const at = selected === null ? (step > 0 ? -1 : 0) : ids.indexOf(thingOf(selected));
  if (ids.length > 0) set({ selected: ids[(at + step + ids.length) % ids.length] ?? null });
}

/** A part goes with its thing. */
const wholeOf = (id: string): string => id.split("/")[0] as string;

export function toggleHidden(of: string): void {
  const id = wholeOf(of);
  useApp.setState(({ hidden }) => ({ alone: null, hidden: hidden.some((h) => means(h, id)) ? hidden.filter((h) => !means(h, id)) : [...hidden, id] }));
}

export function toggleAlone(of: string): void {
  const id = wholeOf(of);
  useApp.setState(({ alone }) => ({ alone: alone === id ? null : id }));
}

export function removeThing(id: string): void {
  if (id.includes("/")) return;
  useApp.getState().set({ selected: null });
  applyByHand([{ op: "remove", targets: [id] }]).catch(complain);
}
