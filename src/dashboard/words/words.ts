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
const UNIT = /(\d) (A|kW|kWh|s|h|öre)\b/g;
const MAY_HAVE_UNIT = /[\d}] (A|kW|kWh|s|h|öre)\b/;

/** A sentence that knows its places: they are looked for once, however often they are filled. */
export type Sentence = (filling?: Filling) => string;

export function sentence(text: string): Sentence {
  // Every other part is the name of a place.
  const parts = text.split(/\{(\w+)\}/);
  const hasUnit = MAY_HAVE_UNIT.test(text);
  return (filling = {}) => {
    let filled = '';
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at] ?? '';
      filled += at % 2 === 0 ? part : (filling[part] ?? `{${part}}`);
    }
    return hasUnit ? filled.replace(UNIT, `$1${NO_BREAK_SPACE}$2`) : filled;
  };
}

/** Puts what the sentence is about into its places, and keeps a number on the line of its unit. */
export function fill(text: string, filling?: Filling): string {
  return sentence(text)(filling);
}

/** The first of the wishes that we have. */
export function chooseLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const found = LANGUAGES.find(({ code }) => wish.toLowerCase().split('-')[0] === code);
    if (found !== undefined) return found.code;
  }
  return 'en';
}
