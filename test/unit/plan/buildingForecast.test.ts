import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  BUILDING_HISTORY_MS,
  type BuildingHistory,
  type BuildingNow,
  buildingHistory,
  forecastCircuit,
  NO_HISTORY,
} from '../../../src/plan/buildingForecast.js';
import { QUARTER_MS, type QuarterRecord } from '../../../src/site/history.js';
import { ampere, HOUR_MS } from '../../support/builders.js';

const STOCKHOLM = 'Europe/Stockholm';
const WEEK_MS = 7 * 24 * HOUR_MS;

const at = (iso: string, zone = STOCKHOLM) => DateTime.fromISO(iso, { zone }).toMillis();
const record = (startMs: number, currentA: number, circuitId = 'grid'): QuarterRecord => ({
  startMs,
  importWh: 0,
  exportWh: 0,
  carsWh: 0,
  meteredMs: QUARTER_MS,
  buildingA: { [circuitId]: ampere(currentA) },
});
const fresh = (currentA: number): BuildingNow => ({ currentA: ampere(currentA), meter: 'fresh' });

/** Every quarter of a span, at what the local clock gives. */
function records(
  fromMs: number,
  toMs: number,
  loadA: (local: DateTime, week: number) => number | undefined,
  zone = STOCKHOLM,
): QuarterRecord[] {
  const list: QuarterRecord[] = [];
  for (let ms = fromMs; ms < toMs; ms += QUARTER_MS) {
    const currentA = loadA(DateTime.fromMillis(ms, { zone }), Math.floor((ms - fromMs) / WEEK_MS));
    if (currentA !== undefined) list.push(record(ms, currentA));
  }
  return list;
}

const slotsFrom = (nowMs: number, hours: number) =>
  Array.from({ length: hours * 4 + 1 }, (_, index) => nowMs + index * QUARTER_MS);

function forecast(history: BuildingHistory, now: BuildingNow, boundariesMs: readonly number[]) {
  const { usualA, cautiousA } = forecastCircuit(history, 'grid', { now, boundariesMs });
  return { usual: usualA.L1, cautious: cautiousA.L1 };
}

describe('the forecast of a building', () => {
  const nowMs = at('2026-03-03T06:00'); // A Tuesday.
  const office = (local: DateTime) => (local.weekday <= 5 && local.hour >= 7 && local.hour < 18 ? 30 : 8);

  it('has the usual of the same weekday and quarter of the local day, once what is now is two hours old', () => {
    const history = buildingHistory(records(nowMs - 8 * WEEK_MS, nowMs, office), { timeZone: STOCKHOLM, nowMs });
    const { usual } = forecast(history, fresh(8), slotsFrom(nowMs, 24));
    for (const [slot, currentA] of usual.entries()) {
      const local = DateTime.fromMillis(nowMs + slot * QUARTER_MS, { zone: STOCKHOLM });
      expect(currentA, local.toISO() ?? '').toBe(office(local));
    }
  });

  it('is the median for what is likely, and four fifths of the way up for what room is left', () => {
    // Weeks of 10, 11 … 17 A.
    const history = buildingHistory(
      records(nowMs - 8 * WEEK_MS, nowMs, (_, week) => 10 + week),
      { timeZone: STOCKHOLM, nowMs },
    );
    const { usual, cautious } = forecast(history, fresh(13.5), slotsFrom(nowMs, 24));
    expect(usual.at(-1)).toBeCloseTo(13.5, 9);
    expect(cautious.at(-1)).toBeCloseTo(10 + 7 * 0.8, 9);
    // Now it is measured, and nothing needs to be left free.
    expect(cautious[0]).toBe(13.5);
    expect(cautious[4]).toBeCloseTo(13.5 + (15.6 - 13.5) / 2, 9);
  });

  it('takes what is unusual now to be over in two hours, and keeps the shape of the day meanwhile', () => {
    const morningMs = at('2026-03-03T06:45');
    const history = buildingHistory(records(morningMs - 8 * WEEK_MS, morningMs, office), {
      timeZone: STOCKHOLM,
      nowMs: morningMs,
    });
    // 4 A more than the usual 8; at 7 the office opens.
    const { usual } = forecast(history, fresh(12), slotsFrom(morningMs, 3));
    expect(usual[0]).toBe(12);
    // Never more than was seen.
    expect(usual[1]).toBe(30);
    const low = forecast(history, fresh(4), slotsFrom(morningMs, 3)).usual;
    expect(low.slice(0, 3)).toEqual([4, 30 - 4 * (7 / 8), 30 - 4 * (6 / 8)]);
    expect(low[8]).toBe(30);
  });

  it('takes all workdays, or all of the weekend, where the weekday has fewer than three samples, then all days', () => {
    const sparse = (days: readonly number[]) =>
      buildingHistory(
        records(nowMs - 2 * WEEK_MS, nowMs, (local) => (days.includes(local.weekday) ? local.weekday : undefined)),
        { timeZone: STOCKHOLM, nowMs },
      );
    // Two samples each of Monday (1), Tuesday (2) and Saturday (6).
    const noonTuesday = slotsFrom(nowMs, 8).length - 2;
    const { usual, cautious } = forecast(sparse([1, 2, 6]), fresh(1.5), slotsFrom(nowMs, 8));
    expect(usual[noonTuesday]).toBe(1.5);
    expect(cautious[noonTuesday]).toBe(2);
    // No workday has any: all days.
    expect(forecast(sparse([6, 7]), fresh(6.5), slotsFrom(nowMs, 8)).usual[noonTuesday]).toBe(6.5);
  });

  it('stays as it is now where nothing is known of the circuit, or too little', () => {
    expect(forecast(NO_HISTORY, fresh(7), slotsFrom(nowMs, 24)).usual).toEqual(new Array(96).fill(7));
    const one = buildingHistory([record(nowMs - WEEK_MS, 20)], { timeZone: STOCKHOLM, nowMs });
    expect(forecast(one, fresh(7), slotsFrom(nowMs, 24)).cautious).toEqual(new Array(96).fill(7));
  });

  it('leaves a circuit whose meter is silent no more room than at its worst, and counts on the usual for what it costs', () => {
    const history = buildingHistory(records(nowMs - 8 * WEEK_MS, nowMs, office), { timeZone: STOCKHOLM, nowMs });
    const silent = { currentA: ampere(20), meter: 'stale' } as const;
    const { usual, cautious } = forecast(history, silent, slotsFrom(nowMs, 24));
    expect([usual[0], usual[12]]).toEqual([8, 30]);
    expect([cautious[0], cautious[12]]).toEqual([20, 30]);
    const unmetered = forecast(NO_HISTORY, { currentA: ampere(20), meter: 'none' }, slotsFrom(nowMs, 1));
    expect(unmetered).toEqual({ usual: [0, 0, 0, 0], cautious: [20, 20, 20, 20] });
  });

  it('learns only from whole quarters of the last eight weeks, and from no broken number', () => {
    const old = records(nowMs - 12 * WEEK_MS, nowMs - 8 * WEEK_MS, () => 60);
    const running = record(nowMs - 5 * 60_000, 60);
    const broken = records(nowMs - 4 * WEEK_MS, nowMs - 3 * WEEK_MS, () => Number.NaN);
    const good = records(nowMs - 8 * WEEK_MS, nowMs - 4 * WEEK_MS, () => 9);
    const history = buildingHistory([...old, running, ...broken, ...good], { timeZone: STOCKHOLM, nowMs });
    const { cautious } = forecast(history, fresh(9), slotsFrom(nowMs, 24));
    expect(new Set(cautious)).toEqual(new Set([9]));
    expect(BUILDING_HISTORY_MS).toBe(8 * WEEK_MS);
  });

  for (const [change, monday] of [
    ['begins', '2026-03-30T00:00'],
    ['ends', '2026-10-26T00:00'],
  ] as const) {
    it(`keeps to the wall clock where summer time ${change}`, () => {
      const sundayMs = at(monday) - 26 * HOUR_MS;
      const daily = (local: DateTime) => local.hour * 4 + Math.floor(local.minute / 15);
      const history = buildingHistory(records(sundayMs - 8 * WEEK_MS, sundayMs, daily), {
        timeZone: STOCKHOLM,
        nowMs: sundayMs,
      });
      const boundaries = slotsFrom(sundayMs, 48);
      const { usual } = forecast(history, fresh(daily(DateTime.fromMillis(sundayMs, { zone: STOCKHOLM }))), boundaries);
      for (const [slot, currentA] of usual.entries())
        expect(currentA).toBeCloseTo(daily(DateTime.fromMillis(boundaries[slot] ?? 0, { zone: STOCKHOLM })), 9);
    });
  }

  it('knows zones that are 45 minutes off', () => {
    const zone = 'Asia/Kathmandu';
    const startMs = at('2026-03-03T06:00', zone);
    const daily = (local: DateTime) => (local.hour === 7 ? 25 : 5);
    const history = buildingHistory(records(startMs - 8 * WEEK_MS, startMs, daily, zone), {
      timeZone: zone,
      nowMs: startMs,
    });
    const { usual } = forecast(history, fresh(5), slotsFrom(startMs, 3));
    expect(usual).toEqual([5, 5, 5, 5, 25, 25, 25, 25, 5, 5, 5, 5]);
  });

  it('is never outside of what was seen, now included, and never cautious below what is likely', () => {
    const load = fc.double({ min: 0, max: 80, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ quartersAgo: fc.integer({ min: 1, max: 5_376 }), currentA: load }), { maxLength: 400 }),
        load,
        (seen, nowA) => {
          const list = seen.map(({ quartersAgo, currentA }) => record(nowMs - quartersAgo * QUARTER_MS, currentA));
          const history = buildingHistory(list, { timeZone: STOCKHOLM, nowMs });
          const { usual, cautious } = forecast(history, fresh(nowA), slotsFrom(nowMs, 26));
          const all = [nowA, ...seen.map(({ currentA }) => currentA)];
          const [least, most] = [Math.min(...all), Math.max(...all)];
          expect([usual[0], cautious[0]]).toEqual([nowA, nowA]);
          for (const [slot, usualA] of usual.entries()) {
            expect(usualA).toBeGreaterThanOrEqual(least - 1e-9);
            expect(cautious[slot]).toBeGreaterThanOrEqual(usualA - 1e-9);
            expect(cautious[slot]).toBeLessThanOrEqual(most + 1e-9);
          }
        },
      ),
    );
  });
});
