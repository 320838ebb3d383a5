import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CompositeSchedule, compositeSchedule } from '../../../../src/profiles/index.js';
import {
  type NaiveInput,
  naiveSeconds,
  onWire,
  type WireProfile,
  withoutUndefined,
} from '../../../support/profiles/naiveComposite.js';

/** 10,000 over the three versions. */
const RUNS_PER_VERSION = 3_334;
const NOW_MS = Date.UTC(2026, 2, 28, 23, 50);
const SPAN_S = 240;

const PURPOSES: Readonly<Record<NaiveInput['version'], readonly string[]>> = {
  '1.6': ['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'],
  '2.0.1': ['ChargingStationMaxProfile', 'ChargingStationExternalConstraints', 'TxDefaultProfile', 'TxProfile'],
  '2.1': [
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxProfile',
    'PriorityCharging',
    'LocalGeneration',
  ],
};

const KINDS: Readonly<Record<NaiveInput['version'], readonly WireProfile['profile']['kind'][]>> = {
  '1.6': ['Absolute', 'Recurring', 'Relative'],
  '2.0.1': ['Absolute', 'Recurring', 'Relative'],
  '2.1': ['Absolute', 'Recurring', 'Relative', 'Dynamic'],
};

/** Around the span, often on a whole second, sometimes in between. */
const around = fc.oneof(
  fc.integer({ min: -SPAN_S, max: 2 * SPAN_S }).map((second) => NOW_MS + second * 1000),
  fc.integer({ min: -SPAN_S * 1000, max: 2 * SPAN_S * 1000 }).map((ms) => NOW_MS + ms),
);

const limits = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 32 }) },
  { weight: 9, arbitrary: fc.integer({ min: 0, max: 220 }).map((n) => n * 100) },
  { weight: 1, arbitrary: fc.constant(999_999) },
);

/** What only 2.1 has. */
const ONLY_21 = {
  updatedMs: around,
  randomizedDelayS: fc.integer({ min: 0, max: SPAN_S }),
};

function profileOf(version: NaiveInput['version']): fc.Arbitrary<WireProfile> {
  const periods = fc.uniqueArray(fc.integer({ min: 1, max: SPAN_S }), { maxLength: 4 }).chain((starts) =>
    fc.tuple(
      ...[0, ...starts.sort((a, b) => a - b)].map((startS) =>
        fc.record(
          {
            startS: fc.constant(startS),
            limit: limits,
            phases: fc.constantFrom(1, 2, 3),
            ...(version === '2.1' ? { others: fc.array(fc.integer({ min: 0, max: 32 }), { maxLength: 2 }) } : {}),
          },
          { requiredKeys: version === '2.1' ? ['startS'] : ['startS', 'limit'] },
        ),
      ),
    ),
  );
  const profile = fc
    .record(
      {
        purpose: fc.constantFrom(...PURPOSES[version]),
        stackLevel: fc.integer({ min: 0, max: 3 }),
        kind: fc.constantFrom(...KINDS[version]),
        startMs: fc.oneof(
          around,
          around.map((ms) => ms - 40 * 86_400_000),
          around.map((ms) => ms + 3 * 86_400_000),
        ),
        unit: fc.constantFrom('A' as const, 'W' as const),
        periods,
        recurrency: fc.constantFrom('Daily' as const, 'Weekly' as const),
        transactionId: fc.constantFrom('1', '2'),
        validFromMs: around,
        validToMs: around,
        durationS: fc.integer({ min: 1, max: 2 * SPAN_S }),
        ...(version === '2.1' ? ONLY_21 : {}),
      },
      { requiredKeys: ['purpose', 'stackLevel', 'kind', 'unit', 'periods', 'recurrency'] },
    )
    .map(({ transactionId, startMs, updatedMs, periods: all, ...rest }) => ({
      ...rest,
      // Absent, a start means something else to each kind; of all but Dynamic that is tested by hand.
      ...(startMs === undefined && rest.kind !== 'Dynamic' ? { startMs: NOW_MS } : { startMs }),
      ...(rest.kind === 'Dynamic' ? { updatedMs } : {}),
      periods: rest.kind === 'Dynamic' ? all.slice(0, 1) : all,
      ...(rest.purpose === 'TxProfile' && transactionId !== undefined ? { transactionId } : {}),
    }))
    .map((one) => withoutUndefined(one) as WireProfile['profile']);
  return fc.record({ evseId: fc.constantFrom(0, 1, 1, 2), profile });
}

function inputOf(version: NaiveInput['version']): fc.Arbitrary<NaiveInput> {
  return fc.record({
    version: fc.constant(version),
    profiles: fc.array(profileOf(version), { maxLength: 6 }),
    transaction: fc.option(
      fc.record(
        { startMs: around, transactionId: fc.constantFrom('1', '2'), priorityCharging: fc.boolean() },
        { requiredKeys: ['startMs'] },
      ),
      { nil: undefined },
    ),
    evseId: fc.constantFrom(0, 1, 1, 1),
    startMs: fc.constantFrom(NOW_MS, NOW_MS + 500),
    durationS: fc.integer({ min: 1, max: SPAN_S }),
    unit: fc.constantFrom('A' as const, 'W' as const),
    voltageV: fc.constantFrom(230, 120),
    supplyPhases: fc.constantFrom(1, 2, 3),
  });
}

/** Profiles on other EVSEs and transactions of them are there too, and must not matter. */
function engine(input: NaiveInput): CompositeSchedule {
  const { transaction } = input;
  return compositeSchedule({
    ocppVersion: input.version,
    profiles: input.profiles.map((one, index) => ({
      evseId: one.evseId,
      profile: onWire(input.version, one, index + 1),
    })),
    transactions: [
      ...(transaction === undefined ? [] : [{ evseId: input.evseId, ...transaction }]),
      { evseId: 2, startMs: NOW_MS - 1234, transactionId: '1' },
    ],
    evseId: input.evseId,
    startMs: input.startMs,
    durationS: input.durationS,
    rateUnit: input.unit,
    voltageV: input.voltageV,
    phases: input.supplyPhases,
  });
}

/** Adjacent equal seconds merged. */
function periodsOf(seconds: ReturnType<typeof naiveSeconds>): CompositeSchedule['periods'] {
  return seconds.flatMap((says, startPeriodS) => {
    const before = seconds[startPeriodS - 1];
    const isSame = before?.limit === says.limit && before.numberPhases === says.numberPhases;
    return isSame ? [] : [{ startPeriodS, ...says }];
  });
}

describe('compositeSchedule', () => {
  for (const version of ['1.6', '2.0.1', '2.1'] as const) {
    it(`is what a second-by-second look at the profiles of ${version} gives`, () => {
      fc.assert(
        fc.property(inputOf(version), (input) => {
          const schedule = engine(input);
          expect(schedule.periods).toEqual(periodsOf(naiveSeconds(input)));
        }),
        { numRuns: RUNS_PER_VERSION },
      );
    });
  }
});
