import {
  type CircuitState,
  type EvseState,
  PHASES,
  type PhaseName,
  type SiteState,
  type StationState,
} from './siteState.js';
import { why } from './why.js';

const BAR_CELLS = 32;
const LOAD_CELL = '█';
const RESERVED_CELL = '▒';
const FREE_CELL = '·';

/** The site as lines of text: how it stands, each circuit and phase against its limit, each outlet with what it gets and why. */
export function siteTable(site: SiteState): readonly string[] {
  const nameWidth = Math.max(7, ...site.circuits.map((circuit) => circuit.id.length));
  return [
    protection(site),
    '',
    `${'circuit'.padEnd(nameWidth)} ph  ${LOAD_CELL} flows  ${RESERVED_CELL} might flow  ${FREE_CELL} free`.padEnd(
      nameWidth + 5 + BAR_CELLS,
    ) +
      `| ${['limit', 'flows', 'building', 'cars, at most'].map((title, k) => title.padStart(WIDTHS[k] ?? 0)).join(' ')}`,
    ...site.circuits.flatMap((circuit) =>
      PHASES.map((phase, k) => circuitLine(circuit, phase, k === 0 ? nameWidth : -nameWidth)),
    ),
    '',
    `${'outlet'.padEnd(9)} ${'circuit'.padEnd(nameWidth)} ${'phases'.padEnd(8)} ${'status'.padEnd(13)} ${'told'.padStart(7)} ${'draws'.padStart(7)} ${'energy'.padStart(9)}  why`,
    ...site.stations.flatMap((station) => station.evses.map((evse) => outletLine(site, station, { evse, nameWidth }))),
  ];
}

/** Whether every fuse would hold whatever happens next; if not, what is the matter and what is being done about it. */
export function protection(site: SiteState): string {
  const over = site.circuits.flatMap((circuit) =>
    PHASES.filter((phase) => circuit.loadA[phase] > circuit.limitA[phase] + OVER_MIN_A).map(
      (phase) => `${circuit.id} ${phase} by ${(circuit.loadA[phase] - circuit.limitA[phase]).toFixed(0)} A`,
    ),
  );
  if (over.length > 0) return `ABOVE THE LIMIT: ${over.join(', ')}; the cars are being told to take less`;
  if (site.protectedNow) return 'protected: every fuse holds, whatever happens next';
  const unknown = site.stations.filter(({ control }) => control === 'neverSeen' || control === 'unconfirmed').length;
  if (unknown > 0) {
    const [who, how] = unknown === 1 ? ['1 station has', 'it counts'] : [`${unknown} stations have`, 'they count'];
    return `not protected yet: ${who} not confirmed a failsafe, so ${how} at all the hardware can draw`;
  }
  const worst = [...site.excess].sort((a, b) => b.excessA - a.excessA)[0];
  const where =
    worst === undefined ? '' : `, but ${worst.circuitId} ${worst.phase} could be, by ${worst.excessA.toFixed(1)} A`;
  return `making room: no fuse is over its limit${where}; the cars are being told to take less`;
}

/** How many outlets do what, and what the cars take together. */
export function siteSummary(site: SiteState): string {
  const outlets = site.stations.flatMap((station) => station.evses.map((evse) => ({ station, evse })));
  const count = (of: (outlet: (typeof outlets)[number]) => boolean): number => outlets.filter(of).length;
  const offline = count(({ station }) => !station.online);
  const charging = count(({ station, evse }) => station.online && evse.status === 'Charging');
  const waiting = count(({ station, evse }) => station.online && evse.status === 'SuspendedEVSE');
  const drawnA = outlets.reduce((sum, { evse }) => sum + totalA(evse), 0);
  return [
    `${outlets.length} ${outlets.length === 1 ? 'outlet' : 'outlets'}: ${charging} charging`,
    `${waiting} waiting`,
    `${outlets.length - charging - waiting - offline} free or done`,
    ...(offline === 0 ? [] : [`${offline} offline`]),
    `the cars take ${((drawnA * VOLTAGE_V) / 1000).toFixed(0)} kW`,
  ].join(', ');
}

const VOLTAGE_V = 230;

const totalA = (evse: EvseState): number => evse.phases.reduce((sum, phase) => sum + (evse.currentA?.[phase] ?? 0), 0);

/** Rounding, and what meters read that are not read in the same instant. */
const OVER_MIN_A = 0.5;

const WIDTHS = [7, 7, 9, 14];

/** A negative width: a further phase of the same circuit, whose name is not said again. */
function circuitLine(circuit: CircuitState, phase: PhaseName, nameWidth: number): string {
  const limitA = circuit.limitA[phase];
  const loadA = circuit.loadA[phase];
  const baseA = circuit.baseLoadA[phase];
  const reservedA = circuit.reservedA[phase];
  const name = (nameWidth > 0 ? circuit.id : '').padEnd(Math.abs(nameWidth));
  const figures = [limitA, loadA, baseA, reservedA].map((currentA, k) => whole(currentA).padStart(WIDTHS[k] ?? 0));
  const excess = loadA > limitA + OVER_MIN_A ? '  ABOVE ITS LIMIT' : '';
  return `${name} ${phase}  ${bar(loadA, baseA + reservedA, limitA)} ${figures.join(' ')}${excess}`;
}

/** Load, then what could flow besides, against the limit at the bar's end. */
export function bar(loadA: number, possibleA: number, limitA: number): string {
  const cells = (currentA: number): number =>
    limitA <= 0 ? 0 : Math.max(0, Math.min(BAR_CELLS, Math.round((currentA / limitA) * BAR_CELLS)));
  const load = cells(loadA);
  const possible = Math.max(load, cells(possibleA));
  const end = loadA > limitA ? '!' : '|';
  return `${LOAD_CELL.repeat(load)}${RESERVED_CELL.repeat(possible - load)}${FREE_CELL.repeat(BAR_CELLS - possible)}${end}`;
}

function outletLine(
  site: SiteState,
  station: StationState,
  { evse, nameWidth }: { readonly evse: EvseState; readonly nameWidth: number },
): string {
  const name = station.evses.length === 1 ? station.id : `${station.id}/${evse.id}`;
  const drawsA =
    evse.currentA === undefined ? undefined : Math.max(...evse.phases.map((phase) => evse.currentA?.[phase] ?? 0));
  const status = station.online ? evse.status : 'offline';
  const energy = evse.transaction === undefined ? '' : `${(evse.transaction.energyWh / 1000).toFixed(1)} kWh`;
  const told = evse.transaction === undefined ? '' : `${evse.limitA.toFixed(1)} A`;
  // Not metered yet, or not lately.
  const draws = evse.transaction === undefined ? '' : drawsA === undefined ? '?  ' : `${drawsA.toFixed(1)} A`;
  return [
    name.padEnd(9),
    station.circuitId.padEnd(nameWidth),
    evse.phases.join('').padEnd(8),
    status.padEnd(13),
    told.padStart(7),
    draws.padStart(7),
    energy.padStart(9),
    ` ${why(site, station, evse)}`,
  ]
    .join(' ')
    .trimEnd();
}

const whole = (currentA: number): string => `${currentA.toFixed(0)} A`;
