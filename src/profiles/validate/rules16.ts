import { isGiven } from '../composite/wireMembers.js';
import {
  exceeds,
  isFull,
  isOfTransaction,
  isUnitKnown,
  isUnknownEvse,
  type ProfileRule,
  periodsOf,
  recursSomehow,
  startsAreAscending,
  startsAtZero,
  validityOf,
} from './ruleContext.js';

// OCPP 1.6, by section, with errata v4. reasonCode is the answer: a CALLERROR's code, or the status.

const ERROR = 'PropertyConstraintViolation';
const REJECTED = 'Rejected';

export const RULES_16: readonly ProfileRule[] = [
  { rule: '1.6 3.13', reasonCode: 'NotSupported', isBroken: ({ input }) => input.station.smartCharging === false },
  { rule: '1.6 5.16 connectorId', reasonCode: ERROR, isBroken: isUnknownEvse },
  {
    rule: '1.6 7.8 chargingProfilePurpose',
    reasonCode: ERROR,
    isBroken: ({ purpose }) => !['ChargePointMaxProfile', 'TxDefaultProfile', 'TxProfile'].includes(purpose),
  },
  {
    rule: '1.6 7.8 chargingProfileKind',
    reasonCode: ERROR,
    isBroken: ({ kind }) => !['Absolute', 'Recurring', 'Relative'].includes(kind),
  },
  {
    rule: '1.6 7.13 chargingRateUnit',
    reasonCode: ERROR,
    isBroken: (of) => !of.schedules.every((schedule) => isUnitKnown(of, schedule)),
  },
  {
    rule: '1.6 7.13 chargingSchedulePeriod',
    reasonCode: ERROR,
    isBroken: ({ schedules }) =>
      schedules.length !== 1 || schedules.some((schedule) => periodsOf(schedule).length === 0),
  },
  {
    rule: '1.6 7.14 startPeriod of the first',
    reasonCode: REJECTED,
    isBroken: ({ schedules }) => !schedules.every(startsAtZero),
  },
  {
    rule: '1.6 7.14 startPeriod ascends',
    reasonCode: REJECTED,
    isBroken: ({ schedules }) => !schedules.every(startsAreAscending),
  },
  {
    rule: '1.6 7.14 limit',
    reasonCode: ERROR,
    isBroken: ({ periods }) => !periods.every(({ limit }) => typeof limit === 'number' && limit >= 0),
  },
  {
    rule: '1.6 7.14 limit has one decimal',
    reasonCode: ERROR,
    isBroken: ({ periods }) => !periods.every(({ limit }) => hasOneDecimal(limit)),
  },
  {
    rule: '1.6 7.8 startSchedule',
    reasonCode: REJECTED,
    isBroken: ({ kind, schedules }) =>
      kind !== 'Relative' && !schedules.every(({ startSchedule }) => isGiven(startSchedule)),
  },
  {
    rule: '1.6 7.8 recurrencyKind',
    reasonCode: REJECTED,
    isBroken: ({ kind, wire }) => kind === 'Recurring' && !recursSomehow(wire),
  },
  {
    rule: '1.6 7.8 validTo after validFrom',
    reasonCode: REJECTED,
    isBroken: ({ wire }) => validityOf(wire).fromMs >= validityOf(wire).toMs,
  },
  {
    rule: '1.6 9.3 ChargeProfileMaxStackLevel',
    reasonCode: REJECTED,
    isBroken: ({ wire, input }) => exceeds(wire.stackLevel, input.station.maxStackLevel),
  },
  {
    rule: '1.6 9.3 ChargingScheduleMaxPeriods',
    reasonCode: REJECTED,
    isBroken: ({ periods, input }) => exceeds(periods.length, input.station.maxPeriods),
  },
  // The same stack level and purpose on the same connector is replaced, whatever its id (5.16).
  {
    rule: '1.6 9.3 MaxChargingProfilesInstalled',
    reasonCode: REJECTED,
    isBroken: (of) =>
      isFull({
        ...of,
        others: of.others.filter(
          (other) =>
            !(
              other.evseId === of.input.evseId &&
              other.stackLevel === of.wire.stackLevel &&
              other.purpose === purposeOf(of.purpose)
            ),
        ),
      }),
  },
  {
    rule: '1.6 3.13.1 ChargePointMaxProfile on connector 0',
    reasonCode: REJECTED,
    isBroken: ({ purpose, input }) => purpose === 'ChargePointMaxProfile' && input.evseId !== 0,
  },
  {
    rule: '1.6 3.13.1 ChargePointMaxProfile is not Relative',
    reasonCode: REJECTED,
    isBroken: ({ purpose, kind }) => purpose === 'ChargePointMaxProfile' && kind === 'Relative',
  },
  {
    rule: '1.6 5.11 a remote start takes a TxProfile without transactionId',
    reasonCode: REJECTED,
    isBroken: ({ input, purpose, wire }) =>
      input.origin === 'remoteStart' && (purpose !== 'TxProfile' || isGiven(wire.transactionId)),
  },
  {
    rule: '1.6 3.13.1 TxProfile on a connector',
    reasonCode: ERROR,
    isBroken: ({ input, purpose }) => purpose === 'TxProfile' && input.origin !== 'remoteStart' && input.evseId === 0,
  },
  {
    rule: '1.6 3.13.1 TxProfile needs a transaction',
    reasonCode: REJECTED,
    isBroken: (of) => of.purpose === 'TxProfile' && of.input.origin !== 'remoteStart' && !isOfTransaction(of),
  },
];

function purposeOf(purpose: string): string {
  return purpose === 'ChargePointMaxProfile' ? 'ChargingStationMaxProfile' : purpose;
}

/** 8.1 · 10 is not quite 81. */
function hasOneDecimal(limit: unknown): boolean {
  return typeof limit === 'number' && Math.abs(limit * 10 - Math.round(limit * 10)) < 1e-6;
}
