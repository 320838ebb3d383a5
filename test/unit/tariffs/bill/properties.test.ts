import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bill } from '../../../../tariffs/bill/bill.js';
import { pricesAt } from '../../../../tariffs/prices/pricesAt.js';
import type {
  Bill,
  DemandChargeComponent,
  DemandMemory,
  MeteredInterval,
  Rate,
  Tariff,
  TariffComponent,
} from '../../../../tariffs/types.js';
import { calendars, money, tariffOf } from '../prices/tariffBuilders.js';
import { DAY, demandCharge, HOUR, local, MINUTE } from './readings.js';

// What holds of every bill. Readings are of three months; zones with half hours and days of 23 and 25 hours are among them.

const ZONES = ['Europe/Stockholm', 'Asia/Kathmandu', 'America/New_York', 'Australia/Lord_Howe'];
const MONTHS = ['2026-02', '2026-03', '2026-04', '2026-05'] as const;

const calendar = calendars({ min: 2026, max: 2026 });
const rates = fc
  .tuple(
    fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), when: calendar, pricePerKwh: money }), { maxLength: 3 }),
    money,
  )
  .map(([named, pricePerKwh]): Rate[] => [...named, { name: 'rest', pricePerKwh }]);

const series = fc
  .record({ values: fc.array(money, { minLength: 5, maxLength: 30 }), stepMs: fc.constantFrom(15 * MINUTE, HOUR) })
  .map(({ values, stepMs }) => {
    const startMs = Date.UTC(2026, 0, 30);
    const count = (95 * DAY) / stepMs;
    return {
      startMs,
      stepMs,
      pricesPerKwh: Array.from({ length: count }, (_, index) => values[index % values.length] ?? 0),
    };
  });

const validity = fc.constantFrom(
  {},
  { validity: { fromMs: Date.UTC(2026, 2, 10, 5), toMs: 'open' as const } },
  { validity: { fromMs: 'open' as const, toMs: Date.UTC(2026, 3, 20, 17) } },
);
const vat = fc.constantFrom({}, { vatPercent: 0 }, { vatPercent: 12 });

const energyOrFee: fc.Arbitrary<TariffComponent> = fc
  .tuple(
    fc.oneof(
      fc.record({
        kind: fc.constant('priceSeries' as const),
        id: fc.constant('spot'),
        prices: series.map((run) => [run]),
        factor: fc.constantFrom(1, 2.2),
        markups: rates,
        capPerKwh: fc.constant(3),
      }),
      fc.record({ kind: fc.constant('timeOfUse' as const), id: fc.constant('rates'), rates }),
      fc.record({
        kind: fc.constantFrom('energyFee' as const, 'tax' as const),
        id: fc.constant('fee'),
        pricePerKwh: money,
      }),
      fc.record({
        kind: fc.constant('fixedFee' as const),
        id: fc.constant('subscription'),
        price: money,
        per: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
        quantity: fc.constantFrom(1, 4.6),
      }),
      fc.record({
        kind: fc.constant('exportPrice' as const),
        id: fc.constant('sold'),
        source: rates.map((list) => ({ kind: 'rates' as const, rates: list })),
      }),
    ),
    validity,
    vat,
  )
  .map(([component, valid, taxed]) => ({ ...component, ...valid, ...taxed }));

const memory: fc.Arbitrary<{ readonly memory?: DemandMemory }> = fc.constantFrom(
  {},
  { memory: { kind: 'rollingMean', months: 2 } },
  { memory: { kind: 'ratchet', share: 0.8, months: 2 } },
  { memory: { kind: 'previousMonth' } },
);

const demand: fc.Arbitrary<DemandChargeComponent> = fc
  .tuple(
    fc.record({
      sampleMinutes: fc.constantFrom(15 as const, 30 as const, 60 as const),
      peaks: fc.integer({ min: 1, max: 4 }),
      distinct: fc.constantFrom('none' as const, 'day' as const, 'week' as const, 'month' as const),
      price: fc.constantFrom(
        { kind: 'perKw', per: 'month', rates: [{ months: [3], pricePerKw: 7 }, { pricePerKw: 5 }] } as const,
        {
          kind: 'steps',
          steps: [
            { fromKw: 0, pricePerMonth: 1 },
            { fromKw: 4, pricePerMonth: 9 },
            { fromKw: 8, pricePerMonth: 11 },
          ],
        } as const,
      ),
    }),
    fc.record(
      {
        when: calendar,
        weights: fc.constant([{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }]),
        floorKw: fc.constant(2),
        thresholdKw: fc.constant(3),
        roundToKw: fc.constant(0.5),
        overMonths: fc.constant(2),
      },
      { requiredKeys: [] },
    ),
    memory,
  )
  .map(([needed, optional, remembered]) => demandCharge({ ...needed, ...optional, ...remembered }));

/** Readings of odd lengths from the local 1 February to 1 May, at most 10 kW. */
function readingsOf(zone: string, pattern: readonly number[], lengthMs: number): MeteredInterval[] {
  const fromMs = local(zone, `${MONTHS[0]}-01T00:00`);
  const toMs = local(zone, `${MONTHS[3]}-01T00:00`);
  const intervals: MeteredInterval[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs += lengthMs) {
    const endMs = Math.min(startMs + lengthMs, toMs);
    const kw = pattern[intervals.length % pattern.length] ?? 0;
    intervals.push({
      startMs,
      endMs,
      importWh: (kw * 1000 * (endMs - startMs)) / HOUR,
      exportWh: ((10 - kw) * 100 * (endMs - startMs)) / HOUR,
    });
  }
  return intervals;
}

const site = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    pattern: fc.array(
      fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10),
      { minLength: 11, maxLength: 60 },
    ),
    // Cuts within a day's hour; 47 minutes lie across samples.
    lengthMs: fc.constantFrom(HOUR, 2 * HOUR, 47 * MINUTE),
    vatPercent: fc.constantFrom(0, 25),
  })
  .map(({ zone, pattern, lengthMs, vatPercent }) => ({
    zone,
    vatPercent,
    intervals: readingsOf(zone, pattern, lengthMs),
  }));

function tariffIn(zone: string, vatPercent: number, components: readonly TariffComponent[]): Tariff {
  return tariffOf(withOwnIds(components), {
    timeZone: zone,
    vatPercent,
    holidays: { dates: [], yearly: ['05-01'], easter: [-2, 1] },
  });
}

/** Two of the same kind are not versions of each other. */
function withOwnIds(components: readonly TariffComponent[]): TariffComponent[] {
  return components.map((component, index) => ({ ...component, id: `${component.id} ${index}` }));
}

function total(bills: readonly Bill[]): number {
  return bills.reduce((sum, one) => sum + one.total, 0);
}

/** Lines by name, tariff and month, to compare bills whose order or sums differ. */
function amounts(...bills: readonly Bill[]): ReadonlyMap<string, { quantity: number; amount: number }> {
  const sums = new Map<string, { quantity: number; amount: number }>();
  for (const { month, tariff, component, quantity, amount } of bills.flatMap(({ lines }) => lines)) {
    const key = `${month} ${tariff ?? ''} ${component}`;
    const known = sums.get(key) ?? { quantity: 0, amount: 0 };
    sums.set(key, { quantity: known.quantity + quantity, amount: known.amount + amount });
  }
  return sums;
}

function expectSame(one: ReturnType<typeof amounts>, other: ReturnType<typeof amounts>): void {
  expect([...one.keys()].sort()).toEqual([...other.keys()].sort());
  for (const [key, line] of one) {
    expect(line.quantity, key).toBeCloseTo(other.get(key)?.quantity ?? Number.NaN, 6);
    expect(line.amount, key).toBeCloseTo(other.get(key)?.amount ?? Number.NaN, 6);
  }
}

const runs = { numRuns: 25 };

describe('every bill', () => {
  it('adds up over time, wherever it is cut: energy and fees', () => {
    fc.assert(
      fc.property(
        site,
        fc.array(energyOrFee, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 89 * 24 * 60 - 1 }), { minLength: 1, maxLength: 4 }),
        ({ zone, vatPercent, intervals }, components, minutes) => {
          const tariff = tariffIn(zone, vatPercent, components);
          const fromMs = intervals[0]?.startMs ?? 0;
          const toMs = intervals.at(-1)?.endMs ?? 0;
          const edges = [
            fromMs,
            ...[...new Set(minutes)]
              .sort((a, b) => a - b)
              .map((minute) => fromMs + minute * MINUTE)
              .filter((ms) => ms < toMs),
            toMs,
          ];
          const parts = edges
            .slice(1)
            .map((untilMs, index) => bill(tariff, intervals, { fromMs: edges[index] ?? fromMs, toMs: untilMs }));
          expectSame(amounts(...parts), amounts(bill(tariff, intervals)));
        },
      ),
      runs,
    );
  });

  it('adds up over months with their demand charges, given the readings before', () => {
    fc.assert(
      fc.property(site, demand, energyOrFee, ({ zone, vatPercent, intervals }, charge, component) => {
        const tariff = tariffIn(zone, vatPercent, [charge, component]);
        const edges = MONTHS.map((month) => local(zone, `${month}-01T00:00`));
        const months = edges
          .slice(1)
          .map((toMs, index) => bill(tariff, intervals, { fromMs: edges[index] ?? 0, toMs }));
        expectSame(amounts(...months), amounts(bill(tariff, intervals)));
      }),
      runs,
    );
  });

  it('adds up over components and over tariffs', () => {
    fc.assert(
      fc.property(
        site,
        fc.array(fc.oneof(energyOrFee, demand), { minLength: 2, maxLength: 4 }),
        ({ zone, vatPercent, intervals }, components) => {
          const whole = tariffIn(zone, vatPercent, components);
          const single = whole.components.map((component) => ({
            ...whole,
            name: component.id,
            components: [component],
          }));
          const together = bill(whole, intervals).total;
          expect(together).toBeCloseTo(total(single.map((tariff) => bill(tariff, intervals))), 6);
          expect(together).toBeCloseTo(bill(single, intervals).total, 6);
        },
      ),
      runs,
    );
  });

  it('is the same whatever the order of the components', () => {
    fc.assert(
      fc.property(
        site,
        fc.array(fc.oneof(energyOrFee, demand), { minLength: 2, maxLength: 4 }),
        ({ zone, vatPercent, intervals }, components) => {
          const tariff = tariffIn(zone, vatPercent, components);
          const reversed = { ...tariff, components: [...tariff.components].reverse() };
          expectSame(amounts(bill(reversed, intervals)), amounts(bill(tariff, intervals)));
        },
      ),
      runs,
    );
  });

  it('is the same however the readings are cut', () => {
    fc.assert(
      fc.property(
        site,
        fc.oneof(energyOrFee, demand),
        fc.integer({ min: 2, max: 7 }),
        ({ zone, vatPercent, intervals }, component, count) => {
          const tariff = tariffIn(zone, vatPercent, [component]);
          const cut = intervals.flatMap((interval, index) => (index % 3 === 0 ? cutInto(interval, count) : [interval]));
          expectSame(amounts(bill(tariff, cut)), amounts(bill(tariff, intervals)));
        },
      ),
      runs,
    );
  });

  it('takes VAT in proportion', () => {
    fc.assert(
      fc.property(
        site,
        fc.array(fc.oneof(energyOrFee, demand), { minLength: 1, maxLength: 3 }),
        ({ zone, intervals }, components) => {
          const plain = components
            .map(({ vatPercent: _vat, ...component }) => component as TariffComponent)
            .filter(({ kind }) => kind !== 'exportPrice');
          const net = bill(tariffIn(zone, 0, plain), intervals).total;
          expect(bill(tariffIn(zone, 25, plain), intervals).total).toBeCloseTo(1.25 * net, 6);
        },
      ),
      runs,
    );
  });

  it('has lines of quantity times price, whose sum is the total', () => {
    fc.assert(
      fc.property(
        site,
        fc.array(fc.oneof(energyOrFee, demand), { minLength: 1, maxLength: 3 }),
        ({ zone, vatPercent, intervals }, components) => {
          const billed = bill(tariffIn(zone, vatPercent, components), intervals);
          for (const line of billed.lines) expect(line.quantity * line.price).toBeCloseTo(line.amount, 6);
          expect(billed.lines.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(billed.total, 6);
          expect(Math.abs(billed.totalRounded - billed.total)).toBeLessThan(0.00501);
        },
      ),
      runs,
    );
  });

  it('bills energy at the prices that planning sees', () => {
    fc.assert(
      fc.property(
        site,
        fc.array(energyOrFee, { minLength: 1, maxLength: 3 }),
        ({ zone, vatPercent, intervals }, components) => {
          const priced = components.filter(({ kind }) => kind !== 'fixedFee' && kind !== 'exportPrice');
          const tariff = tariffIn(zone, vatPercent, priced);
          const prices = pricesAt(tariff, [...intervals.map(({ startMs }) => startMs), intervals.at(-1)?.endMs ?? 0]);
          const cost = intervals.reduce(
            (sum, { importWh }, index) => sum + (importWh / 1000) * (prices[index] ?? 0),
            0,
          );
          expect(bill(tariff, intervals).total).toBeCloseTo(cost, 5);
        },
      ),
      runs,
    );
  });
});

describe('a demand charge', () => {
  it('never falls when more is imported', () => {
    fc.assert(
      fc.property(
        site,
        demand,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 9000 })), { minLength: 1, maxLength: 20 }),
        ({ zone, intervals }, charge, added) => {
          const more = [...intervals];
          for (const [place, importWh] of added) {
            const index = place % more.length;
            const reading = more[index];
            if (reading !== undefined) more[index] = { ...reading, importWh: reading.importWh + importWh };
          }
          const tariff = tariffIn(zone, 0, [charge]);
          expect(bill(tariff, more).total).toBeGreaterThanOrEqual(bill(tariff, intervals).total - 1e-9);
        },
      ),
      runs,
    );
  });
});

function cutInto({ startMs, endMs, importWh, exportWh = 0 }: MeteredInterval, count: number): MeteredInterval[] {
  const edges = Array.from({ length: count + 1 }, (_, index) =>
    Math.round(startMs + ((endMs - startMs) * index) / count),
  );
  return edges.slice(1).map((toMs, index) => {
    const fromMs = edges[index] ?? startMs;
    const share = (toMs - fromMs) / (endMs - startMs);
    return { startMs: fromMs, endMs: toMs, importWh: importWh * share, exportWh: exportWh * share };
  });
}
