import { evseCurrentMaxA, evseCurrentMinA, floorToDeciampere } from '../site/electricity.js';
import { fitToPeriods } from '../site/fitToPeriods.js';
import {
  constantSteps,
  type LimitStep,
  type LimitSteps,
  largestWithin,
  limitAt,
  normalizeSteps,
} from '../site/limitSteps.js';
import { clockUncertaintyMs, newestCandidate } from '../site/mayDraw.js';
import { type Ledger, type LedgerEvse, raiseMay, roomA } from './ledger.js';

/** A transaction's profile ends by itself, so that a station that hears no more falls to its failsafe. */
const PROFILE_LASTS_MS = 900_000;
/** Ends are shared, so that few instants have to be looked at. */
const PROFILE_END_GRID_MS = 300_000;
/** A profile cut short to what its station can hold lasts at least this long. */
const PROFILE_LASTS_MIN_MS = 300_000;

function profileEndMs(nowMs: number, lastsMs: number): number {
  return Math.ceil((nowMs + lastsMs) / PROFILE_END_GRID_MS) * PROFILE_END_GRID_MS;
}

/**
 * What may be sent to bring an EVSE towards its desired limits: nowhere above the room beside all that the others may draw, save
 * where it was told that already. Falls come a little before and rises a little after their time, for its clock may be off.
 */
export function sendableSchedule(
  ledger: Ledger,
  entry: LedgerEvse,
  desired: LimitSteps,
  { maxPeriods, lastsMs = PROFILE_LASTS_MS }: { readonly maxPeriods: number; readonly lastsMs?: number },
): LimitSteps {
  const { nowMs } = ledger;
  const all = allSteps(ledger, entry, desired, profileEndMs(nowMs, lastsMs));
  const sendable = toPeriods(all, entry, maxPeriods, nowMs);
  if (maxPeriods > 1 || all.steps.length === 1) return sendable;
  // What holds one limit can't be told of a fall that is planned for soon. It is told when that is due; until then what it has is kept for it.
  const untilThen = toPeriods(allSteps(ledger, entry, asNow(desired, nowMs), all.untilMs), entry, maxPeriods, nowMs);
  return firstA(untilThen) > firstA(sendable) ? untilThen : sendable;
}

function allSteps(
  { nowMs, timesMs }: Ledger,
  entry: LedgerEvse,
  desired: LimitSteps,
  untilMs: LimitSteps['untilMs'],
): LimitSteps {
  const endMs = untilMs === 'forever' ? Number.POSITIVE_INFINITY : untilMs;
  const overMs = endMs + countedAfterEndMs(entry);
  const allowed: LimitStep[] = [];
  for (let k = 0; k < timesMs.length; k++) {
    const fromMs = timesMs[k] ?? 0;
    if (fromMs > overMs) break;
    // After its end nothing is wanted of it, but what it says last still counts there for a while.
    const wantedA = fromMs < endMs ? limitAt(desired, fromMs) : Number.POSITIVE_INFINITY;
    const heldA = Math.max(roomA(entry, k), keptA(entry, k, fromMs));
    allowed.push({ fromMs, limitA: offered(entry, wantedA === 'ended' ? 0 : Math.min(wantedA, heldA)) });
  }
  // Merged first: most instants of the grid change nothing for one EVSE, and eroding looks at each step from each.
  const eroded = erode(normalizeSteps({ steps: allowed, untilMs }, nowMs), nowMs, entry);
  const steps = eroded.steps.filter(({ fromMs }) => fromMs < endMs);
  return normalizeSteps({ steps, untilMs }, nowMs);
}

/**
 * What it may go on with where there is no room for it: what it was told last, and what it falls to anyway. Not all that it may draw by
 * what came before that, or it would be raised again on a circuit that is over its limit.
 */
function keptA({ at, mayA }: LedgerEvse, k: number, atMs: number): number {
  const told = [at.stationState.failsafe, at.evseState.txProfile].flatMap((slot) => {
    const newest = newestCandidate(slot);
    const limitA = newest === undefined ? 'ended' : limitAt(newest.limits, atMs);
    return limitA === 'ended' ? [] : [limitA];
  });
  return Math.min(mayA[k] ?? 0, told.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...told));
}

/** What is wanted now, for good. */
export function asNow(desired: LimitSteps, nowMs: number): LimitSteps {
  const nowA = limitAt(desired, nowMs);
  return constantSteps(nowA === 'ended' ? 0 : nowA, nowMs);
}

function firstA({ steps }: LimitSteps): number {
  return steps[0]?.limitA ?? 0;
}

/** By a clock that may be off, and a car that follows late. */
function countedAfterEndMs({ at }: LedgerEvse): number {
  return clockUncertaintyMs(at.stationState) + at.station.reactionS * 1000;
}

/** One limit, as far as there is room for it until it is surely over: for as long as it will count in what may be drawn. */
export function withinRoomUntil(ledger: Ledger, entry: LedgerEvse, limits: LimitSteps, untilMs: number): LimitSteps {
  const overMs = untilMs + countedAfterEndMs(entry);
  let leastA = Math.min(...limits.steps.map(({ limitA }) => limitA));
  ledger.timesMs.forEach((fromMs, k) => {
    if (fromMs <= overMs) leastA = Math.min(leastA, Math.max(roomA(entry, k), keptA(entry, k, fromMs)));
  });
  return { steps: [{ fromMs: ledger.nowMs, limitA: offered(entry, leastA) }], untilMs: limits.untilMs };
}

/** Only 0 and [minimum, maximum] exist on a pilot (IEC 61851-1); one decimal on the wire. */
function offered(entry: LedgerEvse, currentA: number): number {
  const { evse, site } = entry.at;
  const roundedA = floorToDeciampere(Math.min(currentA, evseCurrentMaxA(evse, site)));
  return roundedA < evseCurrentMinA(evse) || roundedA <= 0 ? 0 : roundedA;
}

/** At each instant the least within the uncertainty of the clock, and within the time that a car takes to follow a fall. */
function erode(limits: LimitSteps, nowMs: number, { at }: LedgerEvse): LimitSteps {
  const clockMs = clockUncertaintyMs(at.stationState);
  const leadMs = clockMs + at.station.reactionS * 1000;
  const times = new Set<number>([nowMs]);
  for (const step of limits.steps) {
    for (const ms of [step.fromMs - leadMs, step.fromMs + clockMs]) if (ms > nowMs) times.add(ms);
  }
  const sorted = [...times].sort((a, b) => a - b);
  const steps = sorted.map((fromMs, index) => {
    const toMs = sorted[index + 1] ?? fromMs;
    return { fromMs, limitA: leastWithin(limits, fromMs - clockMs, toMs + leadMs - 1) };
  });
  return { steps, untilMs: limits.untilMs };
}

function leastWithin(limits: LimitSteps, fromMs: number, toMs: number): number {
  const first = limitAt({ ...limits, untilMs: 'forever' }, fromMs);
  let least = first === 'ended' ? 0 : first;
  for (const step of limits.steps)
    if (step.fromMs > fromMs && step.fromMs <= toMs) least = Math.min(least, step.limitA);
  return least;
}

/** A station that holds few periods gets an earlier end rather than less now, as long as that is not too soon. */
function toPeriods(limits: LimitSteps, { at }: LedgerEvse, maxPeriods: number, nowMs: number): LimitSteps {
  const next = limits.steps[Math.max(1, maxPeriods)];
  if (next === undefined) return limits;
  if (next.fromMs - nowMs >= PROFILE_LASTS_MIN_MS) {
    return { steps: limits.steps.slice(0, Math.max(1, maxPeriods)), untilMs: next.fromMs };
  }
  return fitToPeriods(limits, maxPeriods, evseCurrentMinA(at.evse), nowMs);
}

/** After a schedule left, its EVSE may draw it, whatever comes of the message. Answers whether that is more than before. */
export function reserveSchedule(ledger: Ledger, entry: LedgerEvse, limits: LimitSteps): boolean {
  let raises = false;
  ledger.timesMs.forEach((fromMs, k) => {
    const toMs = ledger.timesMs[k + 1] ?? fromMs + 1;
    const clockMs = clockUncertaintyMs(entry.at.stationState);
    const lagMs = clockMs + entry.at.station.reactionS * 1000;
    const limitA = largestWithin(limits, fromMs - lagMs, toMs - 1 + clockMs);
    if (limitA === 'ended') return;
    raises = raiseMay(entry, k, Math.min(limitA, evseCurrentMaxA(entry.at.evse, entry.at.site))) || raises;
  });
  return raises;
}
