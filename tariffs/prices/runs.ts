import type { PriceRun } from '../types.js';

export function runEndMs({ startMs, stepMs, pricesPerKwh }: PriceRun): number {
  return startMs + stepMs * pricesPerKwh.length;
}

/**
 * Newer runs laid over older ones: at each instant the newer price, else the older. Both are ascending and do not overlap among
 * themselves; so is the answer, in which equal steps in a row are one run.
 */
export function laidOver(older: readonly PriceRun[], newer: readonly PriceRun[]): PriceRun[] {
  return joined([...leftUncovered(older, newer), ...newer].sort((a, b) => a.startMs - b.startMs));
}

function leftUncovered(older: readonly PriceRun[], newer: readonly PriceRun[]): PriceRun[] {
  const left: PriceRun[] = [];
  let first = 0;
  for (const run of older) {
    const endMs = runEndMs(run);
    let fromMs = run.startMs;
    let cover = newer[first];
    while (cover !== undefined && runEndMs(cover) <= fromMs) cover = newer[++first];
    for (let index = first; cover !== undefined && cover.startMs < endMs; cover = newer[++index]) {
      left.push(...part(run, fromMs, cover.startMs));
      fromMs = Math.max(fromMs, runEndMs(cover));
    }
    left.push(...part(run, fromMs, endMs));
  }
  return left;
}

/** What of the run lies in the span: a step that is cut becomes a shorter one. */
function part({ startMs, stepMs, pricesPerKwh }: PriceRun, fromMs: number, toMs: number): PriceRun[] {
  if (fromMs >= toMs) return [];
  const firstWhole = Math.ceil((fromMs - startMs) / stepMs);
  const endWhole = Math.floor((toMs - startMs) / stepMs);
  const wholeFromMs = startMs + firstWhole * stepMs;
  const wholeToMs = startMs + endWhole * stepMs;
  if (firstWhole > endWhole) return piece(fromMs, toMs, pricesPerKwh[endWhole]);
  return [
    ...piece(fromMs, wholeFromMs, pricesPerKwh[firstWhole - 1]),
    ...(firstWhole < endWhole
      ? [{ startMs: wholeFromMs, stepMs, pricesPerKwh: pricesPerKwh.slice(firstWhole, endWhole) }]
      : []),
    ...piece(wholeToMs, toMs, pricesPerKwh[endWhole]),
  ];
}

function piece(startMs: number, endMs: number, pricePerKwh: number | undefined): PriceRun[] {
  if (startMs >= endMs || pricePerKwh === undefined) return [];
  return [{ startMs, stepMs: endMs - startMs, pricesPerKwh: [pricePerKwh] }];
}

function joined(runs: readonly PriceRun[]): PriceRun[] {
  const all: { startMs: number; stepMs: number; pricesPerKwh: number[] }[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    if (last !== undefined && last.stepMs === run.stepMs && runEndMs(last) === run.startMs) {
      for (const price of run.pricesPerKwh) last.pricesPerKwh.push(price);
    } else all.push({ ...run, pricesPerKwh: [...run.pricesPerKwh] });
  }
  return all;
}
