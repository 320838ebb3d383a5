import { DateTime } from 'luxon';

export const DEMO_TIME_ZONE = 'Europe/Stockholm';
const QUARTER_MS = 900_000;

/** A Swedish grid company's prices for a business, as they are built; the figures are invented. */
const GRID_COMPANY = {
  name: 'Grid company',
  currency: 'SEK',
  timeZone: DEMO_TIME_ZONE,
  vatPercent: 25,
  holidays: { yearly: ['01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31'], easter: [-2, 1, 39] },
  components: [
    { kind: 'energyFee', id: 'transfer', pricePerKwh: 0.07 },
    { kind: 'tax', id: 'energy tax', pricePerKwh: 0.44 },
    { kind: 'fixedFee', id: 'subscription', price: 980, per: 'month' },
    {
      // The mean of the month's three highest hours on different days; those at night count half.
      kind: 'demandCharge',
      id: 'power fee',
      sampleMinutes: 60,
      weights: [{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }],
      peaks: 3,
      distinct: 'day',
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 65 }] },
    },
  ],
} as const;

/** Day-ahead prices per quarter of an hour, yesterday to tomorrow, in the shape that they have on a day of little wind; invented. */
function supplier(nowMs: number): object {
  const today = DateTime.fromMillis(nowMs, { zone: DEMO_TIME_ZONE }).startOf('day');
  const startMs = today.minus({ days: 1 }).toMillis();
  const endMs = today.plus({ days: 2 }).toMillis();
  const pricesPerKwh: number[] = [];
  // Not 96 a day: days of a change of the clock have 92 and 100.
  for (let atMs = startMs; atMs < endMs; atMs += QUARTER_MS) pricesPerKwh.push(marketPrice(atMs));
  return {
    name: 'Supplier',
    currency: 'SEK',
    timeZone: DEMO_TIME_ZONE,
    vatPercent: 25,
    components: [
      {
        kind: 'priceSeries',
        id: 'energy',
        markups: [{ pricePerKwh: 0.08 }],
        prices: [
          { start: DateTime.fromMillis(startMs, { zone: DEMO_TIME_ZONE }).toISO(), resolution: 'PT15M', pricesPerKwh },
        ],
      },
    ],
  };
}

/** Cheap at night and at noon, dear when people get up and come home; within an hour the quarters differ a little. */
function marketPrice(atMs: number): number {
  const { hour, minute, ordinal } = DateTime.fromMillis(atMs, { zone: DEMO_TIME_ZONE });
  const clock = hour + minute / 60;
  const hump = (aroundHour: number, widthHours: number) => Math.exp(-(((clock - aroundHour) / widthHours) ** 2));
  const price = 0.35 + 0.75 * hump(8, 1.6) + 1.1 * hump(18, 2.2) - 0.25 * hump(3, 3) + 0.03 * ((minute / 15) % 2);
  return Math.round(price * (1 + 0.1 * Math.sin(ordinal)) * 100_000) / 100_000;
}

/** By id, as energy providers would PUT them. */
export function demoTariffs(nowMs: number): ReadonlyMap<string, object> {
  return new Map([
    ['demo-supplier', supplier(nowMs)],
    ['demo-grid', GRID_COMPANY],
  ]);
}

export const DEMO_TARIFF_IDS = ['demo-supplier', 'demo-grid'] as const;

/** What the site's prices say of now, in a sentence; of an answer of GET /v1/sites/{siteId}/prices. */
export function priceNews(document: unknown, nowMs: number): string | undefined {
  const { import: prices, currency } = Object(document);
  if (!Array.isArray(prices)) return undefined;
  const read = prices.map((price: unknown) => {
    const { start, end, pricePerKwh } = Object(price);
    return { startMs: Date.parse(start), endMs: Date.parse(end), price: Number(pricePerKwh) };
  });
  const now = read.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
  if (now === undefined) return undefined;
  const all = read.map(({ price }) => price);
  const written = (price: number) => price.toFixed(2);
  return `a kWh costs ${written(now.price)} ${currency} now, ${written(Math.min(...all))} to ${written(Math.max(...all))} today and tomorrow, all in`;
}
