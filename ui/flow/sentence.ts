// A sentence with what was understood of it: pieces to colour, chips to show, steps to offer.

export interface Span { from: number; to: number; kind: string; command: number }
export interface Unknown { from: number; to: number; word: string; suggestions: string[]; stand_in: boolean }
export type SceneCommand = { op: string } & Record<string, unknown>;
export interface Piece { text: string; kind: string | null; isUnknown: boolean }
export interface Chip { kind: string; text: string; color?: string; command: number }

/** The bridge counts bytes of UTF-8, a string counts UTF-16: index of each byte. */
export function indexOfBytes(sentence: string): (byte: number) => number {
  const indices: number[] = [];
  let at = 0;
  for (const letter of sentence) {
    const size = new TextEncoder().encode(letter).length;
    for (let i = 0; i < size; i++) indices.push(at);
    at += letter.length;
  }
  return (byte) => indices[byte] ?? sentence.length;
}

/** At most so many letters of it, cut between words. */
export function shortened(sentence: string, most: number): string {
  const letters = [...sentence];
  if (letters.length <= most) return sentence;
  const cut = letters.slice(0, most - 1).join(""), space = /\s/.test(letters[most - 1] ?? "") ? cut.length : cut.search(/\s\S*$/);
  return `${(space > 0 ? cut.slice(0, space) : cut).replace(/[\s,;:.–-]+$/, "")}…`;
}

/** The sentence with another word in an unknown one's place. */
export function replaced(sentence: string, { from, to }: Pick<Unknown, "from" | "to">, by: string): string {
  const index = indexOfBytes(sentence);
  return sentence.slice(0, index(from)) + by + sentence.slice(index(to));
}

export function piecesOf(sentence: string, spans: readonly Span[], unknown: readonly Unknown[]): Piece[] {
  const index = indexOfBytes(sentence);
  const marks = [
    ...unknown.map((u) => ({ from: index(u.from), to: index(u.to), kind: null, isUnknown: true })),
    ...spans.map((s) => ({ from: index(s.from), to: index(s.to), kind: s.kind, isUnknown: false })),
  ].sort((a, b) => a.from - b.from || Number(b.isUnknown) - Number(a.isUnknown));
  const pieces: Piece[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.from < at || mark.to <= mark.from) continue;
    if (mark.from > at) pieces.push({ text: sentence.slice(at, mark.from), kind: null, isUnknown: false });
    pieces.push({ text: sentence.slice(mark.from, mark.to), kind: mark.kind, isUnknown: mark.isUnknown });
    at = mark.to;
  }
  if (at < sentence.length) pieces.push({ text: sentence.slice(at), kind: null, isUnknown: false });
  return pieces;
}

/** Words in a row of the same kind about the same command are one chip. */
export function chipsOf(sentence: string, spans: readonly Span[], commands: readonly SceneCommand[]): Chip[] {
  const index = indexOfBytes(sentence);
  const chips: (Chip & { to: number })[] = [];
  for (const span of spans) {
    const from = index(span.from), to = index(span.to), last = chips.at(-1);
    if (last && last.kind === span.kind && sentence.slice(last.to, from).trim() === "") {
      last.text = sentence.slice(to - (to - from) - (from - last.to) - last.text.length, to);
      last.to = to;
      if (span.command >= 0) last.command = span.command;
      continue;
    }
    const color = span.kind === "color" ? commands[span.command]?.["color"] : undefined;
    chips.push({ kind: span.kind, text: sentence.slice(from, to), command: span.command, to, ...(typeof color === "string" ? { color } : {}) });
  }
  return chips.map(({ to: _, ...chip }) => chip);
}

export function objectsOf(commands: readonly SceneCommand[]): { id: string; name: string; object: string; color: string | null; command: number }[] {
  const painted = new Map<string, string>();
  for (const c of commands) if (c.op === "material" && typeof c["color"] === "string" && !c["part"]) for (const target of (c["targets"] ?? []) as string[]) painted.set(target, c["color"]);
  const removed = new Set(commands.flatMap((c) => (c.op === "remove" ? c["targets"] as string[] : [])));
  return commands.flatMap((c, command) => {
    if (c.op !== "add" && c.op !== "text" && c.op !== "import") return [];
    const id = String(c["id"]);
    if (removed.has(id)) return [];
    return [{ id, name: String(c["name"] ?? c["text"] ?? c["object"] ?? id), object: String(c["object"] ?? c.op), color: painted.get(id) ?? (typeof c["color"] === "string" ? c["color"] : null), command }];
  });
}
