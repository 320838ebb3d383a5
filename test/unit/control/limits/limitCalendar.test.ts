import { describe, expect, it } from 'vitest';
import { limitCalendar } from '../../../../src/control/limits/limitCalendar.js';
import type { CapacityLimit } from '../../../../src/site/model.js';
import { ampere, circuitOf, HOUR_MS, NOON_MS, SiteLife, siteOf } from '../../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;

function siteWith(...limits: readonly Partial<CapacityLimit>[]) {
  const life = new SiteLife(siteOf({ timeZone: 'UTC', circuits: [circuitOf('grid', 63), circuitOf('row', 32)] }));
  limits.forEach((more, n) => {
    life.take({
      type: 'limitPut',
      limit: {
        limitId: `l${n}`,
        circuitId: 'grid',
        fromMs: NOON_MS,
        toMs: NOON_MS + HOUR_MS,
        source: 'owner',
        ...more,
      },
    });
  });
  return life.state;
}
const days = (from: number, to: number) => ({ fromMs: NOON_MS + from * DAY_MS, toMs: NOON_MS + to * DAY_MS });

describe('the calendar of limits', () => {
  it('lists each occurrence, and what each circuit comes to by all of them', () => {
    const state = siteWith(
      { limitA: ampere(40), recurrence: 'FREQ=DAILY', reason: 'lunch' },
      { limitA: ampere(50), fromMs: NOON_MS - HOUR_MS, toMs: 'open' },
      { circuitId: 'row', chargingPowerLimitW: 5_000 },
    );
    const { windows, circuits } = limitCalendar(state, days(0, 2));
    expect(windows.map(({ limitId, fromMs, untilMs }) => [limitId, fromMs, untilMs])).toEqual([
      ['l1', NOON_MS - HOUR_MS, null],
      ['l0', NOON_MS, NOON_MS + HOUR_MS],
      ['l2', NOON_MS, NOON_MS + HOUR_MS],
      ['l0', NOON_MS + DAY_MS, NOON_MS + DAY_MS + HOUR_MS],
    ]);
    expect(windows[1]).toMatchObject({ circuitId: 'grid', limitA: ampere(40), reason: 'lunch', source: 'owner' });
    expect(circuits.map(({ id, intervals }) => [id, intervals])).toEqual([
      [
        'grid',
        [
          { fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS, limitA: ampere(40) },
          { fromMs: NOON_MS + HOUR_MS, toMs: NOON_MS + DAY_MS, limitA: ampere(50) },
          { fromMs: NOON_MS + DAY_MS, toMs: NOON_MS + DAY_MS + HOUR_MS, limitA: ampere(40) },
          { fromMs: NOON_MS + DAY_MS + HOUR_MS, toMs: NOON_MS + 2 * DAY_MS, limitA: ampere(50) },
        ],
      ],
      [
        'row',
        [
          { fromMs: NOON_MS, toMs: NOON_MS + HOUR_MS, limitA: ampere(32), chargingPowerLimitW: 5_000 },
          { fromMs: NOON_MS + HOUR_MS, toMs: NOON_MS + 2 * DAY_MS, limitA: ampere(32) },
        ],
      ],
    ]);
  });

  it('covers the span without gaps, and neighbours differ', () => {
    const state = siteWith(
      { limitA: ampere(40), recurrence: 'FREQ=HOURLY;INTERVAL=5' },
      { powerLimitW: 9_000, recurrence: 'FREQ=WEEKLY;BYDAY=MO,WE', toMs: NOON_MS + 7 * HOUR_MS },
      { limitA: ampere(99), recurrence: 'FREQ=DAILY' },
    );
    const { intervals = [] } = limitCalendar(state, days(0, 30)).circuits[0] ?? {};
    expect(intervals[0]?.fromMs).toBe(NOON_MS);
    expect(intervals.at(-1)?.toMs).toBe(NOON_MS + 30 * DAY_MS);
    intervals.slice(1).forEach(({ fromMs, toMs: _toMs, ...limits }, index) => {
      const { fromMs: _before, toMs, ...earlier } = intervals[index] ?? { fromMs: 0, toMs: 0 };
      expect(toMs).toBe(fromMs);
      expect(limits).not.toEqual(earlier);
    });
  });

  it('holds a year of daily limits, and is refused where it would leave some out', () => {
    const daily = { limitA: ampere(40), recurrence: 'FREQ=DAILY' };
    expect(limitCalendar(siteWith(daily, daily, daily), days(0, 400)).windows).toHaveLength(1_200);
    for (const limits of [
      Array.from({ length: 6 }, () => daily),
      [{ ...daily, recurrence: 'FREQ=HOURLY' }],
      [{ ...daily, recurrence: 'FREQ=MINUTELY;INTERVAL=15', toMs: NOON_MS + 1_000 }],
    ])
      expect(() => limitCalendar(siteWith(...limits), days(0, 400))).toThrow(/windows lie in this span/);
  });
});
