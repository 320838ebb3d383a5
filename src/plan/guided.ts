import type { LimitedBy } from '../../optimizer/index.js';
import type { SessionNeeds } from '../site/model.js';
import type { TransactionState } from '../site/state.js';
import type { GuidanceStep, Schedule, ScheduledSession } from './guidance.js';

/** Prices, departures and who is there change: what was planned longer ago than this is no guidance any more. */
export const SCHEDULE_STALE_MS = 15 * 60_000;

export function isStale(schedule: Schedule, nowMs: number): boolean {
  return nowMs - schedule.computedAtMs > SCHEDULE_STALE_MS;
}

/** What a schedule says of one session over the slots of the near plan. */
export interface SlotGuidance {
  /** Undefined where nothing is promised in any slot. */
  readonly promisedA: readonly number[] | undefined;
  /** Undefined where it need not wait in any slot. */
  readonly capA: readonly number[] | undefined;
  readonly cappedBy: readonly GuidanceStep['cappedBy'][];
}

/** Undefined where the schedule says nothing of it: it knows nothing of the session, or of what its driver needs by now. */
export function guidanceOver(
  schedule: Schedule,
  transaction: TransactionState,
  boundariesMs: readonly number[],
  range: { readonly minA: number; readonly maxA: number },
): SlotGuidance | undefined {
  const scheduled = schedule.sessions.get(transaction.sessionId);
  if (scheduled === undefined || !isGuided(schedule, transaction)) return undefined;
  const endMs = schedule.boundariesMs.at(-1) ?? 0;
  const slots = boundariesMs.slice(0, -1).map((fromMs, slot) => {
    const toMs = boundariesMs[slot + 1] ?? fromMs;
    return meanOver(scheduled.steps, endMs, { fromMs, toMs, maxA: range.maxA });
  });
  const promises = slots.some(({ promisedA }) => promisedA > 0);
  const caps = slots.some(({ cappedBy }) => cappedBy !== 'none');
  if (!promises && !caps) return undefined;
  return {
    promisedA: promises ? slots.map(({ promisedA }) => promisedA) : undefined,
    capA: caps ? slots.map(({ capA }) => offerable(capA, range)) : undefined,
    cappedBy: slots.map(({ cappedBy }) => cappedBy),
  };
}

/** Does the schedule say when the car is to charge, as far as it is known what it needs? */
export function isGuided(schedule: Schedule, { sessionId, needs }: TransactionState): boolean {
  const scheduled = schedule.sessions.get(sessionId);
  return scheduled !== undefined && scheduled.steps.length > 0 && isFor(scheduled, needs);
}

/** Was it scheduled with these needs? */
export function isFor({ needs: a }: ScheduledSession, b: SessionNeeds): boolean {
  return a === b || (a.departureMs === b.departureMs && a.energyWh === b.energyWh && a.priority === b.priority);
}

/** Where a cap of the schedule is what binds, the car does not wait for its EVSE but for a better time. */
export function reasonUnderGuidance(reason: LimitedBy, guidance: SlotGuidance | undefined, slot: number): LimitedBy {
  if (reason.by !== 'evse') return reason;
  switch (guidance?.cappedBy[slot]) {
    case 'price':
      return BY_PRICE;
    case 'demandCharge':
      return BY_DEMAND;
    default:
      return reason;
  }
}

const BY_PRICE: LimitedBy = Object.freeze({ by: 'price' });
const BY_DEMAND: LimitedBy = Object.freeze({ by: 'demandCharge' });

interface SlotMean {
  readonly promisedA: number;
  readonly capA: number;
  readonly cappedBy: GuidanceStep['cappedBy'];
}

/** The near plan's slots are longer than the schedule's in places: over each, the mean, so that the energy is the same. */
function meanOver(
  steps: readonly GuidanceStep[],
  endMs: number,
  { fromMs, toMs, maxA }: { readonly fromMs: number; readonly toMs: number; readonly maxA: number },
): SlotMean {
  let promised = 0;
  let allowed = 0;
  let cappedBy: GuidanceStep['cappedBy'] = 'none';
  let coveredMs = 0;
  for (const [index, step] of steps.entries()) {
    if (index > 0 && step.fromMs >= toMs) break;
    const lastsMs =
      Math.min(toMs, steps[index + 1]?.fromMs ?? endMs) - Math.max(fromMs, index === 0 ? fromMs : step.fromMs);
    if (lastsMs <= 0) continue;
    coveredMs += lastsMs;
    promised += step.promisedA * lastsMs;
    allowed += Math.min(maxA, step.cappedBy === 'none' ? maxA : step.capA) * lastsMs;
    if (step.cappedBy !== 'none' && step.capA < maxA && cappedBy === 'none') cappedBy = step.cappedBy;
  }
  const wholeMs = toMs - fromMs;
  return { promisedA: promised / wholeMs, capA: (allowed + maxA * (wholeMs - coveredMs)) / wholeMs, cappedBy };
}

/** A pilot offers 0, or at least the minimum: a little in the mean is the minimum, so that no energy is lost to rounding. */
function offerable(capA: number, { minA, maxA }: { readonly minA: number; readonly maxA: number }): number {
  if (capA >= maxA * (1 - ROUNDING)) return maxA;
  return capA <= maxA * ROUNDING ? 0 : Math.max(minA, capA);
}

const ROUNDING = 1e-9;
