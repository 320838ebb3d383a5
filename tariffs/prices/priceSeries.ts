import type { PriceInterval, PriceRun, PriceSeries, Tariff, TariffComponent } from '../types.js';
import { segmentsReading } from './componentSegments.js';
import { filled } from './fallback.js';
import { asList, checkCurrencies, importComponents, withVat } from './importPrices.js';
import { NoPrice } from './noPrice.js';
import { type PriceSegment, type PublishedReader, publishedSegments } from './publishedSegments.js';
import { laidOver } from './runs.js';

/** ISO 4217 for "no currency": what no tariff at all costs nothing in. */
const NO_CURRENCY = 'XXX';

/**
 * The all-in import price over [fromMs, toMs), as pricesAt, and where it comes from. Where a price series has a gap, the price published
 * for the same time by the wall clock on the last same weekday stands in, up to 8 weeks back; else that of the last earlier day that has
 * one, up to 8 weeks back. Markups, fees, taxes and rates stay those of the time itself. Outside of a tariff's validity its whole price
 * is found in the same way. Throws NoPrice where even that finds nothing, and RangeError where the span is none or currencies differ.
 */
export function priceSeries(tariffs: Tariff | readonly Tariff[], fromMs: number, toMs: number): PriceSeries {
  if (!(fromMs <= toMs)) throw new RangeError(`no span of time: ${fromMs} to ${toMs}`);
  const all = asList(tariffs);
  checkCurrencies(all);
  const totals = all.map((tariff) =>
    filled(totalSegments(tariff, gapsFilled(tariff), { fromMs, toMs }), tariff.timeZone, (earlierMs, untilMs) =>
      totalSegments(tariff, strictly, { fromMs: earlierMs, toMs: untilMs }),
    ),
  );
  return { currency: all[0]?.currency ?? NO_CURRENCY, prices: merged(summed(totals, { fromMs, toMs })) };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How the published prices of each component are read. */
type Reading = (component: TariffComponent) => PublishedReader;

const strictly: Reading = () => publishedSegments;

export function gapsFilled(tariff: Tariff): Reading {
  return (component) => (runs, fromMs, toMs) =>
    filled(publishedSegments(runs, fromMs, toMs), tariff.timeZone, (earlierMs, untilMs) =>
      publishedSegments(runsOfVersions(tariff, component, runs), earlierMs, untilMs),
    );
}

/** Versions of one component publish the same prices: what this one lacks, another may have. */
function runsOfVersions(tariff: Tariff, component: TariffComponent, runs: readonly PriceRun[]): readonly PriceRun[] {
  const others = tariff.components.filter((other) => other !== component && other.id === component.id);
  return others.reduce((known, other) => (other.kind === 'priceSeries' ? laidOver(other.prices, known) : known), runs);
}

/** What all import components of a tariff cost together, VAT included. */
function totalSegments(tariff: Tariff, reading: Reading, span: Span): PriceSegment[] {
  const parts = importComponents(tariff).map((component) =>
    segmentsReading(reading(component), component, tariff, span).map(
      ({ startMs, endMs, pricePerKwh, vatPercent, source }): PriceSegment => ({
        startMs,
        endMs,
        pricePerKwh: pricePerKwh === 'unknown' ? pricePerKwh : withVat(pricePerKwh, vatPercent),
        source,
      }),
    ),
  );
  return summed(parts, span);
}

function summed(parts: readonly (readonly PriceSegment[])[], { fromMs, toMs }: Span): PriceSegment[] {
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
