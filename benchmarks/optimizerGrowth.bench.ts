/**
 * How the time of a whole call grows with the number of cars, up to 5000, and HiGHS's as far as it is bearable. The exponent is that of
 * the power of the number of cars that fits best. EVENKEEL_PLOT=FILE.svg draws it.
 */
import { writeFileSync } from 'node:fs';
import { generate } from '../test/support/optimizer/generate.js';
import { loadReference } from '../test/support/optimizer/reference.js';
import { highsBothWays, loadOptimizer, QUICK, seedFrom, timedOften, warmUp } from './support/optimizerUnderTest.js';
import { logLogPlot, type Point, powerFit } from './support/powerPlot.js';
import { report } from './support/report.js';
import { median } from './support/statistics.js';

const SEED = seedFrom(20_260_305);
const SLOTS = 96;
const SIZES = QUICK ? [50, 100, 200] : [100, 200, 500, 1000, 2000, 5000];
const HIGHS_UP_TO = QUICK ? 100 : 1000;
const PROBLEMS = QUICK ? 1 : 3;
/** Per problem, of which the median counts; one where it takes seconds. */
const callsFor = (sessions: number) => (QUICK || sessions > 1000 ? 1 : 3);
const SITE = { kind: 'workplace', tightness: 'tight', depth: 3 } as const;

const optimizer = await loadOptimizer();
const reference = await loadReference();
warmUp(optimizer, reference);

const relaxed: Point[] = [];
const usual: Point[] = [];
const highs: Point[] = [];
for (const sessions of SIZES) {
  const problems = Array.from({ length: PROBLEMS }, (_, index) =>
    generate({ ...SITE, seed: SEED + index, sessions, slots: SLOTS }),
  );
  const medianMs = (run: (problem: (typeof problems)[number]) => unknown) =>
    median(problems.map((problem) => timedOften(callsFor(sessions), () => run(problem)).ms));
  relaxed.push({ size: sessions, ms: medianMs((problem) => optimizer.optimize(problem, { minimumCurrent: 'relax' })) });
  usual.push({ size: sessions, ms: medianMs((problem) => optimizer.optimize(problem)) });
  if (sessions > HIGHS_UP_TO) continue;
  highs.push({ size: sessions, ms: median(problems.map((problem) => highsBothWays(reference, problem).ms)) });
}

const LINES = [
  { name: 'whole call, minimum current read as 0', points: relaxed },
  { name: 'whole call, as it is called by default', points: usual },
  { name: 'HiGHS in WebAssembly, run() alone', points: highs },
];
for (const { name, points } of LINES) {
  const common = { repeats: PROBLEMS, seed: SEED, scene: { slots: SLOTS, site: 'workplace, tight, mixed phases' } };
  report({
    name: `${name}, by number of cars`,
    value: Object.fromEntries(points.map(({ size, ms }) => [String(size), ms])),
    unit: 'ms',
    ...common,
  });
  report({
    name: `${name}: grows with the power of the number of cars`,
    value: powerFit(points).exponent,
    unit: 'exponent',
    ...common,
  });
}

const file = process.env.EVENKEEL_PLOT;
if (file !== undefined) {
  const title = `Planning time for a day of ${SLOTS} slots, by number of cars (workplace, tight, mixed phases)`;
  writeFileSync(file, logLogPlot({ title, lines: LINES }));
}
