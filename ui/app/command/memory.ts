// What was said before, newest first; kept between visits.
import { t } from "../words";

const key = "miktos.said", most = 50;

export function said(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list.filter((i): i is string => typeof i === "string") : [];
  } catch {
    return [];
  }
}

export function remember(sentence: string): void {
  localStorage.setItem(key, JSON.stringify([sentence, ...said().filter((s) => s !== sentence)].slice(0, most)));
}

/** To begin with; each has its picture. */
export const examples = (): string[] => exampleWords.map((word) => t(word));

const exampleWords = ["example.1", "example.2", "example.3", "example.4", "example.5", "example.6"] as const;
