import { speechIn } from '../model/speech.js';
import { spoken } from '../shell/display.js';
import { Notice } from '../shell/Notice.js';
import type { Word } from '../words/words.js';

/** An address whose view is still to be built: said plainly, with the way to the same by the API. */
export function NotHereYet({ word }: { readonly word: Word }) {
  const { say } = speechIn(spoken.value, 'UTC');
  return (
    <Notice title={`${say(word)}: ${say('error.notHere')}`}>
      <p class="sub">{say('error.notHereDetail')}</p>
      <a href="/docs">/docs</a>
    </Notice>
  );
}
