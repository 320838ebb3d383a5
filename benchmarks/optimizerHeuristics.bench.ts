/**
 * What planning is worth: our plan against what sites do without one. Earliest departure first, least laxity first, round robin and
 * equal share know the cars that are there, not those to come, and look at no price; we are told of both, as a site with bookings or
 * habits is. All keep every limit and the minimum current.
 */
import { generate } from '../test/support/optimizer/generate.js';
import { type Heuristic, runHeuristic } from '../test/support/optimizer/heuristics.js';
import { loadOptimizer, QUICK, SITES, seedFrom, warmUp } from './support/optimizerUnderTest.js';
import { report } from './support/report.js';
import { median } from './support/statistics.js';

const SEED = seedFrom(20_260_304);
const SESSIONS = QUICK ? 40 : 200;
const SLOTS = 96;
const PROBLEMS = QUICK ? 2 : 9;
const HEURISTICS: readonly Heuristic[] = ['edf', 'llf', 'roundRobin', 'equalShare'];

type Planner = Heuristic | 'ours';

interface Outcome {
  readonly cost: number;
  readonly deliveredShare: number;
  readonly pricePerKwh: number;
}

const optimizer = await loadOptimizer();
warmUp(optimizer);

for (const [name, site] of Object.entries(SITES)) {
  const all = Array.from({ length: PROBLEMS }, (_, index) => compare({ ...site, seed: SEED + index }));
  const medians = (value: (outcomes: Record<Planner, Outcome>, planner: Planner) => number) =>
    Object.fromEntries(
      (['ours', ...HEURISTICS] as const).map((planner) => [
        planner,
        median(all.map((outcomes) => value(outcomes, planner))),
      ]),
    );
  const common = { repeats: PROBLEMS, seed: SEED, scene: { sessions: SESSIONS, slots: SLOTS } };
  report({
    name: `${name}: energy there by departure`,
    value: medians((outcomes, planner) => outcomes[planner].deliveredShare),
    unit: 'share of energy wanted',
    ...common,
  });
  report({
    name: `${name}: cost over ours, shortfall at its price`,
    value: medians((outcomes, planner) => outcomes[planner].cost / outcomes.ours.cost),
    unit: 'times',
    ...common,
  });
  report({
    name: `${name}: paid for energy`,
    value: medians((outcomes, planner) => outcomes[planner].pricePerKwh),
    unit: 'per kWh delivered',
    ...common,
  });
}

function compare(options: (typeof SITES)[string] & { readonly seed: number }): Record<Planner, Outcome> {
  const problem = generate({ ...options, sessions: SESSIONS, slots: SLOTS });
  const wantedWh = problem.sessions.reduce((wh, { energyWh }) => wh + energyWh, 0);
  const outcome = (cost: { readonly total: number; readonly energy: number }, deliveredShare: number) => ({
    cost: cost.total,
    deliveredShare,
    pricePerKwh: cost.energy / ((deliveredShare * wantedWh) / 1000),
  });
  const plan = optimizer.optimize(problem);
  const deliveredWh = plan.energyWh.reduce((wh, energyWh) => wh + energyWh, 0);
  const heuristic = (kind: Heuristic) => {
    const { cost, deliveredShare } = runHeuristic(problem, kind, 'respect');
    return outcome(cost, deliveredShare);
  };
  return {
    ours: outcome(plan.cost, deliveredWh / wantedWh),
    edf: heuristic('edf'),
    llf: heuristic('llf'),
    roundRobin: heuristic('roundRobin'),
    equalShare: heuristic('equalShare'),
  };
}
