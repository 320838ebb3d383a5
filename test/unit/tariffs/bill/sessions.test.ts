import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bill } from '../../../../tariffs/bill/bill.js';
import { NoPrice } from '../../../../tariffs/prices/noPrice.js';
import type { MeteredInterval, SessionElement, SessionPriceComponent, Tariff } from '../../../../tariffs/types.js';
import { tariffOf } from '../prices/tariffBuilders.js';
import { amountOf, local, MINUTE, table } from './readings.js';

const AMSTERDAM = 'Europe/Amsterdam';

function sessionPrice(elements: readonly SessionElement[], others: Partial<SessionPriceComponent> = {}): Tariff {
  return tariffOf([{ kind: 'sessionPrice', id: 'charging', elements, ...others }], {
    currency: 'EUR',
    timeZone: AMSTERDAM,
  });
}

const energy = (price: number, stepSize = 1) => ({ dimension: 'energy', price, stepSize }) as const;
const time = (price: number, stepSize = 1) => ({ dimension: 'time', price, stepSize }) as const;
const parking = (price: number, stepSize = 1) => ({ dimension: 'parking', price, stepSize }) as const;
const flat = (price: number) => ({ dimension: 'flat', price, stepSize: 1 }) as const;

/** One stretch after the other from a local time on: [minutes, kWh]. */
function session(from: string, ...stretches: readonly (readonly [minutes: number, kwh: number])[]): MeteredInterval[] {
  let startMs = local(AMSTERDAM, from);
  return stretches.map(([minutes, kwh]) => {
    const endMs = startMs + minutes * MINUTE;
    const interval = { startMs, endMs, importWh: kwh * 1000 };
    startMs = endMs;
    return interval;
  });
}

describe('the step size of OCPI', () => {
  const byClock = (price: (perUnit: number) => SessionElement['prices'][number], before: number, after: number) =>
    sessionPrice([
      { prices: [price(before)], restrictions: { when: { hours: [{ from: '00:00', to: '17:00' }] } } },
      { prices: [price(after)] },
    ]);

  // OCPI mod_cdrs: 4.3 kWh at 0.20 before 17:00, 1.1 kWh at 0.27 after, steps of 500 Wh: 5.4 kWh are 5.5 in all, not 4.5 + 1.5.
  // 4.3 × 0.20 = 0.86; (1.1 + 0.1) × 0.27 = 0.324.
  it('rounds up the energy of the whole session, at the last price', () => {
    const billed = bill(
      byClock((price) => energy(price, 500), 0.2, 0.27),
      session('2026-03-02T16:00', [60, 4.3], [30, 1.1]),
    );
    expect(table(billed)).toEqual([['charging: energy', 5.5, 'kWh', expect.closeTo(1.184 / 5.5, 6), 1.184]]);
    expect(billed.total).toBeCloseTo(1.184, 12);
    // Each by itself: 4.5 × 0.20 + 1.5 × 0.27.
    expect(billed.total).not.toBeCloseTo(1.305, 3);
  });

  // mod_cdrs: 6 minutes at 5 an hour before 17:00, 22 at 7 after, steps of 10 minutes: 30 in all, so 24 after 17:00.
  it('rounds up the time of the whole session, at the last price', () => {
    const billed = bill(
      byClock((price) => time(price, 600), 5, 7),
      session('2026-03-02T16:54', [28, 5]),
    );
    expect(billed.total).toBeCloseTo((6 * 5 + 24 * 7) / 60, 9);
  });

  // mod_cdrs: 21 minutes of charging at 1 an hour, 16 of parking at 2, steps of 10 minutes: 20 of parking, and 21 of charging as it is.
  it('rounds up only the parking where there is any', () => {
    const billed = bill(
      sessionPrice([{ prices: [time(1, 600), parking(2, 600)] }]),
      session('2026-03-02T12:00', [21, 7], [16, 0]),
    );
    expect(billed.total).toBeCloseTo((21 * 1 + 20 * 2) / 60, 9);
    expect(table(billed).map(([component, quantity, unit]) => [component, quantity, unit])).toEqual([
      ['charging: time', 0.35, 'h'],
      ['charging: parking', 0.333333, 'h'],
    ]);
  });

  it('leaves whole steps as they are, however they were summed up', () => {
    const tenths = session('2026-03-02T12:00', ...Array.from({ length: 10 }, () => [6, 0.1] as const));
    expect(bill(sessionPrice([{ prices: [energy(0.3, 1000)] }]), tenths).total).toBeCloseTo(0.3, 9);
  });
});

describe('a session', () => {
  it('is priced by the first element of a dimension that holds at each moment', () => {
    // Saturday 28 February 22:00 to Sunday 02:00, 1 kWh an hour: the night price is of Saturdays, so it ends at midnight, and March
    // begins. Time has a price in the second element only.
    const tariff = sessionPrice([
      { prices: [energy(0.2)], restrictions: { when: { days: ['SA'], hours: [{ from: '21:00', to: '06:00' }] } } },
      { prices: [energy(0.5), time(1)] },
    ]);
    const billed = bill(tariff, session('2026-02-28T22:00', [240, 4]));
    expect(
      billed.lines.map(({ month, component, quantity, amount }) => [
        month,
        component,
        quantity,
        Number(amount.toFixed(9)),
      ]),
    ).toEqual([
      ['2026-02', 'charging: energy', 2, 0.4],
      ['2026-02', 'charging: time', 2, 2],
      ['2026-03', 'charging: energy', 2, 1],
      ['2026-03', 'charging: time', 2, 2],
    ]);
  });

  it('changes price within a reading where its energy or its length reaches a bound', () => {
    // 10 kWh in an hour: 3 kWh at 0, 5 at 0.40, the rest at 0.60. Parking is free for 90 minutes from the beginning, then 3 an hour.
    const tariff = sessionPrice([
      { prices: [energy(0)], restrictions: { energyMaxWh: 3000 } },
      { prices: [energy(0.4)], restrictions: { energyMinWh: 3000, energyMaxWh: 8000 } },
      { prices: [energy(0.6)] },
      { prices: [parking(3)], restrictions: { durationMinS: 90 * 60 } },
    ]);
    const billed = bill(tariff, session('2026-03-02T12:00', [60, 10], [60, 0]));
    expect(amountOf(billed, 'charging: energy')).toBeCloseTo(5 * 0.4 + 2 * 0.6, 9);
    expect(amountOf(billed, 'charging: parking')).toBeCloseTo(0.5 * 3, 9);
  });

  it('is priced by its power, and by its current at a voltage that the bill names', () => {
    const byPower = sessionPrice([
      { prices: [energy(0.3)], restrictions: { powerMaxW: 16_000 } },
      { prices: [energy(0.5)] },
    ]);
    // 16 kW is not below 16 kW.
    expect(bill(byPower, session('2026-03-02T12:00', [30, 8], [30, 3])).total).toBeCloseTo(8 * 0.5 + 3 * 0.3, 9);
    const byCurrent = sessionPrice([
      { prices: [energy(0.3)], restrictions: { currentMaxA: 48 } },
      { prices: [energy(0.5)] },
    ]);
    const billed = bill(byCurrent, session('2026-03-02T12:00', [60, 10], [60, 12]));
    expect(billed.total).toBeCloseTo(10 * 0.3 + 12 * 0.5, 9);
    expect(billed.notes).toEqual(['charging: current is not metered; it is taken to be the power at 230 V.']);
    expect(bill(byCurrent, session('2026-03-02T12:00', [60, 12]), { voltageV: 277 }).total).toBeCloseTo(12 * 0.3, 9);
  });

  it('is charged a flat price once, and never that of a reservation', () => {
    const tariff = sessionPrice([
      { prices: [flat(10)], restrictions: { reservation: 'RESERVATION' } },
      { prices: [flat(0.5), energy(0.3)] },
    ]);
    const billed = bill(tariff, session('2026-02-28T23:00', [30, 5], [60, 5], [30, 0]));
    expect(table(billed)[0]).toEqual(['charging: flat', 1, 'session', 0.5, 0.5]);
    expect(billed.total).toBeCloseTo(0.5 + 3, 9);
    expect(billed.notes).toEqual(['charging: prices of reservations are left out; the readings are of charging.']);
  });

  it('costs at least the minimum and at most the maximum, before VAT', () => {
    const tariff = { ...sessionPrice([{ prices: [energy(0.3)] }], { minPrice: 2, maxPrice: 6 }), vatPercent: 21 };
    const of = (kwh: number) => bill(tariff, session('2026-03-02T12:00', [60, kwh]));
    expect(table(of(4))).toEqual([
      ['charging: energy', 4, 'kWh', 0.3, 1.2],
      ['charging: minimum', 1, 'session', 0.8, 0.8],
      ['VAT 21 %', 2, 'EUR', 0.21, 0.42],
    ]);
    expect(of(10).total).toBeCloseTo(3 * 1.21, 9);
    expect(of(30).total).toBeCloseTo(6 * 1.21, 9);
    expect(amountOf(of(30), 'charging: maximum')).toBeCloseTo(-3, 9);
    expect(of(0).total).toBeCloseTo(2 * 1.21, 9);
  });

  it('has VAT by dimension, and its maximum takes it back in proportion', () => {
    const tariff = sessionPrice(
      [{ prices: [{ ...energy(0.3), vatPercent: 21 }, { ...time(3), vatPercent: 9 }, flat(1)] }],
      { maxPrice: 5 },
    );
    const billed = bill({ ...tariff, vatPercent: 0 }, session('2026-03-02T12:00', [120, 10]));
    // 3 + 6 + 1 = 10, twice the maximum: half of each remains. 1.5 × 0.21 + 3 × 0.09.
    expect(billed.total).toBeCloseTo(5 + 1.5 * 0.21 + 3 * 0.09, 9);
  });

  it('takes gaps between readings for time without charging, and says so', () => {
    const [first, second] = session('2026-03-02T12:00', [60, 5], [30, 0], [60, 5]).filter(
      ({ importWh }) => importWh > 0,
    );
    const billed = bill(
      sessionPrice([{ prices: [parking(2)] }]),
      [first, second].filter((interval) => interval !== undefined),
    );
    expect(billed.total).toBeCloseTo(1, 9);
    expect(billed.notes).toContain(
      'charging: between readings of the session there are gaps; they count as time without charging.',
    );
  });

  it('has no price outside of the validity of its tariff', () => {
    const ended = {
      ...sessionPrice([{ prices: [energy(0.3)] }]),
      validity: { fromMs: 'open', toMs: local(AMSTERDAM, '2026-03-02T12:30') },
    } as const;
    expect(() => bill(ended, session('2026-03-02T12:00', [60, 5]))).toThrow(NoPrice);
  });

  it('costs the same however its readings are cut', () => {
    const tariff = sessionPrice([
      {
        prices: [energy(0.2, 100), time(1, 60)],
        restrictions: { when: { hours: [{ from: '22:00', to: '06:00' }] }, energyMaxWh: 7300 },
      },
      { prices: [energy(0.5, 100), flat(1)], restrictions: { durationMinS: 4000 } },
      { prices: [energy(0.4, 100), parking(2, 300)] },
    ]);
    const whole = session('2026-03-02T21:13', [47, 6], [90, 9], [33, 0], [20, 1]);
    const total = bill(tariff, whole).total;
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 190 }), { maxLength: 12 }), (minutes) => {
        const cuts = minutes.map((minute) => (whole[0]?.startMs ?? 0) + minute * MINUTE);
        expect(bill(tariff, cutAt(whole, cuts)).total).toBeCloseTo(total, 9);
      }),
    );
  });
});

describe('sessions of a whole site', () => {
  it('are billed by clock and energy only, and the rest is named', () => {
    const tariff = sessionPrice(
      [
        { prices: [energy(0.9)], restrictions: { powerMinW: 22_000 } },
        { prices: [energy(0.2, 500)], restrictions: { when: { hours: [{ from: '22:00', to: '06:00' }] } } },
        { prices: [energy(0.4), parking(2), flat(1)] },
      ],
      { minPrice: 1 },
    );
    const night = session('2026-03-02T21:00', [120, 50]);
    const billed = bill(tariff, night, { sessions: 'omit' });
    expect(billed.total).toBeCloseTo(25 * 0.4 + 25 * 0.2, 9);
    expect(billed.notes).toEqual([
      'charging: left out, for it is of single sessions: parking, flat, prices by power, current, energy, duration or reservation, the rounding of energy to steps, the least and the most of a session.',
    ]);
  });
});

function cutAt(intervals: readonly MeteredInterval[], cutsMs: readonly number[]): MeteredInterval[] {
  return intervals.flatMap(({ startMs, endMs, importWh }) => {
    const edges = [startMs, ...cutsMs.filter((ms) => startMs < ms && ms < endMs).sort((a, b) => a - b), endMs];
    return edges.slice(1).map((toMs, index) => {
      const fromMs = edges[index] ?? startMs;
      return { startMs: fromMs, endMs: toMs, importWh: (importWh * (toMs - fromMs)) / (endMs - startMs) };
    });
  });
}
