import { DateTime } from 'luxon';
import type { Tariff } from '../../../tariffs/index.js';
import { SeededRandom } from '../seededRandom.js';
import { bell, clamped, ZONE } from './stays.js';

// Prices with the shape of a Swedish bidding zone in spring: two peaks on workdays, a hollow at midday that falls below nothing when
// the sun shines, cheap nights and weekends; and from day to day another level.

const QUARTER_MS = 900_000;

/** Of the price at noon to noon: per hour of the local day, on a workday. */
const WORKDAY = [
  0.55, 0.5, 0.47, 0.46, 0.48, 0.62, 0.95, 1.45, 1.6, 1.3, 0.95, 0.75, 0.62, 0.58, 0.62, 0.8, 1.15, 1.7, 2.0, 1.85, 1.4,
  1.05, 0.85, 0.68,
];
const WEEKEND_SHARE = 0.7;
const LEVEL_SEK_PER_KWH = 0.55;

export interface Market {
  /** One per quarter from fromMs on, SEK per kWh. */
  readonly pricesPerKwh: readonly number[];
  readonly fromMs: number;
  /** The first instant that is not published at an instant: tomorrow is known from 13:00 on. */
  readonly publishedUntilMs: (nowMs: number) => number;
}

/** Of the local days [from, to). */
export function marketOf(seed: number, from: string, to: string): Market {
  const random = new SeededRandom(seed ^ 0x5eed);
  const pricesPerKwh: number[] = [];
  const end = DateTime.fromISO(to, { zone: ZONE });
  const start = DateTime.fromISO(from, { zone: ZONE });
  let level = 1;
  for (let day = start; day < end; day = day.plus({ days: 1 })) {
    level = clamped(1 + 0.7 * (level - 1) + bell(random, 0, 0.25), 0.35, 2.4);
    const sun = random.between(0, 1);
    const nextMs = day.plus({ days: 1 }).toMillis();
    for (let ms = day.toMillis(); ms < nextMs; ms += QUARTER_MS) {
      const local = DateTime.fromMillis(ms, { zone: ZONE });
      const share = (WORKDAY[local.hour] ?? 1) * (local.weekday <= 5 ? 1 : WEEKEND_SHARE);
      const hoursFromNoon = Math.abs(local.hour + local.minute / 60 - 13);
      const solar = Math.max(0, 1 - hoursFromNoon / 4) * sun * (local.weekday <= 5 ? 0.55 : 0.75);
      const noise = 1 + bell(random, 0, 0.05);
      pricesPerKwh.push(Math.round(LEVEL_SEK_PER_KWH * (level * share * noise - solar) * 1e5) / 1e5);
    }
  }
  return {
    pricesPerKwh,
    fromMs: start.toMillis(),
    publishedUntilMs: (nowMs) => {
      const local = DateTime.fromMillis(nowMs, { zone: ZONE });
      const days = local.hour >= 13 ? 2 : 1;
      return Math.min(end.toMillis(), local.startOf('day').plus({ days }).toMillis());
    },
  };
}

const NO_HOLIDAYS = { dates: [], yearly: [], easter: [] };
const ALWAYS = { fromMs: 'open', toMs: 'open' } as const;

/** The supplier's hourly contract, with as many prices as are published; and the grid company's, with its effekttariff. */
export function tariffsOf(market: Market, publishedUntilMs: number): readonly Tariff[] {
  const count = Math.round((publishedUntilMs - market.fromMs) / QUARTER_MS);
  const shared = { currency: 'SEK', timeZone: ZONE, validity: ALWAYS, vatPercent: 25, holidays: NO_HOLIDAYS };
  return [
    {
      ...shared,
      name: 'supplier',
      components: [
        {
          id: 'spot',
          kind: 'priceSeries',
          prices: [{ startMs: market.fromMs, stepMs: QUARTER_MS, pricesPerKwh: market.pricesPerKwh.slice(0, count) }],
          markups: [{ pricePerKwh: 0.06 }],
        },
        { id: 'subscription', kind: 'fixedFee', price: 49, per: 'month' },
      ],
    },
    {
      ...shared,
      name: 'grid company',
      components: [
        { id: 'transfer', kind: 'energyFee', pricePerKwh: 0.07 },
        { id: 'energy tax', kind: 'tax', pricePerKwh: 0.428 },
        {
          id: 'effect',
          kind: 'demandCharge',
          sampleMinutes: 60,
          peaks: 3,
          distinct: 'day',
          price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 65 }] },
        },
      ],
    },
  ];
}
