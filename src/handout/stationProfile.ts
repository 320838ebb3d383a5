import type { SitePlan } from '../plan/plan.js';
import { fitToPeriods } from '../site/fitToPeriods.js';
import {
  constantSteps,
  extremeOf,
  type LimitSteps,
  limitAt,
  normalizeSteps,
  sameSteps,
  smallerOf,
} from '../site/limitSteps.js';
import { newestCandidate } from '../site/mayDraw.js';
import { writesLeft } from '../site/messageBudget.js';
import type { Candidate, SiteState, StationState } from '../site/state.js';
import { hasQuirk, isSteeredByDefault } from '../site/stationQuirk.js';
import type { Decision } from './actions.js';
import { formOf, limitsIn, stationForms } from './forms.js';
import { HORIZON_MS, hasRoomFor, type Ledger, type LedgerEvse } from './ledger.js';
import { lowersSomewhere, type Purpose, purposeOf } from './purpose.js';
import { mayTry } from './retries.js';
import { sendableSchedule } from './schedule.js';
import { connectedSinceMs, type ServedSession } from './transactionProfile.js';
import { isToldAfterLate, showsFailsafe } from './verification.js';

// What a station falls to by itself, and, where it takes no profile for a transaction, what it is steered through.

export type Failsafes = ReadonlyMap<string, LimitSteps>;

type StationSend = Decision & { type: 'send' };

/** A station that is steered through what is written to flash is told for an hour at a time. */
const STEERED_LASTS_MS = 3_600_000;
const STEERED_RENEW_BEFORE_MS = 900_000;

/** By station, with no more steps than it can hold; of what was not read, the most modest is taken. */
export function failsafesToSend(state: SiteState, plan: SitePlan, nowMs: number): Failsafes {
  const fitted = new Map<string, LimitSteps>();
  // Stations that are alike share their limits, and what is made of them.
  const known = new Map<LimitSteps, Map<number, LimitSteps>>();
  for (const [stationId, limits] of plan.failsafes) {
    const maxPeriods = maxPeriodsOf(state.stations.get(stationId));
    const byPeriods = known.get(limits) ?? new Map<number, LimitSteps>();
    known.set(limits, byPeriods);
    const fits = byPeriods.get(maxPeriods) ?? fitToPeriods(limits, maxPeriods, 0, nowMs);
    byPeriods.set(maxPeriods, fits);
    fitted.set(stationId, fits);
  }
  return fitted;
}

export function maxPeriodsOf(station: StationState | undefined): number {
  const maxPeriods = station?.capabilities.maxPeriods ?? 'unknown';
  // What was not read is probed with the most modest profile there is.
  return maxPeriods === 'unknown' ? 1 : maxPeriods;
}

/** The failsafe goes first on each connection. */
export function assertFailsafe(
  state: SiteState,
  ledger: Ledger,
  stationId: string,
  failsafes: Failsafes,
): StationSend | undefined {
  const station = state.stations.get(stationId);
  const wanted = failsafes.get(stationId) ?? NO_FAILSAFE;
  if (station?.connection.status !== 'online' || station.failsafe.assertedOn === station.connection.connectionId)
    return undefined;
  const { sinceMs } = station.connection;
  const send = stationSend(station, ledger, {
    stationId,
    wanted,
    failsafes,
    purpose: 'failsafe',
    freshSinceMs: sinceMs,
  });
  return send !== undefined && wearsInVain(station, send.limits, { nowMs: ledger.nowMs, sinceMs }) ? undefined : send;
}

/** The same to a station that is silent: it may have written it each time. */
function wearsInVain(
  { failsafe }: StationState,
  limits: LimitSteps,
  { nowMs, sinceMs }: { readonly nowMs: number; readonly sinceMs: number },
): boolean {
  const newest = newestCandidate(failsafe);
  const isSaidAgain = newest?.status === 'unknown' && newest.sentMs >= sinceMs;
  return isSaidAgain && sameSteps(newest.limits, limits, nowMs) && writesLeft(failsafe, 'failsafe', nowMs) < 1;
}

export function changeStationProfile(
  state: SiteState,
  ledger: Ledger,
  of: { readonly stationId: string; readonly failsafes: Failsafes; readonly sessions: readonly ServedSession[] },
): StationSend | undefined {
  const { stationId, failsafes, sessions } = of;
  const station = state.stations.get(stationId);
  if (station === undefined) return undefined;
  const wasSteered = (newestCandidate(station.failsafe)?.form?.steersUntilMs ?? 0) > ledger.nowMs;
  if (sessions.length === 0 && !wasSteered && !isSteeredByDefault(station))
    return changeFailsafe(station, ledger, stationId, failsafes);
  return steer(station, ledger, of);
}

function changeFailsafe(station: StationState, ledger: Ledger, stationId: string, failsafes: Failsafes) {
  const { nowMs } = ledger;
  const wanted = failsafes.get(stationId) ?? NO_FAILSAFE;
  const newest = newestCandidate(station.failsafe);
  const isAgain = isToldAgain(station, nowMs);
  const isMax = newest?.form?.purpose === 'ChargingStationMaxProfile';
  const isHeld = (limits: LimitSteps) =>
    !isAgain &&
    isMax === hasQuirk(station, 'takesNoDefault') &&
    newest !== undefined &&
    newest.status !== 'unknown' &&
    sameSteps(newest.limits, limits, nowMs);
  if (isHeld(wanted)) return undefined;
  const send = stationSend(station, ledger, { stationId, wanted, failsafes, purpose: 'lower', freshSinceMs: 0 });
  if (send === undefined || isHeld(send.limits)) return undefined;
  const raises = newest !== undefined && lowersSomewhere(send.limits, newest.limits, nowMs);
  if (raises && writesLeft(station.failsafe, 'failsafe', nowMs) < 1) return undefined;
  if (wearsInVain(station, send.limits, { nowMs, sinceMs: 0 })) return undefined;
  return { ...send, purpose: raises ? 'raise' : 'lower' } as const;
}

function isToldAgain(station: StationState, nowMs: number): boolean {
  const canLook = [...station.evses.values()].some((evse) => showsFailsafe(evse, station, nowMs));
  return isToldAfterLate(station.failsafe, station, canLook, nowMs);
}

/** Through the profile of the whole station: each of its EVSEs is allowed what the one with the least is to have. */
function steer(
  station: StationState,
  ledger: Ledger,
  { stationId, failsafes, sessions }: Parameters<typeof changeStationProfile>[2],
): StationSend | undefined {
  const { nowMs } = ledger;
  const newest = newestCandidate(station.failsafe);
  const steered = steeredLimits(ledger, failsafes.get(stationId) ?? NO_FAILSAFE, sessions);
  const send = stationSend(station, ledger, {
    stationId,
    wanted: steered.limits,
    failsafes,
    purpose: 'lower',
    freshSinceMs: 0,
    steersUntilMs: steered.untilMs,
  });
  if (send === undefined) return undefined;
  const news = steeringPurpose(newest, send, { nowMs, connectedMs: connectedSinceMs(station) });
  const purpose = news === 'none' && isToldAgain(station, nowMs) ? 'renew' : news;
  if (purpose === 'none') return undefined;
  // A car that just came does not wait; a station that is silent does.
  const waits = purpose === 'raise' || (purpose === 'first' && newest?.status === 'unknown');
  if (waits && writesLeft(station.failsafe, 'failsafe', nowMs) < 1) return undefined;
  return { ...send, purpose };
}

function steeredLimits(
  ledger: Ledger,
  failsafe: LimitSteps,
  sessions: readonly ServedSession[],
): { readonly limits: LimitSteps; readonly untilMs: number } {
  const { nowMs } = ledger;
  const sendable = sessions.map(({ entry, desired, maxPeriods }) =>
    sendableSchedule(ledger, entry, desired, { maxPeriods: Math.max(1, maxPeriods - 1), lastsMs: STEERED_LASTS_MS }),
  );
  const [first, ...others] = sendable;
  if (first === undefined) return { limits: failsafe, untilMs: nowMs };
  const least = others.reduce(smallerOf, first);
  const untilMs = least.untilMs === 'forever' ? nowMs + STEERED_LASTS_MS : least.untilMs;
  const after = limitsIn({ kind: 'Absolute', purpose: 'TxDefaultProfile', rateUnit: 'A' }, failsafe, nowMs);
  const laterA = limitAt(after, untilMs);
  const steps = [
    ...least.steps.filter(({ fromMs }) => fromMs < untilMs),
    { fromMs: untilMs, limitA: laterA === 'ended' ? 0 : laterA },
    ...after.steps.filter(({ fromMs }) => fromMs > untilMs),
  ];
  return { limits: normalizeSteps({ steps, untilMs: 'forever' }, nowMs), untilMs };
}

function steeringPurpose(
  newest: Candidate | undefined,
  { limits, form }: StationSend,
  { nowMs, connectedMs }: { readonly nowMs: number; readonly connectedMs: number },
): Purpose | 'none' {
  if (newest !== undefined && lowersSomewhere(newest.limits, limits, nowMs)) return 'lower';
  const isTaken = newest !== undefined && newest.status !== 'unknown';
  // Where nobody is to have more than the failsafe it need not be told again and again until when.
  if (isTaken && sameSteps(newest.limits, limits, nowMs)) return 'none';
  const { steersUntilMs = nowMs } = form;
  const heldUntilMs = newest?.form?.steersUntilMs ?? nowMs;
  if (isTaken && steersUntilMs <= nowMs && heldUntilMs <= nowMs) return 'raise';
  const held = newest === undefined ? undefined : { ...newest, limits: { ...newest.limits, untilMs: heldUntilMs } };
  const wanted = { ...limits, untilMs: steersUntilMs };
  return purposeOf(held, wanted, { nowMs, connectedMs, renewBeforeMs: STEERED_RENEW_BEFORE_MS });
}

interface StationSendInput {
  readonly stationId: string;
  readonly wanted: LimitSteps;
  /** What every station is to fall to. */
  readonly failsafes: Failsafes;
  readonly purpose: StationSend['purpose'];
  readonly freshSinceMs: number;
  readonly steersUntilMs?: number;
}

function stationSend(station: StationState, ledger: Ledger, input: StationSendInput): StationSend | undefined {
  const { stationId, wanted, purpose, freshSinceMs, steersUntilMs } = input;
  const { nowMs } = ledger;
  const evses = (ledger.byStation.get(stationId) ?? []).map(({ at }) => at.evse);
  const forms = stationForms(station, evses, wanted);
  const form = formOf(forms, station.failsafe);
  if (form === undefined || !mayTry(station.failsafe, forms, { nowMs, freshSinceMs })) return undefined;
  const most = periodsToTry(station, steersUntilMs !== undefined);
  const written = fitToPeriods(limitsIn(form, wanted, nowMs), most, 0, nowMs);
  const limits = withoutRiseBeyondRoom(station, ledger, written, input);
  return {
    type: 'send',
    stationId,
    slot: { kind: 'failsafe' },
    limits,
    form: withFittingKind(steersUntilMs === undefined ? form : { ...form, steersUntilMs }, limits),
    forms,
    purpose,
  };
}

/** To be steered takes two periods: what is told now, and what it falls to by itself. */
function periodsToTry(station: StationState, isSteered: boolean): number {
  const isKnown = station.capabilities.maxPeriods !== 'unknown';
  return isSteered && !isKnown ? Math.max(2, maxPeriodsOf(station)) : maxPeriodsOf(station);
}

/** Less than was wanted may be something else than what the form was chosen for: steps where there was one limit, or none that repeat. */
function withFittingKind(form: StationSend['form'], limits: LimitSteps): StationSend['form'] {
  if (form.kind === 'Recurring' && limits.everyMs === undefined) return { ...form, kind: 'Absolute' };
  if (form.kind === 'Relative' && limits.steps.length > 1) return { ...form, kind: 'Absolute' };
  return form;
}

/** A rise of what a whole station has is a rise like any other: without room at every instant it waits, and what falls falls at once. */
function withoutRiseBeyondRoom(
  station: StationState,
  ledger: Ledger,
  wanted: LimitSteps,
  { stationId, failsafes, steersUntilMs }: Pick<StationSendInput, 'stationId' | 'failsafes' | 'steersUntilMs'>,
): LimitSteps {
  const newest = newestCandidate(station.failsafe);
  const entries = ledger.byStation.get(stationId) ?? [];
  if (newest === undefined) return wanted;
  const isWeekly = repeatsBeyondHorizon(wanted) || repeatsBeyondHorizon(newest.limits);
  if (isWeekly && !othersAreSettled(ledger, stationId, failsafes)) return withoutRise(ledger, station, wanted, newest);
  if (hasRoomFor(ledger, entries, wanted)) return wanted;
  const falls = withoutRise(ledger, station, wanted, newest);
  // A failsafe is as it is or waits; what one EVSE has room for alone was cut to that before.
  if (steersUntilMs === undefined || entries.length < 2) return falls;
  const capped = largestWithRoom(ledger, entries, wanted);
  return extremeOf(capped, 'largest') > extremeOf(falls, 'largest') ? capped : falls;
}

function withoutRise(ledger: Ledger, station: StationState, wanted: LimitSteps, { limits }: Candidate): LimitSteps {
  const least = normalizeSteps(smallerOf(wanted, limits), ledger.nowMs);
  return fitToPeriods(least, maxPeriodsOf(station), 0, ledger.nowMs);
}

/** Its EVSEs may each be allowed what there is room for on all of them. In whole amperes: what is written to flash does not follow each tenth. */
function largestWithRoom(ledger: Ledger, entries: readonly LedgerEvse[], wanted: LimitSteps): LimitSteps {
  let fitsA = 0;
  let tooMuchA = Math.ceil(extremeOf(wanted, 'largest'));
  while (tooMuchA - fitsA > 1) {
    const triedA = Math.floor((fitsA + tooMuchA) / 2);
    if (hasRoomFor(ledger, entries, cappedTo(wanted, triedA))) fitsA = triedA;
    else tooMuchA = triedA;
  }
  return normalizeSteps(cappedTo(wanted, fitsA), ledger.nowMs);
}

function cappedTo(limits: LimitSteps, mostA: number): LimitSteps {
  return { ...limits, steps: limits.steps.map((step) => ({ ...step, limitA: Math.min(step.limitA, mostA) })) };
}

function repeatsBeyondHorizon({ everyMs = 0 }: LimitSteps): boolean {
  return everyMs > HORIZON_MS;
}

/**
 * Room is looked at within the horizon. What repeats over a week and rises beyond it waits until nobody else below the same circuits is
 * still to be lowered, or may still hold what it was lowered from.
 */
function othersAreSettled(ledger: Ledger, stationId: string, failsafes: Failsafes): boolean {
  const rows = new Set((ledger.byStation.get(stationId) ?? []).flatMap(({ shares }) => shares.map(({ row }) => row)));
  return ledger.evses.every(({ at, shares }) => {
    if (at.station.id === stationId || !shares.some(({ row }) => rows.has(row))) return true;
    const newest = newestCandidate(at.stationState.failsafe);
    const wanted = failsafes.get(at.station.id);
    if (newest === undefined || wanted === undefined) return true;
    const isOpen = at.stationState.failsafe.candidates.some((one) => one !== newest && one.goneMs === undefined);
    return !isOpen && !lowersSomewhere(newest.limits, wanted, ledger.nowMs);
  });
}

export const NO_FAILSAFE = constantSteps(0, 0);
