import { type MergeablePeriod, mergePeriods } from '../site/mergePeriods.js';
import type { RateUnit } from './composite/installedProfile.js';

export interface LimitSchedule {
  readonly startMs: number;
  readonly durationS: number;
  readonly rateUnit: RateUnit;
  /** Ascending from 0. */
  readonly periods: readonly { readonly startPeriodS: number; readonly limit: number }[];
}

export interface CompressOptions {
  /** The station's ChargingScheduleMaxPeriods (1.6) or PeriodsPerSchedule. */
  readonly maxPeriods: number;
  /** Less than this is as good as nothing: a pilot offers 6 A or more (IEC 61851-1). Default 0. */
  readonly leastUsable?: number;
}

/**
 * The schedule in at most maxPeriods periods: never above the input at any instant, and of all such schedules one that gives up the
 * least energy (limit × time, where a limit below leastUsable is worth nothing). Throws RangeError where the input is no schedule.
 */
export function compressSchedule(schedule: LimitSchedule, options: CompressOptions): LimitSchedule {
  const { maxPeriods, leastUsable = 0 } = options;
  if (!(Number.isInteger(maxPeriods) && maxPeriods >= 1))
    throw new RangeError(`maxPeriods must be 1 or more, not ${maxPeriods}`);
  const distinct = checkedPeriods(schedule);
  const merged = mergePeriods(mergeable(distinct, schedule.durationS, leastUsable), maxPeriods);
  const periods = merged.map(({ first, limit }) => ({ startPeriodS: distinct[first]?.startPeriodS ?? 0, limit }));
  return { ...schedule, periods };
}

/** Energy that a schedule offers: limit × hours, of its unit. */
export function offeredHours({ durationS, periods }: LimitSchedule, leastUsable = 0): number {
  return periods.reduce((sum, { startPeriodS, limit }, index) => {
    const endS = periods[index + 1]?.startPeriodS ?? durationS;
    return sum + (limit < leastUsable ? 0 : (limit * (endS - startPeriodS)) / 3600);
  }, 0);
}

/** Equal neighbours made one. */
function checkedPeriods({ durationS, periods }: LimitSchedule): LimitSchedule['periods'] {
  if (periods.length === 0 || periods[0]?.startPeriodS !== 0) throw new RangeError('the first period must start at 0');
  periods.forEach(({ startPeriodS, limit }, index) => {
    const nextS = periods[index + 1]?.startPeriodS ?? durationS;
    if (!(startPeriodS < nextS)) throw new RangeError(`period ${index} must start before what follows it`);
    if (!(Number.isFinite(limit) && limit >= 0)) throw new RangeError(`period ${index} needs a limit of 0 or more`);
  });
  return periods.filter(({ limit }, index) => index === 0 || limit !== periods[index - 1]?.limit);
}

function mergeable(periods: LimitSchedule['periods'], durationS: number, leastUsable: number): MergeablePeriod[] {
  return periods.map(({ startPeriodS, limit }, index) => ({
    length: (periods[index + 1]?.startPeriodS ?? durationS) - startPeriodS,
    limit,
    usable: limit < leastUsable ? 0 : limit,
  }));
}
