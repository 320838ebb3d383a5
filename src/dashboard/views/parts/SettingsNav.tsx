import { path } from '../../shell/location.js';
import type { ViewSpeech } from '../../words/views/words.js';

/** What is below Settings. */
export function SettingsNav({ speech: { say } }: { readonly speech: ViewSpeech }) {
  const places = [
    { address: '/tariffs', word: 'nav.tariffs' },
    { address: '/setup', word: 'nav.setup' },
    { address: '/users', word: 'nav.users' },
  ] as const;
  return (
    <nav class="sub-nav" aria-label={say('nav.settings')}>
      {places.map(({ address, word }) => (
        <a
          key={address}
          href={address}
          {...(path.value.startsWith(address) ? { 'aria-current': 'page' as const } : {})}
        >
          {say(word)}
        </a>
      ))}
    </nav>
  );
}
