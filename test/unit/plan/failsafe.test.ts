import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desiredFailsafes } from '../../../src/plan/failsafe.js';
import type { LimitWindow } from '../../../src/site/capacity.js';
import { limitAt, sameSteps } from '../../../src/site/limitSteps.js';
import { CLOCK_UNCERTAINTY_MS } from '../../../src/site/mayDraw.js';
import type { Phase } from '../../../src/site/phases.js';
import { ampere, circuitOf, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const DAY_MS = 24 * HOUR_MS;

function windowOf(circuitId: string, limitA: number, fromMs: number, toMs: number | 'open'): LimitWindow {
  const limit = { limitId: 'l', circuitId, limitA: ampere(limitA), fromMs, toMs, source: 'grid-operator' } as const;
  return { limit, fromMs, toMs };
}

/** Four stations on L1 with 6 A each. */
function fourOnL1(): SiteLife {
  const phases: readonly Phase[] = ['L1'];
  return new SiteLife(siteOf({ stations: ['A', 'B', 'C', 'D'].map((id) => stationOf(id, { phases })) }));
}

function failsafeA(life: SiteLife, windows: readonly LimitWindow[], stationId: string, atMs: number): number {
  const steps = desiredFailsafes(life.state, windows, life.nowMs).get(stationId);
  const limitA = steps === undefined ? 'ended' : limitAt(steps, atMs);
  if (limitA === 'ended') throw new Error('a failsafe has no end');
  return limitA;
}

const IDS = ['A', 'B', 'C', 'D'];

describe('failsafes', () => {
  it('are what the owner set, for ever, while no limit is in the way', () => {
    const life = fourOnL1();
    expect(IDS.map((id) => failsafeA(life, [], id, life.nowMs + 400 * DAY_MS))).toEqual([6, 6, 6, 6]);
    expect(failsafeA(life, [windowOf('grid', 24, NOON_MS, 'open')], 'A', NOON_MS + HOUR_MS)).toBe(6);
  });

  it('take turns within a window that is too small for all, so that each has its hours', () => {
    const life = fourOnL1();
    const windows = [windowOf('grid', 12, NOON_MS + HOUR_MS, NOON_MS + 3 * HOUR_MS)];
    const keeps = new Map(IDS.map((id) => [id, 0]));
    for (let ms = NOON_MS + HOUR_MS; ms < NOON_MS + 3 * HOUR_MS; ms += MINUTE_MS) {
      const sum = IDS.reduce((total, id) => total + failsafeA(life, windows, id, ms), 0);
      expect(sum).toBeLessThanOrEqual(12);
      for (const id of IDS) if (failsafeA(life, windows, id, ms) > 0) keeps.set(id, (keeps.get(id) ?? 0) + 1);
    }
    for (const minutes of keeps.values()) expect(minutes).toBeGreaterThan(40);
  });

  it('are all 0 where not even one fits', () => {
    const life = fourOnL1();
    const windows = [windowOf('grid', 5, NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS)];
    expect(IDS.map((id) => failsafeA(life, windows, id, NOON_MS + 90 * MINUTE_MS))).toEqual([0, 0, 0, 0]);
  });

  it('fall before the window, early enough for the slowest clock and car, and rise after it', () => {
    const life = fourOnL1();
    const windows = [windowOf('grid', 0, NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS)];
    const before = NOON_MS + HOUR_MS - CLOCK_UNCERTAINTY_MS - 5_000;
    expect(failsafeA(life, windows, 'A', before)).toBe(0);
    expect(failsafeA(life, windows, 'A', NOON_MS + 2 * HOUR_MS + CLOCK_UNCERTAINTY_MS)).toBe(0);
    expect(failsafeA(life, windows, 'A', NOON_MS + 2 * HOUR_MS + 3 * CLOCK_UNCERTAINTY_MS)).toBe(6);
  });

  it('leave stations on other circuits alone', () => {
    const circuits = [circuitOf('grid', 63), circuitOf('row', 32)];
    const life = new SiteLife(siteOf({ circuits, stations: [stationOf('A', { circuitId: 'row' }), stationOf('B')] }));
    const windows = [windowOf('row', 3, NOON_MS, NOON_MS + HOUR_MS)];
    expect([failsafeA(life, windows, 'A', NOON_MS), failsafeA(life, windows, 'B', NOON_MS)]).toEqual([0, 6]);
  });

  it('never sum to more than what is left, at any instant, on any clock within the uncertainty', () => {
    const wirings: Phase[][] = [['L1'], ['L2'], ['L1', 'L2', 'L3'], ['L3', 'L1', 'L2']];
    const window = fc.record({
      circuitId: fc.constantFrom('grid', 'row'),
      limitA: fc.integer({ min: 0, max: 30 }),
      fromMin: fc.integer({ min: -60, max: 300 }),
      lastsMin: fc.integer({ min: 1, max: 300 }),
    });
    const site = fc.array(
      fc.record({ circuitId: fc.constantFrom('grid', 'row'), wiring: fc.constantFrom(...wirings) }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(
        site,
        fc.array(window, { minLength: 1, maxLength: 3 }),
        fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 5, maxLength: 5 }),
        (chosen, limits, skews) => {
          const stations = chosen.map(({ circuitId, wiring }, index) =>
            stationOf(`S${index}`, { circuitId, phases: wiring }),
          );
          const life = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63), circuitOf('row', 40)], stations }));
          const windows = limits.map(({ circuitId, limitA, fromMin, lastsMin }) =>
            windowOf(circuitId, limitA, NOON_MS + fromMin * MINUTE_MS, NOON_MS + (fromMin + lastsMin) * MINUTE_MS),
          );
          const desired = desiredFailsafes(life.state, windows, life.nowMs);
          for (let ms = NOON_MS; ms < NOON_MS + 11 * HOUR_MS; ms += 7_013) {
            for (const circuit of life.state.site.circuits) {
              const inForce = windows.filter(
                (w) => w.limit.circuitId === circuit.id && w.fromMs <= ms && (w.toMs === 'open' || ms < w.toMs),
              );
              const limitA = Math.min(circuit.limitA.L1, ...inForce.map((w) => w.limit.limitA?.L1 ?? 99));
              for (const phase of ['L1', 'L2', 'L3'] as const) {
                let sum = 0;
                stations.forEach((station, index) => {
                  if (circuit.id === 'row' && station.circuitId !== 'row') return;
                  if (!station.evses[0]?.phases.includes(phase)) return;
                  const steps = desired.get(station.id);
                  const held = steps === undefined ? 0 : limitAt(steps, ms + (skews[index] ?? 0));
                  sum += held === 'ended' ? 0 : held;
                });
                if (sum > limitA)
                  expect.fail(`${circuit.id} ${phase}: ${sum} A of ${limitA} A at +${(ms - NOON_MS) / 1000} s`);
              }
            }
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are the same whenever they are asked for, so that nothing is sent anew while a window comes and passes', () => {
    const windows = [
      windowOf('grid', 12, NOON_MS + 34 * HOUR_MS, NOON_MS + 38 * HOUR_MS),
      windowOf('grid', 6, NOON_MS + 5 * HOUR_MS, NOON_MS + 6 * HOUR_MS),
    ];
    const life = fourOnL1();
    const first = desiredFailsafes(life.state, windows, life.nowMs);
    for (let hours = 0; hours < 38; hours += 0.5) {
      const nowMs = NOON_MS + hours * HOUR_MS;
      const later = desiredFailsafes(life.state, windows, nowMs);
      for (const id of IDS) {
        const [a, b] = [first.get(id), later.get(id)];
        expect(a !== undefined && b !== undefined && sameSteps(a, b, nowMs), `${id} after ${hours} h`).toBe(true);
      }
    }
  });

  it('keep taking turns, day after day, under a limit without an end', () => {
    const life = fourOnL1();
    const windows = [windowOf('grid', 12, NOON_MS, 'open')];
    life.wait(5 * DAY_MS + 3 * HOUR_MS);
    const kept = IDS.map((id) => {
      let minutes = 0;
      for (let ms = life.nowMs; ms < life.nowMs + 18 * HOUR_MS; ms += MINUTE_MS)
        if (failsafeA(life, windows, id, ms) > 0) minutes += 1;
      return minutes;
    });
    for (const minutes of kept) expect(minutes).toBeGreaterThan(60);
  });

  it('stay low after a day, without us, under a limit without an end', () => {
    const life = fourOnL1();
    const windows = [windowOf('grid', 12, NOON_MS, 'open')];
    expect(IDS.map((id) => failsafeA(life, windows, id, NOON_MS + 3 * DAY_MS))).toEqual([0, 0, 0, 0]);
  });

  it('are forgotten with a window that lasted a day and is over', () => {
    const life = fourOnL1();
    const windows = [windowOf('grid', 12, NOON_MS, NOON_MS + DAY_MS)];
    life.wait(DAY_MS + 10 * MINUTE_MS);
    expect(IDS.map((id) => failsafeA(life, windows, id, life.nowMs))).toEqual([6, 6, 6, 6]);
  });
});

describe('a building load that nobody foresaw', () => {
  it('lowers failsafes that have no room beside it, for half an hour, and for longer while it stays', () => {
    const life = fourOnL1();
    for (const id of IDS) life.commission(id);
    life.meterCircuit('grid', ampere(55, 0, 0));
    const wanted = desiredFailsafes(life.state, [], life.nowMs);
    const sumA = (atMs: number, steps = wanted) =>
      IDS.reduce((sum, id) => {
        const limits = steps.get(id);
        const held = limits === undefined ? 0 : limitAt(limits, atMs);
        return sum + (held === 'ended' ? 0 : held);
      }, 0);
    expect(sumA(life.nowMs)).toBeLessThanOrEqual(8);
    expect(sumA(life.nowMs + 29 * MINUTE_MS)).toBeLessThanOrEqual(8);
    expect(sumA(life.nowMs + 31 * MINUTE_MS)).toBe(24);
    // Installed and in force: asked again at once it is the same, near its end it is renewed.
    for (const [id, steps] of wanted) {
      const attemptId = life.intend(id, { kind: 'failsafe' }, steps);
      life.answer(id, { kind: 'failsafe' }, attemptId, 'accepted').verify(id, { kind: 'failsafe' }, attemptId);
    }
    life.wait(MINUTE_MS).meterCircuit('grid', ampere(55, 0, 0));
    const again = desiredFailsafes(life.state, [], life.nowMs);
    for (const [id, steps] of wanted) {
      const other = again.get(id);
      expect(other !== undefined && sameSteps(steps, other, life.nowMs)).toBe(true);
    }
    life.wait(24 * MINUTE_MS).meterCircuit('grid', ampere(55, 0, 0));
    expect(sumA(life.nowMs + 9 * MINUTE_MS, desiredFailsafes(life.state, [], life.nowMs))).toBeLessThanOrEqual(8);
  });

  it('does not restore a lowering early when it goes away', () => {
    const life = fourOnL1();
    for (const id of IDS) life.commission(id);
    life.meterCircuit('grid', ampere(63, 0, 0));
    for (const [id, steps] of desiredFailsafes(life.state, [], life.nowMs)) {
      const attemptId = life.intend(id, { kind: 'failsafe' }, steps);
      life.answer(id, { kind: 'failsafe' }, attemptId, 'accepted').verify(id, { kind: 'failsafe' }, attemptId);
    }
    life.wait(5 * MINUTE_MS).meterCircuit('grid', 0);
    expect(failsafeA(life, [], 'A', life.nowMs)).toBe(0);
    expect(failsafeA(life, [], 'A', life.nowMs + 26 * MINUTE_MS)).toBe(6);
  });
});
