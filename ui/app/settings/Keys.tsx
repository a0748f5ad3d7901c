// Every key that does something, by where it does.
import { byHand, everywhere, inScene, onCanvas } from "../frame/shortcuts";
import { cx } from "../parts/format";
import { matches } from "../parts/menu";
import type { Word } from "../words";
import { t } from "../words";

const lists = [["keys.everywhere", everywhere], ["view.scene", inScene], ["view.graph", onCanvas], ["keys.hand", byHand]] as const;
const isApple = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.userAgent);
const arrows = { arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓" };
const signs: Record<string, string> = isApple ? { ctrl: "⌘", alt: "⌥", shift: "⇧", enter: "⏎", ...arrows } : { enter: "Enter", ...arrows };
const spoken: Record<string, Word> = { ctrl: "keys.ctrl", shift: "keys.shift", delete: "keys.delete", backspace: "keys.backspace", home: "keys.home", end: "keys.end", escape: "keys.escape", space: "keys.space", drag: "keys.drag", click: "keys.click", "right-click": "keys.rightClick", "double-click": "keys.doubleClick", "double-click-wire": "keys.doubleClick", "drag-wire": "keys.drag" };

function nameOf(part: string): string {
  if (signs[part]) return signs[part];
  if (spoken[part]) return t(spoken[part]);
  return (part.length === 1 ? part.toUpperCase() : `${part[0]?.toUpperCase()}${part.slice(1)}`);
}

/** "ctrl+shift+k" as people write it; the plus of "alt++" is a key of its own. */
export function namesOf(combo: string): string[] {
  return combo.replace(/\+\+$/, "+plus").split("+").map((part) => (part === "plus" ? "+" : nameOf(part)));
}

/** In one line. */
export const keysText = (combo: string): string => namesOf(combo).join("+");

export function Keys({ words = "", isWide = false }: { words?: string; isWide?: boolean }) {
  return lists.map(([title, list]) => {
    const shown = list.filter((s) => matches(words, s.keys.join(" "), t(s.word), t(title), t("setting.keys")));
    if (shown.length === 0) return null;
    return (
      <section key={title} aria-label={t(title)} className={isWide ? "pb-4" : "pt-4"}>
        <h3 className="pb-1 font-medium">{isWide ? t(title) : `${t("setting.keys")}: ${t(title)}`}</h3>
        <dl className={cx("text-xs", isWide && "sm:columns-2 sm:gap-8")}>
          {shown.map((s) => (
            <div key={s.word + s.keys[0]} className="flex break-inside-avoid items-center justify-between gap-3 py-1">
              <dt className="text-soft">{t(s.word)}</dt><dd className="flex shrink-0 gap-1">{namesOf(s.keys[0]).map((name) => <kbd key={name}>{name}</kbd>)}</dd>
            </div>
          ))}
        </dl>
      </section>
    );
  });
}
