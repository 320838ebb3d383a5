import { describe, expect, it } from 'vitest';
import { itJudges, judge, type Row, STATION } from '../../support/profiles/judge.js';
import { NOON_MS, type PeriodSketch, TRANSACTION } from '../../support/profiles/wire.js';

// What a 1.6 station refuses, and the neighbour that it takes. Rules are named by their section of the specification.

const ERROR = 'PropertyConstraintViolation';
const REJECTED = 'Rejected';
const evenly = (count: number): PeriodSketch[] => Array.from({ length: count }, (_, index) => [index * 60, 10]);
const others = (count: number) => Array.from({ length: count }, (_, index) => ({ level: index + 1 }));

const rows: readonly Row[] = [
  {
    rule: '1.6 3.13',
    reasonCode: 'NotSupported',
    refuses: 'anything where there is no smart charging',
    refused: { station: { ...STATION, smartCharging: false } },
    accepted: { station: { ...STATION, smartCharging: true } },
  },
  {
    rule: '1.6 5.16 connectorId',
    reasonCode: ERROR,
    refuses: 'a connector that there is not',
    refused: { sketch: { evseId: 3 } },
    accepted: { sketch: { evseId: 2 } },
  },
  {
    rule: '1.6 7.8 chargingProfilePurpose',
    reasonCode: ERROR,
    refuses: 'a purpose of 2.0.1',
    refused: { sketch: { evseId: 0, purpose: 'ChargingStationMaxProfile' } },
    accepted: { sketch: { evseId: 0, purpose: 'ChargePointMaxProfile' } },
  },
  {
    rule: '1.6 7.8 chargingProfileKind',
    reasonCode: ERROR,
    refuses: 'a kind of 2.1',
    refused: { sketch: { kind: 'Dynamic', startMs: NOON_MS } },
    accepted: { sketch: { kind: 'Absolute', startMs: NOON_MS } },
  },
  {
    rule: '1.6 7.13 chargingRateUnit',
    reasonCode: ERROR,
    refuses: 'a unit that the station does not take',
    refused: { sketch: { unit: 'W' }, station: { ...STATION, rateUnits: ['A'] } },
    accepted: { sketch: { unit: 'A' }, station: { ...STATION, rateUnits: ['A'] } },
  },
  {
    rule: '1.6 7.13 chargingRateUnit',
    reasonCode: ERROR,
    refuses: 'a unit that is none',
    refused: { sketch: { unit: 'Wh' } },
    accepted: { sketch: { unit: 'W' } },
  },
  {
    rule: '1.6 7.13 chargingSchedulePeriod',
    reasonCode: ERROR,
    refuses: 'a schedule without periods',
    refused: { sketch: { periods: [] } },
    accepted: { sketch: { periods: [[0, 10]] } },
  },
  {
    rule: '1.6 7.14 startPeriod of the first',
    reasonCode: REJECTED,
    refuses: 'a first period that does not begin at 0',
    refused: { sketch: { periods: [[1, 10]] } },
    accepted: { sketch: { periods: [[0, 10]] } },
  },
  {
    rule: '1.6 7.14 startPeriod ascends',
    reasonCode: REJECTED,
    refuses: 'two periods that begin at once',
    refused: { sketch: { periods: [...evenly(2), [60, 12]] } },
    accepted: { sketch: { periods: [...evenly(2), [61, 12]] } },
  },
  {
    rule: '1.6 7.14 limit',
    reasonCode: ERROR,
    refuses: 'a limit below 0',
    refused: { sketch: { limit: -1 } },
    accepted: { sketch: { limit: 0 } },
  },
  {
    rule: '1.6 7.14 limit has one decimal',
    reasonCode: ERROR,
    refuses: 'a limit with two decimals',
    refused: { sketch: { limit: 8.15 } },
    accepted: { sketch: { limit: 8.1 } },
  },
  {
    rule: '1.6 7.8 startSchedule',
    reasonCode: REJECTED,
    refuses: 'an Absolute schedule without a start',
    refused: { sketch: { schedule: { startSchedule: undefined } } },
    accepted: { sketch: { kind: 'Relative' } },
  },
  {
    rule: '1.6 7.8 startSchedule',
    reasonCode: REJECTED,
    refuses: 'a Recurring schedule without a start',
    refused: { sketch: { recurrency: 'Daily', schedule: { startSchedule: undefined } } },
    accepted: { sketch: { recurrency: 'Daily' } },
  },
  {
    rule: '1.6 7.8 recurrencyKind',
    reasonCode: REJECTED,
    refuses: 'what recurs nobody knows when',
    refused: { sketch: { kind: 'Recurring' } },
    accepted: { sketch: { recurrency: 'Weekly' } },
  },
  {
    rule: '1.6 7.8 validTo after validFrom',
    reasonCode: REJECTED,
    refuses: 'what is valid for no time',
    refused: { sketch: { validFromMs: NOON_MS, validToMs: NOON_MS } },
    accepted: { sketch: { validFromMs: NOON_MS, validToMs: NOON_MS + 1 } },
  },
  {
    rule: '1.6 9.3 ChargeProfileMaxStackLevel',
    reasonCode: REJECTED,
    refuses: 'a level above the highest',
    refused: { sketch: { level: 4 } },
    accepted: { sketch: { level: 3 } },
  },
  {
    rule: '1.6 9.3 ChargingScheduleMaxPeriods',
    reasonCode: REJECTED,
    refuses: 'one period too many',
    refused: { sketch: { periods: evenly(5) } },
    accepted: { sketch: { periods: evenly(4) } },
  },
  {
    rule: '1.6 9.3 MaxChargingProfilesInstalled',
    reasonCode: REJECTED,
    refuses: 'one profile too many',
    refused: { installed: others(4) },
    accepted: { installed: others(3) },
  },
  {
    rule: '1.6 3.13.1 ChargePointMaxProfile on connector 0',
    reasonCode: REJECTED,
    refuses: 'a maximum for one connector',
    refused: { sketch: { purpose: 'Max', evseId: 1 } },
    accepted: { sketch: { purpose: 'Max', evseId: 0 } },
  },
  {
    rule: '1.6 3.13.1 ChargePointMaxProfile is not Relative',
    reasonCode: REJECTED,
    refuses: 'a maximum that counts from a transaction',
    refused: { sketch: { purpose: 'Max', kind: 'Relative' } },
    accepted: { sketch: { purpose: 'Max', kind: 'Absolute' } },
  },
  {
    rule: '1.6 5.11 a remote start takes a TxProfile without transactionId',
    reasonCode: REJECTED,
    refuses: 'a default in a remote start',
    refused: { origin: 'remoteStart', sketch: { purpose: 'TxDefaultProfile' } },
    accepted: { origin: 'remoteStart', sketch: { purpose: 'TxProfile' }, transactions: [] },
  },
  {
    rule: '1.6 5.11 a remote start takes a TxProfile without transactionId',
    reasonCode: REJECTED,
    refuses: 'the id of a transaction that has not begun',
    refused: { origin: 'remoteStart', sketch: { purpose: 'TxProfile', transactionId: 5 } },
    accepted: { origin: 'remoteStart', sketch: { purpose: 'TxProfile' } },
  },
  {
    rule: '1.6 3.13.1 TxProfile on a connector',
    reasonCode: ERROR,
    refuses: 'a TxProfile on connector 0',
    refused: { sketch: { purpose: 'TxProfile', evseId: 0 } },
    accepted: { sketch: { purpose: 'TxProfile', evseId: 1 } },
  },
  {
    rule: '1.6 3.13.1 TxProfile needs a transaction',
    reasonCode: REJECTED,
    refuses: 'a TxProfile while nothing runs on its connector',
    refused: { sketch: { purpose: 'TxProfile' }, transactions: [{ ...TRANSACTION, evseId: 2 }] },
    accepted: { sketch: { purpose: 'TxProfile' }, transactions: [{ ...TRANSACTION, evseId: 1 }] },
  },
  {
    rule: '1.6 3.13.1 TxProfile needs a transaction',
    reasonCode: REJECTED,
    refuses: 'a TxProfile for another transaction',
    refused: { sketch: { purpose: 'TxProfile', transactionId: 4 } },
    accepted: { sketch: { purpose: 'TxProfile', transactionId: 5 } },
  },
];

describe('validateProfile', () => {
  itJudges('1.6', rows);

  it('1.6 5.16 what is replaced leaves its place: by id, or by purpose, level and connector', () => {
    const full = others(3);
    expect(judge('1.6', { installed: [...full, { id: 7, evseId: 2, level: 0 }] })).toEqual({ accepted: true });
    expect(judge('1.6', { installed: [...full, { id: 8, level: 0 }] })).toEqual({ accepted: true });
    expect(judge('1.6', { installed: [...full, { id: 8, level: 0, evseId: 0 }] })).toMatchObject({ accepted: false });
    const max = { purpose: 'Max', level: 0 };
    expect(judge('1.6', { sketch: { ...max, id: 9 }, installed: [...full, max] })).toEqual({ accepted: true });
  });

  it('1.6 takes a default on a connector beside one of the same level on connector 0, which it replaces there', () => {
    expect(judge('1.6', { installed: [{ evseId: 0 }] })).toEqual({ accepted: true });
  });

  it('1.6 takes a Relative schedule with a start, which means nothing', () => {
    expect(judge('1.6', { sketch: { kind: 'Relative', startMs: NOON_MS } })).toEqual({ accepted: true });
  });
});
