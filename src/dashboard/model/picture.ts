import { PHASES, type Phase, type Plan, type Session, type SiteSummary } from '../api/documents.js';
import type { Car } from './cars.js';
import type { Names } from './names.js';
import type { Prices } from './prices.js';
import { slotAt } from './slots.js';

/** What the chart of the plan shows: bands that stand on each other, the limit above them, and what a kWh costs below. */
export interface Picture {
  readonly unit: 'A' | 'kW';
  readonly phase: Phase | undefined;
  /** Column k is [edgesMs[k], edgesMs[k + 1]). */
  readonly edgesMs: readonly number[];
  readonly bands: readonly Band[];
  /** Per column. Undefined: there is none in this unit. */
  readonly limits: readonly number[] | undefined;
  readonly prices: Prices | undefined;
  /** Beyond this nothing is planned. */
  readonly plannedUntilMs: number;
  readonly departures: readonly Departure[];
  readonly nowMs: number;
}

export interface Band {
  readonly id: string;
  readonly label: string;
  /** A token of the palette. */
  readonly colour: string;
  readonly isDimmed: boolean;
  readonly values: readonly number[];
}

export interface Departure {
  readonly atMs: number;
  readonly label: string;
}

export interface PictureOf {
  readonly site: SiteSummary;
  readonly plan: Plan;
  readonly sessions: readonly Session[];
  readonly cars: readonly Car[];
  readonly prices: Prices | undefined;
  readonly names: Names;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
  readonly show: 'kW' | Phase;
  readonly by: 'circuit' | 'car';
  /** A session that is shown in the accent, all else dimmed. */
  readonly picked: string | undefined;
  readonly words: { readonly building: string; readonly other: string; readonly otherCars: string };
}

const COLOURS = ['c2', 'c1', 'c3', 'c4', 'c5', 'c6'];
/** As many cars as there are colours to tell apart. */
const GROUPS_MAX = 6;

export function pictureOf(of: PictureOf): Picture {
  const { plan, show } = of;
  const edgesMs = edgesOf(of);
  const slots = edgesMs.slice(0, -1).map((atMs) => slotAt(plan.boundariesMs, atMs));
  const root = of.site.circuits.find(({ parentId }) => parentId === null);
  const planned = plan.circuits.find(({ id }) => id === root?.id);
  const phases = show === 'kW' ? PHASES : [show];
  const unit = show === 'kW' ? of.site.voltageV / 1_000 : 1;
  const carValues = valuesOfCars(of, slots, phases, unit);
  const carSum = slots.map((_, column) => sum([...carValues.values()].map((values) => values[column] ?? 0)));
  const loads = slots.map((slot) =>
    slot === undefined ? 0 : unit * sum(phases.map((phase) => planned?.loadA[phase][slot] ?? 0)),
  );
  const building: Band = {
    id: 'building',
    label: of.words.building,
    colour: 'building',
    isDimmed: of.picked !== undefined,
    values: loads.map((load, column) => Math.max(0, load - (carSum[column] ?? 0))),
  };
  return {
    unit: show === 'kW' ? 'kW' : 'A',
    phase: show === 'kW' ? undefined : show,
    edgesMs,
    bands: [building, ...groupsOf(of, carValues)],
    limits:
      show === 'kW' || planned === undefined ? undefined : slots.map((slot) => limitAt(planned.limitA[show], slot)),
    prices: of.prices,
    plannedUntilMs: plan.boundariesMs.at(-1) ?? of.fromMs,
    departures: of.cars.flatMap(({ departureMs, bay }) =>
      departureMs !== undefined && departureMs > of.nowMs && departureMs < of.toMs
        ? [{ atMs: departureMs, label: bay }]
        : [],
    ),
    nowMs: of.nowMs,
  };
}

/** The phase that comes nearest to its limit. */
export function fullestPhase(site: SiteSummary, plan: Plan | undefined, fromMs: number, toMs: number): Phase {
  const root = site.circuits.find(({ parentId }) => parentId === null);
  const planned = plan?.circuits.find(({ id }) => id === root?.id);
  if (plan === undefined || planned === undefined) return 'L1';
  const fullness = (phase: Phase) =>
    Math.max(
      0,
      ...planned.loadA[phase].map((loadA, slot) => {
        const atMs = plan.boundariesMs[slot] ?? 0;
        if (atMs < fromMs - 3_600_000 || atMs >= toMs) return 0;
        return loadA / Math.max(1, planned.limitA[phase][slot] ?? 1);
      }),
    );
  return PHASES.reduce((best, phase) => (fullness(phase) > fullness(best) + 1e-6 ? phase : best), 'L1' as Phase);
}

/** Of the fullest column: where, how much, and of what. */
export function highest({ bands, edgesMs, limits }: Picture): {
  atMs: number;
  value: number;
  limit: number | undefined;
} {
  let column = 0;
  const sums = edgesMs.slice(0, -1).map((_, at) => sum(bands.map(({ values }) => values[at] ?? 0)));
  sums.forEach((value, at) => {
    if (value > (sums[column] ?? 0)) column = at;
  });
  return { atMs: edgesMs[column] ?? 0, value: sums[column] ?? 0, limit: limits?.[column] };
}

function limitAt(limits: readonly number[], slot: number | undefined): number {
  return (slot === undefined ? limits.at(-1) : limits[slot]) ?? 0;
}

/** Wherever the plan or the price changes. */
function edgesOf({ plan, prices, fromMs, toMs }: PictureOf): readonly number[] {
  const steps = prices?.steps ?? [];
  const all = [fromMs, ...plan.boundariesMs, ...steps.map(({ startMs }) => startMs), toMs];
  return [...new Set(all.filter((atMs) => atMs >= fromMs && atMs <= toMs))].sort((a, b) => a - b);
}

function valuesOfCars(
  { plan, site, sessions }: PictureOf,
  slots: readonly (number | undefined)[],
  phases: readonly Phase[],
  unit: number,
): ReadonlyMap<string, readonly number[]> {
  const open = new Map(sessions.map((session) => [session.sessionId, session]));
  const wired = new Map(
    site.stations.flatMap(({ id, evses }) => evses.map((evse) => [`${id}/${evse.id}`, evse.phases] as const)),
  );
  return new Map(
    plan.sessions.map(({ sessionId, stationId, evseId, currentA }) => {
      const seen = open.get(sessionId)?.phasesInUse ?? [];
      const uses = seen.length > 0 ? seen : (wired.get(`${stationId}/${evseId}`) ?? PHASES);
      const share = unit * phases.filter((phase) => uses.includes(phase)).length;
      return [sessionId, slots.map((slot) => (slot === undefined ? 0 : share * (currentA[slot] ?? 0)))];
    }),
  );
}

/** Cars by themselves, or by the circuit of the grid connection that they hang on; what is too much to tell apart is one. */
function groupsOf(of: PictureOf, carValues: ReadonlyMap<string, readonly number[]>): readonly Band[] {
  const { plan, picked, words } = of;
  const groupOf = of.by === 'car' ? undefined : circuitGroups(of);
  const groups = new Map<string, { label: string; values: number[] }>();
  for (const { sessionId, stationId, evseId } of plan.sessions) {
    if (sessionId === picked) continue;
    const group = groupOf?.(stationId) ?? { id: sessionId, label: of.names.bay(stationId, evseId) };
    const values = carValues.get(sessionId) ?? [];
    const sofar = groups.get(group.id);
    groups.set(group.id, {
      label: group.label,
      values: sofar === undefined ? [...values] : added(sofar.values, values),
    });
  }
  const all = [...groups].map(([id, group]) => ({ id, ...group }));
  const shown =
    all.length <= GROUPS_MAX ? all : merged(all, of.by === 'car' ? words.otherCars : words.other, GROUPS_MAX);
  const bands = shown.map((group, index) => ({
    ...group,
    colour: COLOURS[index % COLOURS.length] ?? 'c1',
    isDimmed: picked !== undefined,
  }));
  const own = plan.sessions.find(({ sessionId }) => sessionId === picked);
  if (own === undefined) return bands;
  return [
    ...bands,
    {
      id: own.sessionId,
      label: of.names.bay(own.stationId, own.evseId),
      colour: 'accent',
      isDimmed: false,
      values: carValues.get(own.sessionId) ?? [],
    },
  ];
}

/** The largest by themselves, the rest as one. */
function merged(all: readonly { id: string; label: string; values: number[] }[], label: string, most: number) {
  const bySize = [...all].sort((a, b) => sum(b.values) - sum(a.values));
  const kept = new Set(bySize.slice(0, most - 1));
  const rest = all.filter((group) => !kept.has(group));
  const values = rest.map((group) => group.values).reduce((a, b) => added(a, b));
  return [...all.filter((group) => kept.has(group)), { id: 'other', label, values }];
}

function circuitGroups({ site, names, words }: PictureOf): (stationId: string) => { id: string; label: string } {
  const circuits = new Map(site.circuits.map((circuit) => [circuit.id, circuit]));
  const stations = new Map(site.stations.map((station) => [station.id, station.circuitId]));
  return (stationId) => {
    let at = circuits.get(stations.get(stationId) ?? '');
    for (;;) {
      const parent = at?.parentId == null ? undefined : circuits.get(at.parentId);
      if (at === undefined || parent === undefined) return { id: 'root', label: words.otherCars };
      if (parent.parentId === null) return { id: at.id, label: names.circuit(at.id) };
      at = parent;
    }
  };
}

function added(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, at) => value + (b[at] ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
