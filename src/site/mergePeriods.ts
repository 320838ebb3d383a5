/** A stretch of a schedule. Lengths in any unit of time, limits in any unit of power. */
export interface MergeablePeriod {
  readonly length: number;
  readonly limit: number;
  /** What the limit is worth: the limit, or 0 where it is too little to be used. Grows with the limit. */
  readonly usable: number;
}

/** Neighbours made one: from the period `first` until the next one's, at the lowest of their limits. */
export interface MergedPeriod {
  readonly first: number;
  readonly limit: number;
}

/**
 * The periods as at most maxPeriods (1 or more): nowhere above them, and of all such schedules one that gives up the least energy
 * (usable × length). The same input gives the same answer.
 *
 * Dynamic programming over where periods end. Whatever is merged takes the lowest of its limits, so that two stretches made one lose
 * at least what they lose alone: that bounds the search for where the last of them begins.
 */
export function mergePeriods(periods: readonly MergeablePeriod[], maxPeriods: number): readonly MergedPeriod[] {
  if (periods.length <= maxPeriods) return periods.map(({ limit }, first) => ({ first, limit }));
  const firsts = bestFirsts(periods, maxPeriods);
  const merged: MergedPeriod[] = [];
  for (let last = periods.length, left = maxPeriods; last > 0 && left > 0; left--) {
    const first = firsts[left]?.[last] ?? 0;
    const limit = periods
      .slice(first, last)
      .reduce((least, period) => Math.min(least, period.limit), Number.POSITIVE_INFINITY);
    merged.unshift({ first, limit });
    last = first;
  }
  return merged;
}

/**
 * [count][end]: where the last of exactly `count` merged periods begins, at best, when they cover the periods before `end`. There are
 * more periods than may remain, so that to use all that may remain is never worse.
 */
function bestFirsts(periods: readonly MergeablePeriod[], maxPeriods: number): Uint32Array[] {
  const ends = periods.length + 1;
  const lengths = Float64Array.from(periods, (period) => period.length);
  const usable = Float64Array.from(periods, (period) => period.usable);
  const firsts = [new Uint32Array(ends)];
  let fewer = new Float64Array(ends).fill(Number.POSITIVE_INFINITY);
  fewer[0] = 0;
  for (let count = 1; count <= maxPeriods; count++) {
    const losses = new Float64Array(ends).fill(Number.POSITIVE_INFINITY);
    const layer = { count, lengths, usable, fewer, losses, first: new Uint32Array(ends) };
    // Each merged period covers one at least: those before need `count` at least, and those after leave as many.
    for (let end = count; end <= periods.length - (maxPeriods - count); end++) losses[end] = lowestLoss(layer, end);
    firsts.push(layer.first);
    fewer = losses;
  }
  return firsts;
}

interface Layer {
  readonly count: number;
  readonly lengths: Float64Array;
  readonly usable: Float64Array;
  /** By end, what is lost at best with one merged period fewer. */
  readonly fewer: Float64Array;
  /** By end, what is lost at best with `count` of them, as far as it is known. */
  readonly losses: Float64Array;
  readonly first: Uint32Array;
}

/** The innermost loop: no objects, no calls. */
function lowestLoss({ count, lengths, usable, fewer, losses, first }: Layer, end: number): number {
  let best = Number.POSITIVE_INFINITY;
  let lowest = Number.POSITIVE_INFINITY;
  let mergedLength = 0;
  let energy = 0;
  for (let begin = end - 1; begin >= count - 1; begin--) {
    const length = lengths[begin] as number;
    const worth = usable[begin] as number;
    mergedLength += length;
    energy += length * worth;
    if (worth < lowest) lowest = worth;
    const lost = energy - mergedLength * lowest;
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
