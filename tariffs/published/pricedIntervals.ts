import { PRICE_MAX } from '../native/calendarShapes.js';
import type { PriceRun } from '../types.js';

/** The price of a stretch of time, half-open. */
export interface PricedInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly pricePerKwh: number;
}

/** What a price may be, and from when to when: as much as a native document can say, which any tariff can be printed as. */
export function isPrice(pricePerKwh: number): boolean {
  return Math.abs(pricePerKwh) <= PRICE_MAX;
}

export function isWholeSeconds({ startMs, endMs }: Stretch): boolean {
  return startMs % 1000 === 0 && endMs % 1000 === 0;
}

/** Ascending intervals that do not overlap, as runs of equal steps: the fewest that a walk from the start finds. */
export function packRuns(intervals: readonly PricedInterval[]): PriceRun[] {
  const runs: { startMs: number; stepMs: number; pricesPerKwh: number[] }[] = [];
  let endMs = Number.NaN;
  for (const interval of intervals) {
    const stepMs = interval.endMs - interval.startMs;
    const run = runs.at(-1);
    if (run !== undefined && run.stepMs === stepMs && interval.startMs === endMs)
      run.pricesPerKwh.push(interval.pricePerKwh);
    else runs.push({ startMs: interval.startMs, stepMs, pricesPerKwh: [interval.pricePerKwh] });
    endMs = interval.endMs;
  }
  return runs;
}

/** Ascending and not overlapping. Of an overlap with one price the later interval is cut; with two prices it is a conflict. */
export interface Settled<T extends PricedInterval> {
  readonly settled: readonly PricedInterval[];
  readonly conflicts: readonly (readonly [earlier: T, later: T])[];
}

export function settle<T extends PricedInterval>(intervals: readonly T[]): Settled<T> {
  const settled: PricedInterval[] = [];
  const conflicts: [T, T][] = [];
  // The one that reaches furthest so far.
  let last: T | undefined;
  for (const interval of intervals.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)) {
    if (last === undefined || interval.startMs >= last.endMs) settled.push(interval);
    else if (interval.pricePerKwh !== last.pricePerKwh) {
      conflicts.push([last, interval]);
      continue;
    } else if (interval.endMs > last.endMs) settled.push({ ...interval, startMs: last.endMs });
    else continue;
    last = interval;
  }
  return { settled, conflicts };
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What is left of intervals outside of others, both ascending; the others must not overlap among themselves. It stops a little after
 * `most` pieces: many long intervals outside of many short ones are more than fit in memory.
 */
export function outside<T extends Stretch>(intervals: readonly T[], others: readonly Stretch[], most: number): T[] {
  const left: T[] = [];
  let first = 0;
  for (const interval of intervals) {
    if (left.length > most) break;
    while ((others[first]?.endMs ?? Number.POSITIVE_INFINITY) <= interval.startMs) first += 1;
    let fromMs = interval.startMs;
    for (let index = first; fromMs < interval.endMs; index++) {
      const other = others[index];
      const untilMs = Math.min(other?.startMs ?? interval.endMs, interval.endMs);
      if (fromMs < untilMs) left.push({ ...interval, startMs: fromMs, endMs: untilMs });
      if (other === undefined || other.startMs >= interval.endMs) break;
      fromMs = Math.max(fromMs, other.endMs);
    }
  }
  return left;
}

/** Both ascending and apart from each other. */
export function inOrder<T extends Stretch>(some: readonly T[], others: readonly T[]): T[] {
  return [...some, ...others].sort((a, b) => a.startMs - b.startMs);
}

/** The time between ascending intervals that none of them covers. */
export function gapsBetween(intervals: readonly Stretch[]): Stretch[] {
  const gaps: Stretch[] = [];
  let endMs: number | undefined;
  for (const interval of intervals) {
    if (endMs !== undefined && interval.startMs > endMs) gaps.push({ startMs: endMs, endMs: interval.startMs });
    endMs = interval.endMs;
  }
  return gaps;
}

const GAPS_NAMED_MAX = 3;

/** A sentence about the gaps, or undefined where there are none. */
export function gapWarning(gaps: readonly Stretch[]): string | undefined {
  if (gaps.length === 0) return undefined;
  const named = gaps
    .slice(0, GAPS_NAMED_MAX)
    .map(({ startMs, endMs }) => `${printInstant(startMs)} to ${printInstant(endMs)}`);
  const more = gaps.length > GAPS_NAMED_MAX ? ` and ${gaps.length - GAPS_NAMED_MAX} more gaps` : '';
  return `There is no price for ${named.join(', ')}${more}: until one is loaded, an earlier day's stands in.`;
}

/** 2026-01-14T23:00Z: seconds only where there are some. */
export function printInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/(?::00)?\.000Z$/, 'Z');
}
