import type { Validity } from '../types.js';

/** A half-open span of time, epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of the span lies in the validity; empty where nothing does. An absent validity holds always. */
export function within(validity: Validity | undefined, { fromMs, toMs }: Span): Span {
  if (validity === undefined) return { fromMs, toMs };
  return {
    fromMs: validity.fromMs === 'open' ? fromMs : Math.max(validity.fromMs, fromMs),
    toMs: validity.toMs === 'open' ? toMs : Math.min(validity.toMs, toMs),
  };
}

export function isEmpty({ fromMs, toMs }: Span): boolean {
  return fromMs >= toMs;
}
