// Small helpers that several rooms share.

export function matches(words: string, ...texts: (string | null | undefined)[]): boolean {
  const all = texts.join(" ").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((w) => all.includes(w));
}

/** Saves text as a file, as a link with `download` would. */
export function download(name: string, text: string, type = "application/json"): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
