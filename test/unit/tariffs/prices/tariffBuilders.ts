import fc from 'fast-check';
import type { Calendar, DayType, Holidays, PriceRun, Tariff, TariffComponent } from '../../../../tariffs/types.js';

export const MINUTE = 60_000;
export const QUARTER = 15 * MINUTE;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const NO_HOLIDAYS: Holidays = { dates: [], yearly: [], easter: [] };

/** A tariff without VAT and always valid, unless said otherwise. */
export function tariffOf(components: readonly TariffComponent[], others: Partial<Tariff> = {}): Tariff {
  return {
    currency: 'SEK',
    timeZone: 'Europe/Stockholm',
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent: 0,
    holidays: NO_HOLIDAYS,
    ...others,
    components,
  };
}

export function at(iso: string): number {
  return Date.parse(iso);
}

/** Hourly published prices from an instant on. */
export function hourly(startMs: number, ...pricesPerKwh: number[]): PriceRun {
  return { startMs, stepMs: HOUR, pricesPerKwh };
}

/** Evenly spaced instants from fromMs to toMs, both included. */
export function boundaries(fromMs: number, toMs: number, stepMs: number): number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) + 1 }, (_, index) => fromMs + index * stepMs);
}

/** What 1 kW costs over the boundaries at these prices. */
export function costOf(prices: readonly number[], boundariesMs: readonly number[]): number {
  return prices.reduce(
    (sum, price, slot) => sum + (price * ((boundariesMs[slot + 1] ?? 0) - (boundariesMs[slot] ?? 0))) / HOUR,
    0,
  );
}

const DAY_TYPES: readonly DayType[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', 'HO'];

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '47'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);

const hours = fc.record({ from: clock, to: fc.oneof(clock, fc.constant('24:00')) });

/** Any calendar; its dates lie within the given years. */
export function calendars(years: { min: number; max: number }): fc.Arbitrary<Calendar> {
  const date = fc
    .date({ min: new Date(Date.UTC(years.min, 0, 1)), max: new Date(Date.UTC(years.max, 11, 31)), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10));
  return fc.record(
    {
      months: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 11 }),
      days: fc.uniqueArray(fc.constantFrom(...DAY_TYPES), { minLength: 1 }),
      hours: fc.array(hours, { minLength: 1, maxLength: 3 }),
      dates: fc.array(
        fc.tuple(date, date).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a })),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: [] },
  );
}

export const money = fc.integer({ min: -2_000, max: 5_000 }).map((thousandths) => thousandths / 1_000);
