import { en } from '../words/en.js';
import { type Filling, type Language, type Sentence, sentence, type Word, type Words } from '../words/words.js';
import { type Numbers, numbers } from './numbers.js';
import { type SiteClock, siteClock } from './siteTime.js';

/** A language whose words are there; without them they are English. */
export interface Spoken {
  readonly language: Language;
  readonly words?: Words;
}

/** How things are said: in one language, by the wall clock of one site. */
export interface Speech {
  readonly language: Language;
  readonly timeZone: string;
  readonly say: (word: Word, filling?: Filling) => string;
  readonly numbers: Numbers;
  readonly clock: SiteClock;
}

export function speechIn({ language, words = en }: Spoken, timeZone: string): Speech {
  const sentences = new Map<Word, Sentence>();
  const say = (word: Word, filling?: Filling) => {
    let found = sentences.get(word);
    if (found === undefined) {
      found = sentence(words[word]);
      sentences.set(word, found);
    }
    return found(filling);
  };
  return {
    language,
    timeZone,
    say,
    numbers: numbers(language),
    clock: siteClock(language, timeZone, (time) => say('tomorrow', { t: time })),
  };
}
