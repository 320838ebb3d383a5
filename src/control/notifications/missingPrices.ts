import { DateTime } from 'luxon';
import { NoPrice, priceSeries } from '../../../tariffs/index.js';
import type { Condition } from '../../notices/notice.js';
import type { SiteModel } from '../../site/model.js';
import type { SiteTariffs } from '../tariffs/tariffRegistry.js';

/** Markets publish the prices of the next day at noon or soon after; by then whoever fetches them has them too. */
const EXPECTED_BY_HOUR = 15;

/**
 * From the afternoon on, whether the prices of tomorrow are there; and in the morning, whether those of today have come. One day is
 * one thing to be told of, until they come or it is over.
 */
export function missingPrices(
  { timeZone, tariffIds }: Pick<SiteModel, 'timeZone' | 'tariffIds'>,
  { tariffs }: Pick<SiteTariffs, 'tariffs'>,
  nowMs: number,
): readonly Condition[] {
  if (tariffs.length === 0) return [];
  const now = DateTime.fromMillis(nowMs, { zone: timeZone });
  const day = now.startOf('day').plus({ days: now.hour >= EXPECTED_BY_HOUR ? 1 : 0 });
  const [fromMs, toMs] = [day.toMillis(), day.plus({ days: 1 }).toMillis()];
  const untilMs = publishedUntilMs(tariffs, fromMs, toMs);
  const date = day.toISODate();
  if (untilMs === toMs || date === null) return [];
  const facts = {
    type: 'tariff.missing_tomorrow' as const,
    tariffIds,
    date,
    publishedUntilMs: untilMs > fromMs ? untilMs : null,
  };
  return [{ key: `tariff.missing_tomorrow/${date}`, facts }];
}

/** Within the span. */
function publishedUntilMs(tariffs: SiteTariffs['tariffs'], fromMs: number, toMs: number): number {
  try {
    const { prices } = priceSeries(tariffs, fromMs, toMs);
    return prices.find(({ source }) => source === 'fallback')?.startMs ?? toMs;
  } catch (error) {
    if (error instanceof NoPrice) return Math.max(fromMs, error.startMs);
    throw error;
  }
}
