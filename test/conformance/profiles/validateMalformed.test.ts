import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeSchedule, UnreadableProfile, validateProfile } from '../../../src/profiles/index.js';
import { judge, STATION } from '../../support/profiles/judge.js';
import { NOON_MS, TRANSACTION, VERSIONS, type Version, wireProfile } from '../../support/profiles/wire.js';

// Whatever comes as a profile, or is said to be installed: a verdict, never an exception.

/** Keys that an object has anyway, and ones that would break a careless String() or Number(). */
const KEYS = ['toString', 'valueOf', 'constructor', '__proto__', 'hasOwnProperty', 'length'];
const MEMBERS = [
  'id',
  'chargingProfileId',
  'stackLevel',
  'chargingProfilePurpose',
  'chargingProfileKind',
  'recurrencyKind',
  'validFrom',
  'validTo',
  'transactionId',
  'dynUpdateTime',
  'dynUpdateInterval',
  'chargingSchedule',
  'startSchedule',
  'duration',
  'chargingRateUnit',
  'randomizedDelay',
  'useLocalTime',
  'limitAtSoC',
  'chargingSchedulePeriod',
  'startPeriod',
  'limit',
  'limit_L2',
  'numberPhases',
  'phaseToUse',
  'operationMode',
  'evseSleep',
  'setpoint',
  'v2xFreqWattCurve',
];
const TEXTS = [
  '',
  'A',
  'W',
  'Daily',
  'Absolute',
  'Recurring',
  'Relative',
  'Dynamic',
  'TxProfile',
  'TxDefaultProfile',
  'ChargePointMaxProfile',
  'ChargingStationMaxProfile',
  'ChargingStationExternalConstraints',
  'PriorityCharging',
  'LocalGeneration',
  'LocalFrequency',
  'constructor',
  '2026-01-14T12:00:00Z',
  '2026-01-14',
  'March 7',
];

const { anything } = fc.letrec((tie) => ({
  anything: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(...TEXTS),
    fc.constantFrom(null, undefined, true, false, 0, 1, -1, 1.5, 999_999, 1e308, Number.NaN, Number.POSITIVE_INFINITY),
    fc.integer(),
    fc.string(),
    fc.array(tie('anything'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...MEMBERS, ...KEYS), tie('anything'), { maxKeys: 10 }),
    fc.dictionary(fc.constantFrom(...KEYS), tie('anything'), { maxKeys: 3, noNullPrototype: false }),
  ),
}));

const WHOLE = {
  level: 1,
  recurrency: 'Daily',
  periods: [
    [0, 6, 1],
    [60, 10, 3],
  ] as const,
  durationS: 600,
  validFromMs: NOON_MS,
  validToMs: NOON_MS + 1e9,
  transactionId: '5',
};

/** A whole profile, in which one to three members, at any depth, are something else. */
function spoilt(version: Version): fc.Arbitrary<unknown> {
  const { profile } = wireProfile(version, WHOLE);
  const paths = pathsOf(profile);
  const change = fc.tuple(fc.constantFrom(...paths), anything);
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    let root: unknown = structuredClone(profile);
    for (const [path, value] of changes) root = replaced(root, path, value);
    return root;
  });
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, member]) => pathsOf(member).map((rest) => [key, ...rest]))];
}

function replaced(root: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(root))
    return root.map((item, index) => (String(index) === key ? replaced(item, rest, value) : item));
  if (typeof root !== 'object' || root === null) return value;
  return { ...root, [key]: replaced((root as Record<string, unknown>)[key], rest, value) };
}

describe.each(VERSIONS)('validateProfile of %s', (version) => {
  const verdictOf = (profile: unknown, installed: readonly { evseId: number; profile: unknown }[] = []) =>
    validateProfile({
      ocppVersion: version,
      profile,
      evseId: 1,
      station: STATION,
      transactions: [TRANSACTION],
      installed,
    });

  it('gives a verdict on any JSON, and accepts only what has a composite schedule', () => {
    fc.assert(
      fc.property(fc.oneof(anything, spoilt(version)), fc.boolean(), (profile, remote) => {
        const origin = remote ? 'remoteStart' : 'set';
        const verdict = validateProfile({
          ocppVersion: version,
          profile,
          evseId: 1,
          station: STATION,
          transactions: [TRANSACTION],
          installed: [],
          origin,
        });
        if (!verdict.accepted) {
          expect(verdict.reasonCode).toMatch(/^[A-Z]\w+$/);
          expect(verdict.rule).not.toBe('');
        } else {
          const span = { evseId: 1, startMs: NOON_MS, durationS: 60, rateUnit: 'A' } as const;
          compositeSchedule({
            ocppVersion: version,
            profiles: [{ evseId: 1, profile }],
            transactions: [TRANSACTION],
            ...span,
          });
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it('gives a verdict beside any installed JSON', () => {
    const { profile } = wireProfile(version, WHOLE);
    const installed = fc.record({ evseId: fc.constantFrom(0, 1, 2), profile: fc.oneof(anything, spoilt(version)) });
    fc.assert(
      fc.property(fc.array(installed, { maxLength: 3 }), (profiles) => {
        expect(typeof verdictOf(profile, profiles).accepted).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });

  it('compositeSchedule knows no other fault of a profile than that it can not be read', () => {
    const span = { evseId: 1, startMs: NOON_MS, durationS: 60, rateUnit: 'A' } as const;
    fc.assert(
      fc.property(fc.oneof(anything, spoilt(version)), (profile) => {
        const profiles = [{ evseId: 1, profile }];
        try {
          compositeSchedule({ ocppVersion: version, profiles, transactions: [TRANSACTION], ...span });
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableProfile);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['null', null],
    ['a text', 'TxProfile'],
    ['a list', []],
    ['NaN', Number.NaN],
    ['nothing', undefined],
    ['an empty object', {}],
  ])('refuses %s', (_, profile) => {
    expect(verdictOf(profile)).toMatchObject({ accepted: false });
  });

  it.each([
    ['no level', { profile: { stackLevel: undefined } }],
    ['a level that is a text', { profile: { stackLevel: '1' } }],
    ['no id', { profile: { id: undefined, chargingProfileId: undefined } }],
    ['a limit that is NaN', { limit: Number.NaN }],
    ['a limit that is a text', { period: { limit: '6' } }],
    ['a start that is no instant', { schedule: { startSchedule: 'tomorrow' } }],
    ['a start of 31 February', { schedule: { startSchedule: '2026-02-31T12:00:00Z' } }],
    ['a validity that is a number', { profile: { validTo: 5 } }],
    ['half a phase', { period: { numberPhases: 1.5 } }],
    ['a start that is a text', { period: { startPeriod: '0' } }],
  ])('refuses %s', (_, sketch) => {
    expect(judge(version, { sketch })).toMatchObject({ accepted: false });
    expect(judge(version, {})).toEqual({ accepted: true });
  });

  it('an installed profile that can not be read takes a place, and clashes with nothing', () => {
    const { profile } = wireProfile(version, {});
    const broken = [null, {}, 'x', []].map((one) => ({ evseId: 1, profile: one }));
    expect(verdictOf(profile, broken.slice(1))).toEqual({ accepted: true });
    expect(verdictOf(profile, broken)).toMatchObject({ accepted: false });
  });

  if (version !== '1.6') {
    it('reads each of several schedules', () => {
      const { profile } = wireProfile(version, {});
      const [schedule] = profile.chargingSchedule as object[];
      const periods = [{ startPeriod: 0, limit: 'none' }];
      const spoiltSecond = {
        ...profile,
        chargingSchedule: [schedule, { ...schedule, chargingSchedulePeriod: periods }],
      };
      expect(verdictOf({ ...profile, chargingSchedule: [schedule, schedule] })).toEqual({ accepted: true });
      expect(verdictOf(spoiltSecond)).toMatchObject({ accepted: false });
    });
  }
});
