import type { SitePrices } from '../api/documents.js';

export interface PriceStep {
  readonly startMs: number;
  readonly endMs: number;
  readonly pricePerKwh: number;
  /** 1 is the cheapest fifth of what is shown, 5 the dearest. */
  readonly fifth: 1 | 2 | 3 | 4 | 5;
}

export interface Prices {
  readonly currency: string;
  readonly steps: readonly PriceStep[];
}

/** What is known of a span. Undefined where the site has no tariff, or nothing is known. */
export function pricesWithin(prices: SitePrices | undefined, fromMs: number, toMs: number): Prices | undefined {
  if (prices === undefined || prices.currency === null) return undefined;
  const within = prices.import
    .filter(({ source }) => source === 'published')
    .map(({ start, end, pricePerKwh }) => ({ startMs: Date.parse(start), endMs: Date.parse(end), pricePerKwh }))
    .filter(({ startMs, endMs }) => endMs > fromMs && startMs < toMs)
    .map((step) => ({ ...step, startMs: Math.max(fromMs, step.startMs), endMs: Math.min(toMs, step.endMs) }));
  if (within.length === 0) return undefined;
  return { currency: prices.currency, steps: within.map((step) => ({ ...step, fifth: fifthOf(step, within) })) };
}

export function priceAt(prices: SitePrices | undefined, atMs: number): number | undefined {
  return prices?.import.find(({ start, end }) => Date.parse(start) <= atMs && atMs < Date.parse(end))?.pricePerKwh;
}

type Step = Pick<PriceStep, 'startMs' | 'endMs' | 'pricePerKwh'>;

/** By how much of the time is cheaper. */
function fifthOf({ pricePerKwh }: Step, all: readonly Step[]): PriceStep['fifth'] {
  let cheaperMs = 0;
  let allMs = 0;
  for (const step of all) {
    allMs += step.endMs - step.startMs;
    if (step.pricePerKwh < pricePerKwh) cheaperMs += step.endMs - step.startMs;
  }
  const fifths = [1, 2, 3, 4, 5] as const;
  return fifths[Math.min(4, Math.floor((5 * cheaperMs) / allMs))] ?? 1;
}
