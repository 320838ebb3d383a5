import type { PriceRun, Tariff, TariffComponent } from '../types.js';
import { type ComponentSegment, componentSegments, segmentsReading } from './componentSegments.js';
import { filled } from './fallback.js';
import { type PriceSegment, type PriceSpan, type PublishedReader, readPublished } from './published.js';
import { laidOver } from './runs.js';

/**
 * As componentSegments, with what is unknown filled by the rule of priceSeries: a missing published price by an earlier published one,
 * to which factor, markup and cap of the time itself apply; time outside of the tariff's validity by the component's earlier price.
 * What nothing stands in for stays 'unknown'.
 */
export function filledSegments(
  component: TariffComponent,
  tariff: Tariff,
  fromMs: number,
  toMs: number,
): ComponentSegment[] {
  const segments = segmentsReading(gapsFilled(component, tariff), component, tariff, { fromMs, toMs });
  return filled(segments, tariff.timeZone, (earlierMs, untilMs) =>
    componentSegments(component, tariff, earlierMs, untilMs),
  );
}

/** Reads the published prices of a component's series, with earlier ones in its gaps. */
function gapsFilled(component: TariffComponent, tariff: Tariff): PublishedReader {
  return (runs, span, visit) => {
    let known: readonly PriceRun[] | undefined;
    const readKnown = (fromMs: number, toMs: number): PriceSegment[] => {
      known ??= runsOfVersions(tariff, component, runs);
      return collected(known, { fromMs, toMs });
    };
    for (const segment of filled(collected(runs, span), tariff.timeZone, readKnown)) visit(segment);
  };
}

function collected(runs: readonly PriceRun[], span: PriceSpan): PriceSegment[] {
  const segments: PriceSegment[] = [];
  readPublished(runs, span, (segment) => segments.push(segment));
  return segments;
}

/** Versions of one component publish the same prices: what this one lacks, another may have. */
function runsOfVersions(tariff: Tariff, component: TariffComponent, runs: readonly PriceRun[]): readonly PriceRun[] {
  const others = tariff.components.filter((other) => other !== component && other.id === component.id);
  return others.reduce((known, other) => {
    if (other.kind === 'priceSeries') return laidOver(other.prices, known);
    return other.kind === 'exportPrice' && other.source.kind === 'series'
      ? laidOver(other.source.prices, known)
      : known;
  }, runs);
}
