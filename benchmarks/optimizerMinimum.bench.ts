/**
 * What it costs that a car takes at least 6 A or nothing. On large sites the plan is compared with the optimum of the problem without
 * minimum, which no plan can beat; on small ones also with HiGHS's best semi-continuous plan, for which it has a minute. And how often
 * the plan switches a car on or off.
 */
import { generate } from '../test/support/optimizer/generate.js';
import { loadReference } from '../test/support/optimizer/reference.js';
import {
  loadOptimizer,
  QUICK,
  relativeTo,
  SITES,
  seedFrom,
  switchingsPerCar,
  timed,
  warmUp,
} from './support/optimizerUnderTest.js';
import { report } from './support/report.js';
import { median, quantile } from './support/statistics.js';

const SEED = seedFrom(20_260_303);
const SLOTS = 96;
const LARGE = QUICK ? [200] : [200, 500];
const LARGE_PROBLEMS = QUICK ? 1 : 5;
/** Few problems where HiGHS mostly needs all of its time. */
const SMALL: readonly { readonly sessions: number; readonly problems: number }[] = QUICK
  ? [{ sessions: 10, problems: 1 }]
  : [
      { sessions: 10, problems: 5 },
      { sessions: 20, problems: 3 },
      { sessions: 50, problems: 2 },
    ];
const SMALL_SITES = ['workplace, tight, mixed phases', 'workplace, short of energy, mixed phases'];
const HIGHS_LIMIT_MS = QUICK ? 3_000 : 60_000;
const HIGHS_GAP = 1e-4;

const optimizer = await loadOptimizer();
const reference = await loadReference();
warmUp(optimizer);

for (const name of Object.keys(SITES)) {
  for (const sessions of LARGE) reportLarge(name, sessions);
}
for (const name of SMALL_SITES) {
  for (const { sessions, problems } of SMALL) reportSmall(name, sessions, problems);
}

function problemOf(name: string, sessions: number, seed: number) {
  const site = SITES[name];
  if (site === undefined) throw new Error(`there is no site called ${name}`);
  return generate({ ...site, seed, sessions, slots: SLOTS });
}

function planFor(name: string, sessions: number, seed: number) {
  const problem = problemOf(name, sessions, seed);
  const { result: plan, ms } = timed(() => optimizer.optimize(problem));
  const violations = optimizer.checkPlan(problem, plan);
  if (violations.length > 0) console.error(`${name}, ${sessions} cars, seed ${seed}: ${JSON.stringify(violations[0])}`);
  return { problem, plan, ms, violations: violations.length };
}

function reportLarge(name: string, sessions: number): void {
  const all = Array.from({ length: LARGE_PROBLEMS }, (_, index) => {
    const { problem, plan, ms, violations } = planFor(name, sessions, SEED + index);
    const { objective } = reference.solve(problem, { presolve: 'off' });
    return {
      loss: relativeTo(objective, plan.cost.total),
      gap: plan.gap,
      ms,
      switchings: switchingsPerCar(plan),
      violations,
    };
  });
  const common = { repeats: all.length, seed: SEED, scene: { sessions, slots: SLOTS } };
  const violations = all.reduce((sum, one) => sum + one.violations, 0);
  report({
    name: `${name}, ${sessions} cars: cost above the optimum without minimum`,
    value: middle(all.map(({ loss }) => loss)),
    unit: 'share of cost',
    ...common,
  });
  report({
    name: `${name}, ${sessions} cars: gap to our own bound`,
    value: middle(all.map(({ gap }) => gap)),
    unit: 'share of cost',
    aim: 'no rule broken',
    aimMet: violations === 0,
    ...common,
  });
  report({
    name: `${name}, ${sessions} cars: whole call`,
    value: middle(all.map(({ ms }) => ms)),
    unit: 'ms',
    ...common,
  });
  reportSwitchings(
    `${name}, ${sessions} cars`,
    all.flatMap(({ switchings }) => switchings),
    common,
  );
}

function reportSmall(name: string, sessions: number, problems: number): void {
  const all = Array.from({ length: problems }, (_, index) => {
    const { problem, plan, ms } = planFor(name, sessions, SEED + index);
    const exact = reference.solve(problem, {
      minimumCurrent: 'respect',
      timeLimitMs: HIGHS_LIMIT_MS,
      gap: HIGHS_GAP,
    });
    const relaxed = reference.solve(problem);
    return {
      ms,
      highsMs: exact.runMs,
      /** Less than nothing where HiGHS ran out of time with a dearer plan than ours. */
      aboveBest: relativeTo(exact.objective, plan.cost.total),
      aboveBound: relativeTo(exact.lowerBound, plan.cost.total),
      highsGap: relativeTo(exact.lowerBound, exact.objective),
      bestAboveRelaxed: relativeTo(relaxed.objective, exact.objective),
      switchings: switchingsPerCar(plan),
    };
  });
  const scene = { sessions, slots: SLOTS, highsLimitMs: HIGHS_LIMIT_MS };
  const common = { repeats: all.length, seed: SEED, scene };
  const label = `${name}, ${sessions} cars`;
  const of = (member: 'aboveBest' | 'aboveBound' | 'highsGap' | 'bestAboveRelaxed' | 'ms' | 'highsMs') =>
    middle(all.map((one) => one[member]));
  const shares = { unit: 'share of cost', ...common };
  report({ name: `${label}: cost above HiGHS's best semi-continuous plan`, value: of('aboveBest'), ...shares });
  report({
    name: `${label}: cost above HiGHS's semi-continuous bound`,
    value: of('aboveBound'),
    peer: { name: "HiGHS's own best plan", value: of('highsGap') },
    ...shares,
  });
  report({
    name: `${label}: HiGHS's best above the optimum without minimum`,
    value: of('bestAboveRelaxed'),
    ...shares,
  });
  report({
    name: `${label}: whole call`,
    value: of('ms'),
    unit: 'ms',
    peer: { name: 'HiGHS in WebAssembly, semi-continuous, run() alone', value: of('highsMs') },
    ratio: median(all.map(({ ms, highsMs }) => ms / highsMs)),
    ...common,
  });
  reportSwitchings(
    label,
    all.flatMap(({ switchings }) => switchings),
    common,
  );
}

function reportSwitchings(
  label: string,
  switchings: readonly number[],
  common: {
    readonly repeats: number;
    readonly seed: number;
    readonly scene: Readonly<Record<string, number | string>>;
  },
): void {
  const mean = switchings.reduce((sum, count) => sum + count, 0) / switchings.length;
  const value = { mean, p50: median(switchings), p95: quantile(switchings, 0.95), max: quantile(switchings, 1) };
  report({ name: `${label}: on or off, per car and day`, value, unit: 'switchings', ...common });
}

function middle(values: readonly number[]) {
  return { p50: median(values), max: quantile(values, 1) };
}
