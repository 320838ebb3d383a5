import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { ProfileEngine } from '../../../src/simulator/profileEngine.js';
import type { StationProfile } from '../../../src/simulator/stationProfile.js';
import { clearProfiles, offerProfile } from '../../../src/simulator/v16/profileRules.js';

const NOON_MS = Date.UTC(2026, 0, 14, 12);
const HOUR_S = 3600;
const capabilities = { stackLevelMax: 8, periodsMax: 24, profilesMax: 20, rateUnits: ['A', 'W'] } as const;
const newEngine = (): ProfileEngine =>
  new ProfileEngine(
    capabilities,
    new Map([
      [1, { terminals: 3, currentMaxA: 32, voltageV: 230 }],
      [2, { terminals: 1, currentMaxA: 16, voltageV: 230 }],
    ]),
  );

let nextId = 1;
const profile = (over: Partial<StationProfile> = {}): StationProfile => ({
  profileId: nextId++,
  stackLevel: 0,
  purpose: 'TxDefaultProfile',
  kind: 'Absolute',
  startMs: NOON_MS,
  rateUnit: 'A',
  periods: [{ startPeriodS: 0, limit: 10 }],
  ...over,
});

function install(engine: ProfileEngine, connectorId: number, one: StationProfile): void {
  const verdict = offerProfile(engine, { connectorId, profile: one, origin: 'set', transaction: { transactionId: 1 } });
  expect(verdict).toEqual({ accepted: true });
}

test('without profiles an outlet offers what its hardware can', () => {
  expect(newEngine().limitA(1, NOON_MS)).toBe(32);
  expect(newEngine().limitA(2, NOON_MS)).toBe(16);
});

test('K08.FR.04 the highest stack level that defines a period wins, and the next lower takes over when it ends', () => {
  const engine = newEngine();
  install(engine, 1, profile({ periods: [{ startPeriodS: 0, limit: 8 }] }));
  install(engine, 1, profile({ stackLevel: 1, durationS: HOUR_S, periods: [{ startPeriodS: 0, limit: 20 }] }));
  expect(engine.limitA(1, NOON_MS - 1)).toBe(32);
  expect(engine.limitA(1, NOON_MS)).toBe(20);
  expect(engine.limitA(1, NOON_MS + HOUR_S * 1000 - 1)).toBe(20);
  expect(engine.limitA(1, NOON_MS + HOUR_S * 1000)).toBe(8);
});

test('a TxDefaultProfile on connector 0 holds for each connector, except where one has its own', () => {
  const engine = newEngine();
  install(engine, 0, profile({ periods: [{ startPeriodS: 0, limit: 7 }], stackLevel: 3 }));
  install(engine, 2, profile({ periods: [{ startPeriodS: 0, limit: 12 }] }));
  expect(engine.limitA(1, NOON_MS)).toBe(7);
  expect(engine.limitA(2, NOON_MS)).toBe(12);
});

test('a TxProfile replaces the default while its transaction runs, under the maximum, and goes with it', () => {
  const engine = newEngine();
  engine.transactionStarted(1, NOON_MS);
  install(engine, 0, profile({ periods: [{ startPeriodS: 0, limit: 6 }] }));
  install(engine, 1, profile({ purpose: 'TxProfile', periods: [{ startPeriodS: 0, limit: 24 }] }));
  expect(engine.limitA(1, NOON_MS)).toBe(24);
  install(engine, 0, profile({ purpose: 'ChargingStationMaxProfile', periods: [{ startPeriodS: 0, limit: 18 }] }));
  expect(engine.limitA(1, NOON_MS)).toBe(18);
  engine.transactionEnded(1);
  expect(engine.limitA(1, NOON_MS)).toBe(6);
});

test('a TxProfile that ends falls to the default', () => {
  const engine = newEngine();
  engine.transactionStarted(1, NOON_MS);
  install(engine, 1, profile({ periods: [{ startPeriodS: 0, limit: 6 }] }));
  install(engine, 1, profile({ purpose: 'TxProfile', durationS: 600, periods: [{ startPeriodS: 0, limit: 24 }] }));
  expect(engine.limitA(1, NOON_MS + 599_999)).toBe(24);
  expect(engine.limitA(1, NOON_MS + 600_000)).toBe(6);
});

test('K01.FR.36/37 validFrom counts, validTo does not', () => {
  const engine = newEngine();
  install(engine, 1, profile({ validFromMs: NOON_MS + 1000, validToMs: NOON_MS + 2000 }));
  expect([999, 1000, 1999, 2000].map((ms) => engine.limitA(1, NOON_MS + ms))).toEqual([32, 10, 10, 32]);
});

describe('recurring profiles', () => {
  test('a daily one repeats, also before its first day, and leaves gaps after its duration', () => {
    const engine = newEngine();
    const daily = { kind: 'Recurring', recurrency: 'Daily', durationS: 2 * HOUR_S } as const;
    install(engine, 1, profile(daily));
    const at = (hours: number): number => engine.limitA(1, NOON_MS + hours * HOUR_S * 1000);
    expect([0, 1.9, 2, 23.9, 24, 25.9, 26, -24, -22.1, -21.9].map(at)).toEqual([
      10, 10, 32, 32, 10, 10, 32, 10, 10, 32,
    ]);
  });

  test('a weekly one repeats after seven days', () => {
    const engine = newEngine();
    install(engine, 1, profile({ kind: 'Recurring', recurrency: 'Weekly', durationS: HOUR_S }));
    expect(engine.limitA(1, NOON_MS + 7 * 86_400_000)).toBe(10);
    expect(engine.limitA(1, NOON_MS + 86_400_000)).toBe(32);
  });
});

test('a relative one counts from the start of the transaction; without one, from now', () => {
  const engine = newEngine();
  const periods = [
    { startPeriodS: 0, limit: 6 },
    { startPeriodS: 60, limit: 16 },
  ];
  const { startMs: _absent, ...relative } = profile({ kind: 'Relative', periods });
  install(engine, 1, relative);
  expect(engine.limitA(1, NOON_MS)).toBe(6);
  engine.transactionStarted(1, NOON_MS);
  expect(engine.limitA(1, NOON_MS + 59_000)).toBe(6);
  expect(engine.limitA(1, NOON_MS + 60_000)).toBe(16);
});

test('watts of a DC outlet are what comes out of it: more flows in, evenly on its phases', () => {
  const direct = { efficiency: 0.9, outletVoltageV: 400 };
  const supply = { terminals: 3, voltageV: 230, currentMaxA: 50_000 / 690 / 0.9, direct } as const;
  const engine = new ProfileEngine({ ...capabilities, rateUnits: ['W'] }, new Map([[1, supply]]), 'oneStack');
  engine.install({
    evseId: 1,
    source: 'CSO',
    profile: profile({ rateUnit: 'W', periods: [{ startPeriodS: 0, limit: 6210 }] }),
  });
  expect(engine.limitA(1, NOON_MS)).toBeCloseTo(10);
  const asked = { evseId: 1, startMs: NOON_MS - 1_000, durationS: 2, rateUnit: 'W' } as const;
  expect(engine.composite(asked)).toEqual([
    { startPeriodS: 0, limit: 50_000 },
    { startPeriodS: 1, limit: 6210 },
  ]);
});

test('from 2.0.1 on the defaults of the station and of an EVSE are one stack', () => {
  const of = (rule: 'oneStack' | 'specificReplacesTemplate') => {
    const engine = new ProfileEngine(
      capabilities,
      new Map([[1, { terminals: 3, currentMaxA: 32, voltageV: 230 }]]),
      rule,
    );
    install(engine, 0, profile({ stackLevel: 2, periods: [{ startPeriodS: 0, limit: 7 }] }));
    install(engine, 1, profile({ stackLevel: 1, periods: [{ startPeriodS: 0, limit: 12 }] }));
    return engine.limitA(1, NOON_MS);
  };
  expect(of('oneStack')).toBe(7);
  expect(of('specificReplacesTemplate')).toBe(12);
});

test('constraints of several sources, on the station and on an EVSE, are each a cap of their own', () => {
  const engine = newEngine();
  const purpose = 'ChargingStationExternalConstraints';
  const constrain = (source: 'EMS' | 'SO', evseId: number, limit: number) =>
    engine.install({ evseId, source, profile: profile({ purpose, periods: [{ startPeriodS: 0, limit }] }) });
  constrain('EMS', 0, 20);
  constrain('SO', 0, 18);
  constrain('SO', 1, 9);
  expect([1, 2].map((id) => engine.limitA(id, NOON_MS))).toEqual([9, 16]);
  const ofStation = { evseId: 0, startMs: NOON_MS, durationS: 60, rateUnit: 'A' } as const;
  expect(engine.composite(ofStation)).toEqual([{ startPeriodS: 0, limit: 18 }]);
});

test('watts are the total over the phases named, 3 when none are, never more than the supply has', () => {
  const engine = newEngine();
  const watts = (limit: number, numberPhases?: number): StationProfile =>
    profile({
      rateUnit: 'W',
      periods: [numberPhases === undefined ? { startPeriodS: 0, limit } : { startPeriodS: 0, limit, numberPhases }],
    });
  install(engine, 1, watts(6900));
  install(engine, 2, watts(2300));
  expect(engine.limitA(1, NOON_MS)).toBe(10);
  expect(engine.limitA(2, NOON_MS)).toBe(10);
  install(engine, 1, watts(2300, 1));
  expect(engine.limitA(1, NOON_MS)).toBe(10);
});

test('the same id replaces, and so does the same purpose and level on the same connector', () => {
  const engine = newEngine();
  install(engine, 1, profile({ profileId: 900 }));
  install(engine, 1, profile({ profileId: 900, stackLevel: 4 }));
  install(engine, 1, profile({ profileId: 901, stackLevel: 4 }));
  expect(engine.installed.map((entry) => entry.profile.profileId)).toEqual([901]);
});

test('clearing by id ignores the rest; otherwise every criterion must match', () => {
  const engine = newEngine();
  install(engine, 0, profile({ profileId: 1000 }));
  install(engine, 1, profile({ profileId: 1001 }));
  install(engine, 2, profile({ profileId: 1002, stackLevel: 1 }));
  expect(clearProfiles(engine, { connectorId: 1, stackLevel: 1 })).toBe(false);
  expect(clearProfiles(engine, { profileId: 1000, connectorId: 2 })).toBe(true);
  expect(clearProfiles(engine, { stackLevel: 1 })).toBe(true);
  expect(engine.installed.map((entry) => entry.profile.profileId)).toEqual([1001]);
  expect(clearProfiles(engine, {})).toBe(true);
  expect(engine.installed).toEqual([]);
});

test('refuses a profile too many', () => {
  const engine = newEngine();
  for (let stackLevel = 0; stackLevel < 9; stackLevel++) {
    install(engine, 1, profile({ stackLevel }));
    install(engine, 2, profile({ stackLevel }));
  }
  install(engine, 0, profile({ stackLevel: 0 }));
  install(engine, 0, profile({ stackLevel: 1 }));
  const oneMore = {
    connectorId: 0,
    profile: profile({ stackLevel: 2 }),
    origin: 'set',
    transaction: undefined,
  } as const;
  expect(offerProfile(engine, oneMore)).toEqual({ accepted: false, rule: 'too many profiles' });
});

test('a reboot loses TxProfiles only', () => {
  const engine = newEngine();
  engine.transactionStarted(1, NOON_MS);
  install(engine, 1, profile({ purpose: 'TxProfile' }));
  install(engine, 0, profile());
  engine.loseTxProfiles();
  expect(engine.installed.map((entry) => entry.profile.purpose)).toEqual(['TxDefaultProfile']);
});

const arbitraryProfile = fc.record({
  connectorId: fc.constantFrom(0, 1, 2),
  stackLevel: fc.integer({ min: 0, max: 3 }),
  purpose: fc.constantFrom('TxDefaultProfile', 'TxProfile', 'ChargingStationMaxProfile'),
  recurring: fc.boolean(),
  startOffsetS: fc.integer({ min: -200_000, max: 200_000 }),
  durationS: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }),
  limits: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 }),
});

property.prop([
  fc.array(arbitraryProfile, { maxLength: 8 }),
  fc.array(fc.integer({ min: 0, max: 172_799 }), { maxLength: 20 }),
])('the composite says at every second what the outlet would offer then', (candidates, offsetsS) => {
  const engine = newEngine();
  engine.transactionStarted(1, NOON_MS - 500_000);
  for (const { connectorId, recurring, startOffsetS, limits, durationS, purpose, stackLevel } of candidates) {
    offerProfile(engine, {
      connectorId,
      origin: 'set',
      transaction: connectorId === 1 ? { transactionId: 1 } : undefined,
      profile: profile({
        purpose: purpose as StationProfile['purpose'],
        stackLevel,
        startMs: NOON_MS + startOffsetS * 1000,
        ...(recurring ? { kind: 'Recurring', recurrency: 'Daily' } : {}),
        ...(durationS === undefined ? {} : { durationS }),
        periods: limits.map((limit, k) => ({ startPeriodS: k * 5000, limit })),
      }),
    });
  }
  const composite = engine.composite({ evseId: 1, startMs: NOON_MS, durationS: 172_800, rateUnit: 'A' });
  expect(composite[0]?.startPeriodS).toBe(0);
  for (const offsetS of offsetsS) {
    const reported = composite.findLast((period) => period.startPeriodS <= offsetS)?.limit;
    expect(reported).toBe(engine.limitA(1, NOON_MS + offsetS * 1000));
  }
});
