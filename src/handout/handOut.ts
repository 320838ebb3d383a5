import type { SitePlan } from '../plan/plan.js';
import type { LimitWindow } from '../site/capacity.js';
import { REFUSALS_MAX, RETRY_REFUSED_MS } from '../site/controlObstacle.js';
import type { SlotName } from '../site/events.js';
import {
  constantSteps,
  type LimitSteps,
  limitAt,
  lowerToFit,
  normalizeSteps,
  sameSteps,
  smallerOf,
} from '../site/limitSteps.js';
import { newestCandidate } from '../site/mayDraw.js';
import type { Phase } from '../site/phases.js';
import type { Candidate, ProfileSlot, SiteState, StationState } from '../site/state.js';
import type { DrawMemory } from './drawOverTime.js';
import { excessNow, hasRoomFor, type Ledger, type LedgerEvse, openLedger, roomA } from './ledger.js';
import { reserveSchedule, sendableSchedule } from './schedule.js';

export type HandOutAction =
  | {
      readonly type: 'send';
      readonly stationId: string;
      readonly slot: SlotName;
      readonly limits: LimitSteps;
      readonly purpose: 'failsafe' | 'lower' | 'first' | 'renew' | 'raise';
      /**
       * It raises what may be drawn at some instant, so its intent must be on disk before it leaves. What is nowhere above what may be
       * drawn already need not wait: forgotten in a crash, what was counted before is still counted.
       */
      readonly needsDisk: boolean;
    }
  /** Look at the station's composite schedule: does it hold what it accepted? */
  | {
      readonly type: 'verify';
      readonly stationId: string;
      readonly evseId: number;
      readonly slot: SlotName;
      readonly attemptId: string;
      readonly limits: LimitSteps;
    };

type Decision = Omit<HandOutAction & { type: 'send' }, 'needsDisk'> | (HandOutAction & { type: 'verify' });

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

/** Small rises wait and gather; lowerings never wait. */
const RAISE_MIN_A = 0.5;
const RAISE_GATHER_MS = 2_000;
/** A profile is renewed when less than this of it is left. */
export const RENEW_BEFORE_MS = 420_000;
const RETRY_UNKNOWN_MS = 5_000;
const RETRY_REFUSED_FIRST_MS = 5_000;
const CHECKS_MAX = 3;
const CHECK_AGAIN_MS = 10_000;
const WAKE_AT_MOST_MS = 5_000;
/** Differences below what one decimal can say. */
const SAME_A = 0.05;

/** desired against what may be installed → the messages that are safe to send now. Pure. */
export function handOut(input: HandOutInput): HandOutResult {
  const { state, plan, nowMs, windows } = input;
  const failsafes = failsafesToSend(input);
  const ledger = openLedger(state, windows, nowMs, planTimes(plan, failsafes), input.memory);
  const excess = excessNow(ledger);
  const actions: HandOutAction[] = [];
  const busy = new Set(input.busy);
  const take = (stationId: string, decide: () => Decision | undefined) => {
    const action = busy.has(stationId) ? undefined : decide();
    if (action === undefined) return;
    busy.add(stationId);
    if (action.type === 'verify') actions.push(action);
    else actions.push({ ...action, needsDisk: reserve(ledger, action) });
  };
  const ready = state.site.stations.filter(({ id }) => {
    const station = state.stations.get(id);
    return station !== undefined && readyForCalls(station, nowMs) && !busy.has(id);
  });
  const takeFailsafe = (act: typeof assertFailsafe | typeof changeFailsafe, stationId: string) => {
    const wanted = failsafes.get(stationId);
    if (wanted !== undefined) take(stationId, () => act(input, ledger, stationId, wanted));
  };
  for (const { id } of ready) takeFailsafe(assertFailsafe, id);
  const sessions = sessionsToServe(input, ledger, new Set(ready.map(({ id }) => id)));
  const takeTx = (session: ServedSession, purposes: readonly TxPurpose[]) =>
    take(session.entry.at.station.id, () => txAction(session, ledger, nowMs, purposes));
  for (const session of sessions.sort(byEffect(ledger))) takeTx(session, ['lower']);
  for (const { id } of ready) takeFailsafe(changeFailsafe, id);
  for (const session of sessions.sort(byNeed(nowMs))) takeTx(session, ['lower', 'first', 'renew', 'raise']);
  for (const { id } of ready) take(id, () => verification(input, id));
  return { actions, waiting: waitingSessions(sessions, ledger, nowMs), excess, wakeAtMs: wakeAt(ledger, state) };
}

/** A station that reboots says so first on its new connection; one that was only cut off does not. */
const BOOT_GRACE_MS = 1_500;

function readyForCalls(station: StationState, nowMs: number): boolean {
  const { connection } = station;
  if (connection.status !== 'online' || !station.accepted) return false;
  return connection.booted || nowMs - connection.sinceMs >= BOOT_GRACE_MS;
}

interface ServedSession {
  readonly entry: LedgerEvse;
  readonly sessionId: string;
  readonly slot: SlotName & { kind: 'tx' };
  readonly desired: LimitSteps;
  readonly maxPeriods: number;
}

function planTimes(plan: SitePlan, failsafes: Failsafes): number[] {
  const limits = [...plan.sessions.map((session) => session.desired), ...failsafes.values()];
  return limits.flatMap(({ steps }) => steps.map((step) => step.fromMs));
}

/** Planned sessions, and those that do not obey: they are told to keep to their failsafe until they do. */
function sessionsToServe(input: HandOutInput, ledger: Ledger, ready: ReadonlySet<string>): ServedSession[] {
  const planned = new Map(input.plan.sessions.map((session) => [session.sessionId, session]));
  const served: ServedSession[] = [];
  for (const entry of ledger.evses) {
    const { station, evse, evseState, stationState } = entry.at;
    const { transaction } = evseState;
    if (transaction === null || !ready.has(station.id) || !transaction.authorized || !failsafeSettled(stationState))
      continue;
    const plannedSession = planned.get(transaction.sessionId);
    if (plannedSession === undefined && !evseState.disobeys) continue;
    const failsafe = input.plan.failsafes.get(station.id) ?? constantSteps(0, 0);
    const { maxPeriods } = stationState.capabilities;
    served.push({
      entry,
      sessionId: transaction.sessionId,
      slot: { kind: 'tx', evseId: evse.id, transactionId: transaction.transactionId },
      desired: plannedSession === undefined || evseState.disobeys ? failsafe : plannedSession.desired,
      // What was not read is probed with the most modest profile there is.
      maxPeriods: maxPeriods === 'unknown' ? 1 : maxPeriods,
    });
  }
  return served;
}

/** The failsafe goes first on each connection; a station that will not take one is steered all the same. */
function failsafeSettled(station: StationState): boolean {
  if (station.connection.status !== 'online') return false;
  return station.failsafe.assertedOn === station.connection.connectionId || station.failsafe.refusals > 0;
}

type Failsafes = ReadonlyMap<string, LimitSteps>;

/** By station, with no more steps than it can hold; of what was not read, the most modest is taken. */
function failsafesToSend({ state, plan, nowMs }: HandOutInput): Failsafes {
  const fitted = new Map<string, LimitSteps>();
  for (const [stationId, limits] of plan.failsafes) {
    const maxPeriods = state.stations.get(stationId)?.capabilities.maxPeriods ?? 'unknown';
    fitted.set(stationId, lowerToFit(normalizeSteps(limits, nowMs), maxPeriods === 'unknown' ? 1 : maxPeriods));
  }
  return fitted;
}

function assertFailsafe(input: HandOutInput, ledger: Ledger, stationId: string, wanted: LimitSteps) {
  const station = input.state.stations.get(stationId);
  if (station?.connection.status !== 'online' || station.failsafe.assertedOn === station.connection.connectionId)
    return undefined;
  if (!mayTry(station.failsafe, input.nowMs, station.connection.sinceMs)) return undefined;
  return {
    type: 'send',
    stationId,
    slot: { kind: 'failsafe' },
    limits: withoutRiseBeyondRoom(ledger, station, stationId, wanted),
    purpose: 'failsafe',
  } as const;
}

function changeFailsafe(input: HandOutInput, ledger: Ledger, stationId: string, wanted: LimitSteps) {
  const station = input.state.stations.get(stationId);
  if (station === undefined || !failsafeSettled(station) || !mayTry(station.failsafe, input.nowMs, 0)) return undefined;
  const limits = withoutRiseBeyondRoom(ledger, station, stationId, wanted);
  const newest = newestCandidate(station.failsafe);
  const same = newest !== undefined && newest.status !== 'unknown' && sameSteps(newest.limits, limits, input.nowMs);
  if (same) return undefined;
  const rises = newest !== undefined && lowersSomewhere(limits, newest.limits, input.nowMs);
  return {
    type: 'send',
    stationId,
    slot: { kind: 'failsafe' },
    limits,
    purpose: rises ? 'raise' : 'lower',
  } as const;
}

/** A rise of the failsafe is a rise like any other: without room at every instant it waits, and what falls falls at once. */
function withoutRiseBeyondRoom(
  ledger: Ledger,
  station: StationState,
  stationId: string,
  wanted: LimitSteps,
): LimitSteps {
  const newest = newestCandidate(station.failsafe);
  const entries = ledger.byStation.get(stationId) ?? [];
  if (newest === undefined || hasRoomFor(ledger, entries, wanted)) return wanted;
  const least = normalizeSteps(smallerOf(wanted, newest.limits), ledger.nowMs);
  const { maxPeriods } = station.capabilities;
  return lowerToFit(least, maxPeriods === 'unknown' ? 1 : maxPeriods);
}

/** Retries wait: after a refusal longer each time, after no answer a little; on a new connection not at all. */
function mayTry(slot: ProfileSlot, nowMs: number, freshSinceMs: number): boolean {
  const newest = newestCandidate(slot);
  if (newest?.status === 'sent') return newest.sentMs < freshSinceMs;
  if (newest?.status === 'unknown' && newest.sentMs >= freshSinceMs) {
    if (nowMs - (newest.answeredMs ?? newest.sentMs) < RETRY_UNKNOWN_MS) return false;
  }
  if (slot.refusals === 0 || slot.lastRefusedMs === undefined || slot.lastRefusedMs < freshSinceMs) return true;
  const waitMs = slot.refusals >= REFUSALS_MAX ? RETRY_REFUSED_MS : RETRY_REFUSED_FIRST_MS * 2 ** (slot.refusals - 1);
  return nowMs - slot.lastRefusedMs >= waitMs;
}

type TxPurpose = 'lower' | 'first' | 'renew' | 'raise';

function txAction(
  session: ServedSession,
  ledger: Ledger,
  nowMs: number,
  purposes: readonly TxPurpose[],
): Decision | undefined {
  const { entry, slot, desired, maxPeriods } = session;
  const { txProfile } = entry.at.evseState;
  const connection = entry.at.stationState.connection;
  if (!mayTry(txProfile, nowMs, connection.status === 'online' ? connection.sinceMs : 0)) return undefined;
  const limits = sendableSchedule(ledger, entry, desired, maxPeriods);
  const connectedMs = connection.status === 'online' ? connection.sinceMs : 0;
  const { clockOffMs } = entry.at.stationState;
  const purpose = purposeOf(newestCandidate(txProfile), limits, nowMs, { connectedMs, clockOffMs });
  const again = purpose === 'none' && isToldAgain(entry, nowMs) ? 'first' : purpose;
  if (again === 'none' || !purposes.includes(again)) return undefined;
  const prompt = purpose === 'lower' ? withoutNewEnd(limits, newestCandidate(txProfile), nowMs) : limits;
  return { type: 'send', stationId: entry.at.station.id, slot, limits: prompt, purpose: again };
}

function purposeOf(
  newest: Candidate | undefined,
  limits: LimitSteps,
  nowMs: number,
  { connectedMs, clockOffMs }: { readonly connectedMs: number; readonly clockOffMs: number },
): TxPurpose | 'none' {
  if (newest === undefined) return 'first';
  const heldA = limitAt(newest.limits, nowMs);
  if (heldA === 'ended') return 'first';
  if (lowersSomewhere(newest.limits, limits, nowMs)) return 'lower';
  // After a reconnect the profile may be gone; after no answer it may never have come.
  if (newest.status === 'unknown' || newest.sentMs < connectedMs) return 'first';
  if (
    newest.limits.untilMs !== 'forever' &&
    newest.limits.untilMs - nowMs < RENEW_BEFORE_MS + clockOffMs &&
    endsLater(limits, newest.limits)
  )
    return 'renew';
  const wantedA = limitAt(limits, nowMs);
  const risesA = wantedA === 'ended' ? 0 : wantedA - heldA;
  if (risesA <= SAME_A || nowMs - newest.sentMs < RAISE_GATHER_MS) return 'none';
  return risesA >= RAISE_MIN_A ? 'raise' : 'none';
}

/** One that does not do what it accepted is told again, for as long as it takes. */
function isToldAgain({ at }: LedgerEvse, nowMs: number): boolean {
  const newest = newestCandidate(at.evseState.txProfile);
  return at.evseState.disobeys && newest !== undefined && nowMs - newest.sentMs >= TELL_AGAIN_MS;
}

const TELL_AGAIN_MS = 30_000;

/** A lowering keeps the end of what it lowers, unless that is near: it then raises nothing at any instant, and need not wait. */
function withoutNewEnd(limits: LimitSteps, newest: Candidate | undefined, nowMs: number): LimitSteps {
  const heldUntilMs = newest?.limits.untilMs;
  if (heldUntilMs === undefined || heldUntilMs === 'forever' || heldUntilMs - nowMs < LOWERED_LASTS_MIN_MS)
    return limits;
  if (limits.untilMs !== 'forever' && limits.untilMs <= heldUntilMs) return limits;
  return {
    steps: limits.steps.filter(({ fromMs }, index) => index === 0 || fromMs < heldUntilMs),
    untilMs: heldUntilMs,
  };
}

const LOWERED_LASTS_MIN_MS = 180_000;

function endsLater(limits: LimitSteps, than: LimitSteps): boolean {
  if (than.untilMs === 'forever') return false;
  return limits.untilMs === 'forever' || limits.untilMs > than.untilMs;
}

function lowersSomewhere(held: LimitSteps, wanted: LimitSteps, nowMs: number): boolean {
  const times = [nowMs, ...held.steps.map((step) => step.fromMs), ...wanted.steps.map((step) => step.fromMs)];
  return times.some((ms) => {
    if (ms < nowMs) return false;
    const heldA = limitAt(held, ms);
    const wantedA = limitAt(wanted, ms);
    return heldA !== 'ended' && wantedA !== 'ended' && wantedA < heldA - SAME_A;
  });
}

/** Counts what leaves, and answers whether it raises what may be drawn at any instant. */
function reserve(ledger: Ledger, action: Decision & { type: 'send' }): boolean {
  const { slot } = action;
  let raises = false;
  for (const entry of ledger.byStation.get(action.stationId) ?? []) {
    if (slot.kind !== 'failsafe' && slot.evseId !== entry.at.evse.id) continue;
    raises = reserveSchedule(ledger, entry, action.limits) || raises;
  }
  return raises;
}

/** Of what is to be lowered, what draws most over its desired limit comes first. */
function byEffect(ledger: Ledger): (a: ServedSession, b: ServedSession) => number {
  const effect = (session: ServedSession) => {
    const wantedA = limitAt(session.desired, ledger.nowMs);
    return ((session.entry.mayA[0] ?? 0) - (wantedA === 'ended' ? 0 : wantedA)) * session.entry.at.evse.phases.length;
  };
  return (a, b) => effect(b) - effect(a);
}

/** Of what is to be raised, who has least comes first; then who came first. */
function byNeed(nowMs: number): (a: ServedSession, b: ServedSession) => number {
  const heldA = (session: ServedSession) => {
    const newest = newestCandidate(session.entry.at.evseState.txProfile);
    const limitA = newest === undefined ? 0 : limitAt(newest.limits, nowMs);
    return limitA === 'ended' ? 0 : limitA;
  };
  const since = (session: ServedSession) => session.entry.at.evseState.transaction?.receivedMs ?? 0;
  return (a, b) => heldA(a) - heldA(b) || since(a) - since(b);
}

function verification(input: HandOutInput, stationId: string): Decision | undefined {
  const station = input.state.stations.get(stationId);
  if (station === undefined || station.trusted || station.capabilities.compositeSchedule === false) return undefined;
  for (const [evseId, evse] of station.evses) {
    const newest = newestCandidate(evse.txProfile);
    if (evse.transaction === null || newest === undefined || !mayCheck(newest, input.nowMs)) continue;
    const slot = { kind: 'tx', evseId, transactionId: evse.transaction.transactionId } as const;
    return { type: 'verify', stationId, evseId, slot, attemptId: newest.attemptId, limits: newest.limits };
  }
  // The composite shows the failsafe only where no transaction's profile lies over it.
  const free = [...station.evses].find(([, evse]) => evse.txProfile.candidates.length === 0);
  const newest = newestCandidate(station.failsafe);
  if (free === undefined || newest === undefined || !mayCheck(newest, input.nowMs)) return undefined;
  return {
    type: 'verify',
    stationId,
    evseId: free[0],
    slot: { kind: 'failsafe' },
    attemptId: newest.attemptId,
    limits: newest.limits,
  };
}

function mayCheck(candidate: Candidate, nowMs: number): boolean {
  if (candidate.status !== 'accepted' || candidate.checks >= CHECKS_MAX) return false;
  return (
    candidate.lastCheckMs === undefined || nowMs - candidate.lastCheckMs >= CHECK_AGAIN_MS * 2 ** (candidate.checks - 1)
  );
}

function waitingSessions(sessions: readonly ServedSession[], ledger: Ledger, nowMs: number): Set<string> {
  const waiting = new Set<string>();
  for (const { entry, desired, sessionId } of sessions) {
    const wantedA = limitAt(desired, nowMs);
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
