import { speechIn } from '../../model/speech.js';
import { me } from '../../session.js';
import { spoken } from '../../shell/display.js';
import { query } from '../../shell/location.js';
import { viewSpeech } from '../../words/views/words.js';
import { SettingsNav } from '../parts/SettingsNav.js';
import { AuditLog } from './AuditLog.js';
import { KeyDesk } from './KeyDesk.js';
import { UserDesk } from './UserDesk.js';

const PARTS = ['people', 'keys', 'log'] as const;
type Part = (typeof PARTS)[number];

/** Who may do what here, and who did what? */
export function UsersView() {
  const speech = viewSpeech(speechIn(spoken.value, Intl.DateTimeFormat().resolvedOptions().timeZone));
  const { say } = speech;
  const part: Part = PARTS.find((one) => one === query.value.get('show')) ?? 'people';
  const organisation = me()?.organisationName;
  return (
    <>
      <SettingsNav speech={speech} />
      <section class="hero">
        <div>
          <h1 tabIndex={-1}>{say(`users.${part}`)}</h1>
          <p>
            {say(`users.${part}Sub`)}
            {organisation !== undefined && ` ${say('users.of', { o: organisation })}`}
          </p>
        </div>
      </section>
      <nav class="sub-nav second" aria-label={say('users.parts')}>
        {PARTS.map((one) => (
          <a
            key={one}
            href={one === 'people' ? '/users' : `/users?show=${one}`}
            {...(one === part ? { 'aria-current': 'page' as const } : {})}
          >
            {say(`users.${one}`)}
          </a>
        ))}
      </nav>
      {part === 'people' && <UserDesk speech={speech} />}
      {part === 'keys' && <KeyDesk speech={speech} />}
      {part === 'log' && <AuditLog speech={speech} />}
    </>
  );
}
