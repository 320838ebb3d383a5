import { describe, expect, it } from 'vitest';
import { Evenkeel } from '../support/month/evenkeel.js';
import { heuristic, UNCONTROLLED } from '../support/month/heuristics.js';
import { type MonthOutcome, simulate } from '../support/month/simulate.js';
import { FUSE_A, worldOf } from '../support/month/world.js';

// Months of a site with fifty stations from many seeds, planned every quarter of an hour. Prints what each way to charge costs and
// delivers: the figures of docs/planning.md.

const SEEDS = Number(process.env.EVENKEEL_SEEDS ?? 6);
const FIRST = Number(process.env.EVENKEEL_SEED ?? 1);
const QUARTER_MS = 900_000;

describe('months of fifty stations', () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++)
    it(`cost least and deliver no less, with seed ${seed}`, () => {
      const world = worldOf(seed, '2026-03-01', '2026-03-31');
      const { market, fromMs } = world;
      const options = { market, fuseA: FUSE_A, fromMs, scheduleEveryMs: QUARTER_MS, looksMax: 40 };
      const others: Readonly<Record<string, MonthOutcome>> = {
        uncontrolled: simulate(world, UNCONTROLLED),
        'equal share': simulate(world, heuristic('equalShare', FUSE_A)),
        EDF: simulate(world, heuristic('edf', FUSE_A)),
      };
      const evenkeel = simulate(world, new Evenkeel(options));
      // Staff who say nothing wait too, as long as four of five of their kind stay.
      const learning = simulate(
        world,
        new Evenkeel({ ...options, defaults: { departure: 'learned', energyWh: 'learned' } }),
      );
      for (const [name, outcome] of Object.entries({
        ...others,
        Evenkeel: evenkeel,
        'with learned defaults': learning,
      }))
        console.log(describeOutcome(seed, name, outcome));
      expect(evenkeel.overFuseHours).toBe(0);
      for (const [name, outcome] of Object.entries(others)) {
        expect(evenkeel.cost, name).toBeLessThan(outcome.cost);
        expect(evenkeel.deliveredWh, name).toBeGreaterThanOrEqual(outcome.deliveredWh * (1 - 1e-4));
      }
    });
});

function describeOutcome(seed: number, name: string, outcome: MonthOutcome): string {
  const { cost, deliveredWh, wantedWh, countedPeaksKw, overFuseHours } = outcome;
  const figures = {
    seed,
    name,
    costSek: Math.round(cost),
    deliveredKwh: Math.round(deliveredWh / 100) / 10,
    wantedKwh: Math.round(wantedWh / 100) / 10,
    peaksKw: countedPeaksKw.map((kw) => Math.round(kw)),
    overFuseHours: Math.round(overFuseHours * 10) / 10,
  };
  return JSON.stringify(figures);
}
