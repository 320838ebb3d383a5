import { DAY_MS, offsetMsAt } from '../localStretches.js';
import { shiftDecimal } from '../published/decimals.js';
import { gapsBetween, gapWarning, type PricedInterval, printInstant } from '../published/pricedIntervals.js';
import type { Findings } from '../reading/findings.js';
import type { Span } from './grids.js';

/** The market's day is one of Central European time, whatever the zone. */
const MARKET_ZONE = 'Europe/Brussels';
/** Of the harmonised limits in EUR per MWh, as of 2023. They change: a price beyond is said, not refused. */
const PRICE_MIN_PER_MWH = -500;
const PRICE_MAX_PER_MWH = 4000;

/** Says where prices are missing, seem to be shifted, or are beyond what the market allows. They are ascending and do not overlap. */
export function warnAbout(
  prices: readonly PricedInterval[],
  publication: Span | undefined,
  zone: { readonly timeZone: string; readonly currency: string },
  findings: Findings,
): void {
  const [first] = prices;
  const last = prices.at(-1);
  if (first === undefined || last === undefined) return;
  const gaps = gapWarning(gapsBetween(prices));
  if (gaps !== undefined) findings.warnings.add(gaps);
  const span = { startMs: first.startMs, endMs: last.endMs };
  if (publication !== undefined && (span.startMs > publication.startMs || span.endMs < publication.endMs)) {
    findings.warnings.add(
      `The document is about ${printSpan(publication)}, but has prices of ${printSpan(span)} only.`,
    );
  }
  for (const [ms, verb] of [
    [span.startMs, 'begin'],
    [span.endMs, 'end'],
  ] as const) {
    if (isMidnight(ms, MARKET_ZONE) || isMidnight(ms, zone.timeZone)) continue;
    findings.warnings.add(
      `Prices ${verb} at ${printInstant(ms)}, which is not the ${verb === 'begin' ? 'start' : 'end'} of a market day (00:00 CET or CEST): they may be shifted or incomplete.`,
    );
  }
  if (zone.currency === 'EUR') warnAboutLimits(prices, findings);
}

function warnAboutLimits(prices: readonly PricedInterval[], findings: Findings): void {
  const beyond = prices.filter(({ pricePerKwh }) => {
    const perMwh = shiftDecimal(pricePerKwh, 3);
    return perMwh < PRICE_MIN_PER_MWH || perMwh > PRICE_MAX_PER_MWH;
  });
  const [first] = beyond;
  if (first === undefined) return;
  findings.warnings.add(
    `${beyond.length} ${beyond.length === 1 ? 'price is' : 'prices are'} beyond the market's limits of ${PRICE_MIN_PER_MWH} and ${PRICE_MAX_PER_MWH} EUR/MWh, the first at ${printInstant(first.startMs)}.`,
  );
}

function printSpan({ startMs, endMs }: Span): string {
  return `${printInstant(startMs)} to ${printInstant(endMs)}`;
}

function isMidnight(ms: number, timeZone: string): boolean {
  return (ms + offsetMsAt(timeZone, ms)) % DAY_MS === 0;
}
