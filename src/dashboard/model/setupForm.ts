import { type PerPhase, PHASES, type Phase } from '../api/documents.js';
import type { CircuitDraft, EvseDraft, SiteDraft, StationDraft } from '../api/setupDocuments.js';
import type { ViewWord } from '../words/views/viewSpeech.js';
import type { Filling, Word } from '../words/words.js';
import { numberIn, perPhaseIn, perPhaseText } from './amounts.js';

// A site as it is put together in the wizard: text, until it is read. What the wizard does not show is kept as it came.

export interface CircuitText {
  readonly id: string;
  /** What people call it; empty: by its id. */
  readonly name: string;
  readonly parentId: string | null;
  readonly limit: string;
  readonly powerKw: string;
  readonly baseLoad: string;
  readonly before?: CircuitDraft;
}

export interface EvseText {
  readonly phases: readonly Phase[];
  readonly maxA: string;
  readonly before: EvseDraft;
}

export interface StationText {
  readonly id: string;
  /** Of its bay; empty: by its id. */
  readonly name: string;
  readonly circuitId: string;
  readonly failsafeA: string;
  readonly evses: readonly EvseText[];
  /** A new one's own; empty: it has one, or gets none here. */
  readonly password: string;
  readonly before?: StationDraft;
}

export interface SetupText {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly voltageV: string;
  readonly circuits: readonly CircuitText[];
  readonly stations: readonly StationText[];
  readonly tariffIds: readonly string[];
}

export interface SetupProblem {
  readonly step: SetupStep;
  /** The id of its field in the page. */
  readonly field: string;
  readonly word: Word | ViewWord;
  readonly filling: Filling;
}

export const SETUP_STEPS = [1, 2, 3, 4, 5, 6] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

const ID = /^(?!\.{1,2}$)[A-Za-z0-9._~*+=|@-]+$/;
const ID_MAX = 64;
const STATION_ID_MAX = 48;
const VOLTAGE = { least: 50, most: 1_000 };
const CURRENT_MOST_A = 1_000;
const CAR_LEAST_A = 6;
const PASSWORD = { least: 16, most: 64 };

export function emptySetup(timeZone: string): SetupText {
  return {
    siteId: '',
    name: '',
    timeZone,
    voltageV: '230',
    circuits: [{ id: 'grid', name: '', parentId: null, limit: '', powerKw: '', baseLoad: '0' }],
    stations: [],
    tariffIds: [],
  };
}

export function newStation(id: string, circuitId: string, place: number): StationText {
  const evse: EvseDraft = { id: 1, kind: 'AC', phases: PHASES };
  return {
    id,
    name: '',
    circuitId,
    failsafeA: '0',
    password: '',
    evses: [{ phases: ROTATIONS[place % ROTATIONS.length] ?? PHASES, maxA: '16', before: evse }],
  };
}

/** Each station's first phase on another one, so that cars of one phase are spread. */
export const ROTATIONS: readonly (readonly Phase[])[] = [
  ['L1', 'L2', 'L3'],
  ['L2', 'L3', 'L1'],
  ['L3', 'L1', 'L2'],
];
export const WIRINGS: readonly (readonly Phase[])[] = [...ROTATIONS, ['L1'], ['L2'], ['L3']];

export function setupText(site: SiteDraft): SetupText {
  return {
    siteId: site.siteId,
    name: site.name,
    timeZone: site.timeZone,
    voltageV: String(site.voltageV),
    circuits: site.circuits.map((circuit) => ({
      id: circuit.id,
      name: circuit.name ?? '',
      parentId: circuit.parentId ?? null,
      limit: perPhaseText(circuit.limitA),
      powerKw: circuit.powerLimitW === undefined ? '' : String(circuit.powerLimitW / 1_000),
      baseLoad: circuit.baseLoadMaxA === undefined ? '0' : perPhaseText(circuit.baseLoadMaxA),
      before: circuit,
    })),
    stations: site.stations.map(stationText),
    tariffIds: site.tariffIds,
  };
}

function stationText(station: StationDraft): StationText {
  return {
    id: station.id,
    name: station.name ?? '',
    circuitId: station.circuitId,
    failsafeA: String(station.failsafeA ?? 0),
    password: '',
    evses: station.evses.map((evse) => ({ phases: evse.phases, maxA: String(evse.currentMaxA ?? ''), before: evse })),
    before: station,
  };
}

/** A readable id for a name: Björkhagen garage is bjorkhagen-garage. */
export function idFrom(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, ID_MAX);
}

/** Everything that is wrong, step by step; `taken` are ids of other sites. */
export function setupProblems(text: SetupText, taken: readonly string[]): readonly SetupProblem[] {
  return [...siteProblems(text, taken), ...circuitProblems(text), ...stationProblems(text)];
}

function siteProblems({ name, siteId, timeZone, voltageV }: SetupText, taken: readonly string[]): SetupProblem[] {
  const problems: SetupProblem[] = [];
  const at = (field: string, word: SetupProblem['word'], filling: Filling = {}) =>
    problems.push({ step: 1, field, word, filling });
  if (name.trim() === '') at('site-name', 'setup.needsName');
  if (!ID.test(siteId) || siteId.length > ID_MAX) at('site-id', 'setup.badId');
  else if (taken.includes(siteId)) at('site-id', 'setup.taken');
  if (!isZone(timeZone)) at('site-zone', 'setup.badZone');
  const volts = numberIn(voltageV);
  if (volts === undefined || volts < VOLTAGE.least || volts > VOLTAGE.most) at('site-voltage', 'setup.badVoltage');
  return problems;
}

function isZone(timeZone: string): boolean {
  if (!/^[A-Za-z]/.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

function circuitProblems({ circuits }: SetupText): SetupProblem[] {
  const problems: SetupProblem[] = [];
  circuits.forEach((circuit, place) => {
    const at = (field: string, word: SetupProblem['word'], filling: Filling = {}) =>
      problems.push({ step: 2, field: `circuit-${place}-${field}`, word, filling });
    if (!ID.test(circuit.id) || circuit.id.length > ID_MAX) at('id', 'setup.badId');
    else if (circuits.findIndex(({ id }) => id === circuit.id) !== place) at('id', 'setup.twice');
    if (!isCurrent(perPhaseIn(circuit.limit))) at('limit', 'setup.badFuse');
    if (!isLoad(perPhaseIn(circuit.baseLoad))) at('load', 'limits.badCurrent');
    const powerKw = numberIn(circuit.powerKw);
    if (circuit.powerKw.trim() !== '' && (powerKw === undefined || powerKw < 0)) at('power', 'limits.badPower');
    const parent = circuits.find(({ id }) => id === circuit.parentId);
    const [own, above] = [perPhaseIn(circuit.limit), perPhaseIn(parent?.limit ?? '')];
    if (own !== undefined && above !== undefined && PHASES.some((phase) => own[phase] > above[phase])) {
      at('limit', 'setup.aboveParent', { f: perPhaseText(above) });
    }
  });
  return problems;
}

const isLoad = (limitA: PerPhase | undefined) => limitA !== undefined && PHASES.every((phase) => limitA[phase] >= 0);
const isCurrent = (limitA: PerPhase | undefined) =>
  limitA !== undefined && isLoad(limitA) && PHASES.some((phase) => limitA[phase] > 0);

function stationProblems({ stations, circuits }: SetupText): SetupProblem[] {
  const problems: SetupProblem[] = [];
  stations.forEach((station, place) => {
    const at = (field: string, word: SetupProblem['word'], filling: Filling = {}) =>
      problems.push({ step: 3, field: `station-${place}-${field}`, word, filling });
    if (!ID.test(station.id) || station.id.length > STATION_ID_MAX) at('id', 'setup.badId');
    else if (stations.findIndex(({ id }) => id === station.id) !== place) at('id', 'setup.twice');
    if (!circuits.some(({ id }) => id === station.circuitId)) at('circuit', 'setup.noCircuit');
    const { length } = station.password;
    if (length > 0 && (length < PASSWORD.least || length > PASSWORD.most)) at('password', 'setup.badPassword');
    const failsafeA = numberIn(station.failsafeA);
    if (failsafeA === undefined || failsafeA < 0 || (failsafeA > 0 && failsafeA < CAR_LEAST_A)) {
      at('failsafe', 'setup.badFailsafe', { m: CAR_LEAST_A });
    }
    station.evses.forEach(({ maxA, before }, outlet) => {
      const most = numberIn(maxA);
      if (before.kind === 'AC' && (most === undefined || most < CAR_LEAST_A || most > CURRENT_MOST_A)) {
        at(`max-${outlet}`, 'setup.badMax', { m: CAR_LEAST_A });
      }
    });
  });
  return problems;
}

/** Only of what has no problems. */
export function readSetup(text: SetupText): SiteDraft {
  return {
    siteId: text.siteId,
    name: text.name.trim(),
    timeZone: text.timeZone,
    voltageV: numberIn(text.voltageV) ?? 230,
    tariffIds: text.tariffIds,
    circuits: text.circuits.map(({ before, id, name, parentId, limit, powerKw, baseLoad }) => {
      const { powerLimitW: _, name: __, ...kept } = before ?? {};
      const power = numberIn(powerKw);
      return {
        ...kept,
        id,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        parentId,
        limitA: perPhaseIn(limit) ?? { L1: 0, L2: 0, L3: 0 },
        baseLoadMaxA: perPhaseIn(baseLoad) ?? { L1: 0, L2: 0, L3: 0 },
        ...(power === undefined ? {} : { powerLimitW: Math.round(power * 1_000) }),
      };
    }),
    stations: text.stations.map(({ before, id, name, circuitId, failsafeA, evses }) => {
      const { name: _, ...kept } = before ?? {};
      return {
        ...kept,
        id,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        circuitId,
        failsafeA: numberIn(failsafeA) ?? 0,
        evses: evses.map(({ before: evse, phases, maxA }) => ({
          ...evse,
          phases,
          ...(evse.kind === 'AC' ? { currentMaxA: numberIn(maxA) ?? CAR_LEAST_A } : {}),
        })),
      };
    }),
  };
}

/** Circuits whose fuse is larger than it was: somebody must mean that. */
export function raisedFuses(
  before: SiteDraft,
  after: SiteDraft,
): readonly { readonly id: string; readonly was: string; readonly is: string }[] {
  return after.circuits.flatMap(({ id, limitA }) => {
    const was = before.circuits.find((circuit) => circuit.id === id)?.limitA;
    if (was === undefined || PHASES.every((phase) => limitA[phase] <= was[phase])) return [];
    return [{ id, was: perPhaseText(was), is: perPhaseText(limitA) }];
  });
}

/** How many outlets begin with each phase: cars of one phase draw there. */
export function firstPhases({ stations }: Pick<SetupText, 'stations'>): PerPhase {
  const counts = { L1: 0, L2: 0, L3: 0 };
  for (const { evses } of stations) for (const { phases } of evses) if (phases[0] !== undefined) counts[phases[0]] += 1;
  return counts;
}
