import { beforeAll, describe, expect, it } from 'vitest';
import { Evenkeel } from '../support/month/evenkeel.js';
import { heuristic, UNCONTROLLED } from '../support/month/heuristics.js';
import { type Controller, type MonthOutcome, simulate } from '../support/month/simulate.js';
import { FUSE_A, worldOf } from '../support/month/world.js';

// A month of a site with fifty stations, a building, quarter-hourly prices that are known a day ahead, and a grid tariff with an
// effekttariff: March 2026 in Stockholm, with the change to summer time. Depot vans, staff and guests; some say all, some nothing,
// and some stay too short for what they want. (The long run has more months, and plans every quarter of an hour.)

const HOUR_MS = 3_600_000;
/** A watt-hour for each car. */
const ROUNDING_WH = 1_000;

describe('a month of fifty stations', () => {
  const world = worldOf(1, '2026-03-01', '2026-03-31');
  const options = { market: world.market, fuseA: FUSE_A, fromMs: world.fromMs, scheduleEveryMs: HOUR_MS, looksMax: 20 };
  const ways: Readonly<Record<string, Controller>> = {
    uncontrolled: UNCONTROLLED,
    equalShare: heuristic('equalShare', FUSE_A),
    edf: heuristic('edf', FUSE_A),
  };
  let others: Readonly<Record<string, MonthOutcome>> = {};
  let evenkeel: MonthOutcome;

  beforeAll(() => {
    others = Object.fromEntries(Object.entries(ways).map(([name, way]) => [name, simulate(world, way)]));
    evenkeel = simulate(world, new Evenkeel(options));
  }, 300_000);

  it('has cars that come too short whatever is done, and a fuse that binds', () => {
    const { uncontrolled, edf } = others;
    expect(world.stays.length).toBeGreaterThan(900);
    expect(uncontrolled?.deliveredWh).toBeLessThan(0.995 * (uncontrolled?.wantedWh ?? 0));
    expect(uncontrolled?.overFuseHours).toBeGreaterThan(20);
    expect(edf?.peakA).toBeGreaterThan(FUSE_A - 2);
  });

  it('is within its fuse', () => {
    expect(evenkeel.overFuseHours).toBe(0);
    expect(evenkeel.peakA).toBeLessThanOrEqual(FUSE_A + 1e-6);
  });

  it('delivers as much by departure as any other way to charge, also as one without a fuse', () => {
    for (const [name, outcome] of Object.entries(others))
      expect(evenkeel.deliveredWh, name).toBeGreaterThanOrEqual(outcome.deliveredWh - ROUNDING_WH);
  });

  it('costs least: a quarter less than the best of them', () => {
    for (const [name, outcome] of Object.entries(others)) expect(evenkeel.cost, name).toBeLessThan(0.78 * outcome.cost);
    const highestKw = (outcome: MonthOutcome) => Math.max(...outcome.countedPeaksKw);
    expect(highestKw(evenkeel)).toBeLessThan(0.7 * Math.min(...Object.values(others).map(highestKw)));
  });

  it('bills to the last watt-hour what was drawn', () => {
    for (const outcome of [...Object.values(others), evenkeel]) {
      const carsWh = outcome.records.reduce((sum, record) => sum + record.carsWh, 0);
      expect(carsWh).toBeCloseTo(outcome.deliveredWh, 3);
    }
  });
});
