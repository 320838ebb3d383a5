import type { SiteSummary, StationState } from '../../api/documents.js';
import { stationsApi } from '../../api/stations.js';
import { conditionOf, stationName } from '../../model/stations.js';
import { useSite } from '../../shell/context.js';
import { Icon } from '../../shell/icons.js';
import { route } from '../../shell/location.js';
import { Notice } from '../../shell/Notice.js';
import { addresses } from '../../shell/route.js';
import { viewSpeech } from '../../words/views/words.js';
import { useDocument } from '../parts/useDocument.js';
import { EvseNow } from './EvseNow.js';
import { StationLogTab } from './StationLogTab.js';
import { StationProfilesTab } from './StationProfilesTab.js';

const TABS = ['now', 'profiles', 'log'] as const;
/** What is in force is looked at again this often, while it is shown. */
const PROFILES_EVERY_MS = 30_000;

/** Does it do what we told it? */
export function StationView() {
  const { screen, site } = useSite();
  const { feed } = screen;
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  const at = route.value;
  const [stationId = '', wanted] = 'rest' in at ? at.rest : [];
  const tab = TABS.find((one) => one === wanted) ?? 'now';
  const station = feed.state.value?.stations.find(({ id }) => id === stationId);
  const names = screen.names.value;
  const turn = Math.floor(screen.tickMs.value / PROFILES_EVERY_MS);
  const profiles = useDocument(station === undefined ? undefined : stationId, () => stationsApi.profiles(stationId));
  const back = (
    <a class="back" href={addresses.stations(feed.siteId)}>
      <Icon name="back" />
      {say('nav.stations')}
    </a>
  );
  if (station === undefined || names === undefined) {
    return (
      <>
        {back}
        <Notice title={say('station.unknown', { s: stationId })} />
      </>
    );
  }
  const condition = conditionOf(station, speech);
  const address = (name: string) => `${addresses.stations(feed.siteId)}/${encodeURIComponent(stationId)}/${name}`;
  return (
    <>
      {back}
      <section class="hero">
        <div>
          <h1 tabIndex={-1}>
            {stationName(station, names)} <span class="sub light">{names.circuit(station.circuitId)}</span>
          </h1>
          <p class="ages">{condition.sentence}</p>
        </div>
      </section>
      <nav class="sub-nav" aria-label={say('station.parts')}>
        {TABS.map((one) => (
          <a key={one} href={address(one)} {...(one === tab ? { 'aria-current': 'page' as const } : {})}>
            {say(`station.${one}`)}
          </a>
        ))}
      </nav>
      {tab === 'now' && (
        <>
          {station.evses.map((evse) => (
            <EvseNow key={evse.id} station={station} evse={evse} profiles={profiles.asked} turn={turn} />
          ))}
          <Technical station={station} site={site} />
        </>
      )}
      {tab === 'profiles' && <StationProfilesTab station={station} profiles={profiles} />}
      {tab === 'log' && <StationLogTab key={stationId} stationId={stationId} />}
    </>
  );
}

/** The words of the protocol are here, and nowhere else. */
function Technical({ station, site }: { readonly station: StationState; readonly site: SiteSummary }) {
  const { screen } = useSite();
  const { say } = viewSpeech(screen.speech.value);
  const { asked } = useDocument(station.id, () => stationsApi.credentials(station.id));
  const own = site.stations.find(({ id }) => id === station.id);
  const known = asked.kind === 'there' ? asked.value : undefined;
  const rows: readonly (readonly [string, string])[] = [
    ['id', station.id],
    ['OCPP', station.ocppVersion ?? '–'],
    ['vendor', station.vendor ?? '–'],
    ['model', station.model ?? '–'],
    ['control', station.control],
    [
      'securityProfile',
      known === undefined ? '–' : `${known.connectedWith ?? '–'} (≥ ${known.securityProfileMin ?? '–'})`,
    ],
    ['password', known === undefined ? '–' : String(known.hasPassword)],
    ...station.evses.map(
      (evse) => [`EVSE ${evse.id}`, `${evse.kind} ${evse.status} ${evse.phases.join(' ')}`] as const,
    ),
    ...(own?.evses ?? []).map(
      (evse) =>
        [
          `EVSE ${evse.id} max`,
          evse.kind === 'AC' ? `${evse.currentMinA}–${evse.currentMaxA} A` : `${evse.powerMaxW} W`,
        ] as const,
    ),
  ];
  return (
    <details class="card technical">
      <summary>{say('car.technical')}</summary>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
