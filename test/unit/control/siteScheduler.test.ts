import { describe, expect, it } from 'vitest';
import { type ChargingProblem, shareFairly } from '../../../optimizer/index.js';
import { SiteScheduler } from '../../../src/control/siteScheduler.js';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import { SCHEDULE_STALE_MS } from '../../../src/plan/guided.js';
import { hasNeeds, scheduleProblem } from '../../../src/plan/schedule.js';
import type { SolveOptions, Solver, SolverResult } from '../../../src/plan/solver.js';
import { HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';
import { settle, VirtualClock } from '../../support/virtualClock.js';

interface Asked {
  readonly problem: ChargingProblem;
  readonly options: SolveOptions;
  readonly atMs: number;
  answer(result: SolverResult): void;
}

/** A scheduler, a solver that answers when the test says so, and one car that charges. */
function open({ needs = true, cars = 1 } = {}) {
  const clock = new VirtualClock(NOON_MS + MINUTE_MS);
  const life = new SiteLife(siteOf({ stations: [stationOf('A', { failsafeA: 0 })] })).commission('A', 0);
  if (cars > 0) life.start('A', 1);
  if (needs)
    life.take({
      type: 'needsPut',
      sessionId: 'A-1',
      needs: { energyWh: 20_000, departureMs: NOON_MS + 8 * HOUR_MS },
    });
  const asked: Asked[] = [];
  const said: string[] = [];
  const seen = { schedules: 0 };
  const world = { life, fails: undefined as Error | undefined };
  const solver: Solver = {
    solve: (problem, options) =>
      new Promise((answer) => {
        asked.push({ problem, options, atMs: clock.nowMs(), answer });
      }),
    close: async () => undefined,
  };
  const problem = () => {
    if (world.fails !== undefined) throw world.fails;
    const nowMs = clock.nowMs();
    const failsafes = desiredFailsafes(life.state, [], nowMs);
    return scheduleProblem({ state: life.state, windows: [], failsafes, nowMs });
  };
  const say = (level: string) => (_fields: object, message: string) => said.push(`${level}: ${message}`);
  const scheduler = new SiteScheduler({
    siteId: 'depot',
    solver,
    clock,
    log: { info: say('info'), warn: say('warn'), error: say('error') },
    problem,
    hasNeeds: () => hasNeeds(life.state),
    onSchedule: () => {
      seen.schedules += 1;
    },
  });
  const wait = (ms: number) => clock.runUntil(clock.nowMs() + ms);
  const answer = async (result?: SolverResult) => {
    const last = asked.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    last.answer(result ?? { outcome: 'solved', plan: shareFairly(last.problem), solveMs: 1 });
    await settle();
  };
  return { scheduler, clock, life, asked, said, seen, world, wait, answer };
}

describe('a schedule', () => {
  it('is asked for soon after news, once for news that come together, and begins from the last one of the site', async () => {
    const { scheduler, asked, wait, answer, seen } = open();
    scheduler.news();
    await wait(100);
    scheduler.news();
    expect(asked).toHaveLength(0);
    await wait(400);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.options).toMatchObject({ warmKey: 'depot', timeLimitMs: expect.any(Number) });
    expect(scheduler.current()).toBeUndefined();
    await answer();
    expect(scheduler.current()?.sessions.has('A-1')).toBe(true);
    expect(seen.schedules).toBe(1);
  });

  it('is asked for one at a time, and again when there was news meanwhile', async () => {
    const { scheduler, asked, wait, answer } = open();
    scheduler.news();
    await wait(1_000);
    for (let n = 0; n < 10; n++) {
      scheduler.news();
      await wait(1_000);
    }
    expect(asked).toHaveLength(1);
    await answer();
    await wait(300);
    expect(asked).toHaveLength(2);
  });

  it('is asked for when its first slot is over, though nothing happens', async () => {
    const { scheduler, asked, wait, answer } = open();
    scheduler.news();
    await wait(1_000);
    await answer();
    // Every five minutes, and when the quarter is over.
    for (let n = 0; n < 3; n++) {
      await wait(5 * MINUTE_MS);
      await answer();
    }
    const [firstMs = 0, ...later] = asked.map(({ atMs }) => (atMs - NOON_MS) / MINUTE_MS);
    expect(firstMs).toBeGreaterThan(1);
    expect(later.map((minutes) => Math.floor(minutes))).toEqual([6, 11, 15]);
  });

  it('rests between asks, longer after one that took longer', async () => {
    const { scheduler, asked, wait, answer } = open();
    scheduler.news();
    await wait(300);
    await answer();
    scheduler.news();
    await wait(4_500);
    expect(asked).toHaveLength(1);
    await wait(700);
    expect(asked).toHaveLength(2);
    const { problem } = asked[1] as Asked;
    await answer({ outcome: 'solved', plan: shareFairly(problem), solveMs: 3_000 });
    scheduler.news();
    await wait(11_500);
    expect(asked).toHaveLength(2);
    await wait(1_000);
    expect(asked).toHaveLength(3);
  });

  it('that guides nobody is made once a minute at most, and makes nobody plan anew', async () => {
    const { scheduler, asked, wait, answer, seen, life } = open({ needs: false });
    scheduler.news();
    await wait(300);
    await answer();
    for (let n = 0; n < 50; n++) {
      scheduler.news();
      await wait(1_000);
    }
    expect(asked).toHaveLength(1);
    expect(seen.schedules).toBe(0);
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: { departureMs: NOON_MS + 3 * HOUR_MS } });
    scheduler.news();
    await wait(300);
    expect(asked).toHaveLength(2);
    await answer();
    expect(seen.schedules).toBe(1);
    // The first that guides nobody any more is news too.
    life.take({ type: 'needsPut', sessionId: 'A-1', needs: {} });
    await wait(5.5 * MINUTE_MS);
    await answer();
    expect(seen.schedules).toBe(2);
  });

  it('is not asked for where there is nobody to steer', async () => {
    const { scheduler, asked, wait, life } = open({ needs: false, cars: 0 });
    scheduler.news();
    await wait(HOUR_MS);
    expect(asked).toHaveLength(0);
    life.start('A', 1);
    scheduler.news();
    await wait(MINUTE_MS);
    expect(asked).toHaveLength(1);
  });
});

describe('without an answer', () => {
  const troubles: readonly SolverResult[] = [
    { outcome: 'busy' },
    { outcome: 'superseded' },
    { outcome: 'timedOut' },
    { outcome: 'failed', detail: 'out of memory' },
    { outcome: 'invalid', code: 'NOT_FINITE', field: '/sessions/0/energyWh', detail: 'NaN' },
  ];

  for (const trouble of troubles) {
    it(`the last schedule stays, and it is asked again, with longer rests: ${trouble.outcome}`, async () => {
      const { scheduler, asked, wait, answer, clock } = open();
      scheduler.news();
      await wait(300);
      await answer();
      const schedule = scheduler.current();
      await wait(5 * MINUTE_MS);
      expect(asked).toHaveLength(2);
      const times: number[] = [];
      for (let n = 0; n < 6; n++) {
        await answer(trouble);
        const answeredMs = clock.nowMs();
        const before = asked.length;
        // News do not make a solver well.
        for (let second = 0; second < 70 && asked.length === before; second++) {
          scheduler.news();
          await wait(1_000);
        }
        times.push(((asked.at(-1)?.atMs ?? 0) - answeredMs) / 1_000);
      }
      expect(times).toEqual([5, 10, 20, 40, 60, 60]);
      expect(scheduler.current()).toBe(schedule);
      await answer();
      expect(scheduler.current()?.computedAtMs).toBe(asked.at(-1)?.atMs);
    });
  }

  it('is not waited for for ever, and an answer that comes too late is not used', async () => {
    const { scheduler, asked, wait, answer } = open();
    scheduler.news();
    await wait(300);
    const [first] = asked;
    await wait(59_000);
    expect(asked).toHaveLength(1);
    await wait(10_000);
    expect(asked).toHaveLength(2);
    first?.answer({ outcome: 'solved', plan: shareFairly(first.problem), solveMs: 1 });
    await settle();
    expect(scheduler.current()).toBeUndefined();
    await answer();
    expect(scheduler.current()?.computedAtMs).toBe(asked[1]?.atMs);
  });

  it('for long, the last schedule is stale: that is said once, and once that there is one again', async () => {
    const { scheduler, wait, answer, said, clock } = open();
    scheduler.news();
    await wait(300);
    await answer();
    const computedAtMs = scheduler.current()?.computedAtMs ?? 0;
    while (clock.nowMs() <= computedAtMs + SCHEDULE_STALE_MS) {
      expect(scheduler.current()?.computedAtMs).toBe(computedAtMs);
      await wait(10_000);
      await answer({ outcome: 'busy' });
    }
    expect(scheduler.current()).toBeUndefined();
    for (let n = 0; n < 100; n++) {
      await wait(10_000);
      await answer({ outcome: 'busy' });
    }
    expect(said).toEqual([expect.stringMatching(/^warn: there has been no new schedule for long/)]);
    await wait(61_000);
    await answer();
    expect(said.slice(1)).toEqual(['info: there are schedules again']);
    expect(scheduler.current()).toBeDefined();
  });

  it('to our own mistakes: they are said, and it is tried again', async () => {
    const { scheduler, asked, wait, answer, said, world } = open();
    world.fails = new Error('a bug');
    scheduler.news();
    await wait(300);
    expect(said).toEqual(['error: the problem of a schedule could not be made']);
    world.fails = undefined;
    await wait(5_000);
    const { problem } = asked[0] as Asked;
    await answer({ outcome: 'solved', plan: { ...shareFairly(problem), currentA: [] }, solveMs: 1 });
    expect(said[1]).toMatch(/error: the solver answered with a plan of another shape/);
    expect(scheduler.current()).toBeUndefined();
    await wait(60_000);
    await answer();
    expect(scheduler.current()).toBeDefined();
  });

  it('after its end: nothing is asked any more', async () => {
    const { scheduler, asked, wait, answer } = open();
    scheduler.news();
    await wait(300);
    scheduler.close();
    await answer();
    scheduler.news();
    await wait(HOUR_MS);
    expect(asked).toHaveLength(1);
    expect(scheduler.current()).toBeUndefined();
  });
});
