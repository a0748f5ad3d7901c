// What the canvas does for keys and buttons, for whoever says it in words; a canvas that is not open yet is opened and does it then.
import type { Combo, onCanvas } from "../frame/shortcuts";
import { go } from "../route";
import { useApp } from "../state";

/** What has a button or a place in a menu, but no key. */
export const keyless = ["export", "export-api", "from-scene", "align-left", "align-right", "align-top", "align-bottom", "spread-x", "spread-y"] as const;
export type Deed = Combo<typeof onCanvas> | (typeof keyless)[number];

let doer: ((deed: Deed) => void) | null = null;
let waiting: Deed[] = [];

export function doOnCanvas(deed: Deed): void {
  const { view } = useApp.getState();
  if (view !== "graph" && view !== "split") go("graph");
  if (doer) doer(deed);
  else waiting.push(deed);
}

/** The canvas is there and knows its nodes, until the returned function is called. */
export function hearWords(then: (deed: Deed) => void): () => void {
  doer = then;
  for (const deed of waiting.splice(0)) then(deed);
  return () => { doer = null; };
}

/** For tests. */
export const forgetWords = () => { waiting = []; };
