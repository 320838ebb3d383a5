import { describe, expect, it } from 'vitest';
import { dryRun } from '../../../src/control/dryRun.js';
import { emptyState } from '../../../src/site/reduce.js';
import { ampere, circuitOf, NOON_MS, siteOf, stationOf } from '../../support/builders.js';

const STATE = emptyState(
  siteOf({
    circuits: [circuitOf('grid', 40)],
    stations: [stationOf('A', { failsafeA: 0 }), stationOf('B', { failsafeA: 0 })],
  }),
);
const NOW = { nowMs: NOON_MS, schedule: undefined };
const limit = (limitA: number) =>
  ({
    limitId: 'low',
    circuitId: 'grid',
    limitA: ampere(limitA),
    fromMs: NOON_MS,
    toMs: 'open',
    source: 'owner',
  }) as const;
const sessions = [
  { stationId: 'A', evseId: 1 },
  { stationId: 'B', evseId: 1, needs: { energyWh: 10_000 } },
];
const sumsA = (plan: ReturnType<typeof dryRun>) =>
  plan.boundariesMs
    .slice(1)
    .map((_, slot) => plan.sessions.reduce((sum, { currentA }) => sum + (currentA[slot] ?? 0), 0));

describe('a dry run', () => {
  it('plans cars that are not there, within every limit, and leaves what is known as it is', () => {
    const before = structuredClone({ ...STATE, index: null });
    const plan = dryRun(STATE, { sessions, limits: [] }, NOW);
    expect(plan.sessions.map(({ stationId }) => stationId)).toEqual(['A', 'B']);
    expect(sumsA(plan)[0]).toBeGreaterThan(35);
    expect(Math.max(...sumsA(plan))).toBeLessThanOrEqual(40);
    expect(structuredClone({ ...STATE, index: null })).toEqual(before);
  });

  it('plans under limits that do not hold yet', () => {
    expect(Math.max(...sumsA(dryRun(STATE, { sessions, limits: [limit(16)] }, NOW)))).toBeLessThanOrEqual(16);
  });

  it('refuses what the site does not have', () => {
    const supposed = { sessions: [{ stationId: 'A', evseId: 2 }], limits: [] };
    expect(() => dryRun(STATE, supposed, NOW)).toThrow(expect.objectContaining({ code: 'EVSE_NOT_FOUND' }));
    expect(() => dryRun(STATE, { sessions: [], limits: [{ ...limit(1), circuitId: 'x' }] }, NOW)).toThrow(
      expect.objectContaining({ code: 'CIRCUIT_UNKNOWN' }),
    );
  });
});
