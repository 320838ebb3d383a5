/**
 * A whole call of optimize() for 1000 cars over a day of quarter-hours, on sites of four kinds, in turn with HiGHS (compiled to
 * WebAssembly) on the same problems. Ours includes everything: checking the problem, layout, plan, certificate and reasons. HiGHS's is its
 * run() alone, of a model that stands ready: as it comes (with presolve), and with or without presolve, whichever is sooner.
 */
import { generate } from '../test/support/optimizer/generate.js';
import { loadReference } from '../test/support/optimizer/reference.js';
import {
  highsBothWays,
  loadOptimizer,
  noTime,
  QUICK,
  relativeTo,
  SITES,
  seedFrom,
  timedOften,
  warmUp,
} from './support/optimizerUnderTest.js';
import { report } from './support/report.js';
import { median, quantile } from './support/statistics.js';

const SEED = seedFrom(20_260_301);
const SESSIONS = QUICK ? 100 : 1000;
const SLOTS = 96;
/** Problems of each kind; HiGHS takes a quarter of a minute for one that is short of energy. */
const PROBLEMS = QUICK ? 2 : 5;
const PROBLEMS_SHORT = QUICK ? 1 : 3;
/** Calls per problem, of which the median counts. */
const CALLS = QUICK ? 1 : 3;
const GAP = 0.001;

interface Measured {
  readonly relaxedMs: number;
  readonly defaultMs: number;
  readonly firstMs: number;
  readonly highsMs: number;
  readonly highsBestMs: number;
  readonly relaxedGap: number;
  /** Of our plan's cost to the least possible. */
  readonly aboveOptimum: number;
  /** Of the first plan's. */
  readonly firstAboveOptimum: number;
  /** By how much our bound is above the least possible cost: never more than 0, but for rounding. */
  readonly boundAboveOptimum: number;
  readonly violations: number;
}

const optimizer = await loadOptimizer();
const reference = await loadReference();
warmUp(optimizer, reference);

for (const [name, site] of Object.entries(SITES)) {
  measure(name, SEED - 1, site);
  const problems = site.tightness === 'short' ? PROBLEMS_SHORT : PROBLEMS;
  const all = Array.from({ length: problems }, (_, index) => measure(name, SEED + index, site));
  reportAll(name, all);
}

function measure(name: string, seed: number, site: (typeof SITES)[string]): Measured {
  const problem = generate({ ...site, seed, sessions: SESSIONS, slots: SLOTS });
  const relaxed = timedOften(CALLS, () => optimizer.optimize(problem, { minimumCurrent: 'relax' }));
  const usual = timedOften(CALLS, () => optimizer.optimize(problem));
  const first = timedOften(CALLS, () => optimizer.optimize(problem, noTime()));
  const highs = isWarmUp(seed)
    ? { objective: relaxed.result.lowerBound, ms: Number.NaN, bestMs: Number.NaN }
    : highsBothWays(reference, problem);
  const violations = [
    ...optimizer.checkPlan(problem, relaxed.result, { minimumCurrent: 'relax' }),
    ...optimizer.checkPlan(problem, first.result),
    ...optimizer.checkPlan(problem, usual.result),
  ];
  for (const violation of violations.slice(0, 3)) console.error(`${name}, seed ${seed}: ${JSON.stringify(violation)}`);
  return {
    relaxedMs: relaxed.ms,
    defaultMs: usual.ms,
    firstMs: first.ms,
    highsMs: highs.ms,
    highsBestMs: highs.bestMs,
    relaxedGap: relaxed.result.relaxedGap,
    aboveOptimum: relativeTo(highs.objective, relaxed.result.cost.total),
    firstAboveOptimum: relativeTo(highs.objective, first.result.cost.total),
    boundAboveOptimum: relativeTo(highs.objective, relaxed.result.lowerBound),
    violations: violations.length,
  };
}

function isWarmUp(seed: number): boolean {
  return seed < SEED;
}

function reportAll(name: string, all: readonly Measured[]): void {
  const of = (member: keyof Measured) => all.map((one) => one[member]);
  const middle = (values: readonly number[]) => ({ p50: median(values), max: quantile(values, 1) });
  const common = { repeats: all.length, seed: SEED, scene: { sessions: SESSIONS, slots: SLOTS } };
  const speedups = all.map((one) => one.highsMs / one.relaxedMs);
  const speedupsAtBest = all.map((one) => one.highsBestMs / one.relaxedMs);
  report({
    name: `${name}: whole call, minimum current read as 0`,
    value: middle(of('relaxedMs')),
    unit: 'ms',
    peer: { name: 'HiGHS in WebAssembly, run() alone', value: middle(of('highsMs')) },
    ratio: median(all.map((one) => one.relaxedMs / one.highsMs)),
    ...common,
  });
  report({
    name: `${name}: speedup, HiGHS's time over ours`,
    value: { p50: median(speedups), min: quantile(speedups, 0) },
    unit: 'times',
    ...common,
  });
  report({
    name: `${name}: speedup, HiGHS's time at its best (presolve or not) over ours`,
    value: { p50: median(speedupsAtBest), min: quantile(speedupsAtBest, 0) },
    unit: 'times',
    ...common,
  });
  report({
    name: `${name}: whole call, as it is called by default`,
    value: middle(of('defaultMs')),
    unit: 'ms',
    ...common,
  });
  report({ name: `${name}: first plan`, value: middle(of('firstMs')), unit: 'ms', ...common });
  report({
    name: `${name}: gap to our own bound`,
    value: middle(of('relaxedGap')),
    unit: 'share of cost',
    aim: `at most ${GAP}`,
    aimMet: all.every(({ relaxedGap }) => relaxedGap <= GAP),
    ...common,
  });
  report({
    name: `${name}: cost above HiGHS's optimum`,
    value: middle(of('aboveOptimum')),
    unit: 'share of cost',
    ...common,
  });
  report({
    name: `${name}: first plan's cost above HiGHS's optimum`,
    value: middle(of('firstAboveOptimum')),
    unit: 'share of cost',
    ...common,
  });
  report({
    name: `${name}: our bound above HiGHS's optimum`,
    value: quantile(of('boundAboveOptimum'), 1),
    unit: 'share of cost',
    aim: 'at most 0, but for rounding',
    aimMet: all.every(({ boundAboveOptimum }) => boundAboveOptimum <= 1e-6),
    ...common,
  });
  const violations = of('violations').reduce((sum, count) => sum + count, 0);
  report({
    name: `${name}: rules broken`,
    value: violations,
    unit: 'violations',
    aim: '0',
    aimMet: violations === 0,
    ...common,
  });
}
