import { isGiven } from '../composite/wireMembers.js';
import {
  exceeds,
  isFull,
  isOfTransaction,
  isUnitKnown,
  isUnknownEvse,
  knownEvses,
  type ProfileEvse,
  type ProfileRule,
  periodsOf,
  type RuleContext,
  recursSomehow,
  startsAreAscending,
  startsAtZero,
  transactionIdOf,
  validityOf,
} from './ruleContext.js';

// OCPP 2.0.1 edition 3 and 2.1, Part 2, by requirement. reasonCode is the statusInfo's.

const isRemoteStart = ({ input }: RuleContext) => input.origin === 'remoteStart';
const isSet = (of: RuleContext) => !isRemoteStart(of);
const isTx = ({ purpose }: RuleContext) => purpose === 'TxProfile';

export const RULES_201: readonly ProfileRule[] = [
  { rule: 'K01.FR.29', reasonCode: 'NotSupported', isBroken: ({ input }) => input.station.smartCharging === false },
  { rule: 'K01.FR.28', reasonCode: 'UnknownEvse', isBroken: isUnknownEvse },
  {
    rule: 'K01.FR.22',
    reasonCode: 'InvalidValue',
    isBroken: ({ purpose }) => purpose === 'ChargingStationExternalConstraints',
  },
  {
    rule: 'K01.FR.05',
    reasonCode: 'DuplicateProfile',
    isBroken: ({ input, profileId }) => input.installed.some(({ profile }) => isExternal(profile, profileId)),
  },
  {
    rule: 'K05.FR.02',
    reasonCode: 'InvalidValue',
    isBroken: (of) => isRemoteStart(of) && (!isTx(of) || isGiven(of.wire.transactionId)),
  },
  {
    rule: 'K04.FR.03',
    reasonCode: 'InvalidValue',
    isBroken: ({ purpose, input }) => purpose === 'ChargingStationMaxProfile' && input.evseId !== 0,
  },
  {
    rule: 'K01.FR.38',
    reasonCode: 'InvalidProfile',
    isBroken: ({ purpose, kind }) => purpose === 'ChargingStationMaxProfile' && kind === 'Relative',
  },
  { rule: 'K01.FR.16', reasonCode: 'InvalidValue', isBroken: (of) => isTx(of) && of.input.evseId === 0 },
  {
    rule: 'K01.FR.03',
    reasonCode: 'MissingParam',
    isBroken: (of) => isTx(of) && isSet(of) && !isGiven(of.wire.transactionId),
  },
  {
    rule: 'K01.FR.09',
    reasonCode: 'TxNotFound',
    isBroken: (of) => isTx(of) && isSet(of) && of.transactions.length === 0,
  },
  { rule: 'K01.FR.33', reasonCode: 'TxNotFound', isBroken: (of) => isTx(of) && isSet(of) && !isOfTransaction(of) },
  {
    rule: 'K01.FR.26',
    reasonCode: 'UnsupportedRateUnit',
    isBroken: (of) => !of.schedules.every((schedule) => isUnitKnown(of, schedule)),
  },
  {
    rule: 'K01.FR.40',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ kind, schedules }) =>
      (kind === 'Absolute' || kind === 'Recurring') && !schedules.every(({ startSchedule }) => isGiven(startSchedule)),
  },
  {
    rule: 'K01.FR.41',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ kind, schedules }) =>
      kind === 'Relative' && schedules.some(({ startSchedule }) => isGiven(startSchedule)),
  },
  {
    rule: 'K01 recurrencyKind of Recurring',
    reasonCode: 'InvalidProfile',
    isBroken: ({ kind, wire }) => kind === 'Recurring' && !recursSomehow(wire),
  },
  {
    rule: 'K01 validTo after validFrom',
    reasonCode: 'InvalidProfile',
    isBroken: ({ wire }) => validityOf(wire).fromMs >= validityOf(wire).toMs,
  },
  {
    rule: 'ChargingProfileType chargingSchedule 1..3, chargingSchedulePeriod 1..1024',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ schedules }) =>
      schedules.length === 0 ||
      schedules.length > 3 ||
      schedules.some((schedule) => periodsOf(schedule).length === 0 || periodsOf(schedule).length > 1024),
  },
  { rule: 'K01.FR.31', reasonCode: 'InvalidSchedule', isBroken: ({ schedules }) => !schedules.every(startsAtZero) },
  {
    rule: 'K01.FR.35',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ schedules }) => !schedules.every(startsAreAscending),
  },
  {
    rule: 'SmartChargingCtrlr.ProfileStackLevel',
    reasonCode: 'InvalidStackLevel',
    isBroken: ({ wire, input }) => exceeds(wire.stackLevel, input.station.maxStackLevel),
  },
  {
    rule: 'SmartChargingCtrlr.PeriodsPerSchedule',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ schedules, input }) =>
      schedules.some((schedule) => exceeds(periodsOf(schedule).length, input.station.maxPeriods)),
  },
  { rule: 'SmartChargingCtrlr.Entries', reasonCode: 'TooManyElements', isBroken: isFull },
  {
    rule: 'K01.FR.39',
    reasonCode: 'InvalidStackLevel',
    isBroken: (of) =>
      isTx(of) &&
      of.others.some(
        (other) =>
          other.purpose === 'TxProfile' &&
          other.stackLevel === of.wire.stackLevel &&
          other.transactionId !== undefined &&
          other.transactionId === transactionIdOf(of.wire),
      ),
  },
  {
    rule: 'K01.FR.52',
    reasonCode: 'DuplicateProfile',
    isBroken: (of) => of.input.evseId === 0 && clashesWithDefault(of),
  },
  {
    rule: 'K01.FR.53',
    reasonCode: 'DuplicateProfile',
    isBroken: (of) => of.input.evseId !== 0 && clashesWithDefault(of),
  },
  { rule: 'K01.FR.06', reasonCode: 'DuplicateProfile', isBroken: validityOverlaps },
  {
    rule: 'K01.FR.19',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ periods }) =>
      periods.some(({ phaseToUse, numberPhases }) => isGiven(phaseToUse) && numberPhases !== 1),
  },
  {
    rule: 'K01.FR.20',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ periods, input }) =>
      input.station.acPhaseSwitching === false && periods.some(({ phaseToUse }) => isGiven(phaseToUse)),
  },
  {
    rule: 'K01.FR.45',
    reasonCode: 'InvalidSchedule',
    isBroken: (of) =>
      evsesConcerned(of).some(
        ({ kind, supplyPhases }) =>
          kind !== 'DC' && of.periods.some(({ numberPhases }) => exceeds(numberPhases, supplyPhases)),
      ),
  },
];

/** What 2.1 allows, and K01.FR.44, which it answers otherwise. */
export const RULES_201_ONLY: readonly ProfileRule[] = [
  {
    rule: 'ChargingProfilePurposeEnumType',
    reasonCode: 'InvalidProfile',
    isBroken: ({ purpose }) => purpose === 'PriorityCharging' || purpose === 'LocalGeneration',
  },
  { rule: 'ChargingProfileKindEnumType', reasonCode: 'InvalidProfile', isBroken: ({ kind }) => kind === 'Dynamic' },
  {
    rule: 'K01.FR.44',
    reasonCode: 'InvalidSchedule',
    isBroken: (of) => of.evse?.kind === 'DC' && namesPhases(of),
  },
];

export const DC_21: ProfileRule = {
  rule: 'K01.FR.44',
  reasonCode: 'NoPhaseForDC',
  isBroken: (of) => of.evse?.kind === 'DC' && of.evse.dcInputPhaseControl !== true && namesPhases(of),
};

/** An id that an external constraint has is taken, whatever else can be read of it. */
function isExternal(installed: unknown, profileId: unknown): boolean {
  if (typeof installed !== 'object' || installed === null) return false;
  const { id, chargingProfilePurpose } = installed as Readonly<Record<string, unknown>>;
  return id === profileId && chargingProfilePurpose === 'ChargingStationExternalConstraints';
}

function namesPhases({ periods }: RuleContext): boolean {
  return periods.some(({ numberPhases, phaseToUse }) => isGiven(numberPhases) || isGiven(phaseToUse));
}

/** A default on the station and one on an EVSE, of one level: which holds would be anybody's guess. */
function clashesWithDefault({ purpose, input, wire, others }: RuleContext): boolean {
  return (
    purpose === 'TxDefaultProfile' &&
    others.some(
      (other) =>
        other.purpose === 'TxDefaultProfile' &&
        other.stackLevel === wire.stackLevel &&
        (input.evseId === 0) !== (other.evseId === 0),
    )
  );
}

function validityOverlaps({ purpose, input, wire, others }: RuleContext): boolean {
  if (purpose === 'TxProfile') return false;
  const { fromMs, toMs } = validityOf(wire);
  return others.some(
    (other) =>
      other.purpose === purpose &&
      other.evseId === input.evseId &&
      other.stackLevel === wire.stackLevel &&
      other.validFromMs < toMs &&
      fromMs < other.validToMs,
  );
}

function evsesConcerned({ input, evse }: RuleContext): readonly ProfileEvse[] {
  if (input.evseId === 0) return knownEvses(input) ?? [];
  return evse === undefined ? [] : [evse];
}
