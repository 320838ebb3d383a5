import type { ProfileForm } from '../site/chargingProfile.js';
import { TX_REFUSALS_MAX } from '../site/controlObstacle.js';
import { type LimitSteps, limitAt } from '../site/limitSteps.js';
import { CLOCK_OFF_MAX_MS, heldLimits, newestCandidate } from '../site/mayDraw.js';
import { writesLeft } from '../site/messageBudget.js';
import type { Candidate, StationState } from '../site/state.js';
import { hasQuirk } from '../site/stationQuirk.js';
import type { Decision } from './actions.js';
import { formOf, limitsIn, txForms, writesTxAsIs } from './forms.js';
import type { Ledger, LedgerEvse } from './ledger.js';
import { probed } from './probe.js';
import { type Purpose, purposeOf, RAISE_MIN_A } from './purpose.js';
import { mayTry } from './retries.js';
import { asNow, sendableSchedule, withinRoomUntil } from './schedule.js';
import { isToldAfterLate } from './verification.js';

/** A profile is renewed when less than this of it is left. */
export const RENEW_BEFORE_MS = 420_000;
const TELL_AGAIN_MS = 30_000;
const LOWERED_LASTS_MIN_MS = 180_000;

export interface ServedSession {
  readonly entry: LedgerEvse;
  readonly sessionId: string;
  readonly slot: { readonly kind: 'tx'; readonly evseId: number; readonly transactionId: number | string };
  readonly desired: LimitSteps;
  readonly maxPeriods: number;
}

/** What a transaction is told next, if that is for one of these reasons. */
export function txAction(
  session: ServedSession,
  ledger: Ledger,
  purposes: readonly Purpose[],
): (Decision & { type: 'send' }) | undefined {
  const { entry, slot, maxPeriods } = session;
  const { nowMs } = ledger;
  const { stationState, evse } = entry.at;
  const { txProfile } = entry.at.evseState;
  const connectedMs = connectedSinceMs(stationState);
  const desired = probed(entry, session.desired, ledger);
  const sendable = sendableSchedule(ledger, entry, desired, { maxPeriods });
  const newest = newestCandidate(txProfile);
  // Most passes find nothing to say: that is found out before it is thought of how to say it.
  if (writesTxAsIs(stationState, txProfile) && !isToldAgain(entry, nowMs)) {
    const news = purposeOf(newest, sendable, {
      nowMs,
      connectedMs,
      renewBeforeMs: RENEW_BEFORE_MS + stationState.clockOffMs,
    });
    if (news === 'none' || !purposes.includes(news)) return undefined;
  }
  const forms = txForms(stationState, evse, sendable, elapsedMs(entry, nowMs));
  const form = fittingForm(session, ledger, sendable, forms);
  if (
    form === undefined ||
    !mayTry(txProfile, forms, { nowMs, freshSinceMs: connectedMs, refusalsSoon: TX_REFUSALS_MAX })
  )
    return undefined;
  const limits = written(session, ledger, sendable, form);
  const purpose = purposeOf(newest, limits, {
    nowMs,
    connectedMs,
    renewBeforeMs: RENEW_BEFORE_MS + stationState.clockOffMs,
  });
  const why = purpose === 'none' && isToldAgain(entry, nowMs) ? 'first' : purpose;
  if (why === 'none' || !purposes.includes(why)) return undefined;
  if (why === 'raise' && writesLeft(txProfile, 'tx', nowMs) < 1) return undefined;
  const prompt = purpose === 'lower' && form.kind === 'Absolute' ? withoutNewEnd(limits, newest, nowMs) : limits;
  return { type: 'send', stationId: entry.at.station.id, slot, limits: prompt, form, forms, purpose: why };
}

/**
 * Without a clock a limit lasts until its profile is surely over, which may be long: where that leaves a car less now than steps at
 * a clock time, as far as the clock is known, it gets these.
 */
function fittingForm(
  session: ServedSession,
  ledger: Ledger,
  sendable: LimitSteps,
  forms: readonly ProfileForm[],
): ProfileForm | undefined {
  const { stationState, evseState } = session.entry.at;
  const form = formOf(forms, evseState.txProfile);
  if (form?.kind !== 'Relative' || stationState.clockIsKnown !== true || form !== forms[0]) return form;
  const withClock = forms.find(({ kind }) => kind === 'Absolute');
  if (withClock === undefined || hasQuirk(stationState, 'takesNoAbsolute')) return form;
  if (stationState.clockOffMs > CLOCK_OFF_MAX_MS) return form;
  const sinceA = limitAt(written(session, ledger, sendable, form), ledger.nowMs);
  const clockA = limitAt(sendable, ledger.nowMs);
  return clockA !== 'ended' && sinceA !== 'ended' && clockA > sinceA + RAISE_MIN_A ? withClock : form;
}

function written(
  { entry, desired }: ServedSession,
  ledger: Ledger,
  sendable: LimitSteps,
  form: ProfileForm,
): LimitSteps {
  if (form.kind !== 'Relative') return limitsIn(form, sendable, ledger.nowMs);
  // One limit can't tell of a fall that is planned: it is told when that is due, and until then what it has is kept for it.
  const limits = { ...asNow(probed(entry, desired, ledger), ledger.nowMs), untilMs: sendable.untilMs };
  const { untilMs } = heldLimits({ limits, form });
  return withinRoomUntil(ledger, entry, limits, untilMs === 'forever' ? Number.POSITIVE_INFINITY : untilMs);
}

/** Since its transaction began, at most: by when it was told of, or by what its station wrote, whichever is longer ago. */
function elapsedMs({ at: { evseState } }: LedgerEvse, nowMs: number): number {
  const { transaction } = evseState;
  return transaction === null ? 0 : nowMs - Math.min(transaction.receivedMs, transaction.startedAtMs);
}

export function connectedSinceMs({ connection }: StationState): number {
  return connection.status === 'online' ? connection.sinceMs : 0;
}

/**
 * One that does not do what it accepted is told again, for as long as it takes; so is one that an earlier message may have reached
 * since, and one whose car asked for a schedule.
 */
function isToldAgain({ at }: LedgerEvse, nowMs: number): boolean {
  const { txProfile, transaction } = at.evseState;
  const newest = newestCandidate(txProfile);
  if (isToldAfterLate(txProfile, at.stationState, true, nowMs)) return true;
  if (newest !== undefined && newest.sentMs < (transaction?.scheduleAskedMs ?? 0)) return true;
  return at.evseState.disobeys && newest !== undefined && nowMs - newest.sentMs >= TELL_AGAIN_MS;
}

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

/** Of what is to be lowered, what draws most over its desired limit comes first. */
export function byEffect(ledger: Ledger): (a: ServedSession, b: ServedSession) => number {
  const effect = (session: ServedSession) => {
    const wantedA = limitAt(session.desired, ledger.nowMs);
    return ((session.entry.mayA[0] ?? 0) - (wantedA === 'ended' ? 0 : wantedA)) * session.entry.at.evse.phases.length;
  };
  return (a, b) => effect(b) - effect(a);
}

/** Of what is to be raised, who has least comes first; then who came first. */
export function byNeed(nowMs: number): (a: ServedSession, b: ServedSession) => number {
  const heldA = (session: ServedSession) => {
    const newest = newestCandidate(session.entry.at.evseState.txProfile);
    const limitA = newest === undefined ? 0 : limitAt(newest.limits, nowMs);
    return limitA === 'ended' ? 0 : limitA;
  };
  const since = ({ entry }: ServedSession) => entry.at.evseState.transaction?.receivedMs ?? 0;
  return (a, b) => heldA(a) - heldA(b) || since(a) - since(b);
}
