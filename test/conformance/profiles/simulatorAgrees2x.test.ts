import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeSchedule, validateProfile } from '../../../src/profiles/index.js';
import { ProfileEngine } from '../../../src/simulator/profileEngine.js';
import type { JsonObject } from '../../../src/simulator/rpc.js';
import { parseProfile } from '../../../src/simulator/v2x/profile.js';
import { offerProfile, type ProfileVerdict } from '../../../src/simulator/v2x/profileRules.js';
import { DAY_MS, HOUR_S, type InstalledSketch, NOON_MS, wireProfile } from '../../support/profiles/wire.js';

// The simulated station of 2.0.1 and 2.1 has rules and an engine of its own. What it takes, why it refuses, and what it then allows
// must be what is foretold here.

const SUPPLY = { terminals: 3, currentMaxA: 32, voltageV: 230 } as const;
const CAPABILITIES = { stackLevelMax: 3, periodsMax: 4, profilesMax: 3, rateUnits: ['A', 'W'] } as const;
const SPAN_S = 3 * HOUR_S;
const RUNNING = { evseId: 1, startMs: NOON_MS - 1_000_000, transactionId: 'tx-5' };

const around = fc.integer({ min: -SPAN_S, max: 2 * SPAN_S }).map((second) => NOON_MS + second * 1000);

const sketches = fc.record(
  {
    evseId: fc.constantFrom(0, 0, 1, 1, 1, 1, 2, 2, 3),
    purpose: fc.constantFrom(
      'Max',
      'TxDefaultProfile',
      'TxDefaultProfile',
      'TxProfile',
      'TxProfile',
      'ChargingStationExternalConstraints',
    ),
    kind: fc.constantFrom('Absolute', 'Absolute', 'Relative', 'Recurring'),
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
    transactionId: fc.constantFrom('tx-5', 'tx-5', 'tx-5', 'tx-6'),
    periods: fc
      .uniqueArray(fc.integer({ min: -1, max: SPAN_S }), { maxLength: 4 })
      .map((starts) => [0, ...starts.sort((a, b) => a - b)].map((startS) => [startS, 6 + (startS % 20)] as const)),
  },
  { requiredKeys: ['evseId', 'purpose', 'kind', 'recurrency', 'level', 'unit', 'periods'] },
);

describe.each(['2.0.1', '2.1'] as const)('the simulated station of OCPP %s', (version) => {
  it('takes and refuses what is foretold, for the same reason, and allows what is foretold', () => {
    const reasons = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(sketches, fc.integer({ min: 1, max: 9 })), { minLength: 4, maxLength: 14 }),
        fc.array(fc.integer({ min: 0, max: SPAN_S - 1 }), { minLength: 1, maxLength: 20 }),
        (offers, seconds) => {
          const supplies = new Map([
            [1, SUPPLY],
            [2, SUPPLY],
          ]);
          const engine = new ProfileEngine(CAPABILITIES, supplies, 'oneStack');
          engine.transactionStarted(1, RUNNING.startMs);
          let installed: InstalledSketch[] = [];
          for (const [sketch, id] of offers) {
            const relative = sketch.kind === 'Relative' ? { startMs: undefined } : {};
            const one = wireProfile(version, { ...sketch, ...relative, id } as Parameters<typeof wireProfile>[1]);
            const foretold = validateProfile({
              ocppVersion: version,
              profile: one.profile,
              evseId: one.evseId,
              station: {
                evses: [1, 2].map((evseId) => ({ id: evseId, kind: 'AC', supplyPhases: 3 })),
                maxStackLevel: CAPABILITIES.stackLevelMax,
                maxPeriods: CAPABILITIES.periodsMax,
                maxProfilesInstalled: CAPABILITIES.profilesMax,
                rateUnits: CAPABILITIES.rateUnits,
                acPhaseSwitching: false,
              },
              transactions: [RUNNING],
              installed,
            });
            const verdict = offer(engine, one);
            const found = verdict.accepted ? 'accepted' : verdict.reasonCode;
            expect([found, verdict]).toEqual([foretold.accepted ? 'accepted' : foretold.reasonCode, verdict]);
            reasons.set(found, (reasons.get(found) ?? 0) + 1);
            if (verdict.accepted) {
              installed = [...installed.filter(({ profile }) => profile.id !== one.profile.id), one];
            }
          }
          const schedule = compositeSchedule({
            ocppVersion: version,
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
        },
      ),
      { numRuns: 3_000 },
    );
    // Neither always nor never: all that can happen here has happened often.
    const happened = [...reasons].filter(([, times]) => times > 20).map(([reason]) => reason);
    expect(happened.sort()).toEqual(
      [
        'accepted',
        'DuplicateProfile',
        'InvalidProfile',
        'InvalidSchedule',
        'InvalidStackLevel',
        'InvalidValue',
        'MissingParam',
        'TooManyElements',
        'TxNotFound',
        'UnknownEvse',
      ].sort(),
    );
  });

  function offer(engine: ProfileEngine, { evseId, profile }: InstalledSketch): ProfileVerdict {
    return offerProfile(engine, {
      version,
      evseId,
      profile: parseProfile(profile as JsonObject, version),
      origin: 'set',
      transaction: evseId === 1 ? RUNNING : undefined,
      externalConstraintsIdMax: 0,
    });
  }
});

/** The hardware is a limit as well. */
function offeredA(limit: number | 'unlimited' | undefined): number {
  return limit === 'unlimited' || limit === undefined ? SUPPLY.currentMaxA : Math.min(SUPPLY.currentMaxA, limit);
}
