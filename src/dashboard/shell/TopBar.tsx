import { useSignal } from '@preact/signals';
import type { SiteSummary } from '../api/documents.js';
import type { Speech } from '../model/speech.js';
import { me } from '../session.js';
import { lazyView } from '../views/lazyView.js';
import type { Word } from '../words/words.js';
import { Icon, type IconName, Mark } from './icons.js';
import { goTo } from './location.js';
import { addresses, type Route } from './route.js';

interface BarProps {
  readonly speech: Speech;
  readonly route: Route;
  readonly siteId: string | undefined;
}

interface Place {
  readonly word: Word;
  readonly icon: IconName;
  readonly address: string;
  readonly isHere: boolean;
}

const SETTINGS: readonly Route['view'][] = ['tariffs', 'setup', 'users', 'webhooks'];
function placesOf(siteId: string | undefined, { view }: Route): readonly Place[] {
  const settings: Place = {
    word: 'nav.settings',
    icon: 'more',
    address: addresses.tariffs,
    isHere: SETTINGS.includes(view),
  };
  if (siteId === undefined) return [settings];
  const limits: Place = {
    word: 'nav.limits',
    icon: 'limits',
    address: addresses.limits(siteId),
    isHere: view === 'limits',
  };
  // Who sees to prices sees what the grid allows, and no cars.
  if (me()?.role === 'provider') return [limits, settings];
  return [
    { word: 'nav.live', icon: 'live', address: addresses.live(siteId), isHere: view === 'live' || view === 'car' },
    { word: 'nav.plan', icon: 'plan', address: addresses.plan(siteId), isHere: view === 'plan' },
    {
      word: 'nav.stations',
      icon: 'station',
      address: addresses.stations(siteId),
      isHere: view === 'stations' || view === 'station',
    },
    { word: 'nav.bill', icon: 'bill', address: addresses.bill(siteId), isHere: view === 'bill' },
    limits,
    settings,
  ];
}

const here = (isHere: boolean) => (isHere ? ({ 'aria-current': 'page' } as const) : {});

export function TopBar({
  speech,
  route,
  siteId,
  sites,
  pill,
}: BarProps & { readonly sites: readonly SiteSummary[]; readonly pill: preact.ComponentChildren }) {
  const { say } = speech;
  return (
    <header class="top">
      <a class="logo" href="/" aria-label="Evenkeel">
        <Mark />
        <span>Evenkeel</span>
      </a>
      {siteId !== undefined && <SitePicker speech={speech} sites={sites} siteId={siteId} />}
      <nav class="main-nav" aria-label={say('nav.main')}>
        {placesOf(siteId, route).map(({ word, address, isHere }) => (
          <a key={word} href={address} {...here(isHere)}>
            {say(word)}
          </a>
        ))}
      </nav>
      {pill}
      <Account speech={speech} />
    </header>
  );
}

function SitePicker({ speech, sites, siteId }: { speech: Speech; sites: readonly SiteSummary[]; siteId: string }) {
  const name = sites.find((site) => site.siteId === siteId)?.name ?? siteId;
  if (sites.length < 2) return <span class="site">{name}</span>;
  return (
    <label class="site">
      <span class="hidden">{speech.say('nav.site')}</span>
      <span aria-hidden="true">{name}</span>
      <Icon name="down" />
      <select value={siteId} onChange={({ currentTarget }) => goTo(firstOf(currentTarget.value))}>
        {sites.map((site) => (
          <option key={site.siteId} value={site.siteId}>
            {site.name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What is shown first of a site. */
function firstOf(siteId: string): string {
  return me()?.role === 'provider' ? addresses.limits(siteId) : addresses.live(siteId);
}

/** Fetched when it is first opened, or prepared: most never open it. */
export const ACCOUNT_MENU = lazyView(async () => (await import('./AccountMenu.js')).AccountMenu);

function Account({ speech }: { speech: Speech }) {
  const isOpened = useSignal(false);
  return (
    <details
      class="account"
      onToggle={() => {
        isOpened.value = true;
      }}
    >
      <summary aria-label={speech.say('nav.account')}>
        <Icon name="person" />
      </summary>
      <div class="menu card">{isOpened.value && <ACCOUNT_MENU.View speech={speech} />}</div>
    </details>
  );
}

/** On a phone: the first four, and the rest behind More. */
export function Tabs({ speech: { say }, route, siteId }: BarProps) {
  const places = placesOf(siteId, route);
  const [first, rest] = [places.slice(0, 4), places.slice(4)];
  if (siteId === undefined) return null;
  return (
    <nav class="tabs" aria-label={say('nav.main')}>
      {first.map(({ word, icon, address, isHere }) => (
        <a key={word} href={address} {...here(isHere)}>
          <Icon name={icon} />
          {say(word)}
        </a>
      ))}
      <details>
        <summary>
          <Icon name="more" />
          {say('nav.more')}
        </summary>
        <div class="menu card">
          {rest.map(({ word, address, isHere }) => (
            <a key={word} href={address} {...here(isHere)}>
              {say(word)}
            </a>
          ))}
        </div>
      </details>
    </nav>
  );
}
