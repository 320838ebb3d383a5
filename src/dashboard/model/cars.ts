import type { EvseState, Plan, Session, SitePrices, SiteState, SiteSummary, StationState } from '../api/documents.js';
import { same } from './kept.js';
import type { Names } from './names.js';
import { type CarPlan, carPlans, slotAt, spanOf } from './slots.js';
import type { Speech } from './speech.js';
import { DONE_WITHIN_WH, isDrawing, type WhyOf, whyNow, whyStation } from './why.js';

export type CarState =
  | { readonly kind: 'charging' | 'waiting' | 'done' | 'late' | 'offline' | 'fault' }
  | { readonly kind: 'starts'; readonly atMs: number };

/** One car that is plugged in, ready to be shown. */
export interface Car {
  readonly sessionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly circuitId: string;
  readonly bay: string;
  readonly place: string;
  readonly state: CarState;
  readonly energyKwh: number;
  readonly wantedKwh: number | undefined;
  /** By its departure, as scheduled. */
  readonly plannedKwh: number | undefined;
  readonly powerKw: number;
  readonly departureMs: number | undefined;
  readonly departureFrom: 'stated' | 'default' | 'learned' | 'unknown';
  readonly onTime: boolean | undefined;
  readonly why: string;
  readonly maxA: number;
  /** Until the next 08:00, a share of the most for each of SPARK_STEPS. */
  readonly spark: readonly number[];
}

export interface SiteNow {
  readonly site: SiteSummary;
  readonly state: SiteState;
  readonly sessions: readonly Session[];
  readonly plan: Plan | undefined;
  readonly prices: SitePrices | undefined;
  readonly nowMs: number;
}

const SPARK_STEPS = 66;
/** In less it would move by less than a step of it, and every row would be drawn anew for that. */
const SPARK_MOVES_EVERY_MS = 300_000;
export const SPARK_UNTIL_HOUR = 8;
const RATED_A = 16;

/** Every car that is plugged in: the late ones, the charging ones, then those to come, and last those that are done. */
export function carsOf(now: SiteNow, names: Names, speech: Speech): readonly Car[] {
  return new CarRoster().cars(now, names, speech);
}

/**
 * The cars of one site, asked for again and again: a car is made anew only where something that is said of it may have changed, and
 * one that came out the same stays the same object.
 */
export class CarRoster {
  #made = new Map<string, Made>();
  #plans: ReadonlyMap<string, CarPlan> = new Map();
  #plan: Plan | undefined;
  #order: readonly Car[] = [];

  cars(now: SiteNow, names: Names, speech: Speech): readonly Car[] {
    if (now.plan !== this.#plan) this.#plans = carPlans(now.plan, this.#plans);
    this.#plan = now.plan;
    const sessions = new Map(now.sessions.map((session) => [session.sessionId, session]));
    const sparkUntilMs = speech.clock.nextHour(SPARK_UNTIL_HOUR, now.nowMs);
    const before = this.#made;
    this.#made = new Map();
    let isAnyOther = false;
    for (const station of now.state.stations) {
      for (const evse of station.evses) {
        if (evse.transaction === null) continue;
        const { sessionId } = evse.transaction;
        const old = before.get(sessionId);
        const carPlan = this.#plans.get(sessionId);
        const session = sessions.get(sessionId);
        const parts = { now, station, evse, session, carPlan, sparkUntilMs, old };
        const from = madeFrom(parts, names, speech);
        const isSame = old?.from.every((part, at) => part === from[at]) === true;
        const made = isSame ? old.car : carOf(parts, names, speech);
        const car = old !== undefined && same(old.car, made) ? old.car : made;
        isAnyOther ||= car !== old?.car;
        this.#made.set(sessionId, { car, from, sparkOf: [carPlan, sparkFromMs(now.nowMs), sparkUntilMs, car.maxA] });
      }
    }
    if (isAnyOther || this.#made.size !== before.size) this.#order = inOrder([...this.#made.values()]);
    return this.#order;
  }
}

interface Made {
  readonly car: Car;
  readonly from: readonly unknown[];
  /** What its spark is of. */
  readonly sparkOf: readonly unknown[];
}

/** All that a car is made from. What circuits draw changes with every event, and only two sentences speak of it. */
function madeFrom(
  { now, station, evse, session, carPlan }: CarParts,
  names: Names,
  speech: Speech,
): readonly unknown[] {
  const by = (evse.limitedBy ?? session?.limitedBy)?.by;
  const circuits = by === 'minimumCurrent' || by === 'powerLimit' ? now.state.circuits : undefined;
  const { site, plan, prices, nowMs } = now;
  return [station, evse, session, carPlan, plan?.prices, prices, site, nowMs, circuits, names, speech];
}

function inOrder(made: readonly Made[]): readonly Car[] {
  const cars = made.map(({ car }) => car);
  return cars.sort((a, b) => rankOf(a) - rankOf(b) || leavesMs(a) - leavesMs(b) || a.bay.localeCompare(b.bay));
}

interface CarParts {
  readonly now: SiteNow;
  readonly station: StationState;
  readonly evse: EvseState;
  readonly session: Session | undefined;
  readonly carPlan: CarPlan | undefined;
  readonly sparkUntilMs: number;
  readonly old: Made | undefined;
}

function carOf(
  { now, station, evse, session, carPlan, sparkUntilMs, old }: CarParts,
  names: Names,
  speech: Speech,
): Car {
  const { nowMs, site } = now;
  const { maxA, minA } = boundsOf(site, station.id, evse);
  const departure = session?.needsUsed?.departure ?? session?.departure ?? null;
  const wantedWh = session?.needsUsed?.energyWh ?? session?.energyWantedWh ?? null;
  const plannedWh = session?.plannedEnergyWh ?? null;
  const energyWh = Math.max(evse.transaction?.energyWh ?? 0, 0);
  const whyOf: WhyOf = { ...now, evse, circuitId: station.circuitId, session, carPlan, maxA, minA };
  const state = stateOf({ station, evse, session, carPlan, nowMs, isDone: isDone(energyWh, wantedWh) });
  const fromMs = sparkFromMs(nowMs);
  const isSpark = old !== undefined && [carPlan, fromMs, sparkUntilMs, maxA].every((of, at) => of === old.sparkOf[at]);
  return {
    sessionId: evse.transaction?.sessionId ?? '',
    stationId: station.id,
    evseId: evse.id,
    circuitId: station.circuitId,
    bay: names.bay(station.id, evse.id),
    place: names.circuit(station.circuitId),
    state,
    energyKwh: energyWh / 1_000,
    wantedKwh: wantedWh === null ? undefined : wantedWh / 1_000,
    plannedKwh: plannedWh === null ? undefined : plannedWh / 1_000,
    powerKw: isDrawing(evse) ? (sumA(evse) * site.voltageV) / 1_000 : 0,
    departureMs: departure === null ? undefined : Date.parse(departure),
    departureFrom: session?.needsFrom?.departure ?? 'unknown',
    onTime: session?.onTime ?? undefined,
    why: sentenceOf(whyOf, station, names, speech),
    maxA,
    spark: isSpark ? old.car.spark : sparkOf(carPlan, { fromMs, untilMs: sparkUntilMs, maxA }),
  };
}

function sentenceOf(of: WhyOf, station: StationState, names: Names, speech: Speech): string {
  const a = speech.numbers.amperes(of.evse.reservedA);
  if (of.evse.status === 'Faulted') return speech.say('station.fault', { f: of.evse.status });
  if (!station.online) return whyStation('offline', a, speech);
  if (station.control === 'refuses' || station.control === 'disobeys') return whyStation(station.control, a, speech);
  return whyNow(of, names, speech);
}

interface StateParts {
  readonly station: StationState;
  readonly evse: EvseState;
  readonly session: Session | undefined;
  readonly carPlan: CarPlan | undefined;
  readonly nowMs: number;
  readonly isDone: boolean;
}

function stateOf({ station, evse, session, carPlan, nowMs, isDone }: StateParts): CarState {
  if (evse.status === 'Faulted') return { kind: 'fault' };
  if (!station.online) return { kind: 'offline' };
  if (isDone) return { kind: 'done' };
  if (session?.onTime === false) return { kind: 'late' };
  if (isDrawing(evse)) return { kind: 'charging' };
  const startMs = carPlan === undefined ? undefined : spanOf(carPlan, nowMs).startMs;
  return startMs === undefined || startMs <= nowMs ? { kind: 'waiting' } : { kind: 'starts', atMs: startMs };
}

function isDone(energyWh: number, wantedWh: number | null): boolean {
  return wantedWh !== null && energyWh >= wantedWh - DONE_WITHIN_WH && wantedWh > 0;
}

/** The least and the most that an outlet can give, A per phase on the grid side. */
function boundsOf(site: SiteSummary, stationId: string, evse: EvseState): { maxA: number; minA: number } {
  const own = site.stations.find(({ id }) => id === stationId)?.evses.find(({ id }) => id === evse.id);
  if (own?.kind === 'DC' && own.powerMaxW !== undefined) {
    const gridW = own.powerMaxW / (own.efficiency ?? 1);
    return { maxA: gridW / site.voltageV / Math.max(1, evse.phases.length), minA: 0 };
  }
  return { maxA: own?.currentMaxA ?? RATED_A, minA: own?.currentMinA ?? 6 };
}

function sumA({ currentA }: EvseState): number {
  return currentA === 'unknown' ? 0 : currentA.L1 + currentA.L2 + currentA.L3;
}

function sparkFromMs(nowMs: number): number {
  return Math.floor(nowMs / SPARK_MOVES_EVERY_MS) * SPARK_MOVES_EVERY_MS;
}

function sparkOf(
  plan: CarPlan | undefined,
  span: { fromMs: number; untilMs: number; maxA: number },
): readonly number[] {
  const { fromMs } = span;
  const stepMs = (span.untilMs - fromMs) / SPARK_STEPS;
  return Array.from({ length: SPARK_STEPS }, (_, step) => {
    const slot = plan === undefined ? undefined : slotAt(plan.boundariesMs, fromMs + (step + 0.5) * stepMs);
    const currentA = slot === undefined ? 0 : (plan?.currentA[slot] ?? 0);
    return Math.round((100 * Math.min(currentA, span.maxA)) / span.maxA) / 100;
  });
}

const RANKS: readonly CarState['kind'][] = ['fault', 'late', 'offline', 'charging', 'starts', 'waiting', 'done'];

function rankOf({ state }: Car): number {
  return RANKS.indexOf(state.kind);
}

function leavesMs({ departureMs }: Car): number {
  return departureMs ?? Number.MAX_SAFE_INTEGER;
}

export type CarFilter = 'all' | 'late' | 'charging' | 'waiting' | 'done';
export const CAR_FILTERS: readonly CarFilter[] = ['all', 'late', 'charging', 'waiting', 'done'];

export function isIn(filter: CarFilter, { state }: Car): boolean {
  if (filter === 'all') return true;
  if (filter === 'waiting') return state.kind === 'waiting' || state.kind === 'starts';
  return state.kind === filter;
}
