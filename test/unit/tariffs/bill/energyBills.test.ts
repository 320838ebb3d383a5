import { describe, expect, it } from 'vitest';
import { bill } from '../../../../tariffs/bill/bill.js';
import { NoPrice } from '../../../../tariffs/prices/noPrice.js';
import type { PriceSeriesComponent, Tariff } from '../../../../tariffs/types.js';
import { at, hourly, tariffOf } from '../prices/tariffBuilders.js';
import { amountOf, DAY, HOUR, local, MINUTE, quarters, readings, table } from './readings.js';

// Bills of energy and fees, each worked out by hand in the comment above it.

describe('a German tariff by time of use (§ 14a module 3)', () => {
  const BERLIN = 'Europe/Berlin';
  // EWW Wanfried 2025, ct/kWh: in the first and the last quarter NT 3.45 (01–04), HT 10.84 (17–19), else ST 8.62; in the others ST.
  // With it module 1: 131.88 € off a year, net.
  const winter = [1, 2, 3, 10, 11, 12];
  const tariff = tariffOf(
    [
      {
        kind: 'timeOfUse',
        id: 'Arbeitspreis',
        rates: [
          { name: 'NT', when: { months: winter, hours: [{ from: '01:00', to: '04:00' }] }, pricePerKwh: 0.0345 },
          { name: 'HT', when: { months: winter, hours: [{ from: '17:00', to: '19:00' }] }, pricePerKwh: 0.1084 },
          { name: 'ST', pricePerKwh: 0.0862 },
        ],
      },
      { kind: 'fixedFee', id: 'Modul 1', price: -131.88, per: 'year' },
    ],
    { currency: 'EUR', timeZone: BERLIN, vatPercent: 19 },
  );

  // 1 kW from 30 March to 1 April 2025. On the 30th the hour from 02:00 is missing: NT 2 h, HT 2 h, ST 19 h. On the 31st NT 3, HT 2,
  // ST 19. On 1 April ST 24. March: 5 × 0.0345 = 0.1725, 4 × 0.1084 = 0.4336, 38 × 0.0862 = 3.2756: 3.8817. April: 24 × 0.0862 = 2.0688.
  // Module 1: 3 days of 365: −131.88 × 3 / 365 = −1.0839452. Sum 4.8665548; × 1.19 = 5.7912. With three NT hours on the 30th: 5.83.
  it('bills seasons and the short day', () => {
    const billed = bill(tariff, quarters(BERLIN, ['2025-03-30T00:00', '2025-04-02T00:00'], {}, 1));
    expect(table(billed)).toEqual([
      ['Arbeitspreis: NT', 5, 'kWh', 0.0345, 0.1725],
      ['Arbeitspreis: HT', 4, 'kWh', 0.1084, 0.4336],
      ['Arbeitspreis: ST', 38, 'kWh', 0.0862, 3.2756],
      ['Modul 1', expect.closeTo(2 / 365, 6), 'year', -131.88, expect.closeTo(-0.72263, 6)],
      ['VAT 19 %', expect.closeTo(3.15907, 5), 'EUR', 0.19, expect.closeTo(0.600223, 6)],
      ['Arbeitspreis: ST', 24, 'kWh', 0.0862, 2.0688],
      ['Modul 1', expect.closeTo(1 / 365, 6), 'year', -131.88, expect.closeTo(-0.361315, 6)],
      ['VAT 19 %', expect.closeTo(1.707485, 6), 'EUR', 0.19, expect.closeTo(0.324422, 6)],
    ]);
    expect(billed.total).toBeCloseTo(5.7912, 4);
    expect(billed.totalRounded).toBe(5.79);
  });

  // A whole day by the meter's daily reading is spread evenly: NT 3 h, HT 2 h, ST 19 h of 24 kWh.
  it('spreads a reading over the rates that it covers', () => {
    const fromMs = local(BERLIN, '2025-01-15T00:00');
    const billed = bill(tariff, [{ startMs: fromMs, endMs: fromMs + DAY, importWh: 24_000 }]);
    expect(table(billed).slice(0, 3)).toEqual([
      ['Arbeitspreis: NT', 3, 'kWh', 0.0345, 0.1035],
      ['Arbeitspreis: HT', 2, 'kWh', 0.1084, 0.2168],
      ['Arbeitspreis: ST', 19, 'kWh', 0.0862, 1.6378],
    ]);
  });
});

describe('British prices by the half hour', () => {
  const LONDON = 'Europe/London';
  const startMs = local(LONDON, '2026-07-01T00:00');
  // Wholesale prices by local half hours of 1 July 2026, in summer time: −0.05 from 02:00, 0.08 at noon, 0.10 from 16:30, 0.40 from
  // 17:30, 0.10 from 19:00.
  const wholesale = new Map(
    [
      ['02:00', -0.05],
      ['12:00', 0.08],
      ['16:30', 0.1],
      ['17:30', 0.4],
      ['19:00', 0.1],
    ].map(([clock, price]) => [local(LONDON, `2026-07-01T${clock}`), Number(price)]),
  );
  const agile: PriceSeriesComponent = {
    kind: 'priceSeries',
    id: 'Agile',
    prices: [
      {
        startMs,
        stepMs: 30 * MINUTE,
        pricesPerKwh: Array.from({ length: 48 }, (_, half) => wholesale.get(startMs + half * 30 * MINUTE) ?? 0.06),
      },
    ],
    factor: 2.2,
    markups: [{ name: 'peak', when: { hours: [{ from: '16:00', to: '19:00' }] }, pricePerKwh: 0.12 }],
    capPerKwh: 0.95,
  };
  const tariff = tariffOf([agile, { kind: 'fixedFee', id: 'standing charge', price: 0.45, per: 'day' }], {
    currency: 'GBP',
    timeZone: LONDON,
    vatPercent: 5,
  });
  const kwh = new Map(
    [
      ['02:00', 3],
      ['12:00', 2],
      ['16:30', 2],
      ['17:30', 0.5],
      ['19:00', 1],
    ].map(([clock, energy]) => [local(LONDON, `2026-07-01T${clock}`), Number(energy)]),
  );
  const metered = readings(
    { fromMs: startMs, toMs: startMs + DAY, stepMs: 30 * MINUTE },
    (ms) => 2 * (kwh.get(ms) ?? 0),
  );

  // min(2.2 × W + P, cap), P = 0.12 from 16 to 19:
  //   02:00  2.2 × −0.05            = −0.11   × 3   = −0.330
  //   12:00  2.2 × 0.08             =  0.176  × 2   =  0.352
  //   19:00  2.2 × 0.10             =  0.22   × 1   =  0.220     no P any more
  //   16:30  2.2 × 0.10 + 0.12      =  0.34   × 2   =  0.680
  //   17:30  2.2 × 0.40 + 0.12 = 1.00, cap  0.95 × 0.5 = 0.475
  // −0.33 + 0.352 + 0.22 = 0.242; 0.68 + 0.475 = 1.155; a day's 0.45. Sum 1.847 × 1.05 = 1.93935. By UTC, P would be an hour late: 1.81.
  it('bills factor, peak, cap and negative prices', () => {
    const billed = bill(tariff, metered);
    expect(table(billed)).toEqual([
      ['Agile', 6, 'kWh', 0.040333, 0.242],
      ['Agile: peak', 2.5, 'kWh', 0.462, 1.155],
      ['standing charge', 1, 'day', 0.45, 0.45],
      ['VAT 5 %', 1.847, 'GBP', 0.05, 0.09235],
    ]);
    expect(billed.totalRounded).toBe(1.94);
    expect(bill({ ...tariff, timeZone: 'UTC' }, metered).totalRounded).toBe(1.81);
  });
});

describe('a supplier and a grid company together', () => {
  const STOCKHOLM = 'Europe/Stockholm';
  const fromMs = local(STOCKHOLM, '2026-01-15T00:00');
  const day = quarters(STOCKHOLM, ['2026-01-15T00:00', '2026-01-16T00:00'], {
    '2026-01-15T08:00': 10,
    '2026-01-15T20:00': 4,
  });
  const spot: PriceSeriesComponent = {
    kind: 'priceSeries',
    id: 'spot',
    prices: [hourly(fromMs, ...new Array<number>(12).fill(0.9), ...new Array<number>(12).fill(-0.2))],
  };
  const supplier = tariffOf([spot, { kind: 'energyFee', id: 'markup', pricePerKwh: 0.04 }], {
    name: 'Kraftbolaget',
    vatPercent: 25,
  });
  const grid = tariffOf(
    [
      { ...spot, id: 'transfer', factor: 0.0561, markups: [{ pricePerKwh: 0.07 }] },
      { kind: 'tax', id: 'energy tax', pricePerKwh: 0.439, vatPercent: 25 },
      { kind: 'exportPrice', id: 'grid benefit', source: { kind: 'rates', rates: [{ pricePerKwh: 0.05 }] } },
    ],
    { name: 'Nätbolaget', vatPercent: 25 },
  );

  // Supplier: 10 × 0.9 − 4 × 0.2 = 8.2, + 14 × 0.04 = 0.56: 8.76, VAT 2.19: the negative hour lowers its base.
  // Grid: 10 × (0.0561 × 0.9 + 0.07) + 4 × (0.0561 × −0.2 + 0.07) = 1.2049 + 0.23512 = 1.44002; tax 14 × 0.439 = 6.146; VAT 1.896505.
  // 2 kWh fed in × 0.05 = −0.10, without VAT. 8.76 + 2.19 + 1.44002 + 6.146 + 1.896505 − 0.10 = 20.332525.
  it('adds up, export apart from import', () => {
    const feeding = day.map((reading, index) => (index === 50 ? { ...reading, exportWh: 2000 } : reading));
    const billed = bill([supplier, grid], feeding);
    expect(billed.lines.map(({ tariff, component, amount }) => [tariff, component, Number(amount.toFixed(6))])).toEqual(
      [
        ['Kraftbolaget', 'spot', 8.2],
        ['Kraftbolaget', 'markup', 0.56],
        ['Kraftbolaget', 'VAT 25 %', 2.19],
        ['Nätbolaget', 'transfer', 1.44002],
        ['Nätbolaget', 'energy tax', 6.146],
        ['Nätbolaget', 'grid benefit', -0.1],
        ['Nätbolaget', 'VAT 25 %', 1.896505],
      ],
    );
    expect(billed.total).toBeCloseTo(20.332525, 9);
  });

  it('takes VAT on export only where the component says so', () => {
    const [, , export_] = grid.components;
    const taxed: Tariff = { ...grid, components: [{ ...export_, vatPercent: 25 } as Tariff['components'][number]] };
    const feeding = day.map((reading, index) => (index === 50 ? { ...reading, exportWh: 2000 } : reading));
    expect(bill(taxed, feeding).total).toBeCloseTo(-0.125, 9);
  });

  it('does not mix currencies', () => {
    expect(() => bill([supplier, { ...grid, currency: 'EUR' }], day)).toThrow(RangeError);
  });

  it('needs a tariff', () => {
    expect(() => bill([], day)).toThrow(/at least one/);
  });
});

describe('prices that were not published', () => {
  const STOCKHOLM = 'Europe/Stockholm';
  const fromMs = local(STOCKHOLM, '2026-01-12T00:00');
  const spot: PriceSeriesComponent = {
    kind: 'priceSeries',
    id: 'spot',
    prices: [hourly(fromMs, ...Array.from({ length: 7 * 24 }, (_, hour) => hour / 100))],
  };
  const nextMonday = quarters(STOCKHOLM, ['2026-01-19T00:00', '2026-01-20T00:00'], { '2026-01-19T08:00': 10 });

  it('are those of the same weekday before, with a note', () => {
    const billed = bill(tariffOf([spot]), nextMonday);
    expect(amountOf(billed, 'spot')).toBeCloseTo(10 * 0.08, 9);
    expect(billed.notes).toEqual([
      'spot: for 10 kWh of 2026-01 no price is published; that of the same time on the last same weekday stands in, or else on the last day that has one.',
    ]);
  });

  it('are found in the same way outside of the validity of the tariff', () => {
    const ended = tariffOf([spot], { validity: { fromMs: 'open', toMs: fromMs + 7 * DAY } });
    const billed = bill(ended, nextMonday);
    expect(amountOf(billed, 'spot')).toBeCloseTo(10 * 0.08, 9);
    expect(billed.notes).toEqual([
      'the tariff is valid from open to 2026-01-18T23:00:00.000Z only; no fees and no demand charges are billed outside of it.',
      expect.stringContaining('for 10 kWh of 2026-01 no price is published'),
    ]);
  });

  it('throw NoPrice where nothing earlier stands in and energy was taken', () => {
    const before = quarters(STOCKHOLM, ['2026-01-11T00:00', '2026-01-13T00:00'], { '2026-01-11T08:00': 10 });
    expect(() => bill(tariffOf([spot]), before)).toThrow(NoPrice);
    const nothingTaken = quarters(STOCKHOLM, ['2026-01-11T00:00', '2026-01-13T00:00'], { '2026-01-12T08:00': 10 });
    expect(bill(tariffOf([spot]), nothingTaken).total).toBeCloseTo(0.8, 9);
  });

  it('of export bring nothing, with a note', () => {
    const sold = tariffOf([
      { kind: 'exportPrice', id: 'sold', source: { kind: 'series', prices: [hourly(fromMs, 0.3)] } },
    ]);
    const feeding = [{ startMs: fromMs - HOUR, endMs: fromMs + HOUR, importWh: 0, exportWh: 4000 }];
    const billed = bill(sold, feeding);
    expect(billed.total).toBeCloseTo(-2 * 0.3, 9);
    expect(billed.notes).toEqual(['sold: for 2 kWh of 2026-01 no price is published; they are paid nothing.']);
  });
});

describe('versions of a component', () => {
  it('each bill what flows while they are valid, on one line', () => {
    const changed = at('2026-01-15T12:00Z');
    const versions = tariffOf([
      { kind: 'energyFee', id: 'fee', pricePerKwh: 1, validity: { fromMs: 'open', toMs: changed } },
      { kind: 'energyFee', id: 'fee', pricePerKwh: 3, validity: { fromMs: changed, toMs: 'open' } },
    ]);
    // Three hours of 1 kWh before, one after: (3 × 1 + 1 × 3) / 4 = 1.50.
    const billed = bill(versions, [{ startMs: changed - 3 * HOUR, endMs: changed + HOUR, importWh: 4000 }]);
    expect(table(billed)).toEqual([['fee', 4, 'kWh', 1.5, 6]]);
  });

  it('before and after which there are none cost nothing then, and have no line', () => {
    const fee = {
      kind: 'energyFee',
      id: 'fee',
      pricePerKwh: 1,
      validity: { fromMs: at('2026-02-10T00:00Z'), toMs: 'open' },
    } as const;
    const january = [{ startMs: at('2026-01-15T08:00Z'), endMs: at('2026-01-15T09:00Z'), importWh: 1000 }];
    expect(bill(tariffOf([fee]), january).lines).toEqual([]);
  });
});

describe('fixed fees', () => {
  const STOCKHOLM = 'Europe/Stockholm';
  const fee = (per: 'day' | 'month' | 'year', others = {}) =>
    tariffOf([{ kind: 'fixedFee', id: 'fee', price: 366, per, ...others }]);
  const total = (tariff: Tariff, from: string, to: string) =>
    bill(tariff, [], { fromMs: local(STOCKHOLM, from), toMs: local(STOCKHOLM, to) }).total;

  it('of a month are a month’s, whatever its days', () => {
    expect(total(fee('month'), '2026-02-01T00:00', '2026-03-01T00:00')).toBe(366);
    expect(total(fee('month'), '2026-03-01T00:00', '2026-04-01T00:00')).toBe(366);
    expect(total(fee('month'), '2026-02-01T00:00', '2026-02-08T00:00')).toBeCloseTo(366 / 4, 9);
  });

  it('of a year are by its days, 366 in a leap year', () => {
    expect(total(fee('year'), '2028-01-01T00:00', '2029-01-01T00:00')).toBeCloseTo(366, 9);
    expect(total(fee('year'), '2028-02-29T00:00', '2028-03-01T00:00')).toBeCloseTo(1, 9);
    expect(total(fee('year'), '2026-03-01T00:00', '2026-03-02T00:00')).toBeCloseTo(366 / 365, 9);
  });

  it('take half a day of 25 hours for half a day', () => {
    const noonish = local(STOCKHOLM, '2026-10-25T00:00') + 12.5 * HOUR;
    const half = bill(fee('day'), [], { fromMs: local(STOCKHOLM, '2026-10-25T00:00'), toMs: noonish });
    expect(half.total).toBeCloseTo(183, 9);
  });

  it('are due within their validity only', () => {
    const fromMs = local(STOCKHOLM, '2026-01-10T12:00');
    const versions = tariffOf([
      { kind: 'fixedFee', id: 'fee', price: 10, per: 'day', validity: { fromMs: 'open', toMs: fromMs } },
      { kind: 'fixedFee', id: 'fee', price: 20, per: 'day', validity: { fromMs, toMs: 'open' } },
    ]);
    const billed = bill(versions, [], {
      fromMs: local(STOCKHOLM, '2026-01-10T00:00'),
      toMs: local(STOCKHOLM, '2026-01-11T00:00'),
    });
    expect(billed.total).toBeCloseTo(15, 9);
    expect(table(billed)).toEqual([['fee', 1, 'day', 15, 15]]);
  });
});

describe('a bill', () => {
  const hour = { startMs: at('2026-01-15T08:00Z'), endMs: at('2026-01-15T09:00Z'), importWh: 1000 };
  const fee = tariffOf([{ kind: 'energyFee', id: 'fee', pricePerKwh: 1 }]);

  it('is rounded to the smallest unit of its currency', () => {
    const of = (currency: string, pricePerKwh: number) =>
      bill(tariffOf([{ kind: 'energyFee', id: 'fee', pricePerKwh }], { currency }), [hour]).totalRounded;
    expect(of('SEK', 1.005)).toBe(1.01);
    expect(of('JPY', 12.5)).toBe(13);
    expect(of('KWD', 0.0125)).toBe(0.013);
    expect(bill(tariffOf([{ kind: 'energyFee', id: 'fee', pricePerKwh: 1.005 }]), [hour]).total).toBe(1.005);
  });

  it('bills nothing before and after its span, and says what was not read', () => {
    const billed = bill(fee, [hour], { fromMs: hour.startMs + 15 * MINUTE, toMs: hour.endMs + 45 * MINUTE });
    expect(billed.total).toBeCloseTo(0.75, 12);
    expect(billed.notes).toEqual(['For 0.75 of 1.5 hours there are no readings; no energy is billed for them.']);
  });

  it('needs readings or a span', () => {
    expect(() => bill(fee, [])).toThrow(RangeError);
    expect(() => bill(fee, [hour], { fromMs: hour.endMs, toMs: hour.startMs })).toThrow(RangeError);
    expect(() => bill(fee, [hour], { fromMs: Number.NaN })).toThrow(RangeError);
  });

  it('refuses readings that can’t be, naming the first', () => {
    const refused = (...intervals: readonly object[]) => {
      expect(() => bill(fee, [hour, ...(intervals as (typeof hour)[])])).toThrow(RangeError);
      return () => bill(fee, [hour, ...(intervals as (typeof hour)[])]);
    };
    const next = { startMs: hour.endMs, endMs: hour.endMs + HOUR, importWh: 1 };
    expect(refused({ ...next, startMs: hour.endMs - 1 })).toThrow(
      /intervals\[1\] starts .* before the one before it ends/,
    );
    expect(refused(next, next)).toThrow(/intervals\[2\]/);
    expect(refused({ ...next, endMs: next.startMs })).toThrow(/intervals\[1\] ends .* before it starts/);
    expect(refused({ ...next, importWh: Number.NaN })).toThrow(/intervals\[1\]\.importWh is NaN/);
    expect(refused({ ...next, importWh: -1 })).toThrow(/importWh is -1/);
    expect(refused({ ...next, importWh: 1e15 })).toThrow(/importWh/);
    expect(refused({ ...next, importWh: undefined })).toThrow(/importWh is undefined/);
    expect(refused({ ...next, exportWh: Number.POSITIVE_INFINITY })).toThrow(/exportWh is Infinity/);
    expect(refused({ ...next, endMs: Number.NaN })).toThrow(/is no time/);
    expect(refused({ ...next, endMs: next.endMs + 0.5 })).toThrow(/is no time/);
    expect(refused({ ...next, endMs: Date.UTC(9999, 0, 1) })).toThrow(/is no time/);
    expect(refused({ ...next, endMs: next.startMs + 4000 * DAY })).toThrow(/longer than ten years/);
    refused({ ...next, startMs: '2026' });
  });
});
