import { effect, signal } from '@preact/signals';
import type { Spoken } from '../model/speech.js';
import { chooseLanguage, type Language } from '../words/words.js';

// How it is shown on this device: kept on it, and nowhere else.

export type Theme = 'auto' | 'light' | 'dark';

const LANGUAGE_KEPT_AS = 'evenkeel.language';
const THEME_KEPT_AS = 'evenkeel.theme';

/** Changes when the words are there. */
export const spoken = signal<Spoken>({ language: 'en' });
export const theme = signal<Theme>(themeFrom(localStorage.getItem(THEME_KEPT_AS)));
/** Counts the times that colours changed: what is drawn on a canvas is drawn anew. */
export const coloursVersion = signal(0);

export function chooseDisplay(choice: { readonly language?: Language; readonly theme?: Theme }): void {
  if (choice.language !== undefined) {
    localStorage.setItem(LANGUAGE_KEPT_AS, choice.language);
    void speak(choice.language);
  }
  if (choice.theme !== undefined) {
    localStorage.setItem(THEME_KEPT_AS, choice.theme);
    theme.value = choice.theme;
  }
}

/** Whose words are not there yet are fetched first. English always is. */
async function speak(language: Language): Promise<void> {
  if (language === 'en') spoken.value = { language };
  else spoken.value = { language, words: (await import('../words/sv.js')).sv };
}

/** Keeps the page's root in step, from the first time on. */
export async function applyDisplay(): Promise<void> {
  await speak(chooseLanguage([localStorage.getItem(LANGUAGE_KEPT_AS) ?? '', ...navigator.languages]));
  effect(() => {
    document.documentElement.lang = spoken.value.language;
  });
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    coloursVersion.value = coloursVersion.peek() + 1;
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    coloursVersion.value += 1;
  });
}

function themeFrom(text: string | null): Theme {
  return text === 'light' || text === 'dark' ? text : 'auto';
}
