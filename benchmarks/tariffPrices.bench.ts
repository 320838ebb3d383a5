/**
 * The all-in price of two years of quarter hours: a supplier's quarter-hour series with markup and tax over a grid company's seasons.
 * Beside it, in the same run: a plain loop that asks luxon for the local time of each quarter, and one pass over as many numbers,
 * which nothing can beat. Then 10,000 tariffs: read from their JSON documents, kept, and priced for a day each.
 */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DateTime } from 'luxon';
import { parseTariff, pricesAt, printTariff, type Tariff } from '../tariffs/index.js';
import { report } from './support/report.js';
import { median, seededRandom } from './support/statistics.js';
import { gridTariff, spotTariff } from './support/tariffScene.js';

const SEED = 20_260_401;
const REPEATS = 15;
const QUARTER_MS = 900_000;
const YEARS_QUARTERS = 70_080;
const WEEK_QUARTERS = 672;
const TARIFFS = 10_000;
/** Local midnight of 1 January 2025 in Stockholm. */
const FROM_MS = Date.UTC(2024, 11, 31, 23);
const HOLIDAYS = new Set(
  '2025-01-01 2025-01-06 2025-04-18 2025-04-20 2025-04-21 2025-05-01 2025-05-29 2025-06-06 2025-06-08 2025-12-25 2025-12-26 2026-01-01 2026-01-06 2026-04-03 2026-04-05 2026-04-06 2026-05-01 2026-05-14 2026-05-24 2026-06-06 2026-12-25 2026-12-26'.split(
    ' ',
  ),
);

const DAY_BOUNDARIES_MS = Array.from({ length: 97 }, (_, quarter) => FROM_MS + quarter * QUARTER_MS);

const collectGarbage = garbageCollector();
twoYears();
manyTariffs();

function twoYears(): void {
  const supplier = spotTariff(FROM_MS, YEARS_QUARTERS, seededRandom(SEED));
  const grid = gridTariff({ withDemandCharge: true, highPricePerKwh: 0.62 });
  const boundariesMs = Array.from({ length: YEARS_QUARTERS + 1 }, (_, quarter) => FROM_MS + quarter * QUARTER_MS);
  const spot = spotPrices(supplier);
  const numbers = Float64Array.from(spot);
  mustAgree(pricesAt([supplier, grid], boundariesMs), luxonLoop(spot, boundariesMs));

  const ours: number[] = [];
  const cpu: number[] = [];
  const byLuxon: number[] = [];
  const onePass: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const startedCpu = process.cpuUsage();
    ours.push(timed(() => pricesAt([supplier, grid], boundariesMs)));
    const { user, system } = process.cpuUsage(startedCpu);
    cpu.push((user + system) / 1000);
    byLuxon.push(timed(() => luxonLoop(spot, boundariesMs)));
    onePass.push(timed(() => sumOf(numbers)));
  }
  const scene = { quarters: YEARS_QUARTERS, tariffs: 2, currency: 'SEK', zone: 'Europe/Stockholm' };
  // The processor's time is that of all threads, the garbage collector's too: what it takes whoever else uses the machine.
  const value = { median: median(ours), best: Math.min(...ours), cpuMedian: median(cpu) };
  const name = 'pricesAt: two years of quarter hours, two tariffs';
  const common = {
    name,
    value,
    unit: 'ms',
    aim: 'well under 50 ms of CPU: at most 25',
    aimMet: value.cpuMedian <= 25,
    repeats: REPEATS,
    seed: SEED,
    scene,
  };
  report({
    ...common,
    peer: { name: 'a loop that asks luxon for each local time', value: median(byLuxon) },
    ratio: ratioOf(ours, byLuxon),
  });
  report({
    ...common,
    peer: { name: 'one pass over a Float64Array of that length', value: median(onePass) },
    ratio: ratioOf(ours, onePass),
  });
}

function manyTariffs(): void {
  const texts = documents();
  const rounds = 5;
  const reading: number[] = [];
  const parsing: number[] = [];
  const pricing: number[] = [];
  let kept: Tariff[] = [];
  for (let round = 0; round < rounds; round++) {
    kept = [];
    reading.push(timed(() => (kept = texts.map((text) => parseTariff(text, 'evenkeel')))));
    parsing.push(timed(() => texts.map((text) => JSON.parse(text) as unknown)));
    pricing.push(timed(() => kept.map((tariff) => pricesAt(tariff, DAY_BOUNDARIES_MS))));
  }
  kept = [];
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const scene = {
    tariffs: TARIFFS,
    megabytesOfJson: characters / 1e6,
    mix: 'a third each: time of use, the same with demand charge, 7 days of quarter hours',
  };
  const common = { repeats: rounds, seed: SEED, scene };
  report({
    name: '10,000 tariffs: read and checked from JSON text',
    value: median(reading),
    unit: 'ms',
    peer: { name: 'JSON.parse alone', value: median(parsing) },
    ratio: ratioOf(reading, parsing),
    ...common,
  });
  report({
    name: '10,000 tariffs: pricesAt, the 96 quarter hours of a day of each',
    value: median(pricing),
    unit: 'ms',
    ...common,
  });
  if (collectGarbage === undefined) return;
  report({
    name: '10,000 tariffs: memory of each, kept as read',
    value: bytesKept(() => texts.map((text) => parseTariff(text, 'evenkeel'))) / TARIFFS,
    unit: 'bytes of heap',
    peer: {
      name: 'JSON.parse alone',
      value: bytesKept(() => texts.map((text) => JSON.parse(text) as unknown)) / TARIFFS,
    },
    ...common,
    repeats: 1,
  });
}

function documents(): string[] {
  const random = seededRandom(SEED);
  return Array.from({ length: TARIFFS }, (_, index) => {
    const highPricePerKwh = Math.round(random() * 1_000) / 1_000;
    if (index % 3 === 2) return JSON.stringify(printTariff(spotTariff(FROM_MS, WEEK_QUARTERS, random)));
    return JSON.stringify(printTariff(gridTariff({ withDemandCharge: index % 3 === 1, highPricePerKwh })));
  });
}

/** What one would write at first: the local time of each quarter, then its price. */
function luxonLoop(spot: readonly number[], boundariesMs: readonly number[]): number[] {
  return spot.map((published, quarter) => {
    const local = DateTime.fromMillis(boundariesMs[quarter] ?? 0, { zone: 'Europe/Stockholm' });
    const isWinter = local.month >= 11 || local.month <= 3;
    const isByDay = local.hour >= 6 && local.hour < 22;
    const isHigh = isWinter && isByDay && local.weekday <= 5 && !HOLIDAYS.has(local.toISODate() ?? '');
    return (published + 0.08 + 0.439 + (isHigh ? 0.62 : 0.178)) * 1.25;
  });
}

function spotPrices({ components }: Tariff): readonly number[] {
  const [series] = components;
  return series?.kind === 'priceSeries' ? (series.prices[0]?.pricesPerKwh ?? []) : [];
}

/** A benchmark of wrong prices is worth nothing. */
function mustAgree(ours: readonly number[], theirs: readonly number[]): void {
  const slot = ours.findIndex((price, index) => !(Math.abs(price - (theirs[index] ?? Number.NaN)) < 1e-9));
  if (slot !== -1) throw new Error(`quarter ${slot}: ${ours[slot]} here, ${theirs[slot]} by the plain loop`);
}

/** Answers what it summed, so that the work can't be left out. */
function sumOf(numbers: Float64Array): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function timed(run: () => unknown): number {
  const startedMs = performance.now();
  run();
  return performance.now() - startedMs;
}

function ratioOf(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((ms, repeat) => ms / (theirs[repeat] ?? Number.NaN)));
}

function bytesKept(make: () => unknown[]): number {
  collectGarbage?.();
  const before = process.memoryUsage().heapUsed;
  const kept = make();
  collectGarbage?.();
  const after = process.memoryUsage().heapUsed;
  return kept.length === 0 ? 0 : after - before;
}

/** The collector itself, which is only there behind a flag. */
function garbageCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => collect() : undefined;
}
