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
 * Dynamic programming over where periods end. Whatever is merged takes the lowest of its limits, so that two stretches made one lose
 * at least what they lose alone: that bounds the search for where the last of them begins.
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

/**
 * [count][end]: where the last of exactly `count` merged periods begins, at best, when they cover the periods before `end`. There are
 * more periods than may remain, so that to use all that may remain is never worse.
 */
function bestFirsts(periods: readonly Period[], maxPeriods: number): Uint32Array[] {
  const ends = periods.length + 1;
  const lengthS = Float64Array.from(periods, (period) => period.lengthS);
  const usable = Float64Array.from(periods, (period) => period.usable);
  const firsts = [new Uint32Array(ends)];
  let fewer = new Float64Array(ends).fill(Number.POSITIVE_INFINITY);
  fewer[0] = 0;
  for (let count = 1; count <= maxPeriods; count++) {
    const losses = new Float64Array(ends).fill(Number.POSITIVE_INFINITY);
    const layer = { count, lengthS, usable, fewer, losses, first: new Uint32Array(ends) };
    // Each merged period covers one at least: those before need `count` at least, and those after leave as many.
    for (let end = count; end <= periods.length - (maxPeriods - count); end++) losses[end] = lowestLoss(layer, end);
    firsts.push(layer.first);
    fewer = losses;
  }
  return firsts;
}

interface Layer {
  readonly count: number;
  readonly lengthS: Float64Array;
  readonly usable: Float64Array;
  /** By end, what is lost at best with one merged period fewer. */
  readonly fewer: Float64Array;
  /** By end, what is lost at best with `count` of them, as far as it is known. */
  readonly losses: Float64Array;
  readonly first: Uint32Array;
}

/** The innermost loop: no objects, no calls. */
function lowestLoss({ count, lengthS, usable, fewer, losses, first }: Layer, end: number): number {
  let best = Number.POSITIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let mergedS = 0;
  let energy = 0;
  for (let begin = end - 1; begin >= count - 1; begin--) {
    const periodS = lengthS[begin] as number;
    const worth = usable[begin] as number;
    mergedS += periodS;
    energy += periodS * worth;
    if (worth < lowest) lowest = worth;
    const lost = energy - mergedS * lowest;
    const total = lost + (fewer[begin] as number);
    if (total < best) {
      best = total;
      first[end] = begin;
    }
    // To begin still earlier loses at least what ending there would, and this stretch besides.
    if (lost + (losses[begin] as number) >= best) break;
  }
  return best;
}
