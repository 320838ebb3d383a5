import { lessonsOf } from '../handout/forms.js';
import type { HandOutAction } from '../handout/handOut.js';
import type { ProfileForm } from '../site/chargingProfile.js';
import { refusesTxProfile } from '../site/controlObstacle.js';
import { evseCurrentMinA, wireLimitA } from '../site/electricity.js';
import type { SiteEvent, SlotName } from '../site/events.js';
import { limitAt } from '../site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS, newestHeld } from '../site/mayDraw.js';
import { canReport } from '../site/proof.js';
import { evseOf } from '../site/siteIndex.js';
import type { ProfileSlot, StationState } from '../site/state.js';
import type { CommandOutcome, EvseStatus } from '../site/stationMessages.js';
import { hasQuirk, type StationQuirk } from '../site/stationQuirk.js';
import type { CarryOutContext } from './carryOutContext.js';

// What the answers of a station teach of it, beside what becomes of the profile that was sent.

type Send = HandOutAction & { type: 'send' };
type Verify = HandOutAction & { type: 'verify' };

function slotOf({ state }: CarryOutContext['owner'], stationId: string, slot: SlotName): ProfileSlot | undefined {
  const stationState = state.stations.get(stationId);
  return slot.kind === 'failsafe' ? stationState?.failsafe : stationState?.evses.get(slot.evseId)?.txProfile;
}

/** What the answer teaches of the station, beside what becomes of the profile. */
export function learn(action: Send, result: string, { owner, log }: CarryOutContext): void {
  const { stationId, slot, form, forms } = action;
  const before = slotOf(owner, stationId, slot);
  if (before === undefined) return;
  if (result !== 'accepted') return;
  const suspected = owner.state.stations.get(stationId)?.suspected ?? [];
  for (const quirk of suspected)
    if (isRefuted(quirk, action)) owner.dispatch({ type: 'quirkRefuted', stationId, quirk });
  for (const quirk of lessonsOf(form, forms, before)) {
    if (!ONCE_IS_ENOUGH.has(quirk) && !suspected.includes(quirk)) {
      owner.dispatch({ type: 'quirkSuspected', stationId, quirk });
      continue;
    }
    const tries = before.refusals + (before.unanswered ?? 0);
    const evidence = `It did not take ${described(forms[0])} ${tries} times, and took ${described(form)}.`;
    log.info({ stationId, quirk, evidence }, 'learned of this station');
    owner.dispatch({ type: 'quirkLearned', stationId, quirk, evidence });
  }
  for (const quirk of lessonOfSteering(action, owner)) {
    // Its transaction may be over, and only we don't know: of another one it would not be told again.
    if (!suspected.includes(quirk)) {
      owner.dispatch({ type: 'quirkSuspected', stationId, quirk });
      continue;
    }
    const evidence = 'Of two transactions it refused a profile in every form, and took the same limits as its default.';
    log.info({ stationId, quirk, evidence }, 'learned of this station');
    owner.dispatch({ type: 'quirkLearned', stationId, quirk, evidence });
  }
}

/** What a slip in the answers does not lead to: each other form was refused. */
const ONCE_IS_ENOUGH: ReadonlySet<StationQuirk> = new Set(['takesNoDefault']);

/** It took what one with the quirk refuses. */
function isRefuted(quirk: StationQuirk, { form, limits: { steps } }: Send): boolean {
  switch (quirk) {
    case 'takesWattsOnly':
      return form.rateUnit === 'A';
    case 'takesWholeAmperesOnly':
      return form.rateUnit === 'A' && !form.wholeAmperes && steps.some(({ limitA }) => !Number.isInteger(limitA));
    case 'takesNoZero':
      return form.pauseA === undefined && steps.some(({ limitA }) => limitA === 0);
    case 'takesNoAbsolute':
      return form.kind === 'Absolute';
    case 'takesNoRelative':
      return form.kind === 'Relative';
    case 'takesNoRecurring':
      return form.kind === 'Recurring';
    case 'takesNoTxProfile':
      return form.purpose === 'TxProfile';
    default:
      return false;
  }
}

/** It refuses what is for a transaction, and takes what is for the station. */
function lessonOfSteering(
  { stationId, slot, form }: Send,
  { state }: CarryOutContext['owner'],
): readonly StationQuirk[] {
  const station = state.stations.get(stationId);
  if (slot.kind !== 'failsafe' || form.steersUntilMs === undefined || station === undefined) return [];
  if (hasQuirk(station, 'takesNoTxProfile') || hasQuirk(station, 'takesNoDefault')) return [];
  const refuses = [...station.evses.values()].some(
    ({ status, transaction, txProfile }) =>
      transaction !== null &&
      refusesTxProfile(station, txProfile) &&
      !MAY_BE_OVER.has(status) &&
      isFirstSteeredOf(transaction.receivedMs, station),
  );
  return refuses ? ['takesNoTxProfile'] : [];
}

const MAY_BE_OVER: ReadonlySet<EvseStatus> = new Set(['Available', 'Preparing', 'Finishing']);

/** Each transaction is a witness once. */
function isFirstSteeredOf(receivedMs: number, { failsafe }: StationState): boolean {
  const steered = failsafe.candidates.filter(
    ({ form, sentMs }) => form?.steersUntilMs !== undefined && sentMs >= receivedMs,
  );
  return steered.length <= 1;
}

function described(form: ProfileForm | undefined): string {
  if (form === undefined) return 'a profile';
  const unit = form.rateUnit === 'A' ? `${form.wholeAmperes ? 'whole ' : ''}amperes` : 'watts';
  const pause = form.pauseA === undefined ? '' : `, ${form.pauseA} A for a pause`;
  return `a ${form.purpose}, ${form.kind}, in ${unit}${pause}`;
}

/** A schedule that begins now by the station's clock tells that its clock is right. One that does not may begin at another time by intent. */
export function clockSeen(
  outcome: CommandOutcome<'getCompositeSchedule'>,
  stationId: string,
  { owner, clock }: CarryOutContext,
): SiteEvent[] {
  if (owner.state.stations.get(stationId)?.clockIsKnown === true || outcome.outcome !== 'answered') return [];
  const startMs = outcome.response.schedule?.startMs;
  if (startMs === undefined || Math.abs(startMs - clock.nowMs()) > CLOCK_UNCERTAINTY_MS) return [];
  return [{ type: 'clockSeen', stationId, clockOffMs: 0 }];
}

/** Composite schedules that say nothing, so often of one profile, need not be asked for. */
const SILENT_CHECKS = 2;
/** A report is of several messages, which may be lost. */
const CUT_OFF_CHECKS = 3;

export function learnSilence(
  { stationId, slot, attemptId }: Verify,
  outcome: CommandOutcome<'getCompositeSchedule'>,
  context: CarryOutContext,
): void {
  const says = wordsOf(outcome);
  const station = context.owner.state.stations.get(stationId);
  if (says === undefined || station === undefined) return;
  const quirk = 'saysNoComposite';
  const isSuspected = station.suspected?.includes(quirk) === true;
  const checks = checksOf({ stationId, slot, attemptId }, context);
  if (checks < SILENT_CHECKS && !isSuspected) {
    // Its report may confirm the profile, which is not looked at again then.
    if (canReport(station)) context.owner.dispatch({ type: 'quirkSuspected', stationId, quirk });
    return;
  }
  const evidence = `Asked ${Math.max(checks, SILENT_CHECKS)} times for its composite schedule, it answered ${says}.`;
  context.owner.dispatch({ type: 'quirkLearned', stationId, quirk, evidence });
}

/** It does not report, or nothing that tells anything. */
export function learnNoReport(action: Verify, detail: string, context: CarryOutContext): void {
  const checks = checksOf(action, context);
  if (checks < (detail === CUT_OFF ? CUT_OFF_CHECKS : SILENT_CHECKS)) return;
  const { stationId } = action;
  const evidence = `Asked ${checks} times what it holds, it did not tell: ${detail}.`;
  context.owner.dispatch({ type: 'quirkLearned', stationId, quirk: 'saysNoReport', evidence });
}

/** Of a report that did not come to its end. */
export const CUT_OFF = 'report: it did not end';

/** It accepted a profile for a transaction and does not hold it. What a reboot cost it is sent again, and is there then. */
export function learnAbsence({ stationId, slot }: Verify, { owner }: CarryOutContext): void {
  if (slot.kind !== 'tx') return;
  const quirk = 'ignoresTxProfile';
  if (owner.state.stations.get(stationId)?.suspected?.includes(quirk) !== true) {
    owner.dispatch({ type: 'quirkSuspected', stationId, quirk });
    return;
  }
  const evidence = 'Twice it accepted a profile for a transaction, and did not have it among those that it reports.';
  owner.dispatch({ type: 'quirkLearned', stationId, quirk, evidence });
}

/** It did what one with the quirk does not. */
export function refute(quirk: StationQuirk, stationId: string, { owner }: CarryOutContext): void {
  if (owner.state.stations.get(stationId)?.suspected?.includes(quirk) === true)
    owner.dispatch({ type: 'quirkRefuted', stationId, quirk });
}

function checksOf(
  { stationId, slot, attemptId }: Pick<Verify, 'stationId' | 'slot' | 'attemptId'>,
  { owner }: CarryOutContext,
): number {
  const of = slotOf(owner, stationId, slot);
  return of?.candidates.find((candidate) => candidate.attemptId === attemptId)?.checks ?? 0;
}

/** Told so much more than its failsafe, and reporting its failsafe, a station did not take what it accepted. */
const TOLD_MORE_A = 2;
const SAME_A = 0.5;

export function learnIgnorance(
  { stationId, evseId, slot, limits }: HandOutAction & { type: 'verify' },
  outcome: CommandOutcome<'getCompositeSchedule'>,
  { owner, clock }: CarryOutContext,
): void {
  const { state } = owner;
  const evse = evseOf(state.index.stations.get(stationId), evseId);
  const failsafe = state.stations.get(stationId)?.failsafe;
  const schedule = outcome.outcome === 'answered' ? outcome.response.schedule : undefined;
  const [first] = schedule?.periods ?? [];
  const held = failsafe === undefined ? undefined : newestHeld(failsafe);
  if (slot.kind !== 'tx' || evse === undefined || schedule === undefined || first === undefined || held === undefined)
    return;
  const failsafeA = limitAt(held.limits, clock.nowMs());
  const toldA = limitAt(limits, clock.nowMs());
  if (failsafeA === 'ended' || toldA === 'ended' || toldA < failsafeA + TOLD_MORE_A) return;
  const saidA = wireLimitA(first.limit, schedule.rateUnit, evse, state.site.voltageV, first.numberPhases);
  if (saidA === 'unknown') return;
  // A pause may be written as something that no pilot offers.
  const reportedA = saidA < evseCurrentMinA(evse) ? 0 : saidA;
  const station = state.stations.get(stationId);
  const isSuspected = station?.suspected?.includes('ignoresTxProfile') === true;
  if (Math.abs(reportedA - failsafeA) > SAME_A) {
    if (isSuspected) owner.dispatch({ type: 'quirkRefuted', stationId, quirk: 'ignoresTxProfile' });
    return;
  }
  // Its transaction may just have ended, or a reboot cost it its profile: that is not told twice.
  if (!isSuspected) {
    owner.dispatch({ type: 'quirkSuspected', stationId, quirk: 'ignoresTxProfile' });
    return;
  }
  const evidence = `It accepted ${toldA} A for its transaction, and its composite schedule says the ${failsafeA} A of its default.`;
  owner.dispatch({ type: 'quirkLearned', stationId, quirk: 'ignoresTxProfile', evidence });
}

/** Undefined where a schedule was given, or no answer. */
function wordsOf(outcome: CommandOutcome<'getCompositeSchedule'>): string | undefined {
  if (outcome.outcome === 'error') return outcome.code;
  if (outcome.outcome !== 'answered') return undefined;
  const { status, schedule } = outcome.response;
  if (status === 'Accepted' && schedule !== undefined && schedule.periods.length > 0) return undefined;
  return status === 'Accepted' ? 'Accepted without any period' : status;
}
