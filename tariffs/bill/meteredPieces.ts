import { localMonths } from '../calendar.js';
import type { MeteredInterval } from '../types.js';
import type { Span } from './span.js';

/** Of a reading what lies in one local month. Half-open. */
export interface MeteredPiece {
  readonly startMs: number;
  readonly endMs: number;
  /** YYYY-MM. */
  readonly month: string;
  readonly importKwh: number;
  readonly exportKwh: number;
}

/** The readings within the span, cut at its ends and at local months, their energy spread evenly. Ascending. */
export function meteredPieces(
  readings: readonly MeteredInterval[],
  timeZone: string,
  { fromMs, toMs }: Span,
): MeteredPiece[] {
  const months = localMonths(timeZone, fromMs, toMs);
  const pieces: MeteredPiece[] = [];
  let index = 0;
  for (const { startMs, endMs, importWh, exportWh = 0 } of readings) {
    const stopMs = Math.min(endMs, toMs);
    for (let atMs = Math.max(startMs, fromMs); atMs < stopMs; ) {
      while ((months[index]?.endMs ?? stopMs) <= atMs) index += 1;
      const month = months[index];
      const untilMs = Math.min(month?.endMs ?? stopMs, stopMs);
      const share = (untilMs - atMs) / (endMs - startMs);
      pieces.push({
        startMs: atMs,
        endMs: untilMs,
        month: month?.month ?? '',
        importKwh: (importWh * share) / 1000,
        exportKwh: (exportWh * share) / 1000,
      });
      atMs = untilMs;
    }
  }
  return pieces;
}
