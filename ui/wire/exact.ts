// JSON whose whole numbers stay exact: seeds have 64 bits, and a number of JavaScript 53. Larger ones become bigint.

const mark = "\u0001exact:", longest = /-?\d{16,20}/;

/** Numerals beyond 53 bits outside of strings, as strings that `revive` knows. */
function guard(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (piece) => (!/^-?\d{16,20}$/.test(piece) || Number.isSafeInteger(Number(piece)) ? piece : JSON.stringify(mark + piece)));
}

export function parseExact(text: string): unknown {
  if (!longest.test(text)) return JSON.parse(text);
  return JSON.parse(guard(text), (_, value: unknown) => (typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value));
}

const written = /"\\u0001exact:(-?\d+)"/g;

export function writeExact(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === "bigint" ? mark + part.toString() : part), indent).replace(written, "$1");
}

/** A whole number as exact as it was typed. */
export function wholeOf(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}
