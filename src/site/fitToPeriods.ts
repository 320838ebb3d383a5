import { type LimitStep, type LimitSteps, normalizeSteps } from './limitSteps.js';
import { mergePeriods } from './mergePeriods.js';

/** How long the last of limits that have no end counts, against those before it. */
const OPEN_END_MS = 86_400_000;

/**
 * From fromMs on, the limits in at most maxPeriods steps (at least one): at no instant above the input, ending when it ends, and of
 * all such limits ones that give up the least (ampere × time, where less than leastUsableA is worth nothing: the least current that
 * an EVSE's pilot offers, or 0). What fits stays the same function of time. An open end counts as a day. Of
 * what repeats one round is fitted, whatever fromMs is, and repeats.
 */
export function fitToPeriods(limits: LimitSteps, maxPeriods: number, leastUsableA: number, fromMs: number): LimitSteps {
  const { untilMs, everyMs } = limits;
  if (everyMs !== undefined) return fittedRound(limits, everyMs, { maxPeriods, leastUsableA });
  const steps = withinLife(normalizeSteps(limits, fromMs));
  const most = Math.max(1, Math.floor(maxPeriods));
  if (steps.length <= most) return { steps, untilMs };
  const periods = steps.map((step, index) => ({
    length: lengthMs(steps, index, { fromMs, untilMs }),
    limit: step.limitA,
    usable: step.limitA < leastUsableA ? 0 : step.limitA,
  }));
  const merged = mergePeriods(periods, most).map(({ first, limit }) => ({
    fromMs: steps[first]?.fromMs ?? fromMs,
    limitA: limit,
  }));
  // Two that were lowered to the same need one step.
  return normalizeSteps({ steps: merged, untilMs }, fromMs);
}

function fittedRound(
  { steps }: LimitSteps,
  everyMs: number,
  { maxPeriods, leastUsableA }: { readonly maxPeriods: number; readonly leastUsableA: number },
): LimitSteps {
  const anchorMs = steps[0]?.fromMs ?? 0;
  const round = fitToPeriods({ steps, untilMs: anchorMs + everyMs }, maxPeriods, leastUsableA, anchorMs);
  return normalizeSteps({ steps: round.steps, untilMs: 'forever', everyMs }, anchorMs);
}

/** What would begin after the end says nothing, and would cost a period. */
function withinLife({ steps, untilMs }: LimitSteps): readonly LimitStep[] {
  if (untilMs === 'forever') return steps;
  return steps.filter((step, index) => index === 0 || step.fromMs < untilMs);
}

function lengthMs(
  steps: readonly LimitStep[],
  index: number,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number | 'forever' },
): number {
  const startMs = steps[index]?.fromMs ?? fromMs;
  const endMs = steps[index + 1]?.fromMs ?? (untilMs === 'forever' ? startMs + OPEN_END_MS : untilMs);
  // The first limit also holds before its step.
  return endMs - (index === 0 ? fromMs : startMs);
}
