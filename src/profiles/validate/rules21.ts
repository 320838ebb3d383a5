import { isGiven, type ProfileRule, type RuleContext, type Wire } from './ruleContext.js';

// What OCPP 2.1 adds, by requirement.

const ADDITIONAL_PURPOSES = ['PriorityCharging', 'LocalGeneration'];

/** 2.1, table "operationMode for various ChargingProfilePurposes". */
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
const MODES: Readonly<Record<string, readonly string[]>> = {
  TxProfile: MODES_OF_TRANSACTIONS,
  TxDefaultProfile: MODES_OF_TRANSACTIONS,
  PriorityCharging: ['ChargingOnly'],
  ChargingStationMaxProfile: ['ChargingOnly'],
  ChargingStationExternalConstraints: ['ChargingOnly', 'ExternalLimits', 'ExternalSetpoint'],
  LocalGeneration: ['ChargingOnly', 'ExternalLimits'],
};

/** 2.1, table "Limits and setpoints per operation mode": what must be there, and what may. */
const VALUES: Readonly<Record<string, { readonly required: readonly string[]; readonly allowed: readonly string[] }>> =
  {
    ChargingOnly: { required: ['limit'], allowed: ['limit'] },
    CentralSetpoint: { required: ['setpoint'], allowed: ['setpoint', 'limit', 'dischargeLimit', 'setpointReactive'] },
    CentralFrequency: { required: ['setpoint'], allowed: ['setpoint', 'limit', 'dischargeLimit'] },
    LocalFrequency: { required: [], allowed: [] },
    ExternalSetpoint: { required: [], allowed: ['limit', 'dischargeLimit'] },
    ExternalLimits: { required: [], allowed: [] },
    LocalLoadBalancing: { required: [], allowed: [] },
    Idle: { required: [], allowed: [] },
  };
const VALUE_MEMBERS = ['limit', 'dischargeLimit', 'setpoint', 'setpointReactive'];

export const RULES_21: readonly ProfileRule[] = [
  {
    rule: 'K01.FR.81',
    reasonCode: 'InvalidProfileId',
    isBroken: ({ profileId, input }) =>
      input.station.maxExternalConstraintsId !== undefined &&
      Number(profileId) <= input.station.maxExternalConstraintsId,
  },
  {
    rule: 'K01.FR.120',
    reasonCode: 'UnsupportedPurpose',
    isBroken: ({ purpose, input }) =>
      ADDITIONAL_PURPOSES.includes(String(purpose)) &&
      input.station.additionalPurposes?.includes(String(purpose)) !== true,
  },
  {
    rule: 'K01.FR.121',
    reasonCode: 'UnsupportedKind',
    isBroken: ({ kind, input }) => kind === 'Dynamic' && input.station.supports?.dynamicProfiles !== true,
  },
  {
    rule: 'K01.FR.122',
    reasonCode: 'InvalidProfile',
    isBroken: ({ kind, wire }) =>
      kind !== 'Dynamic' && (isGiven(wire.dynUpdateInterval) || isGiven(wire.dynUpdateTime)),
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
      schedules.some(({ randomizedDelay }) => Number(randomizedDelay ?? 0) > 0),
  },
  {
    rule: 'K01.FR.123',
    reasonCode: 'InvalidSchedule',
    isBroken: (of) =>
      of.input.station.supports?.useLocalTime !== true &&
      of.schedules.some(({ useLocalTime }) => useLocalTime === true),
  },
  {
    rule: 'K01.FR.124',
    reasonCode: 'InvalidSchedule',
    isBroken: (of) =>
      of.input.station.supports?.randomizedDelay !== true &&
      of.schedules.some(({ randomizedDelay }) => isGiven(randomizedDelay)),
  },
  {
    rule: 'K01.FR.125',
    reasonCode: 'InvalidSchedule',
    isBroken: (of) =>
      of.input.station.supports?.limitAtSoC !== true && of.schedules.some(({ limitAtSoC }) => isGiven(limitAtSoC)),
  },
  {
    rule: 'K01.FR.126',
    reasonCode: 'InvalidSchedule',
    isBroken: (of) =>
      of.input.station.supports?.evseSleep !== true && of.periods.some(({ evseSleep }) => evseSleep === true),
  },
  {
    rule: 'Q, table operationMode by purpose',
    reasonCode: 'InvalidSchedule',
    isBroken: ({ purpose, periods }) =>
      periods.some((period) => MODES[String(purpose)]?.includes(modeOf(period)) !== true),
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

function modeOf({ operationMode }: Wire): string {
  return isGiven(operationMode) ? String(operationMode) : 'ChargingOnly';
}

function frequencyPeriods({ periods }: RuleContext): readonly Wire[] {
  return periods.filter((period) => modeOf(period) === 'LocalFrequency');
}

function hasItsValues(period: Wire): boolean {
  const values = VALUES[modeOf(period)];
  if (values === undefined) return false;
  return VALUE_MEMBERS.every((member) =>
    isGiven(period[member]) ? values.allowed.includes(member) : !values.required.includes(member),
  );
}
