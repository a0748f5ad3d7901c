// Small helpers that several rooms share.

export function matches(words: string, ...texts: (string | null | undefined)[]): boolean {
  const all = texts.join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((w) => all.includes(w));
}

export function saveFrom(url: string, name: string): void {
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
}

/** As a file, as a link with `download` would. */
export function save(name: string, what: Blob): void {
  const url = URL.createObjectURL(what);
  saveFrom(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

export const download = (name: string, text: string): void => save(name, new Blob([text], { type: "application/json" }));
