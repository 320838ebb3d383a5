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

interface Period {
  readonly startPeriodS: number;
  readonly limit: number;
  readonly lengthS: number;
  /** What the limit is worth. */
  readonly usable: number;
}

/**
 * The schedule in at most maxPeriods periods: never above the input at any instant, and of all such schedules one that gives up the
 * least energy (limit × time, where a limit below leastUsable is worth nothing). Throws RangeError where the input is no schedule.
 *
 * Dynamic programming over where periods end. Whatever is merged takes the lowest of its limits, so what a merged stretch loses only
 * grows with it: a stretch that alone loses more than the best found so far ends the search for its end.
 */
export function compressSchedule(schedule: LimitSchedule, options: CompressOptions): LimitSchedule {
  const { maxPeriods, leastUsable = 0 } = options;
  if (!(Number.isInteger(maxPeriods) && maxPeriods >= 1))
    throw new RangeError(`maxPeriods must be 1 or more, not ${maxPeriods}`);
  const periods = mergedPeriods(schedule, leastUsable);
  if (periods.length <= maxPeriods) return { ...schedule, periods: periods.map(onWire) };
  const firsts = bestFirsts(periods, maxPeriods);
  const merged: { startPeriodS: number; limit: number }[] = [];
  for (let last = periods.length, left = maxPeriods; last > 0 && left > 0; left--) {
    const first = firsts[left]?.[last] ?? 0;
    const limit = periods
      .slice(first, last)
      .reduce((least, period) => Math.min(least, period.limit), Number.POSITIVE_INFINITY);
    merged.unshift({ startPeriodS: periods[first]?.startPeriodS ?? 0, limit });
    last = first;
  }
  return { ...schedule, periods: merged };
}

/** Energy that a schedule offers: limit × hours, of its unit. */
export function offeredHours({ durationS, periods }: LimitSchedule, leastUsable = 0): number {
  return periods.reduce((sum, { startPeriodS, limit }, index) => {
    const endS = periods[index + 1]?.startPeriodS ?? durationS;
    return sum + (limit < leastUsable ? 0 : (limit * (endS - startPeriodS)) / 3600);
  }, 0);
}

function onWire({ startPeriodS, limit }: Period): { startPeriodS: number; limit: number } {
  return { startPeriodS, limit };
}

/** Checked, and equal neighbours made one. */
function mergedPeriods({ durationS, periods }: LimitSchedule, leastUsable: number): Period[] {
  if (periods.length === 0 || periods[0]?.startPeriodS !== 0) throw new RangeError('the first period must start at 0');
  const distinct = periods.filter(({ limit }, index) => index === 0 || limit !== periods[index - 1]?.limit);
  periods.forEach(({ startPeriodS, limit }, index) => {
    const nextS = periods[index + 1]?.startPeriodS ?? durationS;
    if (!(startPeriodS < nextS)) throw new RangeError(`period ${index} must start before what follows it`);
    if (!(Number.isFinite(limit) && limit >= 0)) throw new RangeError(`period ${index} needs a limit of 0 or more`);
  });
  return distinct.map(({ startPeriodS, limit }, index) => ({
    startPeriodS,
    limit,
    lengthS: (distinct[index + 1]?.startPeriodS ?? durationS) - startPeriodS,
    usable: limit < leastUsable ? 0 : limit,
  }));
}

/** [count][end]: where the last of `count` merged periods begins, at best, when they cover the periods before `end`. */
function bestFirsts(periods: readonly Period[], maxPeriods: number): Uint32Array[] {
  const ends = periods.length + 1;
  const firsts = [new Uint32Array(ends)];
  let fewer = new Float64Array(ends).fill(Number.POSITIVE_INFINITY);
  fewer[0] = 0;
  for (let count = 1; count <= maxPeriods; count++) {
    const first = new Uint32Array(ends);
    const losses = new Float64Array(ends).fill(Number.POSITIVE_INFINITY);
    losses[0] = 0;
    for (let end = 1; end < ends; end++) lowestLoss(periods, end, { fewer, losses, first });
    firsts.push(first);
    fewer = losses;
  }
  return firsts;
}

function lowestLoss(
  periods: readonly Period[],
  end: number,
  {
    fewer,
    losses,
    first,
  }: { readonly fewer: Float64Array; readonly losses: Float64Array; readonly first: Uint32Array },
): void {
  let best = Number.POSITIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let lengthS = 0;
  let energy = 0;
  for (let begin = end - 1; begin >= 0; begin--) {
    const period = periods[begin] as Period;
    lengthS += period.lengthS;
    energy += period.lengthS * period.usable;
    lowest = Math.min(lowest, period.usable);
    const lost = energy - lengthS * lowest;
    if (lost >= best) break;
    const total = lost + (fewer[begin] as number);
    if (total >= best) continue;
    best = total;
    first[end] = begin;
  }
  losses[end] = best;
}
