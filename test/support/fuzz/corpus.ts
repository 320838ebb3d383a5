import type { SeededRandom } from '../seededRandom.js';

export type FuzzVersion = '1.6' | '2.0.1' | '2.1';
export const FUZZ_VERSIONS: readonly FuzzVersion[] = ['1.6', '2.0.1', '2.1'];

export interface WireMessage {
  readonly action: string;
  readonly payload: object;
}

/** What a station remembers of itself: ids it was given or made up, so that its messages can belong together, or nearly. */
export interface StationMemory {
  /** The newest that the service gave (1.6) or that the station chose (2.x). */
  transactionId: number | string;
  seqNo: number;
  registerWh: number;
}

/** In every version a good message to begin with. */
export function bootOf(version: FuzzVersion): WireMessage {
  const action = 'BootNotification';
  if (version === '1.6')
    return {
      action,
      payload: {
        chargePointVendor: 'Fuzz',
        chargePointModel: 'One',
        chargePointSerialNumber: '1',
        firmwareVersion: '1',
      },
    };
  const chargingStation = { vendorName: 'Fuzz', model: 'Two', serialNumber: '1', firmwareVersion: '1' };
  return { action, payload: { reason: 'PowerUp', chargingStation } };
}

export function statusOf(version: FuzzVersion, status: string): WireMessage {
  const action = 'StatusNotification';
  if (version === '1.6') return { action, payload: { connectorId: 1, errorCode: 'NoError', status, timestamp: now() } };
  return { action, payload: { timestamp: now(), connectorStatus: status, evseId: 1, connectorId: 1 } };
}

export const HEARTBEAT: WireMessage = { action: 'Heartbeat', payload: {} };

/** Valid messages of a station in any order: the start of a transaction may come after its end, or in the middle of another. */
export function someMessage(version: FuzzVersion, memory: StationMemory, random: SeededRandom): WireMessage {
  const makers = version === '1.6' ? MESSAGES_16 : version === '2.0.1' ? MESSAGES_2X : MESSAGES_21;
  return random.pick(makers)(memory, random);
}

export function floodOf(version: FuzzVersion, random: SeededRandom): WireMessage {
  const statuses =
    version === '1.6'
      ? ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'Faulted', 'Unavailable']
      : ['Available', 'Occupied', 'Faulted', 'Unavailable'];
  return statusOf(version, random.pick(statuses));
}

type Maker = (memory: StationMemory, random: SeededRandom) => WireMessage;

/** Measured currents: mostly none that a station may not have. */
const CURRENTS_A = [0, 0, 3, 5.5, 6, 6, 6.1, 16, 40];
const MEASURANDS = ['Current.Import', 'Energy.Active.Import.Register', 'Power.Active.Import', 'Voltage', 'SoC'];
const TRIGGERS = [
  'Authorized',
  'CablePluggedIn',
  'ChargingStateChanged',
  'MeterValuePeriodic',
  'Trigger',
  'EVDeparted',
];
const CHARGING_STATES = ['Charging', 'EVConnected', 'SuspendedEV', 'SuspendedEVSE', 'Idle'];
/** Ids that are also words of JavaScript, or of another transaction. */
const TRANSACTION_IDS = [
  'tx-1',
  'tx-2',
  'tx-3',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '0',
  '-1',
  '\u{1f50c}',
];
const ID_TOKENS = ['TAG', 'tag', 'TAG2', '__proto__', 'constructor', '00', 'ÅÄÖ'];
const SOURCES = ['EMS', 'SO', 'Other', 'CSO'];

function now(): string {
  return new Date().toISOString();
}

function moved(memory: StationMemory, random: SeededRandom): number {
  memory.registerWh += random.integer(0, 40);
  return memory.registerWh;
}

function sampled16(memory: StationMemory, random: SeededRandom): object[] {
  const currentA = random.pick(CURRENTS_A);
  return [
    ...['L1', 'L2', 'L3'].map((phase) => ({ value: `${currentA}`, measurand: 'Current.Import', phase, unit: 'A' })),
    { value: `${moved(memory, random)}`, measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    { value: `${random.integer(0, 400)}`, measurand: random.pick(MEASURANDS) },
  ];
}

function sampled2x(memory: StationMemory, random: SeededRandom): object[] {
  const currentA = random.pick(CURRENTS_A);
  return [
    ...['L1', 'L2', 'L3'].map((phase) => ({ value: currentA, measurand: 'Current.Import', phase })),
    { value: moved(memory, random) / 1000, unitOfMeasure: { unit: 'kWh', multiplier: 0 } },
    { value: random.integer(0, 400), measurand: random.pick(MEASURANDS) },
  ];
}

const meterValue16 = (memory: StationMemory, random: SeededRandom): object[] => [
  { timestamp: now(), sampledValue: sampled16(memory, random) },
];
const meterValue2x = (memory: StationMemory, random: SeededRandom): object[] => [
  { timestamp: now(), sampledValue: sampled2x(memory, random) },
];

const common: readonly Maker[] = [
  () => HEARTBEAT,
  (_memory, random) => ({
    action: 'DataTransfer',
    payload: { vendorId: 'x', messageId: 'y', data: random.pick(ID_TOKENS) },
  }),
  (_memory, random) => ({
    action: 'FirmwareStatusNotification',
    payload: { status: random.pick(['Downloaded', 'Installing', 'Installed', 'Idle']) },
  }),
  // What only the service may ask, and what nobody knows.
  () => ({ action: 'SetChargingProfile', payload: { connectorId: 0, evseId: 0 } }),
  (_memory, random) => ({ action: random.pick(['Nonsense', '__proto__', 'constructor', 'toString', '']), payload: {} }),
];

const MESSAGES_16: readonly Maker[] = [
  ...common,
  () => bootOf('1.6'),
  (_memory, random) => floodOf('1.6', random),
  (_memory, random) => floodOf('1.6', random),
  (_memory, random) => ({ action: 'Authorize', payload: { idTag: random.pick(ID_TOKENS) } }),
  () => ({ action: 'DiagnosticsStatusNotification', payload: { status: 'Uploading' } }),
  ...twice(
    (memory, random): WireMessage => ({
      action: 'StartTransaction',
      payload: { connectorId: 1, idTag: random.pick(ID_TOKENS), meterStart: moved(memory, random), timestamp: now() },
    }),
  ),
  ...twice((memory, random): WireMessage => {
    const known = Number(memory.transactionId) || 0;
    const transactionId = random.pick([known, known, known, known - 1, known + 1, 0, -1, 2 ** 31 - 1]);
    const payload = { transactionId, meterStop: moved(memory, random), timestamp: now(), reason: 'Local' };
    const transactionData = meterValue16(memory, random);
    return { action: 'StopTransaction', payload: random.chance(0.3) ? { ...payload, transactionData } : payload };
  }),
  ...twice((memory, random): WireMessage => {
    const known = Number(memory.transactionId) || 0;
    const about = random.chance(0.3) ? {} : { transactionId: random.pick([known, known, known + 1]) };
    const payload = { connectorId: 1, ...about, meterValue: meterValue16(memory, random) };
    return { action: 'MeterValues', payload };
  }),
];

const MESSAGES_2X: readonly Maker[] = [
  ...common,
  () => bootOf('2.0.1'),
  (_memory, random) => floodOf('2.0.1', random),
  (_memory, random) => ({
    action: 'Authorize',
    payload: { idToken: { idToken: random.pick(ID_TOKENS), type: 'ISO14443' } },
  }),
  ...twice(transactionEvent),
  ...twice(transactionEvent),
  (memory, random) => ({ action: 'MeterValues', payload: { evseId: 1, meterValue: meterValue2x(memory, random) } }),
  (_memory, random) => ({
    action: 'NotifyEVChargingNeeds',
    payload: {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        departureTime: new Date(Date.now() + random.integer(-1, 8) * 3_600_000).toISOString(),
        acChargingParameters: { energyAmount: 9_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
      },
    },
  }),
  (_memory, random) => ({
    action: 'NotifyChargingLimit',
    payload: {
      evseId: random.pick([0, 1]),
      chargingLimit: { chargingLimitSource: random.pick(SOURCES), isGridCritical: random.chance(0.5) },
      chargingSchedule: [
        {
          id: 1,
          chargingRateUnit: random.pick(['A', 'W']),
          startSchedule: now(),
          chargingSchedulePeriod: [{ startPeriod: 0, limit: random.pick([0, 6, 9, 32, 10_000]) }],
        },
      ],
    },
  }),
  (_memory, random) => ({
    action: 'ClearedChargingLimit',
    payload: { chargingLimitSource: random.pick(SOURCES), evseId: 1 },
  }),
  (_memory, random) => ({
    action: 'NotifyReport',
    payload: {
      requestId: random.pick([0, 1, random.positiveInt31()]),
      generatedAt: now(),
      seqNo: random.integer(0, 3),
      tbc: random.chance(0.5),
      reportData: [
        {
          component: { name: 'SmartChargingCtrlr' },
          variable: { name: random.pick(['PeriodsPerSchedule', 'RateUnit', 'Entries', 'ProfileStackLevel']) },
          variableAttribute: [{ value: random.pick(['1', '0', '-1', 'W', 'A,W', 'NaN', '1e9']) }],
        },
      ],
    },
  }),
  () => ({ action: 'SecurityEventNotification', payload: { type: 'SettingSystemTime', timestamp: now() } }),
  () => ({ action: 'LogStatusNotification', payload: { status: 'Uploading', requestId: 1 } }),
  () => ({
    action: 'ReportChargingProfiles',
    payload: {
      requestId: 1,
      chargingLimitSource: 'CSO',
      evseId: 1,
      chargingProfile: [
        {
          id: 1,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Absolute',
          chargingSchedule: [
            {
              id: 1,
              chargingRateUnit: 'A',
              startSchedule: now(),
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }],
            },
          ],
        },
      ],
    },
  }),
];

const MESSAGES_21: readonly Maker[] = [
  ...MESSAGES_2X,
  () => ({ action: 'NotifyPriorityCharging', payload: { transactionId: 'tx-1', activated: true } }),
  () => ({ action: 'PullDynamicScheduleUpdate', payload: { chargingProfileId: 1 } }),
  () => ({
    action: 'NotifyPeriodicEventStream',
    payload: { id: 1, pending: 0, basetime: now(), data: [{ t: 0, v: '1' }] },
  }),
  (_memory, random) => ({ action: 'VatNumberValidation', payload: { vatNumber: random.pick(ID_TOKENS), evseId: 1 } }),
];

/** Started, Updated and Ended of few transactions, with a seqNo that mostly goes on and sometimes jumps. */
function transactionEvent(memory: StationMemory, random: SeededRandom): WireMessage {
  const eventType = random.pick(['Started', 'Updated', 'Updated', 'Ended']);
  if (random.chance(0.3)) memory.transactionId = random.pick(TRANSACTION_IDS);
  memory.seqNo = random.chance(0.8) ? memory.seqNo + 1 : random.pick([0, 1, memory.seqNo + 1_000, 2 ** 31 - 1]);
  const payload = {
    eventType,
    timestamp: now(),
    triggerReason: random.pick(TRIGGERS),
    seqNo: memory.seqNo,
    offline: random.chance(0.2),
    transactionInfo: { transactionId: String(memory.transactionId), chargingState: random.pick(CHARGING_STATES) },
    ...(random.chance(0.8) && { evse: { id: random.pick([1, 1, 1, 2]), connectorId: 1 } }),
    ...(random.chance(0.5) && { idToken: { idToken: random.pick(ID_TOKENS), type: 'ISO14443' } }),
    ...(random.chance(0.7) && { meterValue: meterValue2x(memory, random) }),
  };
  return { action: 'TransactionEvent', payload };
}

function twice(maker: Maker): readonly Maker[] {
  return [maker, maker];
}
