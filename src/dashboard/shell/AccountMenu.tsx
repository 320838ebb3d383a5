import { useSignal } from '@preact/signals';
import type { Speech } from '../model/speech.js';
import { me } from '../session.js';
import { signOut } from '../signingIn.js';
import { LANGUAGES, type Word } from '../words/words.js';
import { chooseDisplay, spoken, type Theme, theme } from './display.js';

const THEMES: readonly { readonly theme: Theme; readonly word: Word }[] = [
  { theme: 'auto', word: 'nav.themeAuto' },
  { theme: 'light', word: 'nav.themeLight' },
  { theme: 'dark', word: 'nav.themeDark' },
];

/** Language, colours, and the way out. */
export function AccountMenu({ speech: { say } }: { speech: Speech }) {
  const hasFailed = useSignal(false);
  const who = me();
  const leave = async () => {
    hasFailed.value = !(await signOut());
  };
  return (
    <>
      {who !== undefined && <p class="who-here">{who.name === '' ? who.email : who.name}</p>}
      <label>
        {say('nav.language')}
        <select
          value={spoken.value.language}
          onChange={({ currentTarget }) =>
            chooseDisplay({ language: LANGUAGES.find(({ code }) => code === currentTarget.value)?.code ?? 'en' })
          }
        >
          {LANGUAGES.map(({ code, name }) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        {say('nav.theme')}
        <select
          value={theme.value}
          onChange={({ currentTarget }) =>
            chooseDisplay({ theme: THEMES.find((one) => one.theme === currentTarget.value)?.theme ?? 'auto' })
          }
        >
          {THEMES.map((one) => (
            <option key={one.theme} value={one.theme}>
              {say(one.word)}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="secondary" onClick={() => void leave()}>
        {say('signIn.signOut')}
      </button>
      {hasFailed.value && <p role="alert">{say('contact.lost')}</p>}
    </>
  );
}
