// Sums that people type where a number belongs: "2*512", "(1024-64)/8", "2^10". Nothing but numbers and signs is understood.

const token = /\s*(\d+(?:\.\d*)?(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|\*\*|[-+*/%^()])/iy;
const longest = 100;

function tokensOf(text: string): string[] | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text);
    if (!found) return null;
    tokens.push(found[1] as string);
  }
  return tokens;
}

const levels: readonly Record<string, (a: number, b: number) => number>[] = [
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b },
];

/** Null when it is no sum, or has no finite result. A decimal comma is a point. */
export function calculate(typed: string): number | null {
  const text = typed.trim().replaceAll(",", "."), tokens = text.length > 0 && text.length <= longest ? tokensOf(text) : null;
  if (!tokens) return null;
  let at = 0;
  const one = (): number => {
    const next = tokens[at++];
    if (next === "-") return -power();
    if (next === "+") return power();
    if (next === "(") {
      const inside = level(0);
      return tokens[at++] === ")" ? inside : NaN;
    }
    return next === undefined ? NaN : Number(next);
  };
  const power = (): number => {
    const base = one();
    if (tokens[at] !== "^" && tokens[at] !== "**") return base;
    at++;
    return base ** power();
  };
  const level = (n: number): number => {
    const signs = levels[n];
    if (!signs) return power();
    let value = level(n + 1);
    for (let sign = signs[tokens[at] ?? ""]; sign; sign = signs[tokens[at] ?? ""]) {
      at++;
      value = sign(value, level(n + 1));
    }
    return value;
  };
  const value = level(0);
  return at === tokens.length && Number.isFinite(value) ? value : null;
}
