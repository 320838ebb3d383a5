import type { SiteState } from '../../../src/api/state/document.js';
import { ATTACKED_MAX_A, FAILSAFE_A, FUZZ_STATIONS, type FuzzStation, STRICT_CIRCUIT_ID } from './fuzzSite.js';

type CircuitState = SiteState['circuits'][number];
type StationState = SiteState['stations'][number];

/** What a charging station itself says, beside what the service says of it. */
export interface ChargingTruth {
  readonly isOnline: boolean;
  /** As it has it from the service (1.6) or made it up (2.x); one, and always the same. */
  readonly transactionIds: readonly string[];
  /** What its profiles let its car have now. */
  readonly installedA: number;
}

export interface Observation {
  readonly state: SiteState;
  /** The look before: between the two the installed profiles were read. */
  readonly before: SiteState | undefined;
  readonly charging: ReadonlyMap<string, ChargingTruth>;
}

const PHASES = ['L1', 'L2', 'L3'] as const;
const ROUNDING_A = 0.01;
/** Within so much time nobody gives room up, has it given to another and takes it again. */
const BLIND_MS = 500;
const ERROR_LEVEL = 50;
/** Newer versions of Node say so of their SQLite. */
const HARMLESS = /ExperimentalWarning|`node --trace-warnings/;

/** Each promise that does not hold now, in words; an excess of other circuits than the strict one is judged over time, elsewhere. */
export function flawsOf(seen: Observation): string[] {
  return [
    ...seen.state.circuits.flatMap((circuit) => booksOf(circuit, seen.state)),
    ...excessesOf(seen.state).filter((excess) => excess.startsWith(`${STRICT_CIRCUIT_ID} `)),
    ...FUZZ_STATIONS.flatMap((station) => flawsOfStation(station, seen)),
  ];
}

/** Where the stations could draw more than a circuit may carry. */
export function excessesOf({ circuits }: SiteState): string[] {
  return circuits.flatMap(({ id, limitA, reservedA, baseLoadA }) =>
    PHASES.filter((phase) => reservedA[phase] + baseLoadA[phase] > limitA[phase] + ROUNDING_A).map(
      (phase) => `${id} ${phase}: the stations could draw ${reservedA[phase]} A of ${limitA[phase]} A`,
    ),
  );
}

/** The same by what the charging stations really hold: the service counts with what they held for some time longer. */
export function heldExcessesOf({ state, charging }: Observation): string[] {
  const stations = state.stations.map((station) => {
    const installedA = charging.get(station.id)?.installedA;
    if (installedA === undefined) return station;
    return { ...station, evses: station.evses.map((evse) => ({ ...evse, reservedA: installedA })) };
  });
  const circuits = state.circuits.map((circuit) => {
    const sumA = reservedBelow(circuit, { circuits: state.circuits, stations });
    return { ...circuit, reservedA: { L1: sumA('L1'), L2: sumA('L2'), L3: sumA('L3') } };
  });
  return excessesOf({ ...state, circuits });
}

/**
 * Whether a station that took profiles counts at more since the look before without having been told more: it was seen to draw more, said
 * that it holds something else, or gave a doubtful answer. Nothing can foresee that; the others make room afterwards.
 */
export function hasUnreliableRise({ state, before }: Observation): boolean {
  return state.stations.some((station) => {
    const beforeA = before?.stations.find(({ id }) => id === station.id)?.evses[0]?.reservedA ?? 0;
    return isDoubtful(station) && station.evses.some(({ reservedA }) => reservedA > beforeA + ROUNDING_A);
  });
}

/** Whether one may have risen unseen: so much time went by that it can have given up room, which another was given, and have risen again. */
export function mayHaveRisenUnseen({ state, before }: Observation): boolean {
  const isBlind = before === undefined || Date.parse(state.at) - Date.parse(before.at) > BLIND_MS;
  return isBlind && state.stations.some(isDoubtful);
}

function isDoubtful({ id, control, evses: [evse] }: StationState): boolean {
  if (roleOf(id) !== 'willing' || evse === undefined || evse.reservedA <= FAILSAFE_A) return false;
  return control !== 'controlled' || evse.reservedA > evse.limitA + ROUNDING_A;
}

/** Each station in a few words, for the message of a failure: what it counts at, is told, and, of those that charge, holds. */
export function summaryOf({ state, charging }: Observation): string {
  const words = state.stations.map(({ id, control, online, evses: [evse] }) => {
    const held = charging.get(id)?.installedA;
    const transaction = evse?.transaction === null ? '' : ' in a transaction';
    const holds = held === undefined ? '' : ` holds ${held}`;
    return `${id} ${control}${online ? '' : ' offline'}${transaction} ${evse?.reservedA} told ${evse?.limitA}${holds}`;
  });
  return words.join('; ');
}

/** A line of the service's log that tells of a failure of its own; undefined for the others. */
export function flawOfLogLine(line: string): string | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line.trim() === '' || HARMLESS.test(line) ? undefined : `the service wrote: ${line}`;
  }
  const { level, kind } = (entry ?? {}) as { readonly level?: unknown; readonly kind?: unknown };
  const isFailure = kind === 'handlerFailure' || kind === 'unsayableCommand' || Number(level) >= ERROR_LEVEL;
  return isFailure ? `the service logged: ${line}` : undefined;
}

/** What a circuit is said to carry is what its stations are said to draw. */
function booksOf(circuit: CircuitState, state: SiteState): string[] {
  const sumA = reservedBelow(circuit, state);
  return PHASES.filter((phase) => Math.abs(sumA(phase) - circuit.reservedA[phase]) > ROUNDING_A).map(
    (phase) => `${circuit.id} ${phase}: ${circuit.reservedA[phase]} A is not the sum ${sumA(phase)} A of its stations`,
  );
}

function reservedBelow(
  { id }: CircuitState,
  { circuits, stations }: Pick<SiteState, 'circuits' | 'stations'>,
): (phase: (typeof PHASES)[number]) => number {
  const below = new Set([id, ...circuits.filter(({ parentId }) => parentId === id).map((child) => child.id)]);
  const evses = stations.filter(({ circuitId }) => below.has(circuitId)).flatMap((station) => station.evses);
  return (phase) =>
    evses.filter(({ phases }) => phases.includes(phase)).reduce((sum, { reservedA }) => sum + reservedA, 0);
}

function flawsOfStation({ id, role }: FuzzStation, seen: Observation): string[] {
  const station = seen.state.stations.find((shown) => shown.id === id);
  const [evse] = station?.evses ?? [];
  if (station === undefined || evse === undefined) return [`${id} is not shown`];
  switch (role) {
    case 'charging':
      return [...undisturbed(station), ...flawsOfCharging(id, evse, seen)];
    case 'polite':
      return [
        ...undisturbed(station),
        ...(evse.transaction === null ? [] : [`${id} has a transaction that it never began`]),
      ];
    case 'unwilling':
      return [
        ...(station.control === 'controlled' ? [`${id} never took a profile, and counts as controlled`] : []),
        ...(evse.reservedA === ATTACKED_MAX_A
          ? []
          : [`${id} never took a profile, and counts at ${evse.reservedA} A of its ${ATTACKED_MAX_A} A`]),
      ];
    case 'willing':
      return evse.reservedA >= FAILSAFE_A && evse.reservedA <= ATTACKED_MAX_A
        ? []
        : [`${id} counts at ${evse.reservedA} A, which is neither its failsafe nor its hardware nor between them`];
  }
}

function undisturbed({ id, online, control }: StationState): string[] {
  return [
    ...(online ? [] : [`${id} is shown as offline`]),
    ...(control === 'controlled' ? [] : [`${id} does what it should, and is shown as ${control}`]),
  ];
}

function flawsOfCharging(id: string, evse: StationState['evses'][number], { before, charging }: Observation): string[] {
  const truth = charging.get(id);
  if (truth === undefined) return [`${id} was not looked at`];
  const beforeA = before?.stations.find((shown) => shown.id === id)?.evses[0]?.reservedA ?? evse.reservedA;
  const reservedA = Math.max(beforeA, evse.reservedA);
  const shown = evse.transaction === null ? 'none' : String(evse.transaction.transactionId);
  return [
    ...(truth.isOnline ? [] : [`${id} is offline`]),
    ...(truth.transactionIds.length === 1 && truth.transactionIds[0] === shown
      ? []
      : [`${id} charges in transaction ${truth.transactionIds.join(', ')}, and ${shown} is shown`]),
    ...(truth.installedA <= reservedA + ROUNDING_A
      ? []
      : [`${id} may draw ${truth.installedA} A by its profiles, and counts at ${reservedA} A`]),
    ...(truth.installedA >= FAILSAFE_A - ROUNDING_A ? [] : [`${id} is held below its failsafe: ${truth.installedA} A`]),
  ];
}

function roleOf(stationId: string): FuzzStation['role'] | undefined {
  return FUZZ_STATIONS.find(({ id }) => id === stationId)?.role;
}
