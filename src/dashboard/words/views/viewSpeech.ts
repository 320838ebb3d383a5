import type { Speech } from '../../model/speech.js';
import type { Filling, Word } from '../words.js';
import type { en } from './en.js';

export type ViewWord = keyof typeof en;
export type ViewWords = Readonly<Record<ViewWord, string>>;

/** As the rest of the dashboard speaks, with more words. */
export interface ViewSpeech extends Omit<Speech, 'say'> {
  readonly say: (word: Word | ViewWord, filling?: Filling) => string;
  /** For what knows only the words that are always there. */
  readonly plain: Speech;
}
