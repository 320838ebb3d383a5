import { describe, expect, it } from 'vitest';
import { expandLimits, OCCURRENCES_MAX, recursTooOften } from '../../../src/plan/limitWindows.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { ampere, HOUR_MS, MINUTE_MS, NOON_MS } from '../../support/builders.js';

const ZONE = 'Europe/Stockholm';
const DAY_MS = 24 * HOUR_MS;

const limitOf = (more: Partial<CapacityLimit>): CapacityLimit => ({
  limitId: 'l',
  circuitId: 'grid',
  limitA: ampere(30),
  fromMs: NOON_MS,
  toMs: NOON_MS + HOUR_MS,
  source: 'owner',
  ...more,
});
const windows = (limit: CapacityLimit, fromMs: number, toMs: number) =>
  expandLimits([limit], ZONE, fromMs, toMs).map((window) => [window.fromMs, window.toMs]);
const local = (ms: number) =>
  new Date(ms).toLocaleString('sv-SE', { timeZone: ZONE, timeStyle: 'short', dateStyle: 'short' });

describe('temporary limits', () => {
  it('hold where they overlap the time looked at, their end excluded', () => {
    expect(windows(limitOf({}), NOON_MS - 1, NOON_MS)).toEqual([]);
    expect(windows(limitOf({}), NOON_MS, NOON_MS + 1)).toEqual([[NOON_MS, NOON_MS + HOUR_MS]]);
    expect(windows(limitOf({}), NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS)).toEqual([]);
    expect(windows(limitOf({ toMs: 'open' }), NOON_MS + DAY_MS, NOON_MS + 2 * DAY_MS)).toEqual([[NOON_MS, 'open']]);
  });
});

describe('recurring limits', () => {
  it('stay at their local time over both changes of daylight saving', () => {
    for (const [firstDay, change] of [
      [Date.UTC(2026, 2, 27, 16), '2026-03-29'],
      [Date.UTC(2026, 9, 23, 15), '2026-10-25'],
    ] as const) {
      const limit = limitOf({ fromMs: firstDay, toMs: firstDay + 4 * HOUR_MS, recurrence: 'RRULE:FREQ=DAILY' });
      const found = windows(limit, firstDay, firstDay + 3.5 * DAY_MS);
      expect(found.map(([fromMs]) => local(Number(fromMs)).slice(11))).toEqual(['17:00', '17:00', '17:00', '17:00']);
      expect(found.map(([fromMs]) => local(Number(fromMs)).slice(0, 10))).toContain(change);
      for (const [fromMs, toMs] of found) expect(Number(toMs) - Number(fromMs)).toBe(4 * HOUR_MS);
    }
  });

  it('count from their first occurrence on, and not before it', () => {
    expect(windows(limitOf({ recurrence: 'FREQ=DAILY' }), NOON_MS - 3 * DAY_MS, NOON_MS)).toEqual([]);
  });

  it('hold while an occurrence that began earlier still runs', () => {
    const limit = limitOf({ toMs: NOON_MS + 20 * HOUR_MS, recurrence: 'FREQ=WEEKLY' });
    const atMs = NOON_MS + 7 * DAY_MS + 19 * HOUR_MS;
    expect(windows(limit, atMs, atMs + 1)).toHaveLength(1);
  });

  it('keep to the days of the week', () => {
    const limit = limitOf({ recurrence: 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR' });
    const days = windows(limit, NOON_MS, NOON_MS + 14 * DAY_MS).map(([fromMs]) => new Date(Number(fromMs)).getUTCDay());
    expect(days).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
  });

  it('never lift what they stand for: one that recurs too often is taken to hold without a break', () => {
    for (const recurrence of ['FREQ=SECONDLY', 'FREQ=SECONDLY;INTERVAL=20', 'FREQ=MINUTELY;COUNT=90000']) {
      const limit = limitOf({ toMs: NOON_MS + 5_000, recurrence });
      const fromMs = NOON_MS + 30 * DAY_MS;
      const found = expandLimits([limit], ZONE, fromMs, fromMs + 2 * DAY_MS);
      expect(found.length).toBeLessThanOrEqual(OCCURRENCES_MAX + 1);
      expect(found.at(-1)?.toMs).toBe(fromMs + 2 * DAY_MS);
    }
  });

  it('are known to recur too often, so that they can be refused', () => {
    const often = (recurrence: string) => recursTooOften(limitOf({ recurrence }), ZONE);
    expect(['FREQ=SECONDLY', 'FREQ=MINUTELY', 'FREQ=HOURLY;COUNT=90000'].map(often)).toEqual([true, true, true]);
    expect(['FREQ=DAILY', 'FREQ=HOURLY', 'FREQ=MINUTELY;INTERVAL=15', 'FREQ=DAILY;COUNT=30'].map(often)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('of minutes hold in each of them', () => {
    const limit = limitOf({ toMs: NOON_MS + MINUTE_MS, recurrence: 'FREQ=HOURLY' });
    expect(windows(limit, NOON_MS, NOON_MS + 3 * HOUR_MS)).toHaveLength(3);
  });
});
