import { readdir, readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChargingProblem, optimize } from '../../../optimizer/index.js';
import type { SolverResult } from '../../../src/plan/solver.js';
import { hardLimitMs, restartIntervalMs, START_MAX_MS, siteWorkers } from '../../../src/solver/bounds.js';
import { SolverPool, type SolverPoolOptions } from '../../../src/solver/solverPool.js';
import type { WorkerProgram } from '../../../src/solver/workerSlot.js';
import { SOURCE_WORKER } from '../../support/sourceWorker.js';
import { VirtualClock } from '../../support/virtualClock.js';
import { problem, session } from '../optimizer/problems.js';

// Real threads throughout. Only time is virtual: a hard limit passes when a test says so.

const SCRIPTED: WorkerProgram = { url: new URL('../../fixtures/solver/scriptedWorker.mjs', import.meta.url) };
const LIMIT = { timeLimitMs: 1_000 };

const pools: SolverPool[] = [];
let clock: VirtualClock;
let faults: string[];
let settled: string[];

beforeEach(() => {
  clock = new VirtualClock(1_000_000);
  faults = [];
  settled = [];
});

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function open(options: Partial<SolverPoolOptions> = {}): SolverPool {
  const pool = new SolverPool({
    clock,
    workers: 1,
    waitingMax: 8,
    worker: SCRIPTED,
    onFault: (detail) => faults.push(detail),
    metrics: { settled: (outcome, tookMs) => settled.push(`${outcome} ${tookMs}`) },
    ...options,
  });
  pools.push(pool);
  return pool;
}

/** What the scripted worker is to do. */
function told(what: string): ChargingProblem {
  return problem(20, [session(what)]);
}

function threadOf(result: SolverResult): number {
  if (result.outcome !== 'solved') throw new Error(`not solved: ${JSON.stringify(result)}`);
  return result.plan.lowerBound;
}

function timesAnswered(result: SolverResult): number {
  if (result.outcome !== 'solved') throw new Error(`not solved: ${JSON.stringify(result)}`);
  return result.plan.gap;
}

/** A pool whose worker has taken up a problem that it will never finish. */
async function hanging(options: Partial<SolverPoolOptions> = {}) {
  const pool = open(options);
  await pool.solve(told('work'), LIMIT);
  settled = [];
  const hung = pool.solve(told('hang'), LIMIT);
  return { pool, hung };
}

async function passHardLimit(): Promise<void> {
  await clock.runUntil(clock.nowMs() + hardLimitMs(LIMIT.timeLimitMs));
}

async function passRestart(deathsInARow = 1): Promise<void> {
  await clock.runUntil(clock.nowMs() + restartIntervalMs(deathsInARow));
}

describe('a pool of the real worker', () => {
  const niceness = 7;
  const wrong: string[] = [];
  // One for all of these: it takes seconds to get warm.
  let pool: SolverPool;
  beforeAll(() => {
    const onFault = (detail: string) => void wrong.push(detail);
    pool = new SolverPool({
      clock: new VirtualClock(0),
      workers: 1,
      waitingMax: 8,
      worker: SOURCE_WORKER,
      niceness,
      onFault,
    });
  });
  afterAll(() => pool.close());

  it('gives the plan that the optimizer gives, in plain arrays with shared frozen reasons', async () => {
    const given = problem(40, [session('a'), session('b', { reservedA: new Array(24).fill(6) }), session('c')], {
      slots: 24,
    });
    const result = await pool.solve(given, { timeLimitMs: 60_000, gap: 0.01 });
    if (result.outcome !== 'solved') throw new Error(JSON.stringify(result));
    const { cost, lowerBound, currentA, limitedBy } = optimize(given, { gap: 0.01 });
    expect(result.plan).toMatchObject({ cost, lowerBound, currentA, limitedBy });
    expect(Array.isArray(result.plan.currentA[0])).toBe(true);
    expect(Object.isFrozen(result.plan.limitedBy[0]?.[0])).toBe(true);
    expect(result.solveMs).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    'steps back for the event loop (a thread has its own priority on Linux only)',
    async () => {
      const before = getPriority();
      await pool.solve(problem(20, [session('a')]), { timeLimitMs: 60_000 });
      const threads = await readdir('/proc/self/task');
      const stats = await Promise.all(
        threads.map((thread) => readFile(`/proc/self/task/${thread}/stat`, 'utf8').catch(() => '')),
      );
      const levels = stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
      expect(levels.filter((one) => one === before + niceness)).toHaveLength(1);
      expect(getPriority()).toBe(before);
    },
  );

  it('answers a malformed problem with code and field, also where a list holds null', async () => {
    const energyPricePerKwh = [...new Array(23).fill(0.1), null] as unknown as number[];
    const results = await Promise.all([
      pool.solve({ ...problem(20, [session('a')], { slots: 24 }), energyPricePerKwh }, LIMIT),
      pool.solve(problem(20, [session('a', { circuitId: 'nowhere' })]), LIMIT),
    ]);
    expect(results).toEqual([
      { outcome: 'invalid', code: 'WRONG_TYPE', field: '/energyPricePerKwh/23', detail: expect.any(String) },
      { outcome: 'invalid', code: 'UNKNOWN_CIRCUIT', field: '/sessions/0/circuitId', detail: expect.any(String) },
    ]);
  });

  it('goes on from the last plan of a key, in whose place a newer request waits', async () => {
    const given = problem(20, [session('a'), session('b')], { slots: 24 });
    const options = { timeLimitMs: 60_000, warmKey: 'depot' };
    const another = pool.solve(given, { timeLimitMs: 60_000 });
    const results = await Promise.all([pool.solve(given, options), pool.solve(given, options), another]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['superseded', 'solved', 'solved']);
    expect(await pool.solve(given, options)).toMatchObject({ outcome: 'solved' });
  });
});

describe('what waits', () => {
  it('is superseded by a newer request of its key, which keeps its place', async () => {
    const { pool, hung } = await hanging();
    const order: string[] = [];
    const ask = (name: string, warmKey?: string) =>
      pool.solve(told(name), { ...LIMIT, ...(warmKey === undefined ? {} : { warmKey }) }).then((result) => {
        order.push(`${name} ${result.outcome}`);
      });
    const asked = [ask('first', 'depot'), ask('other', 'villa'), ask('second', 'depot'), ask('keyless'), ask('more')];
    await asked[0];
    expect(pool.waiting).toBe(4);
    await passHardLimit();
    expect(await hung).toEqual({ outcome: 'timedOut' });
    await passRestart();
    await Promise.all(asked);
    expect(order).toEqual(['first superseded', 'second solved', 'other solved', 'keyless solved', 'more solved']);
  });

  it('does not replace the request of its key that is being solved', async () => {
    const pool = open();
    await pool.solve(told('work'), LIMIT);
    const options = { ...LIMIT, warmKey: 'depot' };
    const results = await Promise.all([pool.solve(told('a'), options), pool.solve(told('b'), options)]);
    expect(results.map(timesAnswered)).toEqual([1, 2]);
  });

  it('is bounded: beyond that it is busy, but the newest of a key still takes its place', async () => {
    const { pool } = await hanging({ waitingMax: 2 });
    const waiting = [pool.solve(told('a'), { ...LIMIT, warmKey: 'a' }), pool.solve(told('b'), LIMIT)];
    expect(await pool.solve(told('c'), LIMIT)).toEqual({ outcome: 'busy' });
    expect(await pool.solve(told('d'), { ...LIMIT, warmKey: 'd' })).toEqual({ outcome: 'busy' });
    const newest = pool.solve(told('a2'), { ...LIMIT, warmKey: 'a' });
    expect(await waiting[0]).toEqual({ outcome: 'superseded' });
    await passHardLimit();
    await passRestart();
    expect(await newest).toMatchObject({ outcome: 'solved' });
  });
});

describe('a worker', () => {
  it('gets every request of a key, and keyless ones go where nothing waits', async () => {
    const pool = open({ workers: 2, waitingMax: 32 });
    const keys = Array.from({ length: 12 }, (_, index) => `site-${index}`);
    const first = await Promise.all(keys.map((warmKey) => pool.solve(told('work'), { ...LIMIT, warmKey })));
    const second = await Promise.all(keys.map((warmKey) => pool.solve(told('work'), { ...LIMIT, warmKey })));
    expect(second.map(threadOf)).toEqual(first.map(threadOf));
    expect(second.map(timesAnswered)).toEqual(keys.map(() => 2));
    expect(new Set(first.map(threadOf)).size).toBe(2);
    const hung = pool.solve(told('hang'), LIMIT);
    const elsewhere = [await pool.solve(told('work'), LIMIT), await pool.solve(told('work'), LIMIT)];
    expect(new Set(elsewhere.map(threadOf)).size).toBe(1);
    await passHardLimit();
    expect(await hung).toEqual({ outcome: 'timedOut' });
  });

  it('that hangs is ended and replaced, and nobody else is disturbed', async () => {
    const pool = open({ workers: 2 });
    await Promise.all([pool.solve(told('work'), LIMIT), pool.solve(told('work'), LIMIT)]);
    const before = new Set<number>();
    for (const key of ['a', 'b', 'c', 'd']) {
      before.add(threadOf(await pool.solve(told('work'), { ...LIMIT, warmKey: key })));
    }
    const hung = pool.solve(told('hang'), LIMIT);
    expect(await pool.solve(told('work'), LIMIT)).toMatchObject({ outcome: 'solved' });
    await clock.runUntil(clock.nowMs() + hardLimitMs(LIMIT.timeLimitMs) - 1);
    expect(faults).toEqual([]);
    await clock.runUntil(clock.nowMs() + 1);
    expect(await hung).toEqual({ outcome: 'timedOut' });
    expect(faults).toEqual([expect.stringContaining('time limit')]);
    await passRestart();
    const after = new Set<number>();
    for (const key of ['a', 'b', 'c', 'd']) {
      after.add(threadOf(await pool.solve(told('work'), { ...LIMIT, warmKey: key })));
    }
    expect([...after].filter((thread) => before.has(thread))).toHaveLength(1);
    expect([...after].filter((thread) => !before.has(thread))).toHaveLength(1);
  });

  it('that need not be warm begins with the first request, and none is kept for nobody', async () => {
    const starts = vi.spyOn(clock, 'after');
    const pool = open({ workers: 2, begins: 'whenAsked' });
    expect(starts).not.toHaveBeenCalled();
    const results = [pool.solve(told('work'), LIMIT), pool.solve(told('work'), LIMIT)];
    expect(starts.mock.calls.filter(([delayMs]) => delayMs === START_MAX_MS)).toHaveLength(2);
    for (const result of results) expect(await result).toMatchObject({ outcome: 'solved' });
    expect(await pool.solve(told('work'), LIMIT)).toMatchObject({ outcome: 'solved' });
    expect(starts.mock.calls.filter(([delayMs]) => delayMs === START_MAX_MS)).toHaveLength(2);
    const never = open({ begins: 'whenAsked' });
    await never.close();
    expect(await never.solve(told('work'), LIMIT)).toEqual({ outcome: 'busy' });
  });

  it.each([
    ['throw', /thrown in the worker/],
    ['exit', /exit code 3/],
  ])('that dies (%s) is replaced, and who waited is served', async (how, why) => {
    const pool = open();
    const results = [pool.solve(told(how), LIMIT), pool.solve(told('work'), LIMIT)];
    expect(await results[0]).toEqual({ outcome: 'failed', detail: expect.stringMatching(why) });
    expect(faults).toEqual([expect.stringMatching(why)]);
    await passRestart();
    expect(await results[1]).toMatchObject({ outcome: 'solved' });
  });

  it('whose answer makes no sense has failed, and goes on', async () => {
    const pool = open();
    expect(await pool.solve(told('babble'), LIMIT)).toMatchObject({ outcome: 'failed' });
    expect(await pool.solve(told('work'), LIMIT)).toMatchObject({ outcome: 'solved' });
    expect(faults).toEqual([]);
  });

  it('is not started again and again: each death in a row doubles the wait, until one did its work', async () => {
    const delaysMs: number[] = [];
    const after = clock.after.bind(clock);
    vi.spyOn(clock, 'after').mockImplementation((delayMs, run) => {
      if (delayMs < START_MAX_MS && delayMs !== hardLimitMs(LIMIT.timeLimitMs)) delaysMs.push(delayMs);
      return after(delayMs, run);
    });
    const pool = open();
    await pool.solve(told('exit'), LIMIT);
    for (const [deathsInARow, what] of ['exit', 'exit', 'work'].entries()) {
      const asked = pool.solve(told(what), LIMIT);
      await passRestart(deathsInARow + 1);
      await asked;
    }
    await pool.solve(told('exit'), LIMIT);
    expect(delaysMs).toEqual([1_000, 2_000, 4_000, 1_000]);
    expect(restartIntervalMs(100)).toBeLessThan(60_000);
  });

  it('that can not start fails what is asked at once, until one can', async () => {
    const pool = open({ worker: { url: new URL('data:text/javascript,throw new Error("no such thing")') } });
    const waiting = pool.solve(told('work'), LIMIT);
    expect(await waiting).toEqual({ outcome: 'failed', detail: expect.stringContaining('no such thing') });
    expect(await pool.solve(told('work'), LIMIT)).toMatchObject({ outcome: 'failed' });
  });

  it('that never gets ready is ended', async () => {
    const pool = open({ worker: { url: new URL('data:text/javascript,setInterval(() => {}, 1000)') } });
    const waiting = pool.solve(told('work'), LIMIT);
    await clock.runUntil(clock.nowMs() + START_MAX_MS);
    expect(await waiting).toEqual({ outcome: 'failed', detail: expect.stringContaining('ready in time') });
  });

  it('sees nothing of the environment', async () => {
    const script = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => parentPort.postMessage({ type: 'failed', detail: JSON.stringify(process.env) }));
      parentPort.postMessage({ type: 'ready' });`;
    const pool = open({ worker: { url: new URL(`data:text/javascript,${encodeURIComponent(script)}`) } });
    expect(await pool.solve(told('work'), LIMIT)).toEqual({ outcome: 'failed', detail: '{}' });
  });
});

describe('a problem that can not be sent', () => {
  it('has failed, and the next is served', async () => {
    const pool = open();
    const odd = { ...told('work'), sessions: [{ ...session('a'), weight: (() => 1) as unknown as number }] };
    expect(await pool.solve(odd, LIMIT)).toMatchObject({ outcome: 'failed' });
    expect(await pool.solve(told('work'), LIMIT)).toMatchObject({ outcome: 'solved' });
  });
});

describe('close', () => {
  it('ends the threads, and answers busy to what is under way, what waits and what comes later', async () => {
    const { pool, hung } = await hanging();
    const waiting = pool.solve(told('work'), LIMIT);
    await pool.close();
    expect(await hung).toEqual({ outcome: 'busy' });
    expect(await waiting).toEqual({ outcome: 'busy' });
    expect(await pool.solve(told('work'), LIMIT)).toEqual({ outcome: 'busy' });
    await passHardLimit();
    await passRestart();
    expect(faults).toEqual([]);
    await pool.close();
  });

  it('is possible before the first worker is ready, and while one is down', async () => {
    await open().close();
    const { pool, hung } = await hanging();
    await passHardLimit();
    await hung;
    await pool.close();
    await passRestart();
    expect(await pool.solve(told('work'), LIMIT)).toEqual({ outcome: 'busy' });
  });
});

describe('the measurements', () => {
  it('tell how each request ended, and how long a worker had it', async () => {
    const { pool } = await hanging({ waitingMax: 1 });
    void pool.solve(told('a'), { ...LIMIT, warmKey: 'a' });
    void pool.solve(told('b'), { ...LIMIT, warmKey: 'a' });
    void pool.solve(told('c'), LIMIT);
    await passHardLimit();
    expect(settled).toEqual(['superseded 0', 'busy 0', `timedOut ${hardLimitMs(LIMIT.timeLimitMs)}`]);
  });
});

describe('the number of threads for sites', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [64, 2],
  ])('is, on %i cores, %i', (cores, workers) => {
    expect(siteWorkers(cores)).toBe(workers);
  });
});
