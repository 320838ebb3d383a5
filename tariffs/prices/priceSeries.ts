import type { PriceInterval, PriceSeries, Tariff } from '../types.js';
import type { ComponentSegment } from './componentSegments.js';
import { filledSegments } from './filledSegments.js';
import { asList, checkCurrencies, importComponents, withVat } from './importPrices.js';
import { NoPrice } from './noPrice.js';
import type { PriceSegment } from './published.js';

/** ISO 4217 for "no currency": what no tariff at all costs nothing in. */
const NO_CURRENCY = 'XXX';

/**
 * The all-in import price over [fromMs, toMs), as pricesAt, and where it comes from. Where a price series has a gap, the price published
 * for the same time by the wall clock on the last same weekday stands in, up to 8 weeks back; else that of the last earlier day that has
 * one, up to 8 weeks back. Markups, fees, taxes and rates stay those of the time itself. Outside of a tariff's validity all of its
 * prices are found in the same way. Throws NoPrice where even that finds nothing, and RangeError where the span is none or currencies differ.
 */
export function priceSeries(tariffs: Tariff | readonly Tariff[], fromMs: number, toMs: number): PriceSeries {
  if (!(fromMs <= toMs && Number.isFinite(toMs - fromMs)))
    throw new RangeError(`no span of time: ${fromMs} to ${toMs}`);
  const all = asList(tariffs);
  checkCurrencies(all);
  const parts = all.flatMap((tariff) =>
    importComponents(tariff).map((component) => filledSegments(component, tariff, fromMs, toMs).map(paid)),
  );
  return { currency: all[0]?.currency ?? NO_CURRENCY, prices: merged(summed(parts, fromMs, toMs)) };
}

function paid({ startMs, endMs, pricePerKwh, vatPercent, source }: ComponentSegment): PriceSegment {
  const known = pricePerKwh === 'unknown' ? pricePerKwh : withVat(pricePerKwh, vatPercent);
  return { startMs, endMs, pricePerKwh: known, source };
}

function summed(parts: readonly (readonly PriceSegment[])[], fromMs: number, toMs: number): PriceSegment[] {
  const nothing: PriceSegment[] =
    fromMs < toMs ? [{ startMs: fromMs, endMs: toMs, pricePerKwh: 0, source: 'published' }] : [];
  return parts.reduce<PriceSegment[]>(sumOfTwo, nothing);
}

/** Both cover the same span. */
function sumOfTwo(left: readonly PriceSegment[], right: readonly PriceSegment[]): PriceSegment[] {
  const sum: PriceSegment[] = [];
  let next = 0;
  for (const segment of left) {
    for (let startMs = segment.startMs; startMs < segment.endMs; ) {
      while ((right[next]?.endMs ?? segment.endMs) <= startMs) next += 1;
      const other = right[next];
      const endMs = Math.min(segment.endMs, other?.endMs ?? segment.endMs);
      const known = segment.pricePerKwh !== 'unknown' && other !== undefined && other.pricePerKwh !== 'unknown';
      sum.push({
        startMs,
        endMs,
        pricePerKwh: known ? Number(segment.pricePerKwh) + Number(other.pricePerKwh) : 'unknown',
        source: segment.source === 'fallback' || other?.source === 'fallback' ? 'fallback' : 'published',
      });
      startMs = endMs;
    }
  }
  return sum;
}

/** Throws NoPrice naming the first segment whose price is unknown. */
function merged(segments: readonly PriceSegment[]): PriceInterval[] {
  const prices: { -readonly [Key in keyof PriceInterval]: PriceInterval[Key] }[] = [];
  for (const { startMs, endMs, pricePerKwh, source } of segments) {
    if (pricePerKwh === 'unknown') throw new NoPrice(startMs, endMs);
    const last = prices.at(-1);
    if (last !== undefined && last.pricePerKwh === pricePerKwh && last.source === source) last.endMs = endMs;
    else prices.push({ startMs, endMs, pricePerKwh, source });
  }
  return prices;
}
