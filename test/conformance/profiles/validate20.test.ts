import { describe, expect, it } from 'vitest';
import { itJudges, judge, type Row, STATION } from '../../support/profiles/judge.js';
import { NOON_MS, type PeriodSketch, TRANSACTION } from '../../support/profiles/wire.js';

// What a station of 2.0.1 or 2.1 refuses, and the neighbour that it takes. Rules are named by their requirement.

const evenly = (count: number): PeriodSketch[] => Array.from({ length: count }, (_, index) => [index * 60, 10]);
const others = (count: number) => Array.from({ length: count }, (_, index) => ({ level: index + 1 }));
const tx = { purpose: 'TxProfile', transactionId: '5' } as const;
const onePhase = { period: { numberPhases: 1, phaseToUse: 2 } };
const schedule = (limit: number) => ({
  id: limit,
  startSchedule: '2026-01-14T12:00:00Z',
  chargingRateUnit: 'A',
  chargingSchedulePeriod: [{ startPeriod: 0, limit }],
});

const rows: readonly Row[] = [
  {
    rule: 'K01.FR.29',
    reasonCode: 'NotSupported',
    refuses: 'anything where there is no smart charging',
    refused: { station: { ...STATION, smartCharging: false } },
    accepted: { station: { ...STATION, smartCharging: true } },
  },
  {
    rule: 'K01.FR.28',
    reasonCode: 'UnknownEvse',
    refuses: 'an EVSE that there is not',
    refused: { sketch: { evseId: 3 } },
    accepted: { sketch: { evseId: 2 } },
  },
  {
    rule: 'K01.FR.22',
    reasonCode: 'InvalidValue',
    refuses: 'external constraints, which are not for a CSMS to set',
    refused: { sketch: { evseId: 0, purpose: 'ChargingStationExternalConstraints' } },
    accepted: { sketch: { evseId: 0, purpose: 'ChargingStationMaxProfile' } },
  },
  {
    rule: 'K01.FR.05',
    reasonCode: 'DuplicateProfile',
    refuses: 'the id of an external constraint',
    refused: { installed: [{ id: 7, evseId: 0, purpose: 'ChargingStationExternalConstraints' }] },
    accepted: { installed: [{ id: 7, evseId: 0, purpose: 'ChargingStationMaxProfile' }] },
  },
  {
    rule: 'K05.FR.02',
    reasonCode: 'InvalidValue',
    refuses: 'a default in a RequestStartTransaction',
    refused: { origin: 'remoteStart', sketch: { purpose: 'TxDefaultProfile' } },
    accepted: { origin: 'remoteStart', sketch: { purpose: 'TxProfile' }, transactions: [] },
  },
  {
    rule: 'K05.FR.02',
    reasonCode: 'InvalidValue',
    refuses: 'the id of a transaction that has not begun',
    refused: { origin: 'remoteStart', sketch: tx },
    accepted: { origin: 'set', sketch: tx },
  },
  {
    rule: 'K04.FR.03',
    reasonCode: 'InvalidValue',
    refuses: 'a maximum for one EVSE',
    refused: { sketch: { purpose: 'Max', evseId: 1 } },
    accepted: { sketch: { purpose: 'Max', evseId: 0 } },
  },
  {
    rule: 'K01.FR.38',
    reasonCode: 'InvalidProfile',
    refuses: 'a maximum that counts from a transaction',
    refused: { sketch: { purpose: 'Max', kind: 'Relative' } },
    accepted: { sketch: { purpose: 'Max', kind: 'Absolute' } },
  },
  {
    rule: 'K01.FR.16',
    reasonCode: 'InvalidValue',
    refuses: 'a TxProfile on EVSE 0',
    refused: { sketch: { ...tx, evseId: 0 } },
    accepted: { sketch: { ...tx, evseId: 1 } },
  },
  {
    rule: 'K01.FR.03',
    reasonCode: 'MissingParam',
    refuses: 'a TxProfile that does not say which transaction it is for',
    refused: { sketch: { ...tx, profile: { transactionId: undefined } } },
    accepted: { sketch: tx },
  },
  {
    rule: 'K01.FR.09',
    reasonCode: 'TxNotFound',
    refuses: 'a TxProfile while nothing runs on its EVSE',
    refused: { sketch: tx, transactions: [{ ...TRANSACTION, evseId: 2 }] },
    accepted: { sketch: tx, transactions: [{ ...TRANSACTION, evseId: 1 }] },
  },
  {
    rule: 'K01.FR.33',
    reasonCode: 'TxNotFound',
    refuses: 'a TxProfile for another transaction',
    refused: { sketch: { ...tx, transactionId: '4' } },
    accepted: { sketch: { ...tx, transactionId: '5' } },
  },
  {
    rule: 'K01.FR.26',
    reasonCode: 'UnsupportedRateUnit',
    refuses: 'a unit that the station does not take',
    refused: { sketch: { unit: 'A' }, station: { ...STATION, rateUnits: ['W'] } },
    accepted: { sketch: { unit: 'W' }, station: { ...STATION, rateUnits: ['W'] } },
  },
  {
    rule: 'K01.FR.40',
    reasonCode: 'InvalidSchedule',
    refuses: 'an Absolute schedule without a start',
    refused: { sketch: { kind: 'Absolute', schedule: { startSchedule: undefined } } },
    accepted: { sketch: { kind: 'Relative', schedule: { startSchedule: undefined } } },
  },
  {
    rule: 'K01.FR.40',
    reasonCode: 'InvalidSchedule',
    refuses: 'a Recurring schedule without a start',
    refused: { sketch: { recurrency: 'Daily', schedule: { startSchedule: undefined } } },
    accepted: { sketch: { recurrency: 'Daily' } },
  },
  {
    rule: 'K01.FR.41',
    reasonCode: 'InvalidSchedule',
    refuses: 'a Relative schedule with a start',
    refused: { sketch: { kind: 'Relative', startMs: NOON_MS } },
    accepted: { sketch: { kind: 'Absolute', startMs: NOON_MS } },
  },
  {
    rule: 'K01 recurrencyKind of Recurring',
    reasonCode: 'InvalidProfile',
    refuses: 'what recurs nobody knows when',
    refused: { sketch: { kind: 'Recurring' } },
    accepted: { sketch: { recurrency: 'Weekly' } },
  },
  {
    rule: 'K01 validTo after validFrom',
    reasonCode: 'InvalidProfile',
    refuses: 'what is valid for no time',
    refused: { sketch: { validFromMs: NOON_MS, validToMs: NOON_MS } },
    accepted: { sketch: { validFromMs: NOON_MS, validToMs: NOON_MS + 1 } },
  },
  {
    rule: 'ChargingProfileType chargingSchedule 1..3, chargingSchedulePeriod 1..1024',
    reasonCode: 'InvalidSchedule',
    refuses: 'four schedules',
    refused: { sketch: { profile: { chargingSchedule: [1, 2, 3, 4].map(schedule) } } },
    accepted: { sketch: { profile: { chargingSchedule: [1, 2, 3].map(schedule) } } },
  },
  {
    rule: 'ChargingProfileType chargingSchedule 1..3, chargingSchedulePeriod 1..1024',
    reasonCode: 'InvalidSchedule',
    refuses: 'a schedule without periods',
    refused: { sketch: { periods: [] } },
    accepted: { sketch: { periods: [[0, 10]] } },
  },
  {
    rule: 'K01.FR.31',
    reasonCode: 'InvalidSchedule',
    refuses: 'a first period that does not begin at 0',
    refused: { sketch: { periods: [[1, 10]] } },
    accepted: { sketch: { periods: [[0, 10]] } },
  },
  {
    rule: 'K01.FR.35',
    reasonCode: 'InvalidSchedule',
    refuses: 'two periods that begin at once',
    refused: { sketch: { periods: [...evenly(2), [60, 12]] } },
    accepted: { sketch: { periods: [...evenly(2), [61, 12]] } },
  },
  {
    rule: 'SmartChargingCtrlr.ProfileStackLevel',
    reasonCode: 'InvalidStackLevel',
    refuses: 'a level above the highest',
    refused: { sketch: { level: 4 } },
    accepted: { sketch: { level: 3 } },
  },
  {
    rule: 'SmartChargingCtrlr.PeriodsPerSchedule',
    reasonCode: 'InvalidSchedule',
    refuses: 'one period too many',
    refused: { sketch: { periods: evenly(5) } },
    accepted: { sketch: { periods: evenly(4) } },
  },
  {
    rule: 'SmartChargingCtrlr.Entries',
    reasonCode: 'TooManyElements',
    refuses: 'one profile too many',
    refused: { installed: others(4) },
    accepted: { installed: [...others(3), { id: 7 }] },
  },
  {
    rule: 'K01.FR.39',
    reasonCode: 'InvalidStackLevel',
    refuses: 'a second TxProfile at one level of one transaction',
    refused: { sketch: tx, installed: [{ ...tx, level: 0 }] },
    accepted: { sketch: tx, installed: [{ ...tx, level: 1 }] },
  },
  {
    rule: 'K01.FR.52',
    reasonCode: 'DuplicateProfile',
    refuses: 'a default on EVSE 0 at a level that an EVSE has',
    refused: { sketch: { evseId: 0, level: 1 }, installed: [{ evseId: 2, level: 1 }] },
    accepted: { sketch: { evseId: 0, level: 2 }, installed: [{ evseId: 2, level: 1 }] },
  },
  {
    rule: 'K01.FR.53',
    reasonCode: 'DuplicateProfile',
    refuses: 'a default on an EVSE at a level that EVSE 0 has',
    refused: { sketch: { evseId: 1, level: 1 }, installed: [{ evseId: 0, level: 1 }] },
    accepted: { sketch: { evseId: 1, level: 1 }, installed: [{ id: 7, evseId: 0, level: 1 }] },
  },
  {
    rule: 'K01.FR.06',
    reasonCode: 'DuplicateProfile',
    refuses: 'a second profile of one purpose and level that is valid at the same time',
    refused: { sketch: { validFromMs: NOON_MS }, installed: [{ validToMs: NOON_MS + 1 }] },
    accepted: { sketch: { validFromMs: NOON_MS }, installed: [{ validToMs: NOON_MS }] },
  },
  {
    rule: 'K01.FR.06',
    reasonCode: 'DuplicateProfile',
    refuses: 'a second maximum at one level',
    refused: { sketch: { purpose: 'Max' }, installed: [{ purpose: 'Max' }] },
    accepted: { sketch: { purpose: 'Max' }, installed: [{ evseId: 0 }] },
  },
  {
    rule: 'K01.FR.19',
    reasonCode: 'InvalidSchedule',
    refuses: 'a phase to use on three of them (K01.FR.48)',
    refused: { sketch: { period: { numberPhases: 3, phaseToUse: 2 } } },
    accepted: { sketch: onePhase },
  },
  {
    rule: 'K01.FR.20',
    reasonCode: 'InvalidSchedule',
    refuses: 'a phase to use where none can be chosen (K01.FR.48)',
    refused: { sketch: onePhase, station: { ...STATION, acPhaseSwitching: false } },
    accepted: { sketch: onePhase, station: { ...STATION, acPhaseSwitching: true } },
  },
  {
    rule: 'K01.FR.45',
    reasonCode: 'InvalidSchedule',
    refuses: 'more phases than the supply has',
    refused: {
      sketch: { period: { numberPhases: 3 } },
      station: { ...STATION, evses: [{ id: 1, kind: 'AC', supplyPhases: 1 }] },
    },
    accepted: {
      sketch: { period: { numberPhases: 1 } },
      station: { ...STATION, evses: [{ id: 1, kind: 'AC', supplyPhases: 1 }] },
    },
  },
];

describe('validateProfile', () => {
  itJudges('2.0.1', rows);
  itJudges('2.1', rows);

  it.each(['2.0.1', '2.1'] as const)('K01.FR.06 of %s looks at one EVSE, purpose and level at a time', (version) => {
    for (const sketch of [{ evseId: 2 }, { level: 1 }, { ...tx }])
      expect(judge(version, { installed: [sketch] })).toEqual({ accepted: true });
  });

  it.each(['2.0.1', '2.1'] as const)('K01.FR.04 of %s: the same id replaces', (version) => {
    expect(judge(version, { installed: [{ id: 7 }] })).toEqual({ accepted: true });
    expect(judge(version, { sketch: tx, installed: [{ ...tx, id: 7 }] })).toEqual({ accepted: true });
  });

  itJudges('2.0.1', [
    {
      rule: 'K01.FR.44',
      reasonCode: 'InvalidSchedule',
      refuses: 'phases of a DC EVSE',
      refused: { sketch: { evseId: 2, period: { numberPhases: 3 } } },
      accepted: { sketch: { evseId: 2 } },
    },
    {
      rule: 'ChargingProfileKindEnumType',
      reasonCode: 'InvalidProfile',
      refuses: 'a kind of 2.1',
      refused: { sketch: { kind: 'Dynamic', startMs: NOON_MS } },
      accepted: { sketch: { kind: 'Absolute', startMs: NOON_MS } },
    },
    ...['PriorityCharging', 'LocalGeneration'].map((purpose) => ({
      rule: 'ChargingProfilePurposeEnumType',
      reasonCode: 'InvalidProfile',
      refuses: `${purpose}, a purpose of 2.1`,
      refused: { sketch: { purpose } },
      accepted: { sketch: { purpose: 'TxDefaultProfile' } },
    })),
  ]);
});
