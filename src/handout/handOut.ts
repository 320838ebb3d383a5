import type { SitePlan } from '../plan/plan.js';
import type { LimitWindow } from '../site/capacity.js';
import { refusesTxProfile } from '../site/controlObstacle.js';
import { breakpoints, type LimitSteps, limitAt } from '../site/limitSteps.js';
import { heldLimits } from '../site/mayDraw.js';
import type { Phase } from '../site/phases.js';
import type { SiteState, StationState } from '../site/state.js';
import { isSteeredByDefault } from '../site/stationQuirk.js';
import type { Decision, HandOutAction } from './actions.js';
import { withoutBookings } from './bookings.js';
import type { DrawMemory } from './drawOverTime.js';
import { excessNow, HORIZON_MS, type Ledger, openLedger, roomA } from './ledger.js';
import { type Purpose, RAISE_MIN_A } from './purpose.js';
import { reserveSchedule } from './schedule.js';
import {
  assertFailsafe,
  changeStationProfile,
  type Failsafes,
  failsafesToSend,
  maxPeriodsOf,
  NO_FAILSAFE,
} from './stationProfile.js';
import { transactionsToStop } from './stopping.js';
import { byEffect, byNeed, type ServedSession, txAction } from './transactionProfile.js';
import { verification } from './verification.js';

export type { HandOutAction } from './actions.js';

export interface HandOutInput {
  readonly state: SiteState;
  readonly windows: readonly LimitWindow[];
  readonly plan: SitePlan;
  readonly nowMs: number;
  /** Stations with a hand-out call under way: one at a time each. */
  readonly busy: ReadonlySet<string>;
  /** Of earlier calls about the same site. Only makes it quicker. */
  readonly memory?: DrawMemory;
}

export interface HandOutResult {
  /** In the order in which they should leave: lowerings first, largest effect first. */
  readonly actions: readonly HandOutAction[];
  /** Sessions whose rise waits for room that only a confirmation frees. */
  readonly waiting: ReadonlySet<string>;
  readonly excess: readonly { readonly circuitId: string; readonly kind: Phase | 'power'; readonly excess: number }[];
  /** Ask again no later than this. */
  readonly wakeAtMs: number;
}

const WAKE_AT_MOST_MS = 5_000;
/** A station that so often does not answer its failsafe is steered all the same. */
const UNANSWERED_MAX = 3;
/** A station that reboots says so first on its new connection; one that was only cut off does not. */
const BOOT_GRACE_MS = 1_500;

/** desired against what may be installed → the messages that are safe to send now. Pure. */
export function handOut(input: HandOutInput): HandOutResult {
  const { state, plan, nowMs, windows } = input;
  const failsafes = failsafesToSend(state, plan, nowMs);
  const ledger = openLedger(state, windows, nowMs, planTimes(plan, failsafes, nowMs), input.memory);
  const excess = excessNow(ledger);
  const actions: HandOutAction[] = [];
  const busy = new Set(input.busy);
  const take = (stationId: string, decide: () => Decision | undefined) => {
    const action = busy.has(stationId) ? undefined : decide();
    if (action === undefined) return;
    busy.add(stationId);
    actions.push(action.type === 'send' ? { ...action, needsDisk: reserve(ledger, action) } : action);
  };
  const ready = state.site.stations.filter(({ id }) => {
    const station = state.stations.get(id);
    return station !== undefined && readyForCalls(station, nowMs) && !busy.has(id);
  });
  for (const { id } of ready) {
    if (failsafes.has(id)) take(id, () => assertFailsafe(state, ledger, id, failsafes));
  }
  if (excess.length > 0) for (const stop of transactionsToStop(ledger)) take(stop.stationId, () => stop);
  const sessions = withoutBookings(sessionsToServe(input, ledger, new Set(ready.map(({ id }) => id))), ledger);
  const steered = sessions.filter(isSteered);
  // One that refuses for now is asked again all the same.
  const direct = sessions.filter(({ entry }) => !isSteeredByDefault(entry.at.stationState));
  const takeTx = (session: ServedSession, purposes: readonly Purpose[]) =>
    take(session.entry.at.station.id, () => txAction(session, ledger, purposes));
  for (const session of [...direct, ...steered.filter(holdsTxProfile)].sort(byEffect(ledger)))
    takeTx(session, ['lower']);
  for (const { id } of ready) {
    if (!failsafes.has(id) || !isSettled(state, id)) continue;
    const ofStation = steered.filter(({ entry }) => entry.at.station.id === id);
    take(id, () => changeStationProfile(state, ledger, { stationId: id, failsafes, sessions: ofStation }));
  }
  for (const session of direct.sort(byNeed(nowMs))) takeTx(session, ['lower', 'first', 'renew', 'raise']);
  for (const { id } of ready) take(id, () => verification(state, id, nowMs));
  return { actions, waiting: waitingSessions(sessions, ledger), excess, wakeAtMs: wakeAt(ledger, state) };
}

function readyForCalls(station: StationState, nowMs: number): boolean {
  const { connection } = station;
  if (connection.status !== 'online' || !station.accepted) return false;
  return connection.booted || nowMs - connection.sinceMs >= BOOT_GRACE_MS;
}

function planTimes(plan: SitePlan, failsafes: Failsafes, nowMs: number): number[] {
  const limits = [...plan.sessions.map((session) => session.desired), ...failsafes.values()];
  return limits.flatMap((one) => breakpoints(one, nowMs, nowMs + HORIZON_MS));
}

function isSteered({ entry }: ServedSession): boolean {
  const { stationState, evseState } = entry.at;
  return isSteeredByDefault(stationState) || refusesTxProfile(stationState, evseState.txProfile);
}

/** Though it takes none any more, by what was learned: until it is over it lies over what the station is steered through. */
function holdsTxProfile({ entry }: ServedSession): boolean {
  return entry.at.evseState.txProfile.candidates.some(
    ({ goneMs, status }) => goneMs === undefined && status !== 'sent',
  );
}

/** Planned sessions, and those that do not obey or take what they are told: they are told to keep to their failsafe until they do. */
function sessionsToServe(input: HandOutInput, ledger: Ledger, ready: ReadonlySet<string>): ServedSession[] {
  const planned = new Map(input.plan.sessions.map((session) => [session.sessionId, session]));
  const served: ServedSession[] = [];
  for (const entry of ledger.evses) {
    const { station, evse, evseState, stationState } = entry.at;
    const { transaction } = evseState;
    if (transaction === null || !ready.has(station.id) || !transaction.authorized) continue;
    if (!isSettled(input.state, station.id)) continue;
    const plannedSession = planned.get(transaction.sessionId);
    const isBeingLearned = evseState.disobeys || evseState.txProfile.refusals > 0;
    if (plannedSession === undefined && !isBeingLearned) continue;
    const failsafe = input.plan.failsafes.get(station.id) ?? NO_FAILSAFE;
    served.push({
      entry,
      sessionId: transaction.sessionId,
      slot: { kind: 'tx', evseId: evse.id, transactionId: transaction.transactionId },
      desired: plannedSession === undefined || evseState.disobeys ? failsafe : plannedSession.desired,
      maxPeriods: maxPeriodsOf(stationState),
    });
  }
  return served;
}

/** The failsafe goes first on each connection; a station that will not take one is steered all the same. */
function isSettled(state: SiteState, stationId: string): boolean {
  const station = state.stations.get(stationId);
  if (station?.connection.status !== 'online') return false;
  const { assertedOn, refusals, unanswered = 0 } = station.failsafe;
  return assertedOn === station.connection.connectionId || refusals > 0 || unanswered >= UNANSWERED_MAX;
}

/** Counts what leaves, and answers whether it raises what may be drawn at any instant. */
function reserve(ledger: Ledger, { stationId, slot, limits, form }: Decision & { type: 'send' }): boolean {
  const held: LimitSteps = heldLimits({ limits, form });
  let raises = false;
  for (const entry of ledger.byStation.get(stationId) ?? []) {
    if (slot.kind !== 'failsafe' && slot.evseId !== entry.at.evse.id) continue;
    raises = reserveSchedule(ledger, entry, held) || raises;
  }
  return raises;
}

function waitingSessions(sessions: readonly ServedSession[], ledger: Ledger): Set<string> {
  const waiting = new Set<string>();
  for (const { entry, desired, sessionId } of sessions) {
    const wantedA = limitAt(desired, ledger.nowMs);
    if (wantedA === 'ended') continue;
    const reachableA = Math.max(roomA(entry, 0), entry.mayA[0] ?? 0);
    if (wantedA > reachableA + RAISE_MIN_A && ledger.timesMs.length > 0) waiting.add(sessionId);
  }
  return waiting;
}

/** The next instant at which what may be drawn changes by itself, but not later than the next look at retries. */
function wakeAt(ledger: Ledger, state: SiteState): number {
  let next = ledger.timesMs[1] ?? Number.POSITIVE_INFINITY;
  for (const { connection } of state.stations.values()) {
    if (connection.status !== 'online' || connection.booted) continue;
    const graceMs = connection.sinceMs + BOOT_GRACE_MS;
    if (graceMs > ledger.nowMs) next = Math.min(next, graceMs);
  }
  return Math.min(next, ledger.nowMs + WAKE_AT_MOST_MS);
}
