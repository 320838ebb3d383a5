import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import type { Role } from './api/accountDocuments.js';
import { api, RequestFailure } from './api/client.js';
import type { SiteSummary } from './api/documents.js';
import { PLAN_TABLE, SLOT_TIP } from './charts/PlanFigure.js';
import { SiteFeed } from './live/feed.js';
import { type Screen, screenOf } from './live/screen.js';
import { alarms } from './model/headline.js';
import { type Speech, speechIn } from './model/speech.js';
import { isSignedIn, isSignedOut, isWallScreen, me, wasRefused } from './session.js';
import { ContactPill, LostBanner, SpokenNews } from './shell/Contact.js';
import { SiteContext } from './shell/context.js';
import { spoken } from './shell/display.js';
import { goTo, route } from './shell/location.js';
import { Notice } from './shell/Notice.js';
import { addresses, type Route, type SiteView } from './shell/route.js';
import { ACCOUNT_MENU, Tabs, TopBar } from './shell/TopBar.js';
import { lazyView } from './views/lazyView.js';
import { LiveView } from './views/live/LiveView.js';

const SIGN_IN = lazyView(async () => (await import('./views/signIn/SignIn.js')).SignIn);
const PLAN = lazyView(async () => (await import('./views/plan/PlanView.js')).PlanView);
const CAR = lazyView(async () => (await import('./views/car/CarView.js')).CarView);
const STATIONS = lazyView(async () => (await import('./views/stations/StationsView.js')).StationsView);
const STATION = lazyView(async () => (await import('./views/stations/StationView.js')).StationView);
const BILL = lazyView(async () => (await import('./views/bill/BillView.js')).BillView);
const LIMITS = lazyView(async () => (await import('./views/limits/LimitsView.js')).LimitsView);
const OTHER = lazyView(async () => (await import('./views/OtherPage.js')).OtherPage);
const WALL = lazyView(async () => (await import('./views/wall/WallView.js')).WallView);
/** What a site's reader may go to next. Settings are for those who change something, which needs the service anyway. */
const PREPARED = [ACCOUNT_MENU, PLAN, PLAN_TABLE, SLOT_TIP, CAR, STATIONS, STATION, BILL, LIMITS];
const LAST_SITE_KEPT_AS = 'evenkeel.site';
/** So long after the first view the others are fetched, so that they are there when the service is not. */
const PREPARE_AFTER_MS = 2_000;

/** The view of each address below a site, fetched when it is first shown; the first one is there. */
const VIEWS: Readonly<Record<SiteView, ComponentType>> = {
  live: LiveView,
  plan: PLAN.View,
  car: CAR.View,
  stations: STATIONS.View,
  station: STATION.View,
  bill: BILL.View,
  limits: LIMITS.View,
  wall: WALL.View,
};

export function App() {
  useSignalEffect(() => {
    const backTo = window.location.pathname + window.location.search;
    const isElsewhere = route.value.view !== 'signIn' && !isWallScreen();
    if (isSignedOut() && isElsewhere) goTo(addresses.signIn(backTo), 'replace');
  });
  if (route.value.view === 'signIn') return <SIGN_IN.View />;
  if (isSignedOut() && isWallScreen()) return <WallEnded />;
  return isSignedIn() ? <SignedIn /> : null;
}

function SignedIn() {
  const sites = useSignal<readonly SiteSummary[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const at = route.value;
  const siteId = 'siteId' in at ? at.siteId : undefined;
  useEffect(() => {
    api.sites().then(
      (found) => {
        sites.value = found;
      },
      (error: unknown) => {
        if (error instanceof RequestFailure && error.status === 401) wasRefused();
        else problem.value = String(error);
      },
    );
  }, [siteId]);
  const known = sites.value;
  useSignalEffect(() => {
    const home = homeOf(me()?.role, sites.value) ?? (problem.value === undefined ? undefined : lastHome());
    if (route.value.view === 'home' && home !== undefined) goTo(home, 'replace');
  });
  if ('siteId' in at) return <SitePage key={at.siteId} at={at} sites={known ?? []} />;
  const speech = speechIn(spoken.value, 'UTC');
  // From settings one goes back to where one was.
  const last = known?.find((site) => site.siteId === localStorage.getItem(LAST_SITE_KEPT_AS)) ?? known?.[0];
  return (
    <Frame speech={speech} route={at} siteId={last?.siteId} sites={known ?? []} pill={null}>
      <OTHER.View at={at} speech={speech} sites={known} problem={problem.value} />
    </Frame>
  );
}

/** Where each begins: with what they look after. */
function homeOf(role: Role | undefined, sites: readonly SiteSummary[] | undefined): string | undefined {
  if (role === 'provider') return addresses.tariffs;
  const [first] = sites ?? [];
  if (role === undefined || first === undefined) return undefined;
  return role === 'integrator' ? addresses.stations(first.siteId) : addresses.live(first.siteId);
}

/** Without contact nobody says which sites there are: the one that was seen last may have been kept. */
function lastHome(): string | undefined {
  const siteId = localStorage.getItem(LAST_SITE_KEPT_AS);
  return siteId === null ? undefined : addresses.live(siteId);
}

/** Nobody stands there to sign in. */
function WallEnded() {
  const { say } = speechIn(spoken.value, 'UTC');
  return (
    <main>
      <Notice title={say('error.wallEnded')} role="alert" />
    </main>
  );
}

type AtSite = Extract<Route, { siteId: string }>;

function SitePage({ at, sites }: { at: AtSite; sites: readonly SiteSummary[] }) {
  const screen = useMemo(() => screenOf(new SiteFeed(at.siteId), spoken), [at.siteId]);
  // At once: an effect would wait until the skeleton is painted.
  useLayoutEffect(() => {
    if (!isWallScreen()) localStorage.setItem(LAST_SITE_KEPT_AS, at.siteId);
    if (!seesCars()) {
      void screen.feed.startStill();
      return () => screen.feed.stop();
    }
    screen.feed.start();
    // Not being there yet is no harm: each is fetched again when it is shown.
    const prepare = async () => {
      await Promise.allSettled([...PREPARED.map((one) => one.prepare()), import('./charts/drawCourse.js')]);
      // For whoever is about to take the service away, as tests do.
      document.documentElement.dataset.views = 'prepared';
    };
    const timer = setTimeout(prepare, PREPARE_AFTER_MS);
    return () => {
      clearTimeout(timer);
      screen.feed.stop();
    };
  }, [screen]);
  const speech = screen.speech.value;
  const pill = seesCars() ? <ContactPill screen={screen} /> : null;
  return (
    <Frame speech={speech} route={at} siteId={at.siteId} sites={sites} pill={pill}>
      <SiteBody at={at} screen={screen} />
    </Frame>
  );
}

/** Energy providers do not: of a site they are shown its limits. */
function seesCars(): boolean {
  return me()?.role !== 'provider';
}

function SiteBody({ at, screen }: { at: AtSite; screen: Screen }) {
  const { feed } = screen;
  const { say } = screen.speech.value;
  const trouble = feed.trouble.value;
  const site = feed.site.value;
  if (trouble?.kind === 'missing') {
    return (
      <Notice title={say('error.missing')}>
        <a href="/">{say('error.goToLive')}</a>
      </Notice>
    );
  }
  if (trouble?.kind === 'denied') return <Notice title={say('error.denied')} role="alert" />;
  if (trouble?.kind === 'noAnswer') return <Notice title={say('contact.noAnswer')} role="alert" />;
  if (trouble?.kind === 'failed') return <Notice title={say('error.failed', { d: trouble.detail })} role="alert" />;
  if (!seesCars() && at.view !== 'limits') return <Notice title={say('error.denied')} role="alert" />;
  if (site === undefined || (seesCars() && feed.state.value === undefined)) return <Skeleton label={say('loading')} />;
  const View = VIEWS[at.view];
  const isFresh = feed.contact.value.kind === 'live' || feed.contact.value.kind === 'connecting';
  return (
    <SiteContext.Provider value={{ screen, site }}>
      <div class={isFresh ? 'fresh' : 'aged'}>
        <LostBanner screen={screen} />
        <View />
        <News screen={screen} />
      </div>
    </SiteContext.Provider>
  );
}

/** The worst that is true now, for those who listen. */
function News({ screen }: { screen: Screen }) {
  const { feed } = screen;
  const [state, names] = [feed.state.value, screen.names.value];
  const wasLost = useSignal(false);
  const contact = feed.contact.value;
  useEffect(() => {
    if (contact.kind === 'lost') wasLost.value = true;
  }, [contact.kind, wasLost]);
  const speech = screen.speech.value;
  if (state === undefined || names === undefined) return null;
  const [worst] = alarms(state, screen.cars.value, screen.tickMs.value, names, speech);
  const calm = wasLost.value ? speech.say('contact.back') : '';
  const news =
    contact.kind === 'lost'
      ? speech.say('contact.lostBanner', { t: speech.clock.time(contact.sinceMs) })
      : (worst?.text ?? calm);
  return <SpokenNews news={news} />;
}

function Skeleton({ label }: { label: string }) {
  return (
    <section class="skeleton" aria-busy="true">
      <h1 tabIndex={-1} class="sub">
        {label}
      </h1>
      <div class="grid">
        <div class="card" />
        <div class="card" />
      </div>
      <div class="card" />
    </section>
  );
}

interface FrameProps {
  readonly speech: Speech;
  readonly route: Route;
  readonly siteId: string | undefined;
  readonly sites: readonly SiteSummary[];
  readonly pill: ComponentChildren;
  readonly children: ComponentChildren;
}

/** What is around every view: where one is, where one can go, and how fresh it is. */
function Frame({ speech, route: at, siteId, sites, pill, children }: FrameProps) {
  return (
    <>
      <a class="skip" href="#content">
        {speech.say('nav.skip')}
      </a>
      <TopBar speech={speech} route={at} siteId={siteId} sites={sites} pill={pill} />
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Tabs speech={speech} route={at} siteId={siteId} />
    </>
  );
}
