import { describe, expect, it } from 'vitest';
import { failsafeWarnings } from '../../../src/plan/failsafeWarnings.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { ampere, circuitOf, HOUR_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;

/** Four stations on L1 with 6 A each, 5,520 W together. */
const fourOnL1 = (more: Parameters<typeof siteOf>[0] = {}) =>
  new SiteLife(siteOf({ stations: ['A', 'B', 'C', 'D'].map((id) => stationOf(id, { phases: ['L1'] })), ...more }));

const limitOf = (more: Partial<CapacityLimit>): CapacityLimit => ({
  limitId: 'l',
  circuitId: 'grid',
  fromMs: NOON_MS,
  toMs: NOON_MS + HOUR_MS,
  source: 'owner',
  ...more,
});
const warnings = (life: SiteLife, ...limits: readonly Partial<CapacityLimit>[]) =>
  failsafeWarnings(life.state, limits.map(limitOf), life.nowMs);

describe('the warnings about new limits', () => {
  it('name circuit, phase, sum and what is left; of several limits at one place the lowest', () => {
    expect(warnings(fourOnL1(), { limitA: ampere(20) }, { limitA: ampere(10) }, { limitA: ampere(15) })).toEqual([
      { circuitId: 'grid', phase: 'L1', failsafeSumA: 24, limitA: 10 },
    ]);
    expect(warnings(fourOnL1(), { limitA: ampere(24) })).toEqual([]);
  });

  it('are of power too, the building taken off only where it counts', () => {
    const life = fourOnL1({ circuits: [circuitOf('grid', 63, { baseLoadMaxA: ampere(2) })] });
    // 2 A on three phases are 1,380 W.
    expect(warnings(life, { powerLimitW: 6_000 })).toEqual([{ circuitId: 'grid', failsafeSumW: 5_520, limitW: 4_620 }]);
    expect(warnings(life, { chargingPowerLimitW: 6_000 })).toEqual([]);
    expect(warnings(life, { chargingPowerLimitW: 4_200 })).toEqual([
      { circuitId: 'grid', failsafeSumW: 5_520, limitW: 4_200 },
    ]);
    expect(warnings(life, { powerLimitW: 0 })).toEqual([{ circuitId: 'grid', failsafeSumW: 5_520, limitW: 0 }]);
  });

  it('come of a dimming that leaves less than the failsafes take', () => {
    const life = new SiteLife(siteOf({ stations: ['A', 'B', 'C'].map((id) => stationOf(id)) }));
    // Three points keep 10.5 kW; three times 6 A of three phases are 12.42 kW.
    expect(warnings(life, { section14a: { mode: 'ems' } })).toEqual([
      { circuitId: 'grid', failsafeSumW: 12_420, limitW: 10_500 },
    ]);
  });

  it('come however far ahead a limit begins, and however seldom it recurs', () => {
    const far = { limitA: ampere(10), fromMs: NOON_MS + 300 * DAY_MS, toMs: NOON_MS + 301 * DAY_MS };
    expect(warnings(fourOnL1(), far)).toHaveLength(1);
    expect(warnings(fourOnL1(), { limitA: ampere(10), recurrence: 'FREQ=YEARLY;BYMONTH=1' })).toHaveLength(1);
  });

  it('do not come of a limit that is over', () => {
    const life = fourOnL1().wait(2 * HOUR_MS);
    expect(warnings(life, { limitA: ampere(10) })).toEqual([]);
    expect(warnings(life, { limitA: ampere(10), recurrence: 'FREQ=DAILY' })).toHaveLength(1);
  });

  it('are of what stations fall to in the hours that the limit meets', () => {
    const night = { from: '22:00', to: '06:00', limitA: 16 } as const;
    const stations = ['A', 'B'].map((id) => stationOf(id, { phases: ['L1'], failsafeHours: [night] }));
    const life = new SiteLife(siteOf({ stations }));
    // Noon in UTC is 13:00 in Stockholm.
    expect(warnings(life, { limitA: ampere(12) })).toEqual([]);
    const evening = { fromMs: NOON_MS + 7 * HOUR_MS, toMs: NOON_MS + 10 * HOUR_MS };
    const found = [{ circuitId: 'grid', phase: 'L1', failsafeSumA: 32, limitA: 12 }];
    expect(warnings(life, { limitA: ampere(12), ...evening })).toEqual(found);
    expect(warnings(life, { limitA: ampere(12), ...evening, recurrence: 'FREQ=DAILY' })).toEqual(found);
    expect(warnings(life, { limitA: ampere(12), recurrence: 'FREQ=DAILY' })).toEqual([]);
    expect(warnings(life, { limitA: ampere(12), toMs: 'open' })).toEqual(found);
    const seldom = { fromMs: NOON_MS - 40 * DAY_MS, toMs: NOON_MS - 40 * DAY_MS + HOUR_MS, recurrence: 'FREQ=YEARLY' };
    expect(warnings(life, { limitA: ampere(12), ...seldom })).toEqual(found);
  });
});
