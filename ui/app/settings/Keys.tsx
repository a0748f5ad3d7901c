// Every key that does something.
import { matches } from "../parts/menu";
import type { Word } from "../words";
import { t } from "../words";

const keys: [string, Word][] = [
  ["Ctrl K", "command.label"], ["Alt 1 … 4", "view.label"], ["Space", "action.play"], ["Q G R S", "viewport.tools"], ["C", "action.camera"], ["W", "action.wireframe"],
  ["Ctrl Z", "action.undo"], ["Ctrl Shift Z", "action.redo"], ["Ctrl Enter", "graph.run"], ["Ctrl Shift Enter", "graph.runTo"], ["Ctrl S", "graph.save"], ["Ctrl O", "graph.open"],
  ["/", "search.label"], ["Ctrl M", "graph.mute"], ["Ctrl B", "graph.bypass"], ["Alt C", "node.collapse"], ["Ctrl G", "node.group"], ["Ctrl Shift E", "node.subgraph"], ["L", "graph.layOut"], [".", "graph.fit"], ["N", "node.note"],
];

export function Keys({ words }: { words: string }) {
  const shown = keys.filter(([key, word]) => matches(words, key, t(word), t("setting.keys")));
  if (shown.length === 0) return null;
  return (
    <section aria-label={t("setting.keys")} className="pt-4">
      <h3 className="pb-1 font-medium">{t("setting.keys")}</h3>
      <dl className="text-xs">{shown.map(([key, word]) => <div key={key + word} className="flex justify-between gap-3 py-1.5"><dt className="text-soft">{t(word)}</dt><dd className="shrink-0"><kbd>{key}</kbd></dd></div>)}</dl>
    </section>
  );
}
