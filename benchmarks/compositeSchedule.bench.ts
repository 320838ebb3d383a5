/**
 * Composite schedules of a day per second, for sets of profiles like those that stations hold; beside it the brute force that the tests
 * compare with, which looks at each second by itself. Then what it takes to bring 288 periods down to a station's 24, and the energy
 * that is given up for it: of plans by the optimizer and by fair shares, each car's limits as they would be sent; beside it a greedy
 * merge of neighbours.
 */
import { optimize, shareFairly } from '../optimizer/index.js';
import { compositeSchedule, compressSchedule, type LimitSchedule, offeredHours } from '../src/profiles/index.js';
import { generate } from '../test/support/optimizer/generate.js';
import { naiveSeconds } from '../test/support/profiles/naiveComposite.js';
import { SITES, seedFrom, timed } from './support/optimizerUnderTest.js';
import {
  failsafeAndPlan,
  fiveStacked,
  greedilyCompressed,
  type ProfileScene,
  planShaped,
} from './support/profileScene.js';
import { report } from './support/report.js';
import { median, quantile, seededRandom } from './support/statistics.js';

const SEED = seedFrom(20_260_114);
const REPEATS = 15;
/** Of each repeat, so that the clock's resolution does not matter. */
const COMPOSITES = 500;
const SLOTS = 288;
const CARS = 60;
const PERIODS_MAX = 24;
/** A pilot offers 6 A or nothing (IEC 61851-1). */
const LEAST_USABLE_A = 6;
const AIM_MS = 5;

for (const scene of [failsafeAndPlan(), fiveStacked()]) composites(scene);
for (const [name, schedules] of schedulesToCompress()) compression(name, schedules);

function composites({ name, input, naive }: ProfileScene): void {
  mustAgree(input, naive);
  const ours: number[] = [];
  const bruteForce: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const { ms } = timed(() => {
      for (let count = 0; count < COMPOSITES; count++) compositeSchedule(input);
    });
    ours.push((COMPOSITES * 1000) / ms);
    bruteForce.push(1000 / timed(() => naiveSeconds(naive)).ms);
  }
  report({
    name: `compositeSchedule, a day: ${name}`,
    value: median(ours),
    unit: 'composite schedules per second',
    peer: { name: 'second by second', value: median(bruteForce) },
    ratio: median(ours.map((perSecond, index) => perSecond / (bruteForce[index] ?? Number.NaN))),
    repeats: REPEATS,
    seed: SEED,
    scene: {
      ocppVersion: input.ocppVersion,
      profiles: input.profiles.length,
      periods: compositeSchedule(input).periods.length,
    },
  });
}

/** It would be of no use to be fast at something else. */
function mustAgree(input: ProfileScene['input'], naive: ProfileScene['naive']): void {
  const { periods } = compositeSchedule(input);
  const agrees = naiveSeconds(naive).every(({ limit }, second) => {
    const ours = periods.findLast(({ startPeriodS }) => startPeriodS <= second)?.limit;
    return ours === limit;
  });
  if (!agrees) throw new Error('the brute force says something else');
}

function schedulesToCompress(): readonly (readonly [string, readonly LimitSchedule[]])[] {
  const { kind, tightness, depth } = SITES['workplace, tight, mixed phases'] ?? {
    kind: 'workplace',
    tightness: 'tight',
    depth: 3,
  };
  const problem = generate({ seed: SEED, kind, tightness, depth, sessions: CARS, slots: SLOTS });
  const shaped = (currentA: readonly (readonly number[])[]) =>
    currentA.map((row) => planShaped(problem.boundariesMs, row));
  const random = seededRandom(SEED);
  const noise = Array.from({ length: CARS }, () => Array.from({ length: SLOTS }, () => 6 + random() * 26));
  return [
    ['plans of the optimizer', shaped(optimize(problem).currentA)],
    ['fair shares', shaped(shareFairly(problem).currentA)],
    ['noise, the worst that can come', shaped(noise)],
  ];
}

function compression(name: string, schedules: readonly LimitSchedule[]): void {
  const options = { maxPeriods: PERIODS_MAX, leastUsable: LEAST_USABLE_A };
  const compress = (schedule: LimitSchedule) => compressSchedule(schedule, options);
  schedules.map(compress);
  const times = schedules.map((schedule) =>
    median(Array.from({ length: 5 }, () => timed(() => compress(schedule)).ms)),
  );
  const scene = {
    cars: schedules.length,
    from: SLOTS,
    to: PERIODS_MAX,
    changesBefore: median(schedules.map(changesOf)),
    changesBeforeMost: Math.max(...schedules.map(changesOf)),
  };
  const common = { repeats: schedules.length, seed: SEED, scene };
  const value = { median: median(times), p95: quantile(times, 0.95), worst: Math.max(...times) };
  const aim = { aim: `median under ${AIM_MS} ms`, aimMet: value.median < AIM_MS };
  report({ name: `compressSchedule, 288 to 24: ${name}`, value, unit: 'ms', ...aim, ...common });
  const greedy = (schedule: LimitSchedule) => greedilyCompressed(schedule, PERIODS_MAX);
  report({
    name: `compressSchedule, energy given up: ${name}`,
    value: lossOf(schedules, compress),
    unit: 'share of the energy offered',
    peer: { name: 'greedy merge', value: lossOf(schedules, greedy) },
    ...common,
  });
}

function changesOf({ periods }: LimitSchedule): number {
  return periods.filter(({ limit }, index) => limit !== periods[index - 1]?.limit).length;
}

/** Of all cars together, and of the car that loses most. */
function lossOf(schedules: readonly LimitSchedule[], compress: (schedule: LimitSchedule) => LimitSchedule) {
  const before = schedules.map((schedule) => offeredHours(schedule, LEAST_USABLE_A));
  const after = schedules.map((schedule) => offeredHours(compress(schedule), LEAST_USABLE_A));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const losses = before.map((energy, index) => (energy === 0 ? 0 : 1 - (after[index] ?? 0) / energy));
  return { all: 1 - sum(after) / sum(before), worstCar: Math.max(...losses) };
}
