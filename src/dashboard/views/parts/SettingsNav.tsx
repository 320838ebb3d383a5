import { me } from '../../session.js';
import { path } from '../../shell/location.js';
import type { ViewSpeech } from '../../words/views/words.js';

/** What is below Settings. */
export function SettingsNav({ speech: { say } }: { readonly speech: ViewSpeech }) {
  const places = [
    { address: '/tariffs', word: 'nav.tariffs', roles: ['admin', 'owner', 'provider', 'viewer', 'integrator'] },
    { address: '/setup', word: 'nav.setup', roles: ['admin', 'owner', 'integrator'] },
    { address: '/webhooks', word: 'nav.webhooks', roles: ['admin', 'owner', 'integrator'] },
    { address: '/users', word: 'nav.users', roles: ['admin', 'owner'] },
  ] as const;
  const role = me()?.role;
  const open = places.filter(({ roles }) => role === undefined || roles.some((one) => one === role));
  return (
    <nav class="sub-nav" aria-label={say('nav.settings')}>
      {open.map(({ address, word }) => (
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
