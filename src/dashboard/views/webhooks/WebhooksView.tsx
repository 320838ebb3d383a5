import { speechIn } from '../../model/speech.js';
import { spoken } from '../../shell/display.js';
import { query } from '../../shell/location.js';
import { viewSpeech } from '../../words/views/words.js';
import { SettingsNav } from '../parts/SettingsNav.js';
import { WebhookDesk } from './WebhookDesk.js';

/** Which programs are told of what, and does it arrive? */
export function WebhooksView() {
  const speech = viewSpeech(speechIn(spoken.value, Intl.DateTimeFormat().resolvedOptions().timeZone));
  const { say } = speech;
  return (
    <>
      <SettingsNav speech={speech} />
      <section class="hero">
        <div>
          <h1 tabIndex={-1}>{say('webhooks.title')}</h1>
          <p>{say('webhooks.sub')}</p>
        </div>
      </section>
      <WebhookDesk of={query.value.get('of') ?? undefined} speech={speech} />
    </>
  );
}
