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

/** The site as lines of text: each circuit and phase against its limit, each outlet with what it gets and why. */
export function siteTable(site: SiteState): readonly string[] {
  const nameWidth = Math.max(7, ...site.circuits.map((circuit) => circuit.id.length));
  return [
    `${site.protectedNow ? 'protected: every fuse holds, whatever happens next' : 'UNPROTECTED: the worst case exceeds a limit'}`,
    '',
    `${'circuit'.padEnd(nameWidth)}     ${LOAD_CELL} flows  ${RESERVED_CELL} reserved  ${FREE_CELL} free  (the bar's end is the limit)`,
    ...site.circuits.flatMap((circuit) =>
      PHASES.map((phase, k) => circuitLine(circuit, phase, k === 0 ? nameWidth : -nameWidth)),
    ),
    '',
    `${'outlet'.padEnd(9)} ${'circuit'.padEnd(nameWidth)} ${'phases'.padEnd(8)} ${'status'.padEnd(13)} ${'told'.padStart(7)} ${'draws'.padStart(7)} ${'energy'.padStart(9)}  why`,
    ...site.stations.flatMap((station) => station.evses.map((evse) => outletLine(site, station, { evse, nameWidth }))),
  ];
}

/** A negative width: a further phase of the same circuit, whose name is not said again. */
function circuitLine(circuit: CircuitState, phase: PhaseName, nameWidth: number): string {
  const limitA = circuit.limitA[phase];
  const loadA = circuit.loadA[phase];
  const baseA = circuit.baseLoadA[phase];
  const reservedA = circuit.reservedA[phase];
  const name = (nameWidth > 0 ? circuit.id : '').padEnd(Math.abs(nameWidth));
  const excess = loadA > limitA ? '  ABOVE ITS LIMIT' : '';
  return `${name} ${phase}  ${bar(loadA, baseA + reservedA, limitA)} ${whole(loadA)} of ${whole(limitA)} A, building ${whole(baseA)}, cars may draw ${whole(reservedA)}${excess}`;
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
  const draws = drawsA === undefined || evse.transaction === undefined ? '' : `${drawsA.toFixed(1)} A`;
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

const whole = (currentA: number): string => currentA.toFixed(0).padStart(3);
