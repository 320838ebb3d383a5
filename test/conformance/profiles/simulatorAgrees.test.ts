import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeSchedule, validateProfile } from '../../../src/profiles/index.js';
import { ProfileEngine } from '../../../src/simulator/profileEngine.js';
import type { JsonObject } from '../../../src/simulator/rpc.js';
import { parseStationProfile } from '../../../src/simulator/v16/profile.js';
import { offerProfile } from '../../../src/simulator/v16/profileRules.js';
import { DAY_MS, HOUR_S, type InstalledSketch, NOON_MS, wireProfile } from '../../support/profiles/wire.js';

// The simulated 1.6 station has an engine of its own, written from the specification as well. What it takes and what it then allows
// must be what is foretold here. (Of the number of phases it knows each profile's own, not the lowest in force: they are equal here.)

const SUPPLY = { terminals: 3, currentMaxA: 32, voltageV: 230 } as const;
const CAPABILITIES = { stackLevelMax: 3, periodsMax: 4, profilesMax: 5, rateUnits: ['A', 'W'] } as const;
const SPAN_S = 3 * HOUR_S;
const RUNNING = { evseId: 1, startMs: NOON_MS - 1_000_000, transactionId: 5 };

const around = fc.integer({ min: -SPAN_S, max: 2 * SPAN_S }).map((second) => NOON_MS + second * 1000);

const sketches = fc.record(
  {
    evseId: fc.constantFrom(0, 0, 1, 1, 1, 1, 2, 2, 3),
    purpose: fc.constantFrom('Max', 'TxDefaultProfile', 'TxProfile'),
    kind: fc.constantFrom('Absolute', 'Relative', 'Recurring'),
    recurrency: fc.constantFrom('Daily', 'Weekly'),
    level: fc.constantFrom(0, 1, 2, 3, 0, 1, 2, 3, 4),
    startMs: fc.oneof(
      around,
      around.map((ms) => ms - 20 * DAY_MS),
      around.map((ms) => ms + 3 * DAY_MS),
    ),
    durationS: fc.integer({ min: 1, max: 2 * SPAN_S }),
    validFromMs: around,
    validToMs: around,
    unit: fc.constantFrom('A', 'W'),
    transactionId: fc.constantFrom(5, 5, 6),
    periods: fc
      .uniqueArray(fc.integer({ min: -9, max: SPAN_S }), { maxLength: 4 })
      .map((starts) => [0, ...starts.sort((a, b) => a - b)].map((startS) => [startS, 6 + (startS % 20)] as const)),
  },
  { requiredKeys: ['evseId', 'purpose', 'kind', 'recurrency', 'level', 'unit', 'periods'] },
);

/** Accepted and kept, or not, as the station says. */
function offer(engine: ProfileEngine, { evseId, profile }: InstalledSketch): boolean {
  try {
    const parsed = parseStationProfile(profile as JsonObject);
    const transaction = evseId === 1 ? { transactionId: RUNNING.transactionId } : undefined;
    return offerProfile(engine, { connectorId: evseId, profile: parsed, origin: 'set', transaction }).accepted;
  } catch {
    return false;
  }
}

/** As the station keeps them: what is accepted replaces the same id, and the same purpose and level on its connector. */
function kept(installed: readonly InstalledSketch[], one: InstalledSketch): InstalledSketch[] {
  const key = ({ evseId, profile }: InstalledSketch) =>
    [evseId, profile.chargingProfilePurpose, profile.stackLevel].join();
  const others = installed.filter(
    (other) => other.profile.chargingProfileId !== one.profile.chargingProfileId && key(other) !== key(one),
  );
  return [...others, one];
}

describe('the simulated 1.6 station', () => {
  it('takes what is foretold that it takes, and allows what is foretold that it allows', () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(sketches, fc.integer({ min: 1, max: 6 })), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 0, max: SPAN_S - 1 }), { minLength: 1, maxLength: 20 }),
        (offers, seconds) => {
          const engine = new ProfileEngine(
            CAPABILITIES,
            new Map([
              [1, SUPPLY],
              [2, SUPPLY],
            ]),
          );
          engine.transactionStarted(1, RUNNING.startMs);
          let installed: InstalledSketch[] = [];
          for (const [sketch, id] of offers) {
            const one = wireProfile('1.6', { ...sketch, id } as Parameters<typeof wireProfile>[1]);
            const { accepted } = foretell(one, installed);
            expect(offer(engine, one)).toBe(accepted);
            if (accepted) installed = kept(installed, one);
            accepted ? taken++ : refused++;
          }
          const schedule = compositeSchedule({
            ocppVersion: '1.6',
            profiles: installed,
            transactions: [RUNNING],
            evseId: 1,
            startMs: NOON_MS,
            durationS: SPAN_S,
            rateUnit: 'A',
          });
          for (const second of seconds) {
            const limit = schedule.periods.findLast(({ startPeriodS }) => startPeriodS <= second)?.limit;
            expect(engine.limitA(1, NOON_MS + second * 1000)).toBeCloseTo(offeredA(limit), 9);
          }
          const reported = engine.composite({ evseId: 1, startMs: NOON_MS, durationS: SPAN_S, rateUnit: 'A' });
          const foretold = schedule.periods.map(({ startPeriodS, limit }) => ({ startPeriodS, limit: wireA(limit) }));
          expect(reported).toEqual(
            foretold.filter(({ limit }, index) => index === 0 || limit !== foretold[index - 1]?.limit),
          );
        },
      ),
      { numRuns: 3_000 },
    );
    // Neither always nor never: both sides of the verdict were looked at.
    expect(Math.min(taken, refused)).toBeGreaterThan(2_000);
  });
});

/** The hardware is a limit as well. */
function offeredA(limit: number | 'unlimited' | undefined): number {
  return limit === 'unlimited' || limit === undefined ? SUPPLY.currentMaxA : Math.min(SUPPLY.currentMaxA, limit);
}

/** Rounded down to the one decimal that 1.6 has. */
function wireA(limit: number | 'unlimited'): number {
  return Math.floor(offeredA(limit) * 10 + 1e-6) / 10;
}

function foretell({ evseId, profile }: InstalledSketch, installed: readonly InstalledSketch[]) {
  return validateProfile({
    ocppVersion: '1.6',
    profile,
    evseId,
    station: {
      evses: [{ id: 1 }, { id: 2 }],
      maxStackLevel: CAPABILITIES.stackLevelMax,
      maxPeriods: CAPABILITIES.periodsMax,
      maxProfilesInstalled: CAPABILITIES.profilesMax,
      rateUnits: CAPABILITIES.rateUnits,
    },
    transactions: [RUNNING],
    installed,
  });
}
