import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTariff, mergePrices } from '../../../../tariffs/index.js';
import type { PriceRun, Tariff, TariffComponent } from '../../../../tariffs/types.js';
import { HOUR, hourly, money, QUARTER, tariffOf } from './tariffBuilders.js';

function spot(...prices: readonly PriceRun[]): TariffComponent {
  return { kind: 'priceSeries', id: 'spot', prices };
}

function feedIn(...prices: readonly PriceRun[]): TariffComponent {
  return { kind: 'exportPrice', id: 'feed-in', source: { kind: 'series', prices, factor: 0.9 } };
}

function quarters(startMs: number, ...pricesPerKwh: number[]): PriceRun {
  return { startMs, stepMs: QUARTER, pricesPerKwh };
}

function runsOf(tariff: Tariff, id = 'spot'): readonly PriceRun[] {
  const component = tariff.components.find((candidate) => candidate.id === id);
  if (component?.kind === 'priceSeries') return component.prices;
  return component?.kind === 'exportPrice' && component.source.kind === 'series' ? component.source.prices : [];
}

describe('mergePrices', () => {
  it('appends the next day to a run of the same step', () => {
    const merged = mergePrices(tariffOf([spot(hourly(0, 1, 2))]), tariffOf([spot(hourly(2 * HOUR, 3))]));
    expect(runsOf(merged)).toEqual([hourly(0, 1, 2, 3)]);
  });

  it('cuts an hour around newer quarters', () => {
    const merged = mergePrices(tariffOf([spot(hourly(0, 1, 2))]), tariffOf([spot(quarters(QUARTER, 7))]));
    expect(runsOf(merged)).toEqual([
      quarters(0, 1, 7),
      { startMs: 2 * QUARTER, stepMs: 2 * QUARTER, pricesPerKwh: [1] },
      hourly(HOUR, 2),
    ]);
  });

  it('lays a newer hour over quarters', () => {
    const merged = mergePrices(
      tariffOf([spot(quarters(0, 1, 2, 3, 4, 5, 6))]),
      tariffOf([spot(hourly(2 * QUARTER, 9))]),
    );
    expect(runsOf(merged)).toEqual([quarters(0, 1, 2), hourly(2 * QUARTER, 9)]);
  });

  it('keeps all else of the tariff, and the factors of the series', () => {
    const tariff = tariffOf([{ kind: 'tax', id: 'tax', pricePerKwh: 1 }, feedIn(hourly(0, 1))], {
      vatPercent: 25,
      name: 'Depot',
    });
    const merged = mergePrices(
      tariff,
      tariffOf([{ kind: 'exportPrice', id: 'x', source: { kind: 'series', prices: [hourly(0, 2)] } }]),
    );
    expect(merged).toEqual({ ...tariff, components: [tariff.components[0], feedIn(hourly(0, 2))] });
  });

  it('lays import and export prices of one document each onto its own series', () => {
    const merged = mergePrices(tariffOf([spot(), feedIn()]), tariffOf([feedIn(hourly(0, 2)), spot(hourly(0, 5))]));
    expect(runsOf(merged)).toEqual([hourly(0, 5)]);
    expect(runsOf(merged, 'feed-in')).toEqual([hourly(0, 2)]);
  });

  it('gives all versions of a component the same prices', () => {
    const versions = tariffOf([
      { ...spot(), validity: { fromMs: 'open', toMs: 0 } },
      { ...spot(), validity: { fromMs: 0, toMs: 'open' } },
    ]);
    const merged = mergePrices(versions, tariffOf([spot(hourly(0, 5))]));
    expect(merged.components.map((component) => component.kind === 'priceSeries' && component.prices)).toEqual([
      [hourly(0, 5)],
      [hourly(0, 5)],
    ]);
  });

  it('wants to know which series is meant where there are several', () => {
    const two = tariffOf([spot(), { ...spot(), id: 'congestion' }]);
    const newer = tariffOf([spot(hourly(0, 5))]);
    expect(() => mergePrices(two, newer)).toThrow(/Say which one: spot, congestion/);
    expect(runsOf(mergePrices(two, newer, 'congestion'), 'congestion')).toEqual([hourly(0, 5)]);
    expect(() => mergePrices(two, newer, 'balancing')).toThrow(/"balancing"/);
  });

  it('refuses what has no place, rather than dropping it', () => {
    const onlySpot = tariffOf([spot()]);
    const cases: readonly (readonly [Tariff, Tariff, string?])[] = [
      [onlySpot, tariffOf([spot(hourly(0, 1))], { currency: 'EUR' })],
      [onlySpot, tariffOf([{ kind: 'tax', id: 'tax', pricePerKwh: 1 }])],
      [onlySpot, tariffOf([spot(hourly(0, 1)), feedIn(hourly(0, 1))])],
      [onlySpot, tariffOf([spot(hourly(0, 1)), { ...spot(hourly(0, 2)), id: 'other' }])],
      [tariffOf([]), tariffOf([spot(hourly(0, 1))])],
      [tariffOf([spot(), feedIn()]), tariffOf([spot(hourly(0, 1)), feedIn(hourly(0, 1))]), 'spot'],
    ];
    for (const [tariff, newer, id] of cases) expect(() => mergePrices(tariff, newer, id)).toThrow(InvalidTariff);
    expect(() => mergePrices(onlySpot, tariffOf([spot()], { currency: 'EUR' }))).toThrow(/EUR.*SEK/);
  });
});

/** Runs of different steps, in quarters of an hour from 0, with gaps. */
const runs = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(1, 2, 4),
      fc.array(money, { minLength: 1, maxLength: 12 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => {
    let next = 0;
    return parts.map(([gap, step, pricesPerKwh]): PriceRun => {
      const startMs = (next + gap) * QUARTER;
      next += gap + step * pricesPerKwh.length;
      return { startMs, stepMs: step * QUARTER, pricesPerKwh };
    });
  });

function atQuarter(all: readonly PriceRun[], quarter: number): number | undefined {
  const found = all.flatMap(({ startMs, stepMs, pricesPerKwh }) =>
    pricesPerKwh.filter((_, step) => {
      const from = startMs + step * stepMs;
      return from <= quarter * QUARTER && quarter * QUARTER < from + stepMs;
    }),
  );
  if (found.length > 1) throw new Error(`${found.length} prices at once`);
  return found[0];
}

describe('merging any prices', () => {
  it('has at every time the newer price, else the older, and nothing else', () => {
    fc.assert(
      fc.property(runs, runs, (older, newer) => {
        const merged = runsOf(mergePrices(tariffOf([spot(...older)]), tariffOf([spot(...newer)])));
        const quarters = Array.from({ length: 400 }, (_, quarter) => quarter);
        expect(quarters.map((quarter) => atQuarter(merged, quarter))).toEqual(
          quarters.map((quarter) => atQuarter(newer, quarter) ?? atQuarter(older, quarter)),
        );
        for (const [index, { startMs, pricesPerKwh }] of merged.entries()) {
          const before = merged[index - 1];
          expect(pricesPerKwh.length).toBeGreaterThan(0);
          if (before !== undefined)
            expect(before.startMs + before.stepMs * before.pricesPerKwh.length).toBeLessThanOrEqual(startMs);
        }
      }),
    );
  });

  it('twice is once; and no prices change nothing', () => {
    fc.assert(
      fc.property(runs, runs, (older, newer) => {
        const document = tariffOf([spot(...newer)]);
        const once = mergePrices(tariffOf([spot(...older)]), document);
        expect(mergePrices(once, document)).toEqual(once);
        expect(mergePrices(once, tariffOf([spot()]))).toEqual(once);
      }),
    );
  });

  it('leaves both documents as they were', () => {
    fc.assert(
      fc.property(runs, runs, (older, newer) => {
        const [one, other] = [tariffOf([spot(...older)]), tariffOf([spot(...newer)])];
        const before = JSON.stringify([one, other]);
        mergePrices(one, other);
        expect(JSON.stringify([one, other])).toBe(before);
      }),
    );
  });
});
