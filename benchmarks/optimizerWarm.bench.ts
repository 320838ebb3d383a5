/**
 * Planning again after something changed, for 1000 cars over a day of quarter-hours: a car arrives, the building's meter moves, the
 * grid connection drops by a fifth for four hours. We are given our last plan, HiGHS keeps its model and basis; its time is run()
 * alone. The changes follow one another, as they would at a site.
 */
import type { ChargingPlan, ChargingProblem } from '../optimizer/index.js';
import { normal } from '../test/support/optimizer/distributions.js';
import { generate } from '../test/support/optimizer/generate.js';
import { loadReference } from '../test/support/optimizer/reference.js';
import { SeededRandom } from '../test/support/seededRandom.js';
import { loadOptimizer, QUICK, relativeTo, SITES, seedFrom, timed, warmUp } from './support/optimizerUnderTest.js';
import { report } from './support/report.js';
import { withoutCars, withRootLimits } from './support/siteChanges.js';
import { median, quantile } from './support/statistics.js';

const SEED = seedFrom(20_260_302);
const SESSIONS = QUICK ? 80 : 1000;
const SLOTS = 96;
const SCENES = ['workplace, tight, mixed phases', 'overnight, loose, mixed phases', 'depot, tight, all three-phase'];
const ARRIVALS = QUICK ? 3 : 20;
const DROPS = QUICK ? 1 : 5;
/** The meter moves by so much of the limit, and is expected to come back within some hours. */
const METER_DEVIATION = 0.03;
const METER_DECAY_SLOTS = 8;
const DROP = { factor: 0.8, slots: SLOTS / 6 };
const GAP = 0.001;

const CHANGES = ['a car arrives', 'the meter moves', 'a fifth less for four hours', 'all of it again'] as const;

interface Step {
  readonly change: (typeof CHANGES)[number];
  readonly problem: ChargingProblem;
}

interface Measured {
  readonly change: Step['change'];
  readonly ms: number;
  readonly highsMs: number;
  readonly relaxedGap: number;
  readonly aboveOptimum: number;
  readonly violations: number;
}

const optimizer = await loadOptimizer();
const reference = await loadReference();
warmUp(optimizer, reference);

for (const name of SCENES) {
  const { before, steps } = story(name);
  const measured = follow(name, before, steps);
  for (const change of CHANGES)
    reportChange(
      name,
      measured.filter((one) => one.change === change),
    );
}

/** Everything that happens, drawn beforehand: HiGHS must know which rows can ever bind. */
function story(name: string): { readonly before: ChargingProblem; readonly steps: readonly Step[] } {
  const site = SITES[name];
  if (site === undefined) throw new Error(`there is no site called ${name}`);
  const whole = generate({ ...site, seed: SEED, sessions: SESSIONS, slots: SLOTS });
  const random = new SeededRandom(SEED);
  const away = new Set<number>();
  while (away.size < ARRIVALS) away.add(random.integer(0, SESSIONS - 1));
  const before = withoutCars(whole, away);
  const steps: Step[] = [];
  for (const car of [...away]) {
    away.delete(car);
    steps.push({ change: 'a car arrives', problem: withoutCars(whole, away) });
    const jump = { L1: normal(random), L2: normal(random), L3: normal(random) };
    const moved = withRootLimits(
      withoutCars(whole, away),
      (phase, slot) => 1 + METER_DEVIATION * jump[phase] * Math.exp(-slot / METER_DECAY_SLOTS),
    );
    steps.push({ change: 'the meter moves', problem: moved });
  }
  for (let drop = 0; drop < DROPS; drop++) {
    const dropped = withRootLimits(whole, (_, slot) => (slot < DROP.slots ? DROP.factor : 1));
    steps.push({ change: 'a fifth less for four hours', problem: dropped });
    steps.push({ change: 'all of it again', problem: whole });
  }
  return { before, steps };
}

function follow(name: string, before: ChargingProblem, steps: readonly Step[]): readonly Measured[] {
  const model = reference.open(
    before,
    steps.map(({ problem }) => problem),
    { presolve: 'off' },
  );
  try {
    model.solve();
    let previous: ChargingPlan = optimizer.optimize(before, { minimumCurrent: 'relax' });
    return steps.map(({ change, problem }) => {
      const { result: plan, ms } = timed(() => optimizer.optimize(problem, { minimumCurrent: 'relax', previous }));
      previous = plan;
      model.change(problem);
      const highs = model.solve();
      const violations = optimizer.checkPlan(problem, plan, { minimumCurrent: 'relax' });
      if (violations.length > 0) console.error(`${name}, ${change}: ${JSON.stringify(violations[0])}`);
      return {
        change,
        ms,
        highsMs: highs.runMs,
        relaxedGap: plan.relaxedGap,
        aboveOptimum: relativeTo(highs.objective, plan.cost.total),
        violations: violations.length,
      };
    });
  } finally {
    model.dispose();
  }
}

function reportChange(name: string, all: readonly Measured[]): void {
  const of = (member: 'ms' | 'highsMs' | 'relaxedGap' | 'aboveOptimum') => all.map((one) => one[member]);
  const quantiles = (values: readonly number[]) => ({
    p50: median(values),
    p90: quantile(values, 0.9),
    max: quantile(values, 1),
  });
  const change = all[0]?.change ?? 'nothing happens';
  const common = { repeats: all.length, seed: SEED, scene: { sessions: SESSIONS, slots: SLOTS } };
  const speedups = all.map(({ ms, highsMs }) => highsMs / ms);
  report({
    name: `${name}, ${change}: whole call with the last plan`,
    value: quantiles(of('ms')),
    unit: 'ms',
    peer: { name: 'HiGHS in WebAssembly with a kept basis, run() alone', value: quantiles(of('highsMs')) },
    ratio: median(all.map(({ ms, highsMs }) => ms / highsMs)),
    ...common,
  });
  report({
    name: `${name}, ${change}: speedup, HiGHS's time over ours`,
    value: { p50: median(speedups), p10: quantile(speedups, 0.1) },
    unit: 'times',
    ...common,
  });
  const violations = all.reduce((sum, one) => sum + one.violations, 0);
  report({
    name: `${name}, ${change}: gap to our own bound`,
    value: quantiles(of('relaxedGap')),
    unit: 'share of cost',
    aim: `at most ${GAP}, and no rule broken`,
    aimMet: violations === 0 && all.every(({ relaxedGap }) => relaxedGap <= GAP),
    ...common,
  });
  report({
    name: `${name}, ${change}: cost above HiGHS's optimum`,
    value: quantiles(of('aboveOptimum')),
    unit: 'share of cost',
    ...common,
  });
}
