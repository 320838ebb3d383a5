import { evseCurrentMinA, wireLimitA } from '../site/electricity.js';
import { breakpoints, type LimitSteps, limitAt } from '../site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS } from '../site/mayDraw.js';
import type { Evse } from '../site/model.js';
import type { CommandResponses } from '../site/stationMessages.js';

export type CompositeVerdict =
  /** exact: it says what was sent, not merely no more than that. */
  | { readonly verdict: 'confirms'; readonly exact: boolean }
  | { readonly verdict: 'contradicts'; readonly detail: string }
  /** Refused, empty, or nothing that can be read. */
  | { readonly verdict: 'silent'; readonly detail: string };

/** Stations round: to whole amperes in the worst case that still counts as what was sent. */
export const ROUNDING_A = 0.15;
export const EXACT_A = 0.5;
/** Limits are sent with one decimal: a tenth more may be what was sent before. */
export const TOLD_APART_A = 0.06;
/** More periods than this are not looked at (an endless answer is an attack, or a bug). */
const PERIODS_MAX = 1_000;

/** Does the composite schedule that a station reports keep within the limits it was sent? */
export function checkComposite(
  response: CommandResponses['getCompositeSchedule'],
  limits: LimitSteps,
  on: { readonly evse: Evse; readonly voltageV: number; readonly nowMs: number },
): CompositeVerdict {
  const { schedule } = response;
  if (response.status !== 'Accepted' || schedule === undefined || schedule.periods.length === 0) {
    return {
      verdict: 'silent',
      detail: `composite schedule: ${response.status}${schedule === undefined ? ', none given' : ''}`,
    };
  }
  if (schedule.periods.length > PERIODS_MAX)
    return { verdict: 'silent', detail: 'composite schedule: too many periods' };
  const startMs = schedule.startMs ?? on.nowMs;
  let exact = true;
  let compared = 0;
  for (const [index, period] of schedule.periods.entries()) {
    const fromMs = Math.max(startMs + period.startPeriodS * 1000, on.nowMs);
    const next = schedule.periods[index + 1];
    const untilMs =
      next === undefined ? startMs + (schedule.durationS ?? 0) * 1000 : startMs + next.startPeriodS * 1000;
    if (untilMs <= on.nowMs && next !== undefined) continue;
    const saidA = wireLimitA(period.limit, schedule.rateUnit, on.evse, on.voltageV, period.numberPhases);
    if (saidA === 'unknown')
      return { verdict: 'silent', detail: 'composite schedule: in amperes, which say nothing of a DC outlet' };
    const reportedA = offered(saidA, on.evse);
    for (const atMs of instantsToCompare(limits, fromMs, untilMs)) {
      // From then on, on its clock, something else may hold.
      if (limits.untilMs !== 'forever' && limits.untilMs <= atMs + CLOCK_UNCERTAINTY_MS) break;
      const sentA = sentAround(limits, atMs);
      compared += 1;
      if (reportedA > Math.max(...sentA) + TOLD_APART_A) {
        const detail = `reports ${round(reportedA)} A where ${round(Math.max(...sentA))} A were sent`;
        return { verdict: 'contradicts', detail };
      }
      if (reportedA < Math.min(...sentA) - EXACT_A) exact = false;
    }
  }
  // A report of a time when nothing was sent for says nothing: the station's clock is far ahead of ours.
  if (compared === 0)
    return { verdict: 'silent', detail: 'the composite schedule begins after what was sent has ended' };
  return { verdict: 'confirms', exact };
}

/** Less than its minimum no pilot offers (IEC 61851-1): it is a pause. */
function offered(limitA: number, evse: Evse): number {
  return limitA < evseCurrentMinA(evse) - ROUNDING_A ? 0 : limitA;
}

/** Every limit that may hold at an instant of a clock that may be off. */
function sentAround(limits: LimitSteps, atMs: number): number[] {
  const fromMs = atMs - CLOCK_UNCERTAINTY_MS;
  const times = [fromMs, ...breakpoints(limits, fromMs, atMs + CLOCK_UNCERTAINTY_MS)];
  return times.map((ms) => limitAt(limits, ms)).filter((limitA) => limitA !== 'ended');
}

/** One in each step of what was sent, and far enough into it that the station's clock can not make it the one before. */
function instantsToCompare(limits: LimitSteps, fromMs: number, untilMs: number): number[] {
  const later = [fromMs, ...breakpoints(limits, fromMs, untilMs)].map((ms) => ms + CLOCK_UNCERTAINTY_MS + 1);
  return [fromMs, ...later.filter((ms) => ms < untilMs)];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
