// A field over a name, until it is left.
import type { KeyboardEvent } from "react";

/** `onDone` hears the new name without spaces around it, or null when it stays as it was. */
export function Rename({ name, label, longest, className, onDone }: { name: string; label: string; longest: number; className: string; onDone: (name: string | null) => void }) {
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    event.stopPropagation();
    if (event.key === "Enter") event.currentTarget.blur();
    if (event.key === "Escape") onDone(null);
  };
  const end = (text: string) => onDone(text && text !== name ? text : null);
  return <input autoFocus defaultValue={name} maxLength={longest} aria-label={label} onFocus={(e) => e.currentTarget.select()} onKeyDown={onKey} onBlur={(e) => end(e.currentTarget.value.trim())} className={className} />;
}
