import { columns } from './columns.js';
import { instant, list, type Members, members, number, records, text } from './lenient.js';
import { amperes, kilowattHours, type LocalTime } from './localTime.js';
import { painted, type Screen } from './screen.js';
import type { EvseState, SiteState, StationState } from './siteState.js';
import { why } from './why.js';

/** Every outlet of a site. */
export function stationTable(screen: Screen, site: SiteState): readonly string[] {
  return outletTable(screen, site, site.stations);
}

function outletTable(screen: Screen, site: SiteState, stations: readonly StationState[]): readonly string[] {
  return columns(screen, {
    titles: [
      { title: 'outlet' },
      { title: 'circuit' },
      { title: 'phases' },
      { title: 'status' },
      { title: 'told', align: 'right' },
      { title: 'draws', align: 'right' },
      { title: 'energy', align: 'right' },
      { title: 'why' },
    ],
    rows: stations.flatMap((station) =>
      station.evses.map((evse) => [
        `${station.id}/${evse.id}`,
        station.circuitId,
        evse.phases.join(''),
        station.online ? evse.status : 'offline',
        evse.transaction === undefined ? '' : amperes(evse.limitA),
        drawn(evse),
        evse.transaction === undefined ? '' : kilowattHours(evse.transaction.energyWh),
        why(site, station, evse),
      ]),
    ),
    empty: 'The site has no stations.',
  });
}

/** Not metered yet, or not lately: not known. */
function drawn({ transaction, currentA, phases }: EvseState): string {
  if (transaction === undefined) return '';
  return currentA === undefined ? '?' : amperes(Math.max(0, ...phases.map((phase) => currentA[phase])));
}

/** One station. */
export function stationLines(screen: Screen, site: SiteState, station: Members): readonly string[] {
  const failsafe = members(station.failsafe);
  const maker = [station.vendor, station.model, station.firmwareVersion]
    .map((part) => text(part, ''))
    .filter((part) => part !== '');
  const state = site.stations.filter(({ id }) => id === station.id);
  const isOnline = station.online === true;
  return [
    `${text(station.id, '?')} is ${isOnline ? painted(screen, 'green', 'online') : painted(screen, 'red', 'offline')}, ${text(station.control, '?')}`,
    `  ${maker.length === 0 ? 'It has not said who made it.' : maker.join(', ')}${typeof station.ocppVersion === 'string' ? `; OCPP ${text(station.ocppVersion, '')}` : ''}`,
    `  failsafe ${amperes(number(failsafe.limitA))} per outlet and phase, ${failsafe.confirmed === true ? 'confirmed' : 'not confirmed'}`,
    '',
    ...outletTable(screen, site, state),
    ...quirkLines(screen, station.quirks),
  ];
}

function quirkLines(screen: Screen, quirks: unknown): readonly string[] {
  const lines = records(quirks).map((quirk) => `  ${text(quirk.quirk, '?')}: ${text(quirk.sentence, '')}`);
  return lines.length === 0 ? [] : ['', painted(screen, 'bold', 'what it does otherwise'), ...lines];
}

/** All that a station may hold, slot by slot, and what each outlet may draw because of it. */
export function profileLines(screen: Screen, document: Members, time: LocalTime): readonly string[] {
  const atMs = instant(document.at) ?? 0;
  const near = (value: unknown) => {
    const whenMs = instant(value);
    return whenMs === undefined ? '' : time.near(whenMs, atMs);
  };
  return [
    ...columns(screen, {
      titles: ['slot', 'evse', 'purpose', 'status', 'counts', 'sent', 'until', 'limits'].map((title) => ({ title })),
      rows: records(document.slots).flatMap((slot) => {
        const candidates = records(slot.candidates);
        const row = (rest: readonly string[]) => [
          text(slot.slot, '?'),
          String(number(slot.evseId)),
          text(slot.purpose, '?'),
          ...rest,
        ];
        if (candidates.length === 0) return [row(['nothing sent'])];
        return candidates.map((one) =>
          row([
            text(one.status, '?'),
            one.mayBeInForce === true ? 'yes' : '',
            near(one.sentAt),
            near(one.until),
            limitsOf(one, near),
          ]),
        );
      }),
      empty: 'It holds nothing of ours.',
    }),
    '',
    ...columns(screen, {
      titles: [
        { title: 'evse' },
        { title: 'told', align: 'right' },
        { title: 'may draw', align: 'right' },
        { title: 'obstacle' },
      ],
      rows: records(document.evses).map((evse) => [
        String(number(evse.evseId)),
        amperes(number(evse.limitA)),
        amperes(number(evse.mayDrawA)),
        text(members(evse.obstacle).sentence, ''),
      ]),
      empty: 'It has no outlets.',
    }),
    ...quirkLines(screen, document.quirks),
  ];
}

function limitsOf({ limits }: Members, near: (value: unknown) => string): string {
  return list(limits)
    .map(members)
    .map(({ from, limitA }) => `${amperes(number(limitA))} from ${near(from)}`)
    .join(', ');
}

export function waitingTable(screen: Screen, stations: readonly Members[]): readonly string[] {
  return columns(screen, {
    titles: ['station', 'OCPP', 'maker', 'serial', 'from', 'known by'].map((title) => ({ title })),
    rows: stations.map((station) => [
      text(station.stationId, '?'),
      text(station.ocppVersion, '?'),
      [text(station.vendor, ''), text(station.model, '')].join(' ').trim(),
      text(station.serialNumber, ''),
      text(station.address, '?'),
      station.contested === true
        ? 'several claim to be it'
        : station.hasCredentials === true
          ? 'its password'
          : 'nothing',
    ]),
    empty: 'No station waits.',
  });
}
