import { beforeAll, describe, expect, it } from 'vitest';
import { Evenkeel } from './evenkeel.js';
import { heuristic, UNCONTROLLED } from './heuristics.js';
import { type Controller, type MonthOutcome, simulate } from './simulate.js';
import { FUSE_A, worldOf } from './world.js';

const HOUR_MS = 3_600_000;
/** A watt-hour for each car. */
const ROUNDING_WH = 1_000;

export interface MonthSpan {
  readonly name: string;
  /** As worldOf takes them. */
  readonly from: string;
  readonly to: string;
  /** Fewer would mean little. */
  readonly staysMin: number;
  /** Of the lowest of the peaks of the other ways; the first days, of which nothing was learned, weigh more in a few. */
  readonly peakShareMax: number;
}

/** What has to hold of a site's charging over so many days, planned by the hour, against other ways to charge. */
export function describeMonth({ name, from, to, staysMin, peakShareMax }: MonthSpan): void {
  describe(name, () => {
    const world = worldOf(1, from, to);
    const options = {
      market: world.market,
      fuseA: FUSE_A,
      fromMs: world.fromMs,
      scheduleEveryMs: HOUR_MS,
      looksMax: 20,
    };
    const ways: Readonly<Record<string, Controller>> = {
      uncontrolled: UNCONTROLLED,
      equalShare: heuristic('equalShare', FUSE_A),
      edf: heuristic('edf', FUSE_A),
    };
    let others: Readonly<Record<string, MonthOutcome>> = {};
    let evenkeel: MonthOutcome;

    beforeAll(() => {
      others = Object.fromEntries(Object.entries(ways).map(([way, controller]) => [way, simulate(world, controller)]));
      evenkeel = simulate(world, new Evenkeel(options));
    }, 300_000);

    it('has cars that come too short whatever is done, and a fuse that binds', () => {
      const { uncontrolled, edf } = others;
      expect(world.stays.length).toBeGreaterThan(staysMin);
      expect(uncontrolled?.deliveredWh).toBeLessThan(0.995 * (uncontrolled?.wantedWh ?? 0));
      expect(uncontrolled?.overFuseHours).toBeGreaterThan(20);
      expect(edf?.peakA).toBeGreaterThan(FUSE_A - 2);
    });

    it('is within its fuse', () => {
      expect(evenkeel.overFuseHours).toBe(0);
      expect(evenkeel.peakA).toBeLessThanOrEqual(FUSE_A + 1e-6);
    });

    it('delivers as much by departure as any other way to charge, also as one without a fuse', () => {
      for (const [way, outcome] of Object.entries(others))
        expect(evenkeel.deliveredWh, way).toBeGreaterThanOrEqual(outcome.deliveredWh - ROUNDING_WH);
    });

    it('costs least: a quarter less than the best of them', () => {
      for (const [way, outcome] of Object.entries(others)) expect(evenkeel.cost, way).toBeLessThan(0.78 * outcome.cost);
      const highestKw = (outcome: MonthOutcome) => Math.max(...outcome.countedPeaksKw);
      expect(highestKw(evenkeel)).toBeLessThan(peakShareMax * Math.min(...Object.values(others).map(highestKw)));
    });

    it('bills to the last watt-hour what was drawn', () => {
      for (const outcome of [...Object.values(others), evenkeel]) {
        const carsWh = outcome.records.reduce((sum, record) => sum + record.carsWh, 0);
        expect(carsWh).toBeCloseTo(outcome.deliveredWh, 3);
      }
    });
  });
}
