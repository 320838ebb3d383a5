import { describe, expect, it } from 'vitest';
import type { ProfileStation } from '../../../src/profiles/index.js';
import { itJudges, judge, type Row, STATION } from '../../support/profiles/judge.js';
import { NOON_MS, VERSIONS } from '../../support/profiles/wire.js';

// What only a 2.1 station refuses, and what is not known of any station. Rules are named by their requirement.

const tx = { purpose: 'TxProfile', transactionId: '5' } as const;
const dynamic = { kind: 'Dynamic' } as const;
const priority = { purpose: 'PriorityCharging' } as const;
const frequency = {
  operationMode: 'LocalFrequency',
  limit: undefined,
  v2xBaseline: 0,
  v2xFreqWattCurve: [
    { frequency: 49, power: 0 },
    { frequency: 50, power: 1 },
  ],
};
const without = (feature: string): ProfileStation => ({ ...STATION, supports: { [feature]: false } });

const rows: readonly Row[] = [
  {
    rule: 'K01.FR.81',
    reasonCode: 'InvalidProfileId',
    refuses: 'an id of those that are the station’s own',
    refused: { sketch: { id: 50 }, station: { ...STATION, maxExternalConstraintsId: 50 } },
    accepted: { sketch: { id: 51 }, station: { ...STATION, maxExternalConstraintsId: 50 } },
  },
  ...['PriorityCharging', 'LocalGeneration'].map((purpose) => ({
    rule: 'K01.FR.120',
    reasonCode: 'UnsupportedPurpose',
    refuses: `${purpose} where the station does not list it`,
    refused: { sketch: { purpose }, station: { ...STATION, additionalPurposes: [] } },
    accepted: { sketch: { purpose }, station: { ...STATION, additionalPurposes: [purpose] } },
  })),
  {
    rule: 'K01.FR.121',
    reasonCode: 'UnsupportedKind',
    refuses: 'Dynamic where the station does not support it',
    refused: { sketch: dynamic, station: without('dynamicProfiles') },
    accepted: { sketch: dynamic },
  },
  {
    rule: 'K01.FR.122',
    reasonCode: 'InvalidProfile',
    refuses: 'updates of what is not Dynamic',
    refused: { sketch: { kind: 'Relative', profile: { dynUpdateInterval: 60 } } },
    accepted: { sketch: { kind: 'Dynamic', profile: { dynUpdateInterval: 60 } } },
  },
  {
    rule: 'K01.FR.122',
    reasonCode: 'InvalidProfile',
    refuses: 'the update time of what is not Dynamic',
    refused: { sketch: { kind: 'Relative', profile: { dynUpdateTime: '2026-01-14T12:00:00Z' } } },
    accepted: { sketch: { kind: 'Dynamic', profile: { dynUpdateTime: '2026-01-14T12:00:00Z' } } },
  },
  {
    rule: 'K28.FR.03',
    reasonCode: 'InvalidSchedule',
    refuses: 'a Dynamic profile of two periods',
    refused: {
      sketch: {
        ...dynamic,
        periods: [
          [0, 6],
          [60, 8],
        ],
      },
    },
    accepted: { sketch: { ...dynamic, periods: [[0, 6]] } },
  },
  {
    rule: 'K01.FR.70',
    reasonCode: 'InvalidSchedule',
    refuses: 'an end of priority charging',
    refused: { sketch: { ...priority, durationS: 60 } },
    accepted: { sketch: priority },
  },
  {
    rule: 'K01.FR.71',
    reasonCode: 'InvalidSchedule',
    refuses: 'priority in any mode but ChargingOnly',
    refused: { sketch: { ...priority, period: { operationMode: 'CentralSetpoint', setpoint: 5 } } },
    accepted: { sketch: { ...priority, period: { operationMode: 'ChargingOnly' } } },
  },
  {
    rule: 'K01.FR.95',
    reasonCode: 'InvalidSchedule',
    refuses: 'a random delay of the maximum',
    refused: { sketch: { purpose: 'Max', schedule: { randomizedDelay: 60 } } },
    accepted: { sketch: { purpose: 'Max', schedule: { randomizedDelay: 0 } } },
  },
  {
    rule: 'K01.FR.123',
    reasonCode: 'InvalidSchedule',
    refuses: 'local time where the station does not support it',
    refused: { sketch: { schedule: { useLocalTime: true } }, station: without('useLocalTime') },
    accepted: { sketch: { schedule: { useLocalTime: false } }, station: without('useLocalTime') },
  },
  {
    rule: 'K01.FR.124',
    reasonCode: 'InvalidSchedule',
    refuses: 'a random delay where the station does not support it',
    refused: { sketch: { schedule: { randomizedDelay: 60 } }, station: without('randomizedDelay') },
    accepted: { sketch: { schedule: { randomizedDelay: 60 } } },
  },
  {
    rule: 'K01.FR.125',
    reasonCode: 'InvalidSchedule',
    refuses: 'a limit by state of charge where the station does not support it',
    refused: { sketch: { schedule: { limitAtSoC: { soc: 80, limit: 6 } } }, station: without('limitAtSoC') },
    accepted: { sketch: { schedule: { limitAtSoC: { soc: 80, limit: 6 } } } },
  },
  {
    rule: 'K01.FR.126',
    reasonCode: 'InvalidSchedule',
    refuses: 'sleep where the station does not support it',
    refused: {
      sketch: { ...tx, period: { operationMode: 'Idle', limit: undefined, evseSleep: true } },
      station: without('evseSleep'),
    },
    accepted: { sketch: { ...tx, period: { operationMode: 'Idle', limit: undefined, evseSleep: true } } },
  },
  {
    rule: 'K01.FR.114',
    reasonCode: 'InvalidOperationMode',
    refuses: 'a maximum with a setpoint (FR.111)',
    refused: { sketch: { purpose: 'Max', period: { operationMode: 'CentralSetpoint', setpoint: 5 } } },
    accepted: { sketch: { ...tx, period: { operationMode: 'CentralSetpoint', setpoint: 5 } } },
  },
  {
    rule: 'K01.FR.114',
    reasonCode: 'InvalidOperationMode',
    refuses: 'local generation in a mode of transactions (FR.113)',
    refused: { sketch: { purpose: 'LocalGeneration', period: { operationMode: 'Idle', limit: undefined } } },
    accepted: { sketch: { purpose: 'LocalGeneration', period: { operationMode: 'ExternalLimits', limit: undefined } } },
  },
  {
    rule: 'K01.FR.114',
    reasonCode: 'InvalidOperationMode',
    refuses: 'a mode that there is not',
    refused: { sketch: { period: { operationMode: 'constructor' } } },
    accepted: { sketch: { period: { operationMode: 'ChargingOnly' } } },
  },
  {
    rule: 'K01.FR.115',
    reasonCode: 'InvalidOperationMode',
    refuses: 'a mode that the station does not list',
    refused: {
      sketch: { ...tx, period: { operationMode: 'Idle', limit: undefined } },
      station: { ...STATION, operationModes: ['CentralSetpoint'] },
    },
    accepted: { sketch: { ...tx, period: { operationMode: 'Idle', limit: undefined } } },
  },
  {
    rule: 'K01.FR.144',
    reasonCode: 'PhaseConflict',
    refuses: 'limits of single phases in a default (FR.143)',
    refused: { sketch: { purpose: 'TxDefaultProfile', period: { limit_L2: 6 } } },
    accepted: { sketch: { ...tx, period: { limit_L2: 6 } } },
  },
  {
    rule: 'K01.FR.146',
    reasonCode: 'PhaseConflict',
    refuses: 'a limit of L3 without one of L1 (FR.145)',
    refused: { sketch: { ...tx, period: { limit: undefined, limit_L3: 6 } } },
    accepted: { sketch: { ...tx, period: { limit: 6, limit_L3: 6 } } },
  },
  {
    rule: 'Q, table limits and setpoints by operationMode',
    reasonCode: 'InvalidSchedule',
    refuses: 'charging without a limit',
    refused: { sketch: { period: { limit: undefined } } },
    accepted: { sketch: { period: { limit: 6 } } },
  },
  {
    rule: 'Q, table limits and setpoints by operationMode',
    reasonCode: 'InvalidSchedule',
    refuses: 'a setpoint of what only charges',
    refused: { sketch: { ...tx, period: { setpoint: 5 } } },
    accepted: { sketch: { ...tx, period: { setpoint: 5, operationMode: 'CentralSetpoint' } } },
  },
  {
    rule: 'Q08.FR.05',
    reasonCode: 'UnsupportedRateUnit',
    refuses: 'to follow the frequency in amperes',
    refused: { sketch: { ...tx, unit: 'A', period: frequency } },
    accepted: { sketch: { ...tx, unit: 'W', period: frequency } },
  },
  {
    rule: 'Q08.FR.02',
    reasonCode: 'NoFreqWattCurve',
    refuses: 'to follow the frequency without a curve',
    refused: { sketch: { ...tx, unit: 'W', period: { ...frequency, v2xFreqWattCurve: undefined } } },
    accepted: { sketch: { ...tx, unit: 'W', period: frequency } },
  },
  {
    rule: 'K01.FR.44',
    reasonCode: 'NoPhaseForDC',
    refuses: 'phases of a DC EVSE',
    refused: { sketch: { evseId: 2, period: { numberPhases: 3 } } },
    accepted: {
      sketch: { evseId: 2, period: { numberPhases: 3 } },
      station: { ...STATION, evses: [{ id: 2, kind: 'DC', dcInputPhaseControl: true }] },
    },
  },
];

describe('validateProfile', () => {
  itJudges('2.1', rows);

  it('K28.FR.03 of 2.1 refuses a Dynamic profile of two schedules', () => {
    const schedule = { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] };
    const sketch = { ...dynamic, profile: { chargingSchedule: [schedule, schedule] } };
    expect(judge('2.1', { sketch })).toMatchObject({ accepted: false, rule: 'K28.FR.03' });
  });
});

describe('validateProfile: what is not known refuses nothing', () => {
  const sketches = [
    { evseId: 9, level: 40, unit: 'W', periods: Array.from({ length: 200 }, (_, index) => [index, 10] as const) },
    { evseId: 9, period: { numberPhases: 3 } },
    { evseId: 9, recurrency: 'Daily' },
  ];
  const only21 = [
    priority,
    { purpose: 'LocalGeneration' },
    dynamic,
    { schedule: { useLocalTime: true, randomizedDelay: 60, limitAtSoC: { soc: 80, limit: 6 } } },
    { ...tx, period: { operationMode: 'Idle', limit: undefined, evseSleep: true } },
    { period: { numberPhases: 1, phaseToUse: 1 } },
  ];
  const installed = Array.from({ length: 100 }, (_, index) => ({ evseId: 9, level: 50 + index }));
  const silent: readonly ProfileStation[] = [
    {},
    { evses: 'unknown', maxStackLevel: 'unknown', maxPeriods: 'unknown', maxProfilesInstalled: 'unknown' },
    { evses: [{ id: 1 }, { id: 9 }], rateUnits: 'unknown' },
    { rateUnits: [], supports: {} },
  ];

  it.each(VERSIONS)('of a %s station', (version) => {
    for (const station of silent) {
      for (const sketch of version === '2.1' ? [...sketches, ...only21] : sketches)
        expect(judge(version, { station, sketch, installed })).toEqual({ accepted: true });
    }
  });

  it.each(VERSIONS)('nor does a transaction of %s whose id is not known', (version) => {
    const transactions = [{ evseId: 1 }];
    expect(judge(version, { sketch: { ...tx, transactionId: 5 }, transactions })).toEqual({ accepted: true });
  });

  it.each(VERSIONS)('but an EVSE that no station of %s can have is refused', (version) => {
    for (const evseId of [-1, 1.5, Number.NaN])
      expect(judge(version, { station: {}, sketch: { evseId, startMs: NOON_MS } })).toMatchObject({ accepted: false });
  });
});
