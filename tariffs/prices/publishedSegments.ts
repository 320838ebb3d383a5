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

/** Where the published prices of a series are read from: its own runs, or those with their gaps filled. */
export type PublishedReader = (runs: readonly PriceRun[], fromMs: number, toMs: number) => readonly PriceSegment[];

/** The span [fromMs, toMs) by published price, before factor, markups and cap: a segment per interval of the series, gaps as 'unknown'. */
export function publishedSegments(runs: readonly PriceRun[], fromMs: number, toMs: number): PriceSegment[] {
  const segments: PriceSegment[] = [];
  let coveredMs = fromMs;
  for (let index = firstRunEndingAfter(runs, fromMs); coveredMs < toMs; index++) {
    const run = runs[index];
    const runStartMs = Math.min(run?.startMs ?? toMs, toMs);
    if (runStartMs > coveredMs) segments.push(gap(coveredMs, runStartMs));
    coveredMs = Math.max(coveredMs, runStartMs);
    if (run !== undefined) coveredMs = pushRun(segments, run, coveredMs, toMs);
  }
  return segments;
}

/** Appends what of the run lies in the span, and answers where that ends. */
function pushRun(segments: PriceSegment[], run: PriceRun, fromMs: number, toMs: number): number {
  const { startMs: runStartMs, stepMs, pricesPerKwh } = run;
  let startMs = fromMs;
  for (let step = Math.floor((fromMs - runStartMs) / stepMs); step < pricesPerKwh.length && startMs < toMs; step++) {
    const endMs = Math.min(runStartMs + (step + 1) * stepMs, toMs);
    segments.push({ startMs, endMs, pricePerKwh: pricesPerKwh[step] ?? 'unknown', source: 'published' });
    startMs = endMs;
  }
  return startMs;
}

function gap(startMs: number, endMs: number): PriceSegment {
  return { startMs, endMs, pricePerKwh: 'unknown', source: 'published' };
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
