import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportPricesAt, NoPrice, pricesAt } from '../../../../tariffs/index.js';
import type { Tariff, TariffComponent } from '../../../../tariffs/types.js';
import {
  at,
  boundaries,
  calendars,
  costOf,
  DAY,
  HOUR,
  hourly,
  MINUTE,
  money,
  QUARTER,
  tariffOf,
} from './tariffBuilders.js';

function spot(...prices: number[]): TariffComponent {
  return { kind: 'priceSeries', id: 'spot', prices: [hourly(0, ...prices)] };
}

const tax: TariffComponent = { kind: 'tax', id: 'tax', pricePerKwh: 0.4 };
const NIGHT_AND_DAY: TariffComponent = {
  kind: 'timeOfUse',
  id: 'grid',
  rates: [{ name: 'day', when: { hours: [{ from: '06:00', to: '22:00' }] }, pricePerKwh: 0.5 }, { pricePerKwh: 0.2 }],
};

describe('pricesAt', () => {
  it('weights by time where a slot spans several prices', () => {
    expect(pricesAt(tariffOf([spot(1, 3)]), [HOUR / 2, HOUR * 2])).toEqual([(1 * 0.5 + 3) / 1.5]);
  });

  it('gives several slots within one price that price, negative ones too', () => {
    expect(pricesAt(tariffOf([spot(-0.4)]), [0, HOUR / 4, HOUR / 2])).toEqual([-0.4, -0.4]);
  });

  it('names the first slot without a price', () => {
    const two = tariffOf([spot(1, 2)]);
    expect(() => pricesAt(two, [0, HOUR, 3 * HOUR])).toThrow(NoPrice);
    expect(() => pricesAt(two, [0, HOUR, 3 * HOUR])).toThrow(/1970-01-01T01:00:00.000Z to 1970-01-01T03/);
    expect(() => pricesAt(tariffOf([spot(1)]), [-HOUR, HOUR])).toThrow(NoPrice);
    expect(() => pricesAt(tariffOf([{ ...NIGHT_AND_DAY }, spot(1)]), [0, HOUR, 2 * HOUR])).toThrow(
      expect.objectContaining({ code: 'NO_PRICE', startMs: HOUR, endMs: 2 * HOUR }),
    );
  });

  it('refuses boundaries that do not ascend', () => {
    const one = tariffOf([spot(1)]);
    expect(() => pricesAt(one, [HOUR, 0])).toThrow(RangeError);
    expect(() => pricesAt(one, [0, 0])).toThrow(RangeError);
    expect(() => pricesAt(one, [0, Number.NaN])).toThrow(RangeError);
    expect(() => pricesAt(one, [0, Number.POSITIVE_INFINITY])).toThrow(RangeError);
    expect(() => pricesAt(one, [0, 1e18])).toThrow(/instants that ascend/);
  });

  it('needs two boundaries for a price', () => {
    expect(pricesAt(tariffOf([spot(1)]), [])).toEqual([]);
    expect(pricesAt(tariffOf([spot(1)]), [0])).toEqual([]);
  });

  it('is 0 without a tariff, and where no component has a price per kWh', () => {
    const demandOnly = tariffOf([
      {
        kind: 'demandCharge',
        id: 'peak',
        sampleMinutes: 60,
        peaks: 1,
        distinct: 'none',
        price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 50 }] },
      },
      { kind: 'fixedFee', id: 'fee', price: 100, per: 'month' },
    ]);
    expect(pricesAt([], [0, HOUR])).toEqual([0]);
    expect(pricesAt(demandOnly, [0, HOUR])).toEqual([0]);
  });

  it('takes VAT on the whole, so that a negative price lowers its base; taxes stay', () => {
    expect(pricesAt(tariffOf([spot(-0.2), tax], { vatPercent: 25 }), [0, HOUR])[0]).toBeCloseTo(
      (-0.2 + 0.4) * 1.25,
      12,
    );
  });

  it("takes a component's own VAT before the tariff's", () => {
    const exempt = tariffOf([spot(1), { ...tax, vatPercent: 0 }], { vatPercent: 25 });
    expect(pricesAt(exempt, [0, HOUR])[0]).toBeCloseTo(1.25 + 0.4, 12);
  });

  it('is min(factor x published + markup, cap), as half-hourly retail prices are', () => {
    // Octopus Agile's rule: 2.2 x wholesale + 12 from 16 to 19, at most 100, 5 % VAT. Pence, London in winter.
    const agile = tariffOf(
      [
        {
          kind: 'priceSeries',
          id: 'agile',
          prices: [{ startMs: at('2026-01-15T15:00Z'), stepMs: 30 * MINUTE, pricesPerKwh: [10, -3, 20, 60] }],
          factor: 2.2,
          markups: [{ when: { hours: [{ from: '16:00', to: '19:00' }] }, pricePerKwh: 12 }],
          capPerKwh: 100,
        },
      ],
      { timeZone: 'Europe/London', vatPercent: 5, currency: 'GBP' },
    );
    const prices = pricesAt(agile, boundaries(at('2026-01-15T15:00Z'), at('2026-01-15T17:00Z'), 30 * MINUTE));
    for (const [index, expected] of [22 * 1.05, -6.6 * 1.05, (44 + 12) * 1.05, 100 * 1.05].entries())
      expect(prices[index]).toBeCloseTo(expected, 10);
  });

  it('follows the wall clock through a day of 25 hours', () => {
    // The golden DST bill: Stockholm 25 Oct 2026, spot 0.40, first 02h 0.10, second 02h -0.20; markup 0.08, tax 0.40, VAT 25 %.
    const fromMs = at('2026-10-24T22:00Z');
    const day = tariffOf(
      [
        {
          kind: 'priceSeries',
          id: 'spot',
          prices: [hourly(fromMs, ...Array.from({ length: 25 }, (_, hour) => [0.4, 0.4, 0.1, -0.2][hour] ?? 0.4))],
          markups: [{ pricePerKwh: 0.08 }],
        },
        tax,
      ],
      { vatPercent: 25 },
    );
    const total = pricesAt(day, boundaries(fromMs, fromMs + 25 * HOUR, QUARTER)).reduce((sum, price) => sum + price, 0);
    expect(total).toBeCloseTo(105.5, 9);
    const grid = pricesAt(tariffOf([NIGHT_AND_DAY]), boundaries(fromMs, fromMs + 25 * HOUR, HOUR));
    expect(grid.map((price) => price === 0.5)).toEqual(Array.from({ length: 25 }, (_, hour) => hour >= 7 && hour < 23));
  });

  it('has holidays priced as such: the Spanish 2.0TD around 1 May 2026', () => {
    // The golden holiday bill: P1 10-14, 18-22; P2 08-10, 14-18, 22-24; P3 else. 2 kW: 6.40 on Thursday, 3.84 on the holiday.
    const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR'] as const;
    const spain = tariffOf(
      [
        {
          kind: 'timeOfUse',
          id: 'energía',
          rates: [
            {
              name: 'P1',
              when: {
                days: weekdays,
                hours: [
                  { from: '10:00', to: '14:00' },
                  { from: '18:00', to: '22:00' },
                ],
              },
              pricePerKwh: 0.2,
            },
            { name: 'P2', when: { days: weekdays, hours: [{ from: '08:00', to: '00:00' }] }, pricePerKwh: 0.12 },
            { name: 'P3', pricePerKwh: 0.08 },
          ],
        },
      ],
      { timeZone: 'Europe/Madrid', currency: 'EUR', holidays: { dates: [], yearly: ['05-01'], easter: [] } },
    );
    const cost = (from: string) => {
      const span = boundaries(at(from), at(from) + DAY, HOUR);
      return 2 * costOf(pricesAt(spain, span), span);
    };
    expect(cost('2026-04-29T22:00Z')).toBeCloseTo(6.4, 9);
    expect(cost('2026-04-30T22:00Z')).toBeCloseTo(3.84, 9);
  });

  it('adds up a supplier and a grid company of different zones, each by its own clock', () => {
    const grid = tariffOf([NIGHT_AND_DAY], { timeZone: 'Europe/Helsinki' });
    const supplier = tariffOf([NIGHT_AND_DAY]);
    // 04:00Z to 05:00Z in winter: 05 h in Stockholm, 06 h in Helsinki.
    expect(pricesAt([supplier, grid], [at('2026-01-15T04:00Z'), at('2026-01-15T05:00Z')])).toEqual([0.2 + 0.5]);
  });

  it('refuses to add up currencies, naming both', () => {
    const [crowns, euros] = [tariffOf([tax]), tariffOf([tax], { currency: 'EUR' })];
    expect(() => pricesAt([crowns, euros], [0, HOUR])).toThrow(/SEK and EUR/);
    expect(() => pricesAt([crowns, euros], [0, HOUR])).toThrow(RangeError);
    expect(() => exportPricesAt([crowns, euros], [0, HOUR])).toThrow(RangeError);
  });

  it("has no price outside of the tariff's validity, even where nothing is priced per kWh", () => {
    for (const components of [[tax], []]) {
      const limited = tariffOf(components, { validity: { fromMs: HOUR, toMs: 3 * HOUR } });
      expect(pricesAt(limited, [HOUR, 3 * HOUR])).toHaveLength(1);
      expect(() => pricesAt(limited, [0, 2 * HOUR])).toThrow(NoPrice);
      expect(() => pricesAt(limited, [2 * HOUR, 4 * HOUR])).toThrow(NoPrice);
      expect(() => pricesAt(limited, [4 * HOUR, 5 * HOUR])).toThrow(NoPrice);
    }
  });

  it('counts a component for its validity only, so that versions follow one another', () => {
    const versions = tariffOf([
      { ...tax, validity: { fromMs: 'open', toMs: 2 * HOUR } },
      { ...tax, pricePerKwh: 0.6, validity: { fromMs: 2 * HOUR, toMs: 'open' } },
      { kind: 'energyFee', id: 'levy', pricePerKwh: 1, validity: { fromMs: HOUR, toMs: 2 * HOUR } },
    ]);
    expect(pricesAt(versions, [0, HOUR, 2 * HOUR, 3 * HOUR])).toEqual([0.4, 1.4, 0.6]);
    expect(pricesAt(versions, [0, 4 * HOUR])[0]).toBeCloseTo((0.4 + 1.4 + 0.6 * 2) / 4, 12);
  });

  it("reads session prices by the clock, and leaves out what the clock can't tell", () => {
    const energy = (price: number, vatPercent?: number) => ({
      dimension: 'energy' as const,
      price,
      stepSize: 1,
      ...(vatPercent === undefined ? {} : { vatPercent }),
    });
    const session = tariffOf(
      [
        {
          kind: 'sessionPrice',
          id: 'public',
          elements: [
            { prices: [energy(9)], restrictions: { powerMinW: 50_000 } },
            { prices: [{ dimension: 'time', price: 5, stepSize: 60 }] },
            { prices: [energy(3, 10)], restrictions: { when: { hours: [{ from: '06:00', to: '22:00' }] } } },
            { prices: [energy(2)], restrictions: { when: { hours: [{ from: '22:00', to: '02:00' }] } } },
          ],
        },
      ],
      { timeZone: 'UTC', vatPercent: 25 },
    );
    const prices = pricesAt(session, [0, 2 * HOUR, 6 * HOUR, 22 * HOUR, 24 * HOUR]);
    for (const [index, expected] of [2.5, 0, 3.3, 2.5].entries()) expect(prices[index]).toBeCloseTo(expected, 12);
  });
});

describe('exportPricesAt', () => {
  const feedIn = (others: object = {}): TariffComponent => ({
    kind: 'exportPrice',
    id: 'feed-in',
    source: { kind: 'series', prices: [hourly(HOUR, 1, -0.5)], factor: 0.9, markups: [{ pricePerKwh: 0.1 }] },
    ...others,
  });

  it('is 0 where there is none, and has VAT only where it says so', () => {
    const span = boundaries(0, 4 * HOUR, HOUR);
    expect(exportPricesAt(tariffOf([tax], { vatPercent: 25 }), span)).toEqual([0, 0, 0, 0]);
    const prices = exportPricesAt(tariffOf([feedIn(), tax], { vatPercent: 25 }), span);
    for (const [index, expected] of [0, 1, -0.35, 0].entries()) expect(prices[index]).toBeCloseTo(expected, 12);
    const taxed = exportPricesAt(tariffOf([feedIn({ vatPercent: 20 })]), span);
    for (const [index, expected] of [0, 1.2, -0.42, 0].entries()) expect(taxed[index]).toBeCloseTo(expected, 12);
    expect(exportPricesAt(tariffOf([feedIn()]), [0, 2 * HOUR])[0]).toBeCloseTo(0.5, 12);
  });

  it('is no part of the import price', () => {
    expect(pricesAt(tariffOf([feedIn()]), [0, HOUR])).toEqual([0]);
    const rates: TariffComponent = {
      kind: 'exportPrice',
      id: 'x',
      source: { kind: 'rates', rates: [{ pricePerKwh: 0.7 }] },
    };
    expect(exportPricesAt([tariffOf([rates]), tariffOf([rates])], [0, HOUR])).toEqual([1.4]);
    expect(exportPricesAt([], [0, HOUR])).toEqual([0]);
  });
});

/** Over 400 days around two changes of clocks, gaps nowhere. */
const SPAN = { fromMs: at('2025-01-01T00:00Z'), toMs: at('2026-02-05T00:00Z') };

const components: fc.Arbitrary<TariffComponent> = fc.oneof(
  money.map((pricePerKwh): TariffComponent => ({ kind: 'tax', id: 'tax', pricePerKwh })),
  fc.tuple(fc.array(fc.tuple(calendars({ min: 2025, max: 2026 }), money), { maxLength: 3 }), money).map(
    ([rates, last]): TariffComponent => ({
      kind: 'timeOfUse',
      id: 'grid',
      rates: [...rates.map(([when, pricePerKwh]) => ({ when, pricePerKwh })), { pricePerKwh: last }],
    }),
  ),
  fc
    .record({
      stepMinutes: fc.constantFrom(15, 30, 60),
      prices: fc.array(money, { minLength: 1, maxLength: 40 }),
      factor: fc.constantFrom(0.9, 1, 2.2),
      markup: fc.tuple(calendars({ min: 2025, max: 2026 }), money),
      capPerKwh: fc.option(money, { nil: undefined }),
    })
    .map(
      ({ stepMinutes, prices, factor, markup: [when, pricePerKwh], capPerKwh }): TariffComponent => ({
        kind: 'priceSeries',
        id: 'spot',
        factor,
        markups: [{ when, pricePerKwh }],
        ...(capPerKwh === undefined ? {} : { capPerKwh }),
        prices: [
          {
            startMs: SPAN.fromMs,
            stepMs: stepMinutes * MINUTE,
            pricesPerKwh: Array.from(
              { length: (SPAN.toMs - SPAN.fromMs) / (stepMinutes * MINUTE) },
              (_, index) => prices[index % prices.length] ?? 0,
            ),
          },
        ],
      }),
    ),
);

const tariffs: fc.Arbitrary<Tariff> = fc
  .record({
    parts: fc.array(components, { maxLength: 3 }),
    timeZone: fc.constantFrom('Europe/Stockholm', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
    vatPercent: fc.constantFrom(0, 6, 25),
  })
  .map(({ parts, ...others }) => tariffOf(parts, others));

/** Minutes from the span's start: a few days, cut somewhere. */
const cuts = fc
  .tuple(
    fc.integer({ min: 0, max: 390 * 24 * 60 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 4 * 24 * 60 - 1 }), { maxLength: 30 }),
  )
  .map(([start, minutes]) =>
    [0, ...minutes.sort((a, b) => a - b), 4 * 24 * 60].map((minute) => SPAN.fromMs + (start + minute) * MINUTE),
  );

describe('prices of any tariff', () => {
  it('cost the same for the same energy flow, however the time is cut', () => {
    fc.assert(
      fc.property(tariffs, cuts, (tariff, boundariesMs) => {
        const [fromMs = 0, toMs = 0] = [boundariesMs[0], boundariesMs.at(-1)];
        const minutes = boundaries(fromMs, toMs, MINUTE);
        const whole = costOf(pricesAt(tariff, [fromMs, toMs]), [fromMs, toMs]);
        expect(costOf(pricesAt(tariff, boundariesMs), boundariesMs)).toBeCloseTo(whole, 6);
        expect(costOf(pricesAt(tariff, minutes), minutes)).toBeCloseTo(whole, 6);
      }),
      { numRuns: 60 },
    );
  });

  it('are the sum over components, and over tariffs', () => {
    fc.assert(
      fc.property(tariffs, tariffs, cuts, (one, other, boundariesMs) => {
        const alone = one.components.map((component) => pricesAt({ ...one, components: [component] }, boundariesMs));
        const sum = (parts: readonly number[][], slot: number) =>
          parts.reduce((total, part) => total + (part[slot] ?? 0), 0);
        const [together, second] = [pricesAt(one, boundariesMs), pricesAt(other, boundariesMs)];
        for (const [slot, price] of together.entries()) expect(price).toBeCloseTo(sum(alone, slot), 9);
        for (const [slot, price] of pricesAt([one, other], boundariesMs).entries())
          expect(price).toBeCloseTo(sum([together, second], slot), 9);
      }),
      { numRuns: 60 },
    );
  });

  it('move by what a markup is raised', () => {
    fc.assert(
      fc.property(tariffs, money, cuts, (tariff, more, boundariesMs) => {
        const dearer: Tariff = {
          ...tariff,
          components: [...tariff.components, { kind: 'energyFee', id: 'more', pricePerKwh: more }],
        };
        const before = pricesAt(tariff, boundariesMs);
        for (const [slot, price] of pricesAt(dearer, boundariesMs).entries())
          expect(price).toBeCloseTo((before[slot] ?? 0) + more * (1 + tariff.vatPercent / 100), 9);
      }),
      { numRuns: 40 },
    );
  });

  it('come back a week later by the clock, where only weekdays and hours matter', () => {
    fc.assert(
      fc.property(
        calendars({ min: 2025, max: 2026 }),
        money,
        money,
        cuts,
        ({ days, hours }, held, otherwise, boundariesMs) => {
          const when = { ...(days === undefined ? {} : { days }), ...(hours === undefined ? {} : { hours }) };
          const weekly = tariffOf(
            [{ kind: 'timeOfUse', id: 'grid', rates: [{ when, pricePerKwh: held }, { pricePerKwh: otherwise }] }],
            { timeZone: 'Asia/Kathmandu' },
          );
          const later = boundariesMs.map((atMs) => atMs + 7 * DAY);
          expect(pricesAt(weekly, later)).toEqual(pricesAt(weekly, boundariesMs));
        },
      ),
    );
  });
});
