import { isGiven, type Wire } from '../composite/wireMembers.js';
import { exceeds, type ProfileRule, type RuleContext } from './ruleContext.js';

// What OCPP 2.1 adds, by requirement.

const ADDITIONAL_PURPOSES = ['PriorityCharging', 'LocalGeneration'];

/** 2.1, table "operationMode for various ChargingProfilePurposes". */
/** All that there are. */
const MODES_OF_TRANSACTIONS = [
  'ChargingOnly',
  'CentralSetpoint',
  'ExternalSetpoint',
  'ExternalLimits',
  'CentralFrequency',
  'LocalFrequency',
  'LocalLoadBalancing',
  'Idle',
];
const MODES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    TxProfile: MODES_OF_TRANSACTIONS,
    TxDefaultProfile: MODES_OF_TRANSACTIONS,
    PriorityCharging: ['ChargingOnly'],
    ChargingStationMaxProfile: ['ChargingOnly'],
    ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalLimits', 'ExternalSetpoint'],
    LocalGeneration: ['ChargingOnly', 'ExternalLimits'],
  }),
);

/** 2.1, table "Limits and setpoints per operation mode": what must be there, and what may. */
const VALUES: ReadonlyMap<string, { readonly required: readonly string[]; readonly allowed: readonly string[] }> =
  new Map(
    Object.entries({
      ChargingOnly: { required: ['limit'], allowed: ['limit'] },
      CentralSetpoint: { required: ['setpoint'], allowed: ['setpoint', 'limit', 'dischargeLimit', 'setpointReactive'] },
      CentralFrequency: { required: ['setpoint'], allowed: ['setpoint', 'limit', 'dischargeLimit'] },
      LocalFrequency: { required: [], allowed: [] },
      ExternalSetpoint: { required: [], allowed: ['limit', 'dischargeLimit'] },
      ExternalLimits: { required: [], allowed: [] },
      LocalLoadBalancing: { required: [], allowed: [] },
      Idle: { required: [], allowed: [] },
    }),
  );
const VALUE_MEMBERS = ['limit', 'dischargeLimit', 'setpoint', 'setpointReactive'];

export const RULES_21: readonly ProfileRule[] = [
  {
    rule: 'K01.FR.81',
    reasonCode: 'InvalidProfileId',
    isBroken: ({ profileId, input: { station } }) =>
      typeof profileId === 'number' &&
      station.maxExternalConstraintsId !== undefined &&
      profileId <= station.maxExternalConstraintsId,
  },
  {
    rule: 'K01.FR.120',
    reasonCode: 'UnsupportedPurpose',
    isBroken: ({ purpose, input: { station } }) =>
      ADDITIONAL_PURPOSES.includes(purpose) && station.additionalPurposes?.includes(purpose) === false,
  },
  {
    rule: 'K01.FR.121',
    reasonCode: 'UnsupportedKind',
    isBroken: ({ kind, input }) => kind === 'Dynamic' && input.station.supports?.dynamicProfiles === false,
  },
  {
    rule: 'K01.FR.122',
    reasonCode: 'InvalidProfile',
    isBroken: ({ kind, wire }) =>
      kind !== 'Dynamic' && (isGiven(wire.dynUpdateInterval) || isGiven(wire.dynUpdateTime)),
  },
  {
    rule: 'K28.FR.03',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ kind, schedules, periods }) => kind === 'Dynamic' && (schedules.length !== 1 || periods.length !== 1),
  },
  {
    rule: 'K01.FR.70',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ purpose, schedules }) =>
      purpose === 'PriorityCharging' && schedules.some(({ duration }) => isGiven(duration)),
  },
  {
    rule: 'K01.FR.71',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ purpose, periods }) =>
      purpose === 'PriorityCharging' && periods.some((period) => modeOf(period) !== 'ChargingOnly'),
  },
  {
    rule: 'K01.FR.95',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ purpose, schedules }) =>
      purpose !== 'TxProfile' &&
      purpose !== 'TxDefaultProfile' &&
      schedules.some(({ randomizedDelay }) => exceeds(randomizedDelay, 0)),
  },
  {
    rule: 'K01.FR.123',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ schedules, input }) =>
      input.station.supports?.useLocalTime === false && schedules.some(({ useLocalTime }) => useLocalTime === true),
  },
  {
    rule: 'K01.FR.124',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ schedules, input }) =>
      input.station.supports?.randomizedDelay === false &&
      schedules.some(({ randomizedDelay }) => isGiven(randomizedDelay)),
  },
  {
    rule: 'K01.FR.125',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ schedules, input }) =>
      input.station.supports?.limitAtSoC === false && schedules.some(({ limitAtSoC }) => isGiven(limitAtSoC)),
  },
  {
    rule: 'K01.FR.126',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ periods, input }) =>
      input.station.supports?.evseSleep === false && periods.some(({ evseSleep }) => evseSleep === true),
  },
  // FR.111 to FR.113 say which purpose takes which modes.
  {
    rule: 'K01.FR.114',
    reasonCode: 'InvalidOperationMode',
    isBroken: ({ purpose, periods }) => {
      const modes = MODES.get(purpose);
      return modes !== undefined && periods.some((period) => !modes.includes(modeOf(period)));
    },
  },
  {
    rule: 'K01.FR.115',
    reasonCode: 'InvalidOperationMode',
    isBroken: ({ periods, input: { station } }) =>
      periods.some((period) => {
        const mode = modeOf(period);
        return mode !== 'ChargingOnly' && station.operationModes?.includes(mode) === false;
      }),
  },
  // FR.143: limits of single phases answer what a car said that it needs; only a TxProfile can.
  {
    rule: 'K01.FR.144',
    reasonCode: 'PhaseConflict',
    isBroken: ({ purpose, periods }) => purpose !== 'TxProfile' && periods.some(limitsSinglePhases),
  },
  // FR.145: `limit` is then that of L1.
  {
    rule: 'K01.FR.146',
    reasonCode: 'PhaseConflict',
    isBroken: ({ periods }) => periods.some((period) => limitsSinglePhases(period) && !isGiven(period.limit)),
  },
  {
    rule: 'Q, table limits and setpoints by operationMode',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ periods }) => !periods.every(hasItsValues),
  },
  {
    rule: 'Q08.FR.05',
    reasonCode: 'UnsupportedRateUnit',
    isBroken: (of) =>
      of.schedules.some(({ chargingRateUnit }) => chargingRateUnit === 'A') && frequencyPeriods(of).length > 0,
  },
  {
    rule: 'Q08.FR.02',
    reasonCode: 'NoFreqWattCurve',
    isBroken: (of) =>
      frequencyPeriods(of).some(
        ({ v2xFreqWattCurve, v2xBaseline }) =>
          !Array.isArray(v2xFreqWattCurve) || v2xFreqWattCurve.length < 2 || !isGiven(v2xBaseline),
      ),
  },
];

/** '' for what is no mode at all. */
function modeOf({ operationMode }: Wire): string {
  if (!isGiven(operationMode)) return 'ChargingOnly';
  return typeof operationMode === 'string' ? operationMode : '';
}

function limitsSinglePhases({ limit_L2, limit_L3 }: Wire): boolean {
  return isGiven(limit_L2) || isGiven(limit_L3);
}

function frequencyPeriods({ periods }: RuleContext): readonly Wire[] {
  return periods.filter((period) => modeOf(period) === 'LocalFrequency');
}

function hasItsValues(period: Wire): boolean {
  const values = VALUES.get(modeOf(period));
  if (values === undefined) return false;
  return VALUE_MEMBERS.every((member) =>
    isGiven(period[member]) ? values.allowed.includes(member) : !values.required.includes(member),
  );
}
