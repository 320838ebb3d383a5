import { NoPrice } from '../../../tariffs/prices/noPrice.js';
import { priceSeries } from '../../../tariffs/prices/priceSeries.js';
import type { PriceInterval, Tariff } from '../../../tariffs/types.js';
import type { QuarterShare } from '../../site/energyShares.js';
import { QUARTER_MS } from '../../site/history.js';
import { DAY_MS, dayOf, QUARTERS_PER_DAY } from './dayRecord.js';

/** Days whose prices are kept: so many sessions look at the same ones. */
const DAYS_KEPT = 400;

/** Mean all-in price per kWh of each quarter of a day; undefined where there is none. */
type DayPrices = readonly (number | undefined)[];

export interface EnergyCost {
  /** Null without a tariff, and where a part of the energy has no price. */
  readonly cost: number | null;
  readonly currency: string | null;
}

/** What energy costs a site by the quarter, of its tariffs as they are now; prices that are not published are those that stand in. */
export class PriceBook {
  readonly tariffs: readonly Tariff[];
  readonly currency: string | null;
  private readonly days = new Map<number, DayPrices>();

  constructor(tariffs: readonly Tariff[]) {
    this.tariffs = tariffs;
    this.currency = tariffs[0]?.currency ?? null;
  }

  isOf(tariffs: readonly Tariff[]): boolean {
    return tariffs.length === this.tariffs.length && tariffs.every((tariff, index) => tariff === this.tariffs[index]);
  }

  /** Null without a tariff, and where a quarter in which something was taken has no price. */
  costOf(shares: readonly QuarterShare[]): number | null {
    if (this.tariffs.length === 0) return null;
    let cost = 0;
    for (const { startMs, energyWh } of shares) {
      if (energyWh === 0) continue;
      const pricePerKwh = this.priceAt(startMs);
      if (pricePerKwh === undefined) return null;
      cost += (energyWh / 1_000) * pricePerKwh;
    }
    return cost;
  }

  private priceAt(startMs: number): number | undefined {
    const dayMs = dayOf(startMs);
    const known = this.days.get(dayMs);
    const day = known ?? pricesOfDay(this.tariffs, dayMs);
    if (known === undefined) {
      const [oldest] = this.days.keys();
      if (oldest !== undefined && this.days.size >= DAYS_KEPT) this.days.delete(oldest);
      this.days.set(dayMs, day);
    }
    return day[Math.round((startMs - dayMs) / QUARTER_MS)];
  }
}

function pricesOfDay(tariffs: readonly Tariff[], dayMs: number): DayPrices {
  const whole = seriesOver(tariffs, dayMs, dayMs + DAY_MS);
  return Array.from({ length: QUARTERS_PER_DAY }, (_, index) => {
    const startMs = dayMs + index * QUARTER_MS;
    const endMs = startMs + QUARTER_MS;
    // Of a day that is not priced throughout, each quarter for itself.
    const prices = whole ?? seriesOver(tariffs, startMs, endMs);
    return prices === undefined ? undefined : meanPrice(prices, startMs, endMs);
  });
}

function seriesOver(tariffs: readonly Tariff[], fromMs: number, toMs: number): readonly PriceInterval[] | undefined {
  try {
    return priceSeries(tariffs, fromMs, toMs).prices;
  } catch (error) {
    if (error instanceof NoPrice) return undefined;
    throw error;
  }
}

function meanPrice(prices: readonly PriceInterval[], fromMs: number, toMs: number): number {
  let sum = 0;
  for (const { startMs, endMs, pricePerKwh } of prices) {
    sum += pricePerKwh * Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
  }
  return sum / (toMs - fromMs);
}
