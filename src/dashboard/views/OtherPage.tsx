import type { SiteSummary } from '../api/documents.js';
import type { Speech } from '../model/speech.js';
import { Notice } from '../shell/Notice.js';
import { addresses, type Route } from '../shell/route.js';
import { lazyView } from './lazyView.js';

const TARIFFS = lazyView(async () => (await import('./tariffs/TariffsView.js')).TariffsView);
const SETUP = lazyView(async () => (await import('./setup/SetupView.js')).SetupView);
const WEBHOOKS = lazyView(async () => (await import('./webhooks/WebhooksView.js')).WebhooksView);
const USERS = lazyView(async () => (await import('./users/UsersView.js')).UsersView);

/** What is no site's: settings, and what is said where there is nothing to show. */
export function OtherPage({
  at,
  speech: { say },
  sites,
  problem,
}: {
  at: Route;
  speech: Speech;
  sites: readonly SiteSummary[] | undefined;
  problem: string | undefined;
}) {
  if (at.view === 'tariffs') return <TARIFFS.View />;
  if (at.view === 'setup') return <SETUP.View />;
  if (at.view === 'users') return <USERS.View />;
  if (at.view === 'webhooks') return <WEBHOOKS.View />;
  if (at.view === 'missing') {
    return (
      <Notice title={say('error.missing')}>
        <a href="/">{say('error.goToLive')}</a>
      </Notice>
    );
  }
  if (problem !== undefined) return <Notice title={say('error.failed', { d: problem })} role="alert" />;
  if (sites === undefined) return <Notice title={say('loading')} />;
  return (
    <Notice title={say('empty.sites')}>
      <p class="sub">{say('empty.sitesHow')}</p>
      <a class="primary" href={addresses.setup}>
        {say('nav.setup')}
      </a>
    </Notice>
  );
}
