import { describe, expect, it } from 'vitest';
import { bill } from '../../../../tariffs/bill/bill.js';
import type { DemandChargeComponent, Tariff } from '../../../../tariffs/types.js';
import { at, tariffOf } from '../prices/tariffBuilders.js';
import { amountOf, countedPeaks, demandCharge, HOUR, local, quarters, readings, table } from './readings.js';

// The eight bills that were worked out beforehand, by hand and by script. Each also names the number that a tempting mistake gives.

const STOCKHOLM = 'Europe/Stockholm';

function perKw(pricePerKw: number, per: 'month' | 'year' = 'month'): DemandChargeComponent['price'] {
  return { kind: 'perKw', per, rates: [{ pricePerKw }] };
}

describe('golden bill 1: three highest hours on different days', () => {
  const threeDays = demandCharge({ peaks: 3, distinct: 'day', price: perKw(50) });
  const january = quarters(
    STOCKHOLM,
    ['2026-01-01T00:00', '2026-02-01T00:00'],
    {
      '2026-01-03T18:00': [10, 10, 8, 8],
      '2026-01-03T19:00': 8.8,
      '2026-01-11T17:00': 7.2,
      '2026-01-20T07:00': 6.6,
      '2026-01-25T20:00': 6,
    },
    1.5,
  );

  it('is the mean of 9.0, 7.2 and 6.6 kW at 50 kr, and VAT', () => {
    const billed = bill(tariffOf([threeDays], { vatPercent: 25 }), january);
    expect(table(billed)).toEqual([
      ['peak', 7.6, 'kW', 50, 380],
      ['VAT 25 %', 380, 'SEK', 0.25, 95],
    ]);
    expect(billed.totalRounded).toBe(475);
    expect(countedPeaks(billed, STOCKHOLM)).toEqual([
      ['2026-01-03T18:00', 9],
      ['2026-01-11T17:00', 7.2],
      ['2026-01-20T07:00', 6.6],
    ]);
    expect(billed.notes).toEqual([]);
  });

  it('lists the second hour of the first day, though it does not count', () => {
    const { peaks } = bill(tariffOf([threeDays]), january);
    expect(peaks.map(({ powerKw, counted }) => [powerKw, counted])).toEqual([
      [9, true],
      [8.8, false],
      [7.2, true],
      [6.6, true],
      [6, false],
      [1.5, false],
    ]);
  });

  it('would be 416.67 if days did not matter', () => {
    const anyHours = bill(tariffOf([demandCharge({ peaks: 3, price: perKw(50) })]), january);
    expect(anyHours.totalRounded).toBe(416.67);
    expect(bill(tariffOf([threeDays]), january).totalRounded).toBe(380);
  });

  it('is the same of nothing but the hours themselves', () => {
    const only = january.filter(({ importWh }) => importWh > 375);
    expect(bill(tariffOf([threeDays], { vatPercent: 25 }), only).totalRounded).toBe(475);
  });
});

describe('golden bill 2: night hours count half', () => {
  const weights = [{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }, { weight: 1 }];
  const threeDays = demandCharge({ peaks: 3, distinct: 'day', weights, price: perKw(80) });
  const month = quarters(STOCKHOLM, ['2026-01-01T00:00', '2026-02-01T00:00'], {
    '2026-01-02T23:00': 14,
    '2026-01-02T18:00': 6.8,
    '2026-01-09T17:00': 6.4,
    '2026-01-15T05:00': 12.2,
    '2026-01-21T08:00': 5.9,
  });

  it('weighs before it ranks', () => {
    const billed = bill(tariffOf([threeDays], { vatPercent: 25 }), month);
    expect(countedPeaks(billed, STOCKHOLM)).toEqual([
      ['2026-01-02T23:00', 7],
      ['2026-01-09T17:00', 6.4],
      ['2026-01-15T05:00', 6.1],
    ]);
    expect(amountOf(billed, 'peak')).toBeCloseTo(520, 9);
    expect(billed.totalRounded).toBe(650);
    expect(billed.peaks.find(({ weightedKw }) => weightedKw === 7)?.powerKw).toBe(14);
  });
});

describe('golden bill 3: steps', () => {
  const steps = demandCharge({
    id: 'kapasitetsledd',
    peaks: 3,
    distinct: 'day',
    price: {
      kind: 'steps',
      steps: [
        { fromKw: 0, pricePerMonth: 155 },
        { fromKw: 2, pricePerMonth: 195 },
        { fromKw: 5, pricePerMonth: 335 },
        { fromKw: 10, pricePerMonth: 690 },
      ],
    },
  });
  const oslo = tariffOf([steps], { currency: 'NOK', timeZone: 'Europe/Oslo' });
  const month = (...peaksKw: number[]) =>
    quarters('Europe/Oslo', ['2024-02-01T00:00', '2024-03-01T00:00'], {
      '2024-02-05T17:00': peaksKw[0] ?? 0,
      '2024-02-12T08:00': peaksKw[1] ?? 0,
      '2024-02-20T19:00': peaksKw[2] ?? 0,
    });

  it('takes the step below the mean', () => {
    const billed = bill(oslo, month(5.6, 4.9, 4.2));
    expect(table(billed)).toEqual([['kapasitetsledd: 2 to 5 kW', 1, 'month', 195, 195]]);
    expect(billed.totalRounded).toBe(195);
  });

  it('begins a step at its lower bound, however the mean is summed up', () => {
    expect(bill(oslo, month(5.8, 5, 4.2)).totalRounded).toBe(335);
    expect(bill(oslo, month(4.2, 5.8, 5)).totalRounded).toBe(335);
    // As doubles these are a mean of 4.999999999999999.
    expect((9.7 + 4.2 + 1.1) / 3).toBeLessThan(5);
    expect(bill(oslo, month(9.7, 4.2, 1.1)).totalRounded).toBe(335);
    expect(bill(oslo, month(5.8, 5, 4.1)).totalRounded).toBe(195);
  });

  it('names the highest step by where it begins', () => {
    expect(bill(oslo, month(20, 20, 20)).lines[0]?.component).toBe('kapasitetsledd: from 10 kW');
  });
});

describe('golden bill 4: the mean of twelve months with a floor', () => {
  const before = [1.8, 2.1, 2.5, 3, 4.2, 5.6, 6, 4.4, 3.1, 2.2, 1.9];
  const history = before.map((peakKw, index) => ({ month: `2025-${String(index + 1).padStart(2, '0')}`, peakKw }));
  const belgian = demandCharge({
    id: 'capaciteitstarief',
    sampleMinutes: 15,
    floorKw: 2.5,
    memory: { kind: 'rollingMean', months: 12 },
    price: perKw(48, 'year'),
    history,
  });
  const brussels = (component: DemandChargeComponent): Tariff =>
    tariffOf([component], { currency: 'EUR', timeZone: 'Europe/Brussels', vatPercent: 6 });
  // 1.8 kWh in one quarter are 7.2 kW.
  const december = quarters('Europe/Brussels', ['2025-12-01T00:00', '2026-01-01T00:00'], { '2025-12-10T18:15': [7.2] });

  it('floors each month by itself', () => {
    const billed = bill(brussels(belgian), december);
    expect(billed.lines[0]?.quantity).toBeCloseTo(46 / 12, 9);
    expect(amountOf(billed, 'capaciteitstarief')).toBeCloseTo(15.3333, 4);
    expect(billed.totalRounded).toBe(16.25);
    expect(billed.notes).toEqual([]);
  });

  it('would be 14.67 without VAT if it had no floor', () => {
    const { floorKw: _floorKw, ...without } = belgian;
    const billed = bill({ ...brussels(without), vatPercent: 0 }, december);
    expect(billed.totalRounded).toBe(14.67);
  });
});

describe('golden bill 5: the days on which clocks change', () => {
  const spot = (startMs: number, prices: readonly number[]): Tariff =>
    tariffOf(
      [
        {
          kind: 'priceSeries',
          id: 'spot',
          prices: [{ startMs, stepMs: HOUR, pricesPerKwh: prices }],
          markups: [{ pricePerKwh: 0.08 }],
        },
        { kind: 'tax', id: 'energy tax', pricePerKwh: 0.4 },
      ],
      { vatPercent: 25 },
    );
  const kWhPerQuarter = (fromMs: number, toMs: number) => readings({ fromMs, toMs, stepMs: 15 * 60_000 }, () => 4);

  it('bills the 25 hours of 25 October 2026, the hour from 2 twice', () => {
    const fromMs = at('2026-10-24T22:00Z');
    // By the clock: 0, 1, 2 (summer), 2 (winter), 3 … 23.
    const prices = [0.4, 0.4, 0.1, -0.2, ...new Array<number>(21).fill(0.4)];
    const billed = bill(spot(fromMs, prices), kWhPerQuarter(fromMs, at('2026-10-25T23:00Z')));
    expect(table(billed)).toEqual([
      ['spot', 100, 'kWh', 0.444, 44.4],
      ['energy tax', 100, 'kWh', 0.4, 40],
      ['VAT 25 %', 84.4, 'SEK', 0.25, 21.1],
    ]);
    expect(billed.totalRounded).toBe(105.5);
  });

  it('bills the 23 hours of 29 March 2026', () => {
    const fromMs = local(STOCKHOLM, '2026-03-29T00:00');
    const billed = bill(
      spot(fromMs, new Array<number>(23).fill(0.4)),
      kWhPerQuarter(fromMs, local(STOCKHOLM, '2026-03-30T00:00')),
    );
    expect(billed.lines[0]?.quantity).toBeCloseTo(92, 9);
    expect(amountOf(billed, 'spot')).toBeCloseTo(36.8 + 7.36, 9);
    expect(billed.totalRounded).toBe(101.2);
  });
});

describe('golden bill 6: a holiday in Spain', () => {
  const MADRID = 'Europe/Madrid';
  const workdays = ['MO', 'TU', 'WE', 'TH', 'FR'] as const;
  const power = (id: string, price: number) =>
    ({ kind: 'fixedFee', id, price, per: 'year', quantity: 4.6, unit: 'kW' }) as const;
  const tariff = tariffOf(
    [
      {
        kind: 'timeOfUse',
        id: 'energía',
        rates: [
          {
            name: 'P1',
            when: {
              days: workdays,
              hours: [
                { from: '10:00', to: '14:00' },
                { from: '18:00', to: '22:00' },
              ],
            },
            pricePerKwh: 0.2,
          },
          { name: 'P2', when: { days: workdays, hours: [{ from: '08:00', to: '24:00' }] }, pricePerKwh: 0.12 },
          { name: 'P3', pricePerKwh: 0.08 },
        ],
      },
      power('potencia P1', 30),
      { ...power('potencia P2', 4.2), quantity: 5.75 },
    ],
    {
      currency: 'EUR',
      timeZone: MADRID,
      vatPercent: 21,
      holidays: {
        dates: [],
        yearly: ['01-01', '01-06', '05-01', '08-15', '10-12', '11-01', '12-06', '12-08', '12-25'],
        easter: [],
      },
    },
  );
  const twoDays = quarters(MADRID, ['2026-04-30T00:00', '2026-05-02T00:00'], {}, 2);

  it('bills a Thursday by period and the first of May as a Sunday', () => {
    const billed = bill(tariff, twoDays);
    const [april, may] = ['2026-04', '2026-05'].map((month) => billed.lines.filter((line) => line.month === month));
    const amounts = (lines: typeof april) =>
      lines
        ?.filter(({ kind }) => kind === 'timeOfUse')
        .map(({ component, amount }) => [component, Number(amount.toFixed(6))]);
    expect(amounts(april)).toEqual([
      ['energía: P1', 3.2],
      ['energía: P2', 1.92],
      ['energía: P3', 1.28],
    ]);
    expect(amounts(may)).toEqual([['energía: P3', 3.84]]);
    expect(amountOf(billed, 'potencia P1')).toBeCloseTo(0.7562, 4);
    expect(amountOf(billed, 'potencia P2')).toBeCloseTo(0.1323, 4);
    expect(billed.totalRounded).toBe(13.47);
  });

  it('would be 16.56 if the holiday were a Friday', () => {
    const billed = bill({ ...tariff, holidays: { dates: [], yearly: [], easter: [] } }, twoDays);
    // 2 × 6.40 + 0.8885 = 13.6885; × 1.21 = 16.56.
    expect(billed.totalRounded).toBe(16.56);
  });
});

describe('golden bill 7: a ratchet of 80 %', () => {
  const CHICAGO = 'America/Chicago';
  const tariff = tariffOf(
    [
      demandCharge({
        id: 'demand',
        sampleMinutes: 15,
        memory: { kind: 'ratchet', share: 0.8, months: 11 },
        price: perKw(15),
      }),
    ],
    { currency: 'USD', timeZone: CHICAGO },
  );
  const year = quarters(CHICAGO, ['2025-08-01T00:00', '2026-09-01T00:00'], {
    // 52.5 kWh in a quarter are 210 kW.
    '2025-08-14T15:15': [210],
    '2025-09-09T14:00': [150],
    '2025-10-06T13:30': [140],
    '2025-11-12T12:45': [120],
    '2025-12-03T12:45': [140],
    '2026-08-20T16:00': [130],
  });
  const billOf = (month: string, next: string) =>
    bill(tariff, year, { fromMs: local(CHICAGO, `${month}-01T00:00`), toMs: local(CHICAGO, `${next}-01T00:00`) });

  it('bills November on 80 % of what August measured', () => {
    const november = billOf('2025-11', '2025-12');
    expect(november.totalRounded).toBe(2520);
    expect(november.lines[0]?.quantity).toBeCloseTo(168, 9);
  });

  it('forgets August after eleven months, and counts what was measured since, not what was billed', () => {
    const august = billOf('2026-08', '2026-09');
    // On what was billed (168 from October on) it would be 0.8 × 168 = 134.4 kW: 2016.
    expect(august.totalRounded).toBe(1950);
    expect(countedPeaks(august, CHICAGO)).toEqual([['2026-08-20T16:00', 130]]);
  });

  it('still counts August in the eleventh month after it', () => {
    expect(billOf('2026-07', '2026-08').totalRounded).toBe(2520);
  });
});

describe('golden bill 8: blocks of power with an overage', () => {
  const LOS_ANGELES = 'America/Los_Angeles';
  const tariffWith = (blocks: number): Tariff =>
    tariffOf(
      [
        { kind: 'fixedFee', id: 'subscription', price: 95.56, per: 'month', quantity: blocks, unit: '50 kW block' },
        demandCharge({ id: 'overage', sampleMinutes: 15, thresholdKw: 50 * blocks, price: perKw(3.82) }),
        {
          kind: 'timeOfUse',
          id: 'energy',
          rates: [
            { name: 'peak', when: { hours: [{ from: '16:00', to: '21:00' }] }, pricePerKwh: 0.41522 },
            { name: 'super off-peak', when: { hours: [{ from: '09:00', to: '14:00' }] }, pricePerKwh: 0.17872 },
            { name: 'off-peak', pricePerKwh: 0.20199 },
          ],
        },
      ],
      { currency: 'USD', timeZone: LOS_ANGELES },
    );
  // From 9 to 14: an hour of 66.85 kWh with a quarter of 117.4 kW, and 40 hours of 48.32875 kWh: 2000. From 16 to 21: 500. Else: 1000.
  const month = quarters(LOS_ANGELES, ['2023-06-01T00:00', '2023-07-01T00:00'], {
    '2023-06-05T10:00': [117.4, 50, 50, 50],
    ...Object.fromEntries(
      ['06', '07', '08', '09', '12', '13', '14', '15'].flatMap((day) =>
        ['09', '10', '11', '12', '13'].map((hour) => [`2023-06-${day}T${hour}:00`, 48.32875]),
      ),
    ),
    '2023-06-16T17:00': 100,
    '2023-06-19T17:00': 100,
    '2023-06-20T17:00': 100,
    '2023-06-21T17:00': 100,
    '2023-06-22T17:00': 100,
    ...Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`2023-06-${11 + index}T22:00`, 100])),
  });

  it('bills two blocks, what is above them, and energy by time of use', () => {
    const billed = bill(tariffWith(2), month);
    expect(table(billed)).toEqual([
      ['subscription', 2, '50 kW block·month', 95.56, 191.12],
      ['overage', 17.4, 'kW', 3.82, 66.468],
      ['energy: peak', 500, 'kWh', 0.41522, 207.61],
      ['energy: super off-peak', 2000, 'kWh', 0.17872, 357.44],
      ['energy: off-peak', 1000, 'kWh', 0.20199, 201.99],
    ]);
    expect(billed.totalRounded).toBe(1024.63);
  });

  it('would be 1053.72 with a third block, for which nothing is above', () => {
    expect(bill(tariffWith(3), month).totalRounded).toBe(1053.72);
  });
});
