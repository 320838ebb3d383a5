import type { PriceRun } from '../types.js';
import { runEndMs } from './runs.js';

/** A stretch of time with one price. Half-open. */
export interface PriceSegment {
  readonly startMs: number;
  readonly endMs: number;
  /** 'unknown': nothing is published for it. */
  readonly pricePerKwh: number | 'unknown';
  /** 'fallback': what stands in for a price that is not published. */
  readonly source: 'published' | 'fallback';
}

/** Hands out the published prices of a series over a span, ascending and without gap: as they are, or with what is missing filled. */
export type PublishedReader = (
  runs: readonly PriceRun[],
  span: PriceSpan,
  visit: (segment: PriceSegment) => void,
) => void;

export interface PriceSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The span by published price, before factor, markups and cap: a segment per interval of the series, gaps as 'unknown'. */
export function readPublished(
  runs: readonly PriceRun[],
  { fromMs, toMs }: PriceSpan,
  visit: (segment: PriceSegment) => void,
): void {
  let coveredMs = fromMs;
  for (let index = firstRunEndingAfter(runs, fromMs); coveredMs < toMs; index++) {
    const run = runs[index];
    const runStartMs = Math.min(run?.startMs ?? toMs, toMs);
    if (runStartMs > coveredMs)
      visit({ startMs: coveredMs, endMs: runStartMs, pricePerKwh: 'unknown', source: 'published' });
    coveredMs = Math.max(coveredMs, runStartMs);
    if (run !== undefined) coveredMs = readRun(run, { fromMs: coveredMs, toMs }, visit);
  }
}

/** Answers where that ends. */
function readRun(
  { startMs: runStartMs, stepMs, pricesPerKwh }: PriceRun,
  { fromMs, toMs }: PriceSpan,
  visit: (segment: PriceSegment) => void,
): number {
  let startMs = fromMs;
  for (let step = Math.floor((fromMs - runStartMs) / stepMs); step < pricesPerKwh.length && startMs < toMs; step++) {
    const endMs = Math.min(runStartMs + (step + 1) * stepMs, toMs);
    visit({ startMs, endMs, pricePerKwh: pricesPerKwh[step] ?? 'unknown', source: 'published' });
    startMs = endMs;
  }
  return startMs;
}

function firstRunEndingAfter(runs: readonly PriceRun[], atMs: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const run = runs[middle];
    if (run !== undefined && runEndMs(run) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
