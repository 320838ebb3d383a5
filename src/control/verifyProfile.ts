import type { HandOutAction } from '../handout/handOut.js';
import { checkComposite } from '../profiles/compositeCheck.js';
import { comparableRateUnit } from '../site/electricity.js';
import type { SiteEvent, SlotName } from '../site/events.js';
import type { LimitSteps } from '../site/limitSteps.js';
import type { Evse } from '../site/model.js';
import { canReport } from '../site/proof.js';
import { evseOf } from '../site/siteIndex.js';
import type { CommandOutcome, StationCommand } from '../site/stationMessages.js';
import type { CarryOutContext } from './carryOutContext.js';
import { clockSeen, learnIgnorance, learnSilence, refute } from './lessons.js';
import { wordsOfFailure } from './outcomes.js';
import { verifyByReport } from './verifyByReport.js';

/** Composite schedules are asked for as far ahead as what was sent still changes: else an earlier one might read the same. */
const COMPOSITE_LEAST_S = 600;
const COMPOSITE_MOST_S = 86_400;
/** While an answer is waited for nothing else can leave. */
const VERIFY_TIMEOUT_MS = 8_000;

/** Where a composite schedule says nothing that is of use, a station that can is asked what it holds instead. */
export async function verify(action: HandOutAction & { type: 'verify' }, context: CarryOutContext): Promise<void> {
  if (action.by === 'report') return verifyByReport(action, context);
  const { stationId, evseId, slot, attemptId, limits } = action;
  const durationS = compositeDurationS(limits, context.clock.nowMs());
  const evse = evseOf(context.owner.state.index.stations.get(stationId), evseId);
  const command = compositeCommand(evseId, evse, durationS);
  const askedMs = context.clock.nowMs();
  const outcome = await context.caller.call(stationId, command, { timeoutMs: VERIFY_TIMEOUT_MS });
  const event = verdictEvent(outcome, { stationId, evseId, slot, attemptId, limits, askedMs }, context);
  if (isSilent(outcome, event) && hasReports(action, context)) {
    context.owner.dispatch(...clockSeen(outcome, stationId, context));
    learnSilence(action, outcome, context);
    return verifyByReport(action, context);
  }
  if (event.type === 'profileNotVerified')
    context.log.info({ stationId, evseId, detail: event.detail }, 'a profile is not confirmed yet');
  context.owner.dispatch(...clockSeen(outcome, stationId, context), event);
  if (!isSilent(outcome, event) && outcome.outcome === 'answered') refute('saysNoComposite', stationId, context);
  if (event.type === 'profileNotVerified') learnSilence(action, outcome, context);
  else learnIgnorance(action, outcome, context);
  context.done(stationId);
}

/** It did answer, and says neither yes nor no. */
function isSilent(
  { outcome }: CommandOutcome<'getCompositeSchedule'>,
  event: SiteEvent & { type: 'profileVerified' | 'profileNotVerified' },
): boolean {
  if (event.type === 'profileVerified' || event.contradicts === true) return false;
  return outcome === 'answered' || outcome === 'error';
}

function hasReports({ stationId }: HandOutAction & { type: 'verify' }, { owner }: CarryOutContext): boolean {
  const station = owner.state.stations.get(stationId);
  return station !== undefined && canReport(station);
}

/** Most stations are asked for no unit: some know but one, and refuse what names any. */
export function compositeCommand(
  evseId: number,
  evse: Evse | undefined,
  durationS: number,
): StationCommand & { readonly type: 'getCompositeSchedule' } {
  const rateUnit = evse === undefined ? 'any' : comparableRateUnit(evse);
  return { type: 'getCompositeSchedule', evseId, durationS, ...(rateUnit === 'any' ? {} : { rateUnit }) };
}

function compositeDurationS(limits: LimitSteps, nowMs: number): number {
  const lastChangeMs = limits.untilMs === 'forever' ? (limits.steps.at(-1)?.fromMs ?? nowMs) : limits.untilMs;
  const untilLastS = Math.ceil((lastChangeMs - nowMs) / 1000) + COMPOSITE_LEAST_S;
  return Math.min(COMPOSITE_MOST_S, Math.max(COMPOSITE_LEAST_S, untilLastS));
}

function verdictEvent(
  outcome: CommandOutcome<'getCompositeSchedule'>,
  asked: { stationId: string; evseId: number; slot: SlotName; attemptId: string; limits: LimitSteps; askedMs: number },
  { owner, clock }: CarryOutContext,
): SiteEvent & { type: 'profileVerified' | 'profileNotVerified' } {
  const { stationId, evseId, slot, attemptId, limits, askedMs } = asked;
  const evse = evseOf(owner.state.index.stations.get(stationId), evseId);
  const notVerified = (detail: string) => ({ type: 'profileNotVerified', stationId, attemptId, slot, detail }) as const;
  if (outcome.outcome !== 'answered') return notVerified(wordsOfFailure(outcome));
  if (evse === undefined) return notVerified('the EVSE is gone');
  const verdict = checkComposite(outcome.response, limits, {
    evse,
    voltageV: owner.state.site.voltageV,
    nowMs: clock.nowMs(),
  });
  const { externalLimits = [] } = owner.state.stations.get(stationId) ?? {};
  // A limit by somebody else may hide that it holds something else, which is more, or nothing.
  if (verdict.verdict === 'confirms' && !verdict.exact && externalLimits.length > 0)
    return notVerified('it says less than was sent, and others limit it too');
  if (verdict.verdict === 'confirms')
    return {
      type: 'profileVerified',
      stationId,
      attemptId,
      slot,
      by: 'composite',
      exact: verdict.exact && outcome.response.isAgreed !== true,
      evseId,
      askedMs,
    };
  const denied = notVerified(verdict.detail);
  return verdict.verdict === 'contradicts' ? { ...denied, contradicts: true } : denied;
}
