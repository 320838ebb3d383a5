import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOneNumberAMonth,
  type MonthRead,
  monthsRemembered,
  withMeasured,
} from '../../../../src/control/history/rememberedPeaks.js';
import { bill } from '../../../../tariffs/bill/bill.js';
import { localMonths } from '../../../../tariffs/calendar.js';
import type { DemandChargeComponent, MeteredInterval, Tariff } from '../../../../tariffs/types.js';

const ZONE = 'Europe/Brussels';
const FROM_MS = Date.parse('2025-12-01T00:00:00+01:00');
const TO_MS = Date.parse('2026-05-01T00:00:00+02:00');
const MONTHS = localMonths(ZONE, FROM_MS, TO_MS);
const HALF_DAY_MS = 12 * 3_600_000;

function tariffOf(charges: readonly DemandChargeComponent[], more: Partial<Tariff> = {}): Tariff {
  return {
    currency: 'EUR',
    timeZone: ZONE,
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent: 6,
    holidays: { dates: [], yearly: [], easter: [] },
    components: charges,
    ...more,
  };
}

const CHARGE: DemandChargeComponent = {
  kind: 'demandCharge',
  id: 'peak',
  sampleMinutes: 15,
  peaks: 1,
  distinct: 'none',
  memory: { kind: 'rollingMean', months: 12 },
  floorKw: 2.5,
  price: { kind: 'perKw', per: 'year', rates: [{ pricePerKw: 48 }] },
};

const chargeArbitrary: fc.Arbitrary<DemandChargeComponent> = fc.record({
  kind: fc.constant('demandCharge' as const),
  id: fc.constant('peak'),
  sampleMinutes: fc.constantFrom(15, 60),
  peaks: fc.integer({ min: 1, max: 4 }),
  distinct: fc.constantFrom('none', 'day'),
  weights: fc.constantFrom([], [{ when: { hours: [{ from: '22:00', to: '06:00' }] }, weight: 0.5 }]),
  floorKw: fc.constantFrom(0, 3),
  memory: fc.oneof(
    fc.record({ kind: fc.constant('rollingMean' as const), months: fc.integer({ min: 1, max: 6 }) }),
    fc.record({
      kind: fc.constant('ratchet' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      months: fc.integer({ min: 1, max: 5 }),
    }),
  ),
  history: fc.constantFrom(
    [],
    [
      { month: '2025-11', peakKw: 50 },
      { month: '2026-02', peakKw: 500 },
    ],
  ),
  price: fc.constant({ kind: 'perKw', per: 'month', rates: [{ pricePerKw: 10 }] }),
});

/** Half days with a load or with none, and some of which nothing is known; their readings are of a quarter, an hour apart. */
const loadsArbitrary = fc.array(fc.oneof(fc.double({ min: 0, max: 25_000, noNaN: true }), fc.constant('unknown')), {
  minLength: 20,
  maxLength: 40,
});

function monthsRead(loads: readonly (number | string)[]): readonly MonthRead[] {
  return MONTHS.map(({ month, startMs, endMs }, index) => {
    const intervals: MeteredInterval[] = [];
    // A month in which nothing was read at all.
    for (let atMs = startMs; atMs < endMs && !(index === 1 && loads.length % 2 === 0); atMs += 3_600_000) {
      const load = loads[Math.floor((atMs - FROM_MS) / HALF_DAY_MS) % loads.length];
      const importWh = typeof load === 'number' ? load : undefined;
      if (importWh !== undefined) intervals.push({ startMs: atMs, endMs: atMs + 900_000, importWh });
    }
    return { month, startMs, endMs, intervals };
  });
}

describe('months told as one number each', () => {
  it('are billed as with all their quarters', () => {
    fc.assert(
      fc.property(chargeArbitrary, loadsArbitrary, (charge, loads) => {
        const tariff = tariffOf([charge]);
        const months = monthsRead(loads);
        const [billed] = months.slice(-1);
        if (billed === undefined) throw new Error('no month');
        const before = months.slice(0, -1).slice(-monthsRemembered([tariff]) || months.length);
        const span = { fromMs: billed.startMs, toMs: billed.endMs };
        const all = [...before.flatMap(({ intervals }) => intervals), ...billed.intervals];
        const exact = bill(tariff, all, span);
        const told = bill(withMeasured(tariff, before, new WeakMap()), billed.intervals, span);
        expect(told.total).toBeCloseTo(exact.total, 6);
        expect(told.lines.map(({ quantity }) => quantity.toFixed(6))).toEqual(
          exact.lines.map(({ quantity }) => quantity.toFixed(6)),
        );
        expect(told.peaks).toEqual(exact.peaks);
        expect(told.notes).toEqual(exact.notes);
      }),
      { numRuns: 60 },
    );
  });

  it('are worked out once for each charge', () => {
    const months = monthsRead([1_000, 2_000, 500]).slice(0, 2);
    const known = new WeakMap();
    const first = withMeasured(tariffOf([CHARGE]), months, known);
    expect(known.get(months[0]?.intervals ?? [])?.get(CHARGE)).toBe(8);
    for (const month of months) known.get(month.intervals)?.set(CHARGE, 99);
    const again = withMeasured(tariffOf([CHARGE]), months, known);
    expect(first).not.toEqual(again);
    expect(again.components[0]).toMatchObject({ history: [{ peakKw: 99 }, { peakKw: 99 }] });
  });

  it('are not enough where the tariff ranks months together, bills the one before, has versions or other months', () => {
    const months = MONTHS.map(({ month, startMs, endMs }) => ({ month, startMs, endMs }));
    const { memory: _memory, ...forgetful } = CHARGE;
    expect(isOneNumberAMonth(tariffOf([CHARGE]), months)).toBe(true);
    expect(isOneNumberAMonth(tariffOf([{ ...forgetful, overMonths: 12 }]), months)).toBe(false);
    expect(isOneNumberAMonth(tariffOf([{ ...CHARGE, memory: { kind: 'previousMonth' } }]), months)).toBe(false);
    expect(isOneNumberAMonth(tariffOf([CHARGE, { ...CHARGE, peaks: 2 }]), months)).toBe(false);
    expect(isOneNumberAMonth(tariffOf([CHARGE], { timeZone: 'Europe/London' }), months)).toBe(false);
  });

  it('are counted: how many months back a tariff looks', () => {
    const { memory: _memory, ...forgetful } = CHARGE;
    expect(monthsRemembered([])).toBe(0);
    expect(monthsRemembered([tariffOf([forgetful])])).toBe(0);
    expect(monthsRemembered([tariffOf([CHARGE]), tariffOf([])])).toBe(12);
    expect(monthsRemembered([tariffOf([{ ...forgetful, overMonths: 12 }])])).toBe(11);
    expect(monthsRemembered([tariffOf([{ ...forgetful, memory: { kind: 'previousMonth' } }])])).toBe(1);
  });
});
