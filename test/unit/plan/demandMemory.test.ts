import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { monthStartMs, peaksOfMonth, rememberedMonths, withPeaks } from '../../../src/plan/demandMemory.js';
import { demandOutlook, type MeteredInterval, type Tariff } from '../../../tariffs/index.js';
import type { DemandChargeComponent } from '../../../tariffs/types.js';
import { HOUR_MS, MINUTE_MS } from '../../support/builders.js';

const ZONE = 'Europe/Brussels';
const at = (iso: string) => DateTime.fromISO(iso, { zone: ZONE }).toMillis();

function tariffOf(more: Partial<DemandChargeComponent>): Tariff {
  return {
    currency: 'EUR',
    timeZone: ZONE,
    validity: { fromMs: 'open', toMs: 'open' },
    vatPercent: 0,
    holidays: { dates: [], yearly: [], easter: [] },
    components: [
      { id: 'transfer', kind: 'energyFee', pricePerKwh: 0.1 },
      {
        id: 'capacity',
        kind: 'demandCharge',
        sampleMinutes: 15,
        peaks: 1,
        distinct: 'none',
        price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 4 }] },
        ...more,
      },
    ],
  };
}

/** Every quarter of some days of a month at 2 kW, and one of them at its own. */
function quarters(from: string, days: number, peaks: Readonly<Record<string, number>>): MeteredInterval[] {
  const kwAt = new Map(Object.entries(peaks).map(([iso, kw]) => [at(iso), kw]));
  return Array.from({ length: days * 96 }, (_, quarter) => {
    const startMs = at(from) + quarter * 15 * MINUTE_MS;
    return { startMs, endMs: startMs + 15 * MINUTE_MS, importWh: (kwAt.get(startMs) ?? 2) * 250 };
  });
}

const months = (tariff: Tariff, nowMs: number) => rememberedMonths(tariff, nowMs).map(({ month }) => month);

describe('the months that a demand charge looks back to', () => {
  const nowMs = at('2026-03-15T12:00');

  it('are none without memory, and as many as there is memory of', () => {
    expect(months(tariffOf({}), nowMs)).toEqual([]);
    expect(months(tariffOf({ memory: { kind: 'previousMonth' } }), nowMs)).toEqual(['2026-02']);
    expect(months(tariffOf({ memory: { kind: 'rollingMean', months: 4 } }), nowMs)).toEqual([
      '2025-12',
      '2026-01',
      '2026-02',
    ]);
    const ratchet = months(tariffOf({ memory: { kind: 'ratchet', share: 0.8, months: 11 } }), nowMs);
    expect([ratchet.length, ratchet[0], ratchet.at(-1)]).toEqual([11, '2025-04', '2026-02']);
    expect(months(tariffOf({ overMonths: 12, peaks: 5, distinct: 'week' }), nowMs)).toHaveLength(11);
  });

  it('are whole months of the zone of the tariff', () => {
    const [february] = rememberedMonths(tariffOf({ memory: { kind: 'previousMonth' } }), at('2026-03-01T00:00'));
    expect(february).toMatchObject({ startMs: at('2026-02-01T00:00'), endMs: at('2026-03-01T00:00') });
    expect(monthStartMs(tariffOf({}), at('2026-03-01T00:30'))).toBe(at('2026-03-01T00:00'));
  });
});

describe('the peaks of a month that is over', () => {
  const february = { month: '2026-02', startMs: at('2026-02-01T00:00'), endMs: at('2026-03-01T00:00') };
  const ratchet = { kind: 'ratchet', share: 0.8, months: 11 } as const;

  it('are those that count, before floor and memory', () => {
    const readings = quarters('2026-02-01T00:00', 28, { '2026-02-03T17:00': 40, '2026-02-17T08:15': 60 });
    const single = peaksOfMonth(tariffOf({ memory: ratchet, floorKw: 100 }), february, readings);
    expect(single.get('capacity')).toEqual([{ month: '2026-02', peakKw: 60 }]);
    const threeDays = tariffOf({ peaks: 2, distinct: 'day', overMonths: 12 });
    expect(
      peaksOfMonth(threeDays, february, readings)
        .get('capacity')
        ?.map(({ peakKw }) => peakKw),
    ).toEqual([60, 40]);
    expect(peaksOfMonth(tariffOf({}), february, []).size).toBe(0);
  });

  it('stand for its readings: the outlook is the same with them as with all of these', () => {
    const nowMs = at('2026-03-10T12:00');
    const boundariesMs = Array.from({ length: 25 }, (_, hour) => nowMs + hour * HOUR_MS);
    const past = quarters('2026-02-01T00:00', 28, { '2026-02-03T17:00': 40, '2026-02-17T08:15': 60 });
    const now = quarters('2026-03-01T00:00', 9, { '2026-03-04T17:00': 30 });
    for (const more of [
      { memory: ratchet },
      { memory: { kind: 'rollingMean', months: 12 }, floorKw: 2.5 },
      { memory: { kind: 'previousMonth' } },
      { peaks: 5, distinct: 'week', overMonths: 12 },
    ] as const) {
      const tariff = tariffOf(more);
      const condensed = withPeaks(tariff, peaksOfMonth(tariff, february, past));
      expect(demandOutlook(condensed, now, boundariesMs)).toEqual(
        demandOutlook(tariff, [...past, ...now], boundariesMs),
      );
    }
  });

  it('take the place of what the tariff says of that month, and of no other', () => {
    const history = [
      { month: '2026-01', peakKw: 55 },
      { month: '2026-02', peakKw: 99 },
    ];
    const tariff = tariffOf({ memory: ratchet, history });
    const [, capacity] = withPeaks(tariff, new Map([['capacity', [{ month: '2026-02', peakKw: 60 }]]])).components;
    expect(capacity).toMatchObject({
      history: [
        { month: '2026-01', peakKw: 55 },
        { month: '2026-02', peakKw: 60 },
      ],
    });
    expect(withPeaks(tariff, new Map())).toBe(tariff);
  });
});
