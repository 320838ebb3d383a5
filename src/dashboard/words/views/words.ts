import { signal } from '@preact/signals';
import type { Speech } from '../../model/speech.js';
import { spoken } from '../../shell/display.js';
import { type Filling, fill, type Language, type Word } from '../words.js';
import { en } from './en.js';
import type { ViewSpeech, ViewWord, ViewWords } from './viewSpeech.js';

// The words of the views that are fetched when they are first shown come with them, so that the first view does not wait for them.

export type { ViewSpeech };

const swedish = signal<ViewWords | undefined>(undefined);

async function fetchWords(language: Language): Promise<void> {
  if (language === 'sv' && swedish.peek() === undefined) swedish.value = (await import('./sv.js')).sv;
}

/** Made once for each, so that what is drawn with it is drawn again only when it is another one. */
const made = new WeakMap<Speech, { readonly words: ViewWords; readonly speech: ViewSpeech }>();

export function viewSpeech(speech: Speech): ViewSpeech {
  const words = speech.language === 'sv' && swedish.value !== undefined ? swedish.value : en;
  if (speech.language === 'sv' && swedish.value === undefined) void fetchWords('sv');
  const before = made.get(speech);
  if (before?.words === words) return before.speech;
  const next = speechWith(words, speech);
  made.set(speech, { words, speech: next });
  return next;
}

function speechWith(words: Readonly<Record<string, string | undefined>>, speech: Speech): ViewSpeech {
  const say = (word: Word | ViewWord, filling?: Filling): string => {
    const own = words[word];
    return own === undefined ? speech.say(word as Word, filling) : fill(own, filling);
  };
  return { ...speech, say, plain: speech };
}

// Whoever imports this waits for the words of its language: nothing is shown in another one first.
await fetchWords(spoken.peek().language);
