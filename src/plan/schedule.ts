import type { ChargingProblem, ProblemSession } from '../../optimizer/index.js';
import type { CircuitCapacity, LimitWindow } from '../site/capacity.js';
import type { LimitSteps } from '../site/limitSteps.js';
import { PHASES } from '../site/phases.js';
import type { SiteState, TransactionState } from '../site/state.js';
import { type BuildingForecast, type BuildingHistory, forecastBuilding, NO_HISTORY } from './buildingForecast.js';
import { changesAhead, siteCircuits } from './circuits.js';
import { evenPeaks } from './evenPeaks.js';
import { type ExternalCap, externalCaps, externalChangesMs } from './externalCaps.js';
import type { StayHistory } from './learnedDefaults.js';
import { FREE, type PricesOver, type SchedulePrices } from './prices.js';
import { leavingRoom } from './roomForOthers.js';
import type { ControllableSession } from './sessions.js';
import { dearestPerKwh, shortfallPricePerKwh } from './shortfallPrice.js';
import { steeredSession } from './steered.js';
import { assumesDepartures, type TakenNeeds, takenNeeds } from './takenNeeds.js';
import { chargesUntilMs, type Wants, wantsOf } from './wants.js';

// The longer plan: the problem that the optimizer is given, over a day or two. What comes of it guides the near plan (guidance.ts).

/** Shorter ones would be worth next to nothing, and cars would be switched twice as often. */
const SLOT_MS = 900_000;
const SCHEDULE_HORIZON_MS = 24 * 3_600_000;
/** Where a car is known to leave later than the horizon's end, it goes on until then, but no further than this. */
export const SCHEDULE_HORIZON_MAX_MS = 48 * 3_600_000;
/** Of a site with more changes than this ahead, the later ones are planned by their slot's tightest value. */
const CHANGES_MAX = 64;
/** So many departures get a boundary of their own; others count from the boundary before. Most leave on the quarter anyway. */
const DEPARTURES_MAX = 32;

export interface ScheduleInput {
  readonly state: SiteState;
  readonly windows: readonly LimitWindow[];
  readonly failsafes: ReadonlyMap<string, LimitSteps>;
  readonly nowMs: number;
  /** Default: nothing costs anything. */
  readonly prices?: PricesOver;
  /** Default: the building goes on as now. */
  readonly building?: BuildingHistory;
  /** Default: nothing was learned. */
  readonly stays?: StayHistory;
}

/** A problem for the optimizer, and what its answer is read with. */
export interface ScheduleProblem {
  readonly madeAtMs: number;
  readonly state: SiteState;
  readonly problem: ChargingProblem;
  /** In the problem's order. */
  readonly sessions: readonly ScheduledCar[];
  readonly capacities: readonly CircuitCapacity[];
  readonly building: BuildingForecast;
  readonly prices: SchedulePrices;
}

export interface ScheduledCar {
  readonly session: ControllableSession;
  readonly wants: Wants;
  /** What its station says that others limit it to. Absent: nothing does. */
  readonly external?: ExternalCap;
}

/** state + limits + prices + what was learned + now → the problem of the next day or two. Pure. */
export function scheduleProblem(input: ScheduleInput): ScheduleProblem {
  const { state, windows, failsafes, nowMs, prices: pricesOver = FREE } = input;
  const taken = takenNeeds(state.site, input.stays);
  const boundariesMs = boundariesFor(input, departuresAhead(state, taken, nowMs));
  const building = forecastBuilding(state, input.building ?? NO_HISTORY, boundariesMs);
  const over = { state, windows, failsafes, boundariesMs, nowMs, building };
  const { sessions, capacities, circuits } = siteCircuits(over);
  const caps = externalCaps(sessions, boundariesMs, state.site.rotationS);
  const prices = pricesOver(boundariesMs, buildingKw(state, building));
  const dearest = dearestPerKwh(prices, boundariesMs, state.site.peakMayOutweighDeparture === true);
  const wanting = sessions.map((session) => {
    const steered = steeredSession(over, session);
    const wants = wantsOf(session, taken(session.transaction), nowMs);
    return { session, steered, wants, phases: steered.phases };
  });
  const untilMs = chargesUntilMs(state, circuits, wanting, nowMs);
  const problemSessions = wanting.map((one): ProblemSession => {
    const { steered, wants } = one;
    const { priority, isStated } = wants;
    const stay =
      wants.how === 'byDeparture' ? leaving(wants, boundariesMs) : charging(wants, untilMs(one), boundariesMs);
    const { id, circuitId, phases, currentMinA, reservedA = 0 } = steered;
    // Member by member: for a thousand of them, spreading would take twice as long as all the rest.
    return {
      id,
      circuitId,
      phases,
      voltageV: wants.wattsPerAmpere / phases.length,
      currentMinA,
      currentMaxA: caps.get(id)?.mostA.map((capA) => Math.min(capA, wants.mostA)) ?? wants.mostA,
      departureMs: stay.departureMs,
      energyWh: stay.energyWh,
      shortfallPricePerKwh: shortfallPricePerKwh({ dearestPerKwh: dearest, priority, isStated }),
      reservedA,
    };
  });
  return {
    madeAtMs: nowMs,
    state,
    capacities,
    building,
    prices,
    sessions: wanting.map(({ session, wants }) => {
      const external = caps.get(session.transaction.sessionId);
      return { session, wants, ...(external === undefined ? {} : { external }) };
    }),
    problem: {
      boundariesMs,
      circuits: leavingRoom(state, circuits, { sessions: problemSessions, boundariesMs }),
      energyPricePerKwh: prices.energyPricePerKwh,
      ...(prices.demandCharges.length === 0 ? {} : { demandCharges: evenPeaks(prices.demandCharges, boundariesMs) }),
      sessions: problemSessions,
    },
  };
}

/** What the building is likely to take through the grid connection, per slot. */
function buildingKw({ site }: SiteState, building: BuildingForecast): readonly number[] {
  const root = site.circuits.find(({ parentId }) => parentId === null);
  const usualA = root === undefined ? undefined : building.get(root.id)?.usualA;
  if (usualA === undefined) return [];
  return usualA.L1.map(
    (_, slot) => (PHASES.reduce((sum, phase) => sum + (usualA[phase][slot] ?? 0), 0) * site.voltageV) / 1000,
  );
}

/**
 * Slots of 15 minutes by the clock, the first one what is left of the running quarter; and a boundary wherever a limit or a failsafe
 * changes, and where a car leaves.
 */
export function scheduleBoundariesMs(input: ScheduleInput): number[] {
  const { state, stays, nowMs } = input;
  return boundariesFor(input, departuresAhead(state, takenNeeds(state.site, stays), nowMs));
}

function boundariesFor({ state, windows, failsafes, nowMs }: ScheduleInput, departuresMs: readonly number[]): number[] {
  const latestMs = Math.min(departuresMs.at(-1) ?? nowMs, nowMs + SCHEDULE_HORIZON_MAX_MS);
  const endMs = ceilTo(SLOT_MS, Math.max(nowMs + SCHEDULE_HORIZON_MS, latestMs));
  const changes = changesAhead(windows, failsafes, { fromMs: nowMs, toMs: endMs }).slice(0, CHANGES_MAX);
  const departures = departuresMs.filter((ms) => ms < endMs).slice(0, DEPARTURES_MAX);
  const times = new Set<number>([nowMs, ...changes, ...departures, ...externalChangesMs(state, nowMs, endMs)]);
  for (let ms = ceilTo(SLOT_MS, nowMs + 1); ms <= endMs; ms += SLOT_MS) times.add(ms);
  return [...times].sort((a, b) => a - b);
}

/** Is there a car that a schedule may guide: has any driver said when they leave, or does the site assume it? */
export function hasNeeds(state: SiteState): boolean {
  const assumes = assumesDepartures(state.site);
  for (const { needs } of transactions(state)) if (assumes || needs.departureMs !== undefined) return true;
  return false;
}

/** Ascending, each once. */
function departuresAhead(
  state: SiteState,
  taken: (transaction: TransactionState) => TakenNeeds,
  nowMs: number,
): number[] {
  const times = new Set<number>();
  for (const transaction of transactions(state)) {
    const { departureMs } = taken(transaction);
    if (departureMs !== 'unknown' && departureMs > nowMs) times.add(departureMs);
  }
  return [...times].sort((a, b) => a - b);
}

function* transactions(state: SiteState): Generator<TransactionState> {
  for (const station of state.stations.values()) {
    for (const { transaction } of station.evses.values()) if (transaction !== null) yield transaction;
  }
}

function ceilTo(stepMs: number, ms: number): number {
  return Math.ceil(ms / stepMs) * stepMs;
}

interface Stay {
  readonly energyWh: number;
  /** A boundary: the last one for a car that stays on. */
  readonly departureMs: number;
}

/** A departure within a slot does not count the slot: ready a little early, not a little late. But the running slot is its. */
function leaving({ energyWh, departureMs }: Wants, boundariesMs: readonly number[]): Stay {
  const lastMs = boundariesMs.at(-1) ?? 0;
  if (departureMs === 'unknown' || departureMs >= lastMs) return { energyWh, departureMs: lastMs };
  const next = firstAtOrAfter(boundariesMs, departureMs);
  const before = boundariesMs[next] === departureMs ? next : next - 1;
  return { energyWh, departureMs: boundariesMs[Math.max(1, before)] ?? departureMs };
}

/** Up to a boundary, and with as much energy more or less: left any slack, the optimizer would put others before it. */
function charging({ energyWh }: Wants, untilMs: number, boundariesMs: readonly number[]): Stay {
  const [startMs = 0] = boundariesMs;
  const end = Math.max(1, firstAtOrAfter(boundariesMs, untilMs));
  const endMs = boundariesMs[end] ?? boundariesMs.at(-1) ?? untilMs;
  const stretched = (energyWh * (endMs - startMs)) / (untilMs - startMs);
  return { energyWh: stretched > 0 ? stretched : energyWh, departureMs: endMs };
}

function firstAtOrAfter(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
