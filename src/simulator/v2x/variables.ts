import { isMeasurandList, MEASURANDS } from '../readings.js';
import type { StationIdentity, TxStartPoint } from '../stationOptions.js';
import type { ProfileCapabilities } from '../stationProfile.js';
import { type Supply, wattsPerAmpere } from '../supply.js';
import type { VirtualEvse } from '../virtualEvse.js';
import type { VariableOptions } from './deviceModel.js';
import type { Version2x } from './profile.js';

export interface DeviceFacts {
  readonly version: Version2x;
  readonly identity: StationIdentity;
  readonly evses: ReadonlyMap<number, VirtualEvse>;
  readonly capabilities: ProfileCapabilities;
  readonly meterIntervalS: number;
  /** Ids up to this are those of external constraints. */
  readonly externalConstraintsIdMax: number;
  readonly txStartPoint: TxStartPoint;
  readonly profilesInstalled: () => number;
  /** By the station's clock. */
  readonly nowMs: () => number;
}

/** Everything that this station can be asked and told. */
export function deviceVariables(facts: DeviceFacts): readonly VariableOptions[] {
  return [
    ...stationVariables(facts),
    ...smartChargingVariables(facts),
    ...meterVariables(facts),
    ...communicationVariables(),
    ...transactionVariables(facts),
    ...[...facts.evses.values()].flatMap(evseVariables),
  ];
}

type Short = Omit<VariableOptions, 'component' | 'variable'>;

const of =
  (component: string, place: Pick<VariableOptions, 'evseId' | 'connectorId'> = {}) =>
  (variable: string, options: Short): VariableOptions => ({ component, variable, ...place, ...options });

const flag = (value: boolean): Short => ({ dataType: 'boolean', value: String(value) });
const flagToSet = (value: boolean): Short => ({ ...flag(value), accepts: isBoolean });
const integer = (value: number): Short => ({ dataType: 'integer', value: String(value) });
const integerToSet = (value: number): Short => ({ ...integer(value), accepts: isWholeNumber });
const seconds = (value: number): Short => ({ ...integerToSet(value), unit: 's' });

function stationVariables({ identity, evses, version, nowMs }: DeviceFacts): readonly VariableOptions[] {
  const station = of('ChargingStation');
  const clock = of('ClockCtrlr');
  const security = of('SecurityCtrlr');
  const terminals = Math.max(...[...evses.values()].map(({ supply }) => supply.terminals));
  return [
    station('Available', flag(true)),
    station('AvailabilityState', {
      dataType: 'OptionList',
      value: () => ([...evses.values()].some(({ operative }) => operative) ? 'Available' : 'Unavailable'),
      valuesList: 'Available,Occupied,Reserved,Unavailable,Faulted',
    }),
    station('Problem', flag(false)),
    station('SupplyPhases', integer(terminals)),
    station('Model', { dataType: 'string', value: identity.model }),
    station('VendorName', { dataType: 'string', value: identity.vendor }),
    station('FirmwareVersion', { dataType: 'string', value: identity.firmwareVersion }),
    station('ProtocolVersion', { dataType: 'string', value: version }),
    clock('DateTime', { dataType: 'dateTime', value: () => new Date(nowMs()).toISOString() }),
    clock('TimeSource', { dataType: 'MemberList', value: 'Heartbeat', valuesList: 'Heartbeat' }),
    security('Identity', { dataType: 'string', value: identity.stationId }),
    security('SecurityProfile', integer(1)),
    security('BasicAuthPassword', {
      dataType: 'string',
      value: '',
      accepts: (value) => value.length >= 16 && value.length <= 40,
      writeOnly: true,
    }),
  ];
}

function smartChargingVariables(facts: DeviceFacts): readonly VariableOptions[] {
  const { capabilities, version, externalConstraintsIdMax, profilesInstalled } = facts;
  const smart = of('SmartChargingCtrlr');
  return [
    smart('Enabled', flagToSet(true)),
    smart('Available', flag(true)),
    smart('ProfileStackLevel', integer(capabilities.stackLevelMax)),
    smart('RateUnit', { dataType: 'MemberList', value: capabilities.rateUnits.join(','), valuesList: 'A,W' }),
    smart('PeriodsPerSchedule', integer(capabilities.periodsMax)),
    smart('Entries', {
      instance: 'ChargingProfiles',
      dataType: 'integer',
      value: () => String(profilesInstalled()),
      maxLimit: capabilities.profilesMax,
    }),
    smart('Phases3to1', flag(false)),
    smart('ACPhaseSwitchingSupported', flag(false)),
    smart('ExternalControlSignalsEnabled', flag(true)),
    smart('NotifyChargingLimitWithSchedules', flagToSet(true)),
    smart('LimitChangeSignificance', { dataType: 'decimal', value: '1', accepts: isNumber, unit: 'Percent' }),
    ...(version === '2.1'
      ? [
          smart('SupportedAdditionalPurposes', { dataType: 'MemberList', value: '' }),
          smart('MaxExternalConstraintsId', integer(externalConstraintsIdMax)),
          smart('SupportsDynamicProfiles', flag(false)),
          smart('SupportsUseLocalTime', flag(false)),
          smart('SupportsRandomizedDelay', flag(false)),
          smart('SupportsLimitAtSoC', flag(false)),
          smart('SupportsEvseSleep', flag(false)),
        ]
      : []),
  ];
}

function meterVariables({ meterIntervalS, evses }: DeviceFacts): readonly VariableOptions[] {
  const sampled = of('SampledDataCtrlr');
  const aligned = of('AlignedDataCtrlr');
  const measurands = (value: string): Short => ({
    dataType: 'MemberList',
    value,
    accepts: isMeasurandList,
    valuesList: MEASURANDS.join(','),
    maxLimit: MEASURANDS.length,
  });
  const isDirect = [...evses.values()].some(({ supply }) => supply.direct !== undefined);
  const all = `Current.Import,Power.Active.Import,Energy.Active.Import.Register,${isDirect ? 'Power' : 'Current'}.Offered`;
  return [
    sampled('Enabled', flag(true)),
    sampled('Available', flag(true)),
    sampled('TxStartedMeasurands', measurands('Energy.Active.Import.Register')),
    sampled('TxUpdatedInterval', seconds(meterIntervalS)),
    sampled('TxUpdatedMeasurands', measurands(all)),
    sampled('TxEndedInterval', { ...integer(0), unit: 's' }),
    sampled('TxEndedMeasurands', measurands('Energy.Active.Import.Register')),
    aligned('Enabled', flag(true)),
    aligned('Available', flag(true)),
    aligned('Interval', seconds(0)),
    aligned('Measurands', measurands(all)),
    aligned('TxEndedInterval', { ...integer(0), unit: 's' }),
    aligned('TxEndedMeasurands', { dataType: 'MemberList', value: '' }),
  ];
}

function communicationVariables(): readonly VariableOptions[] {
  const communication = of('OCPPCommCtrlr');
  const data = of('DeviceDataCtrlr');
  return [
    communication('HeartbeatInterval', seconds(300)),
    communication('WebSocketPingInterval', seconds(0)),
    communication('MessageTimeout', { ...integer(30), instance: 'Default', unit: 's' }),
    communication('MessageAttempts', { ...integerToSet(5), instance: 'TransactionEvent' }),
    communication('MessageAttemptInterval', { ...seconds(10), instance: 'TransactionEvent' }),
    communication('ResetRetries', integer(0)),
    communication('UnlockOnEVSideDisconnect', flag(true)),
    communication('NetworkConfigurationPriority', { dataType: 'MemberList', value: '1' }),
    communication('FileTransferProtocols', { dataType: 'MemberList', value: 'HTTPS' }),
    data('ItemsPerMessage', { ...integer(ITEMS_PER_MESSAGE), instance: 'GetReport' }),
    data('ItemsPerMessage', { ...integer(ITEMS_PER_MESSAGE), instance: 'GetVariables' }),
    data('ItemsPerMessage', { ...integer(ITEMS_PER_MESSAGE), instance: 'SetVariables' }),
  ];
}

/** Of a GetVariables, a SetVariables, and a NotifyReport's part. */
export const ITEMS_PER_MESSAGE = 25;

function transactionVariables({ txStartPoint }: DeviceFacts): readonly VariableOptions[] {
  const transaction = of('TxCtrlr');
  const authorization = of('AuthCtrlr');
  return [
    transaction('EVConnectionTimeOut', seconds(60)),
    transaction('StopTxOnEVSideDisconnect', flag(true)),
    transaction('StopTxOnInvalidId', flagToSet(true)),
    transaction('TxStartPoint', { dataType: 'MemberList', value: txStartPoint }),
    transaction('TxStopPoint', { dataType: 'MemberList', value: 'EVConnected,Authorized' }),
    authorization('Enabled', flag(true)),
    authorization('AuthorizeRemoteStart', flagToSet(false)),
    authorization('LocalAuthorizeOffline', flag(true)),
    authorization('LocalPreAuthorize', flag(false)),
    authorization('OfflineTxForUnknownIdEnabled', flagToSet(true)),
  ];
}

function evseVariables(one: VirtualEvse): readonly VariableOptions[] {
  const evse = of('EVSE', { evseId: one.id });
  const connector = of('Connector', { evseId: one.id, connectorId: 1 });
  const state: Short = {
    dataType: 'OptionList',
    value: () => (one.operative ? (one.car === undefined ? 'Available' : 'Occupied') : 'Unavailable'),
    valuesList: 'Available,Occupied,Reserved,Unavailable,Faulted',
  };
  return [
    evse('Available', flag(true)),
    evse('AvailabilityState', state),
    evse('SupplyPhases', integer(one.supply.terminals)),
    evse('Power', {
      dataType: 'decimal',
      value: () =>
        String(Math.round(one.terminalCurrentA().reduce((sum, a) => sum + a, 0) * wattsPerAmpere(one.supply, 1))),
      unit: 'W',
      maxLimit: Math.round(powerMaxW(one.supply)),
    }),
    connector('Available', flag(true)),
    connector('AvailabilityState', state),
    connector('ConnectorType', { dataType: 'string', value: one.supply.direct === undefined ? 'cType2' : 'cCCS2' }),
    connector('SupplyPhases', integer(one.supply.terminals)),
  ];
}

const powerMaxW = (supply: Supply): number => supply.currentMaxA * wattsPerAmpere(supply);

const isBoolean = (value: string): boolean => value === 'true' || value === 'false';
const isWholeNumber = (value: string): boolean => /^\d{1,9}$/.test(value);
const isNumber = (value: string): boolean => /^\d{1,9}(\.\d+)?$/.test(value);
