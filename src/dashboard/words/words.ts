import type { en } from './en.js';

export type Word = keyof typeof en;
export type Words = Readonly<Record<Word, string>>;
export type Filling = Readonly<Record<string, string | number>>;

export type Language = 'en' | 'sv';
export const LANGUAGES: readonly { readonly code: Language; readonly name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'sv', name: 'Svenska' },
];

const NO_BREAK_SPACE = '\u00a0';

/** Puts what the sentence is about into its places, and keeps a number on the line of its unit. */
export function fill(text: string, filling: Filling = {}): string {
  return text
    .replace(/\{(\w+)\}/g, (place, name: string) => String(filling[name] ?? place))
    .replace(/(\d) (A|kW|kWh|s|h|öre)\b/g, `$1${NO_BREAK_SPACE}$2`);
}

/** The first of the wishes that we have. */
export function chooseLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const found = LANGUAGES.find(({ code }) => wish.toLowerCase().split('-')[0] === code);
    if (found !== undefined) return found.code;
  }
  return 'en';
}
