/**
 * One pass of the hand-out for a large site: what it takes to find what may leave safely, where nothing is to be sent, every station is
 * to be lowered, every one is to be raised, and a tenth of them change. Warm, what is known of each EVSE's future is remembered from
 * the pass before, as in the service while nothing new is learned of it; cold, it is all worked out anew.
 *
 * Beside it the physical limit: every cell of the ledger (EVSE, circuit and phase above it, instant) read once; and what it takes to
 * write the messages that result as JSON.
 */
import { createDrawMemory } from '../src/handout/drawOverTime.js';
import { type HandOutResult, handOut } from '../src/handout/handOut.js';
import { type Ledger, openLedger } from '../src/handout/ledger.js';
import { type HandOutScene, handOutScenes, purposesOf } from './support/handOutScene.js';
import { timed } from './support/optimizerUnderTest.js';
import { report } from './support/report.js';
import { median, quantile } from './support/statistics.js';

const STATIONS = 1_000;
const CHANGES = 100;
const REPEATS = 25;
const WARM_UPS = 20;
/** So often each time, so that it takes about as long as a pass and is held up by others as often. */
const CELL_READS = 25;

for (const scene of handOutScenes(STATIONS, CHANGES)) passes(scene);

function passes({ name, input, expected }: HandOutScene): void {
  const memory = createDrawMemory();
  const warm = () => handOut({ ...input, memory });
  const result = warm();
  mustBe(result, expected);
  const ledger = ledgerOf(input);
  for (let count = 0; count < WARM_UPS; count++) warm();
  const warmMs: number[] = [];
  const cpuMs: number[] = [];
  const coldMs: number[] = [];
  const cellsMs: number[] = [];
  const jsonMs: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const startedCpu = process.cpuUsage();
    warmMs.push(timed(warm).ms);
    const { user, system } = process.cpuUsage(startedCpu);
    cpuMs.push((user + system) / 1000);
    coldMs.push(timed(() => handOut(input)).ms);
    cellsMs.push(timed(() => cellsReadOften(ledger)).ms / CELL_READS);
    jsonMs.push(timed(() => result.actions.map((action) => JSON.stringify(action))).ms);
  }
  const actions = result.actions.length;
  const common = {
    repeats: REPEATS,
    // Nothing here is drawn at random.
    seed: 0,
    scene: {
      stations: STATIONS,
      circuits: input.state.site.circuits.length,
      rows: ledger.rows.length,
      instants: ledger.timesMs.length,
      cells: ledger.evses.reduce((sum, { shares }) => sum + shares.length, 0) * ledger.timesMs.length,
      actions,
    },
  };
  report({
    name: `handOut, a pass: ${name}`,
    // The processor's time is that of all threads, the garbage collector's too: what it takes whoever else uses the machine.
    value: {
      median: median(warmMs),
      best: Math.min(...warmMs),
      p95: quantile(warmMs, 0.95),
      cpuMedian: median(cpuMs),
      coldMedian: median(coldMs),
    },
    unit: 'ms',
    peer: { name: 'every cell of the ledger read once', value: median(cellsMs) },
    ratio: medianRatio(warmMs, cellsMs),
    ...common,
  });
  const perSecond = { passes: 1000 / median(warmMs), decisions: (actions * 1000) / median(warmMs) };
  const json = { name: 'the same messages written as JSON', value: (actions * 1000) / median(jsonMs) };
  report({
    name: `handOut, per second: ${name}`,
    value: perSecond,
    unit: 'per second',
    ...(actions === 0 ? {} : { peer: json, ratio: medianRatio(jsonMs, warmMs) }),
    ...common,
  });
}

function mustBe({ actions }: HandOutResult, expected: HandOutScene['expected']): void {
  const seen = purposesOf(actions);
  if (actions.length !== expected.lower + expected.raise || seen.lower !== expected.lower)
    throw new Error(`${actions.length} messages of which ${seen.lower} lower: not what the scene is about`);
}

/** The ledger that the pass opens: of the instants that a plan adds, those of its sessions and failsafes. */
function ledgerOf({ state, windows, plan, nowMs }: HandOutScene['input']): Ledger {
  const limits = [...plan.sessions.map(({ desired }) => desired), ...plan.failsafes.values()];
  const times = limits.flatMap(({ steps }) => steps.map(({ fromMs }) => fromMs));
  return openLedger(state, windows, nowMs, times);
}

function cellsReadOften(ledger: Ledger): number {
  let sum = 0;
  for (let count = 0; count < CELL_READS; count++) sum += cellsRead(ledger);
  return sum;
}

/** Answers something that depends on each cell, so that none can be left out. */
function cellsRead({ evses, timesMs }: Ledger): number {
  const count = timesMs.length;
  let room = Number.POSITIVE_INFINITY;
  for (const { mayA, shares } of evses) {
    for (const { row, perAmpere } of shares) {
      const { capacity, reserved } = row;
      for (let k = 0; k < count; k++) {
        const left = (capacity[k] as number) - (reserved[k] as number) + (mayA[k] as number) * perAmpere;
        if (left < room) room = left;
      }
    }
  }
  return room;
}

function medianRatio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((ms, repeat) => ms / (theirs[repeat] ?? Number.NaN)));
}
