import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Phase, type ProblemSession, shareFairly } from '../../../optimizer/index.js';
import { MINUTE_MS, type Run, runController } from './controllerLoop.js';
import { circuit, problem, QUARTER_MS, START_MS, session } from './problems.js';

const HOUR_MS = 60 * MINUTE_MS;
const endless = { energyWh: 1e9 };
const cars = (count: number, more: Partial<ProblemSession> = {}) =>
  Array.from({ length: count }, (_, index) => session(`car-${index}`, { ...endless, ...more }));
const site = (gridA: number) => () => [circuit('grid', null, gridA)];

describe('who has current when not everyone can have the minimum', () => {
  test('as many as fit, and these share what is left above their minimum', () => {
    const plan = shareFairly(problem(20, cars(5)));
    expect(plan.currentA.flat().filter((currentA) => currentA > 0)).toHaveLength(3);
    expect(plan.currentA.flat().reduce((sum, currentA) => sum + currentA, 0)).toBeCloseTo(20, 9);
    expect(plan.limitedBy.flat().filter(({ by }) => by === 'minimumCurrent')).toHaveLength(2);
  });

  test('who waits longest, by weight', () => {
    const waiting = (id: string, minutes: number, weight: number) =>
      session(id, { ...endless, weight, arrivalMs: START_MS - minutes * MINUTE_MS });
    const plan = shareFairly(problem(6, [waiting('a', 20, 1), waiting('b', 15, 2), waiting('c', 25, 1)]));
    expect(plan.currentA).toEqual([[0], [6], [0]]);
  });

  test('a car that went on less than minOnMs ago stays on, however long others have waited', () => {
    const fresh = session('fresh', { ...endless, lastSwitch: { on: true, atMs: START_MS - 14 * MINUTE_MS } });
    const waits = session('waits', { ...endless, weight: 100, arrivalMs: START_MS - HOUR_MS });
    expect(shareFairly(problem(6, [fresh, waits])).currentA).toEqual([[6], [0]]);
    expect(shareFairly(problem(6, [fresh, waits]), { minOnMs: 14 * MINUTE_MS }).currentA).toEqual([[0], [6]]);
  });

  test('a car that went off less than minOffMs ago takes no place from others, but starts at once where there is room', () => {
    const rests = session('rests', {
      ...endless,
      weight: 100,
      lastSwitch: { on: false, atMs: START_MS - 14 * MINUTE_MS },
    });
    const on = session('on', { ...endless, lastSwitch: { on: true, atMs: START_MS - HOUR_MS } });
    expect(shareFairly(problem(6, [rests, on])).currentA).toEqual([[0], [6]]);
    expect(shareFairly(problem(12, [rests, on])).currentA).toEqual([[6], [6]]);
    const third = session('third', { ...endless, phases: ['L1'], lastSwitch: { on: true, atMs: START_MS } });
    expect(
      shareFairly(problem(13, [rests, on, third]))
        .currentA.flat()
        .filter((each) => each > 0),
    ).toHaveLength(2);
    expect(shareFairly(problem(6, [rests, on]), { minOffMs: 14 * MINUTE_MS }).currentA).toEqual([[6], [0]]);
  });

  test('limits put off even a car that just went on', () => {
    const fresh = session('fresh', { ...endless, lastSwitch: { on: true, atMs: START_MS } });
    expect(shareFairly(problem([5, 6], [fresh], { slots: 2 })).currentA).toEqual([[0, 6]]);
  });

  test('of two that have had their time, the one that has had more leaves', () => {
    const on = (id: string, minutes: number) =>
      session(id, { ...endless, lastSwitch: { on: true, atMs: START_MS - minutes * MINUTE_MS } });
    const waits = session('waits', { ...endless, arrivalMs: START_MS - HOUR_MS });
    const currents = (...order: ProblemSession[]) => shareFairly(problem(12, order)).currentA.flat();
    expect(currents(on('a', 60), on('b', 30), waits)).toEqual([0, 6, 6]);
    expect(currents(on('a', 30), on('b', 60), waits)).toEqual([6, 0, 6]);
  });

  test('room is held for a car that waited long against those that would only now start, not against those that are on', () => {
    const on = (id: string, phase: Phase, minutes: number) =>
      session(id, { ...endless, phases: [phase], lastSwitch: { on: true, atMs: START_MS - minutes * MINUTE_MS } });
    const waits = (id: string, phases: readonly Phase[], minutes: number) =>
      session(id, { ...endless, phases, arrivalMs: START_MS - minutes * MINUTE_MS });
    const three: readonly Phase[] = ['L1', 'L2', 'L3'];
    const given = (wideMinutes: number) =>
      problem(6, [
        waits('wide', three, wideMinutes),
        on('old', 'L1', 60),
        on('fresh', 'L2', 1),
        waits('new', ['L3'], 20),
      ]);
    expect(shareFairly(given(180)).currentA).toEqual([[0], [6], [6], [0]]);
    // It has not waited long yet.
    expect(shareFairly(given(29)).currentA).toEqual([[0], [6], [6], [6]]);
  });

  test('a car passed over does not keep a smaller one out', () => {
    const plan = shareFairly(
      problem(0, [session('a', { arrivalMs: START_MS - HOUR_MS }), session('b', { phases: ['L2'] })], {
        circuits: [{ id: 'grid', parentId: null, limitA: { L1: 5, L2: 10, L3: 10 } }],
      }),
    );
    expect(plan.currentA).toEqual([[0], [10]]);
  });

  test('among equals, who had current in the previous plan keeps it', () => {
    const given = problem(6, cars(3));
    const first = shareFairly(given);
    for (const kept of [0, 1, 2]) {
      const currentA = given.sessions.map((_, index) => [index === kept ? 6 : 0]);
      expect(shareFairly(given, { previous: { ...first, currentA } }).currentA).toEqual(currentA);
    }
    // Of other slots or sessions: says nothing.
    expect(shareFairly(given, { previous: { ...first, currentA: [[0], [6]] } }).currentA).toEqual(first.currentA);
    expect(
      shareFairly(given, {
        previous: {
          ...first,
          currentA: [
            [0, 1],
            [6, 1],
            [6, 1],
          ],
        },
      }).currentA,
    ).toEqual(first.currentA);
  });

  test('within one plan the places go round as well', () => {
    const plan = shareFairly(problem(6, cars(3), { slots: 12 }));
    expect(plan.currentA.map((row) => row.filter((currentA) => currentA > 0).length)).toEqual([4, 4, 4]);
  });

  test('with the minimum relaxed nobody waits', () => {
    const plan = shareFairly(problem(6, cars(3)), { minimumCurrent: 'relax' });
    expect(plan.currentA).toEqual([[2], [2], [2]]);
  });
});

function expectMinimumTimes(run: Run): void {
  for (const stint of run.stints) {
    if (!stint.isWhole) continue;
    expect(stint.toMs - stint.fromMs, JSON.stringify(stint)).toBeGreaterThanOrEqual(QUARTER_MS);
  }
}

describe('a controller that plans anew every few minutes', () => {
  test('gives equal cars equal time, in whole turns, at 10 cars for 3 places', () => {
    const run = runController(
      { sessions: cars(10), circuitsAt: site(18) },
      { replanMs: 3 * MINUTE_MS, durationMs: 24 * HOUR_MS },
    );
    expectMinimumTimes(run);
    const onMs = [...run.onMs.values()];
    expect(Math.max(...onMs) - Math.min(...onMs)).toBeLessThanOrEqual(2 * QUARTER_MS);
    expect(onMs.reduce((sum, each) => sum + each, 0)).toBe(3 * 24 * HOUR_MS);
    expect(Math.max(...run.longestWaitMs.values())).toBeLessThanOrEqual(HOUR_MS);
    // 3 places, a turn of 15 minutes each: 12 switchings on an hour, and as many off.
    expect(run.stints.length).toBeLessThanOrEqual(24 * 24 + 2 * 10);
  });

  test('gives time by weight', () => {
    const sessions = [session('heavy', { ...endless, weight: 3 }), session('light', endless)];
    const run = runController({ sessions, circuitsAt: site(6) }, { replanMs: MINUTE_MS, durationMs: 40 * HOUR_MS });
    expect((run.onMs.get('heavy') ?? 0) / (run.onMs.get('light') ?? 1)).toBeCloseTo(3, 0);
  });

  test('never rotates out a car whose reservation covers its minimum', () => {
    const sessions = [...cars(3), session('held', { ...endless, reservedA: 6 })];
    const run = runController({ sessions, circuitsAt: site(12) }, { replanMs: 5 * MINUTE_MS, durationMs: 6 * HOUR_MS });
    expect(run.onMs.get('held')).toBe(6 * HOUR_MS);
    for (const { id } of cars(3)) expect(run.onMs.get(id)).toBe(2 * HOUR_MS);
  });

  test('lets a three-phase car in although its phases are never free at the same moment', () => {
    const phases: readonly Phase[] = ['L1', 'L2', 'L3'];
    const sessions = [
      session('wide', endless),
      ...phases.flatMap((phase, index) => [
        // Each pair takes turns on its phase, five minutes after the pair before.
        session(`${phase}-on`, {
          ...endless,
          phases: [phase],
          lastSwitch: { on: true, atMs: START_MS - 5 * index * MINUTE_MS },
        }),
        session(`${phase}-waits`, { ...endless, phases: [phase], arrivalMs: START_MS - HOUR_MS }),
      ]),
    ];
    const run = runController({ sessions, circuitsAt: site(6) }, { replanMs: MINUTE_MS, durationMs: 24 * HOUR_MS });
    expect(run.longestWaitMs.get('wide')).toBeLessThanOrEqual(2 * HOUR_MS);
    expectMinimumTimes(run);
    // Room held for it stands idle only for a while.
    const onMs = [...run.onMs].reduce((sum, [id, each]) => sum + (id === 'wide' ? 3 * each : each), 0);
    expect(onMs).toBeGreaterThan(0.75 * 3 * 24 * HOUR_MS);
  });

  test('goes on charging with one car that could have its minimum, when the others could not alone', () => {
    const sessions = [...cars(2), session('small', { ...endless, currentMinA: 3 })];
    const run = runController({ sessions, circuitsAt: site(5) }, { replanMs: 5 * MINUTE_MS, durationMs: 6 * HOUR_MS });
    expect(run.onMs.get('small')).toBe(6 * HOUR_MS);
  });

  const phaseSet = fc.constantFrom<readonly Phase[]>(['L1'], ['L2'], ['L3'], ['L1', 'L2', 'L3']);
  const anyCars = fc.array(fc.record({ phases: phaseSet, weight: fc.constantFrom(1, 1, 2), row: fc.boolean() }), {
    minLength: 2,
    maxLength: 6,
  });

  test('any cars on any tree: nobody starves, and minimum times are kept while limits stay', () => {
    fc.assert(
      fc.property(
        anyCars,
        fc.integer({ min: 6, max: 20 }),
        fc.integer({ min: 6, max: 20 }),
        fc.constantFrom(1, 4, 7),
        (drawn, gridA, rowA, replanMinutes) => {
          const sessions = drawn.map(({ row, ...each }, index) =>
            session(`car-${index}`, { ...endless, ...each, circuitId: row ? 'row' : 'grid' }),
          );
          const run = runController(
            { sessions, circuitsAt: () => [circuit('grid', null, gridA), circuit('row', 'grid', rowA)] },
            { replanMs: replanMinutes * MINUTE_MS, durationMs: 20 * HOUR_MS },
          );
          // Before it, each other car may have a turn of its weight, plus the time that room is held.
          const turnMs = 2 * QUARTER_MS + 2 * replanMinutes * MINUTE_MS;
          for (const [id, waitMs] of run.longestWaitMs)
            expect(waitMs, id).toBeLessThanOrEqual(sessions.length * 2 * turnMs);
          for (const stint of run.stints) {
            if (stint.isWhole && stint.on) expect(stint.toMs - stint.fromMs).toBeGreaterThanOrEqual(QUARTER_MS);
          }
          // Each turn lasts a quarter at least: so many switchings at most.
          expect(run.stints.length).toBeLessThanOrEqual(sessions.length * (2 * 80 + 2));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('limits that jump: a car goes off before its time only where the cars that must stay on exceed them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 8, maxLength: 8 }),
        (count, limits) => {
          const limitAt = (atMs: number) =>
            limits[Math.floor((atMs - START_MS) / (40 * MINUTE_MS)) % limits.length] ?? 0;
          const run = runController(
            { sessions: cars(count), circuitsAt: (atMs) => [circuit('grid', null, limitAt(atMs))] },
            { replanMs: 2 * MINUTE_MS, durationMs: 16 * HOUR_MS },
          );
          for (const stint of run.stints) {
            if (!stint.on || !stint.isWhole || stint.toMs - stint.fromMs >= QUARTER_MS) continue;
            const young = run.stints.filter(
              (other) =>
                other.on &&
                other.fromMs < stint.toMs &&
                other.toMs >= stint.toMs &&
                stint.toMs - other.fromMs < QUARTER_MS,
            );
            expect(young.length * 6).toBeGreaterThan(limitAt(stint.toMs));
          }
          const fewest = Math.min(...run.onMs.values());
          const isEverEnough = limits.some((limitA) => limitA >= 6);
          expect(fewest > 0).toBe(isEverEnough);
        },
      ),
      { numRuns: 20 },
    );
  });
});
