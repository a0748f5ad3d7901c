// Every text a person reads comes from one catalogue; the type makes a missing translation a compile error.
import { de } from "./de";
import { en } from "./en";
import { speakForeign } from "./foreign";

export type Word = keyof typeof en;
export type Catalogue = Record<Word, string>;
export type Language = "en" | "de";

export const languages: Record<Language, { name: string; words: Catalogue }> = {
  en: { name: "English", words: en },
  de: { name: "Deutsch", words: de },
};

let current: Language = "en";

/** Called by the root before it draws. */
export function speak(language: Language): void {
  current = language;
  speakForeign(language);
  document.documentElement.lang = language;
}

export function preferredLanguage(): Language {
  return navigator.language.startsWith("de") ? "de" : "en";
}

/** `{name}` in a text is replaced; `{n|one|many}` chooses by number. */
export const t = (word: Word, values: Record<string, string | number> = {}): string => fill(current, word, values);

/** For sentences about what has no name in the window's language. */
export const inEnglish = (word: Word, values: Record<string, string | number> = {}): string => fill("en", word, values);

function fill(language: Language, word: Word, values: Record<string, string | number>): string {
  return languages[language].words[word]
    .replace(/\{(\w+)\|([^|}]*)\|([^}]*)\}/g, (_, name: string, one: string, many: string) => (values[name] === 1 ? one : many))
    .replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
