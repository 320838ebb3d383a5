import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/ocpp/frame.js';
import type { StationResponses } from '../../../src/site/stationMessages.js';
import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const AT = '2026-03-01T11:59:58Z';
const AT_MS = NOW_MS - 2_000;
const ID_TOKEN = { idToken: 'TAG', type: 'ISO14443' };
const TOLD = {
  eventType: 'Started',
  timestamp: AT,
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 'tx-1' },
};
const PERIODS = [{ startPeriod: 0, limit: 10 }];

type Case = readonly [string, JsonObject, object];

/** Payloads that both versions have. */
const UNDERSTOOD: readonly Case[] = [
  [
    'BootNotification',
    {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Acme', model: 'One', serialNumber: 'S', firmwareVersion: '1.2', modem: {} },
    },
    { type: 'boot', vendor: 'Acme', model: 'One', serialNumber: 'S', firmwareVersion: '1.2' },
  ],
  [
    'BootNotification',
    { reason: 'Unknown', chargingStation: { vendorName: 'A', model: 'O' } },
    { type: 'boot', vendor: 'A', model: 'O' },
  ],
  ['Heartbeat', {}, { type: 'heartbeat' }],
  [
    'StatusNotification',
    { timestamp: AT, connectorStatus: 'Occupied', evseId: 1, connectorId: 2 },
    { type: 'status', evseId: 1, connectorId: 2, status: 'Occupied', timestampMs: AT_MS },
  ],
  [
    'StatusNotification',
    { timestamp: AT, connectorStatus: 'Available', evseId: 0, connectorId: 0 },
    { type: 'status', evseId: 0, status: 'Available', timestampMs: AT_MS },
  ],
  ['Authorize', { idToken: ID_TOKEN }, { type: 'authorize', idToken: 'TAG' }],
  [
    'Authorize',
    { idToken: { idToken: '', type: 'NoAuthorization' } },
    { type: 'authorize', idToken: 'NoAuthorization' },
  ],
  [
    'TransactionEvent',
    TOLD,
    {
      type: 'transactionTold',
      event: 'Started',
      transactionId: 'tx-1',
      seqNo: 0,
      timestampMs: AT_MS,
      isOffline: false,
      triggerReason: 'Authorized',
      samples: [],
      quarantined: 0,
    },
  ],
  [
    'TransactionEvent',
    {
      ...TOLD,
      eventType: 'Ended',
      triggerReason: 'StopAuthorized',
      seqNo: 7,
      offline: true,
      evse: { id: 2, connectorId: 1 },
      idToken: ID_TOKEN,
      numberOfPhasesUsed: 3,
      transactionInfo: {
        transactionId: 'tx-1',
        chargingState: 'SuspendedEV',
        stoppedReason: 'Remote',
        remoteStartId: 5,
      },
      meterValue: [
        {
          timestamp: AT,
          sampledValue: [
            { value: 1.5, context: 'Transaction.End', unitOfMeasure: { unit: 'kWh' } },
            { value: -1, measurand: 'Power.Active.Import' },
          ],
        },
      ],
    },
    {
      type: 'transactionTold',
      event: 'Ended',
      transactionId: 'tx-1',
      seqNo: 7,
      timestampMs: AT_MS,
      isOffline: true,
      triggerReason: 'StopAuthorized',
      evseId: 2,
      idToken: 'TAG',
      status: 'SuspendedEV',
      stoppedReason: 'Remote',
      samples: [{ timestampMs: AT_MS, energyWh: 1_500 }],
      quarantined: 1,
    },
  ],
  [
    'MeterValues',
    {
      evseId: 1,
      meterValue: [{ timestamp: AT, sampledValue: [{ value: 7, measurand: 'Current.Import', phase: 'L2' }] }],
    },
    {
      type: 'meterValues',
      evseId: 1,
      samples: [{ timestampMs: AT_MS, terminalCurrentA: ['unknown', 7, 'unknown'] }],
      quarantined: 0,
    },
  ],
  [
    'NotifyReport',
    {
      requestId: 1,
      generatedAt: AT,
      seqNo: 0,
      tbc: true,
      reportData: [
        {
          component: { name: 'SmartChargingCtrlr' },
          variable: { name: 'Entries', instance: 'ChargingProfiles' },
          variableAttribute: [
            { type: 'Target', value: '9' },
            { value: '2', mutability: 'ReadOnly' },
          ],
          variableCharacteristics: { dataType: 'integer', maxLimit: 8, supportsMonitoring: false },
        },
        {
          component: { name: 'EVSE', evse: { id: 1 } },
          variable: { name: 'Power' },
          variableAttribute: [{ type: 'MaxSet', value: '9' }],
        },
      ],
    },
    {
      type: 'variablesReported',
      requestId: 1,
      isLast: false,
      variables: [
        { key: 'SmartChargingCtrlr.Entries[ChargingProfiles]', value: '2', maximum: 8, isReadOnly: true },
        { key: 'EVSE@1.Power' },
      ],
    },
  ],
  [
    'NotifyReport',
    { requestId: 1, generatedAt: AT, seqNo: 0 },
    { type: 'variablesReported', requestId: 1, isLast: true, variables: [] },
  ],
  [
    'NotifyEVChargingSchedule',
    {
      timeBase: AT,
      evseId: 1,
      chargingSchedule: {
        id: 1,
        duration: 900,
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 16, numberPhases: 1 }],
      },
    },
    {
      type: 'vehicleSchedule',
      evseId: 1,
      schedule: {
        startMs: AT_MS,
        durationS: 900,
        rateUnit: 'A',
        periods: [{ startPeriodS: 0, limit: 16, numberPhases: 1 }],
      },
    },
  ],
  [
    'ReportChargingProfiles',
    {
      requestId: 9,
      chargingLimitSource: 'EMS',
      evseId: 0,
      tbc: true,
      chargingProfile: [
        {
          id: 3,
          stackLevel: 2,
          chargingProfilePurpose: 'ChargingStationExternalConstraints',
          chargingProfileKind: 'Recurring',
          recurrencyKind: 'Daily',
          validFrom: AT,
          validTo: '2026-03-01T18:00:00Z',
          transactionId: 'tx',
          chargingSchedule: [
            {
              id: 1,
              startSchedule: AT,
              duration: 60,
              chargingRateUnit: 'W',
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 4_140, numberPhases: 3 }],
            },
          ],
        },
      ],
    },
    {
      type: 'profilesReported',
      requestId: 9,
      isLast: false,
      evseId: 0,
      source: 'EMS',
      profiles: [
        {
          profileId: 3,
          stackLevel: 2,
          purpose: 'ChargingStationExternalConstraints',
          kind: 'Recurring',
          recurrency: 'Daily',
          transactionId: 'tx',
          validFromMs: AT_MS,
          validToMs: NOW_MS + 6 * 3_600_000,
          schedules: [
            {
              startMs: AT_MS,
              durationS: 60,
              rateUnit: 'W',
              periods: [{ startPeriodS: 0, limit: 4_140, numberPhases: 3 }],
            },
          ],
        },
      ],
    },
  ],
  [
    'NotifyEVChargingNeeds',
    {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        departureTime: '2026-03-01T18:00:00Z',
        acChargingParameters: { energyAmount: 20_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
      },
    },
    { type: 'chargingNeeds', evseId: 1, departureMs: NOW_MS + 6 * 3_600_000, energyWh: 20_000, currentMaxA: 16 },
  ],
  [
    'NotifyEVChargingNeeds',
    {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'DC',
        dcChargingParameters: {
          evMaxCurrent: 300,
          evMaxVoltage: 900,
          stateOfCharge: 40,
          fullSoC: 90,
          evEnergyCapacity: 80_000,
        },
      },
    },
    { type: 'chargingNeeds', evseId: 1, energyWh: 40_000 },
  ],
  [
    'NotifyEVChargingNeeds',
    {
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_single_phase',
        acChargingParameters: { energyAmount: 0, evMinCurrent: 0, evMaxCurrent: 0, evMaxVoltage: 0 },
      },
    },
    { type: 'chargingNeeds', evseId: 1 },
  ],
  [
    'NotifyChargingLimit',
    {
      evseId: 1,
      chargingLimit: { chargingLimitSource: 'SO', isGridCritical: true },
      chargingSchedule: [
        { id: 1, chargingRateUnit: 'W', startSchedule: AT, duration: 60, chargingSchedulePeriod: PERIODS },
      ],
    },
    {
      type: 'chargingLimit',
      evseId: 1,
      source: 'SO',
      isGridCritical: true,
      schedule: { startMs: AT_MS, durationS: 60, rateUnit: 'W', periods: [{ startPeriodS: 0, limit: 10 }] },
    },
  ],
  ['NotifyChargingLimit', { chargingLimit: { chargingLimitSource: 'EMS' } }, { type: 'chargingLimit', source: 'EMS' }],
  [
    'ClearedChargingLimit',
    { chargingLimitSource: 'CSO', evseId: 2 },
    { type: 'chargingLimitCleared', source: 'CSO', evseId: 2 },
  ],
  [
    'DataTransfer',
    { vendorId: 'v', messageId: 'm', data: { a: 1 } },
    { type: 'dataTransfer', vendorId: 'v', messageId: 'm', data: '{"a":1}' },
  ],
  ['DataTransfer', { vendorId: 'v' }, { type: 'dataTransfer', vendorId: 'v' }],
  [
    'FirmwareStatusNotification',
    { status: 'Installed', requestId: 1 },
    { type: 'firmwareStatus', status: 'Installed' },
  ],
  ['PublishFirmwareStatusNotification', { status: 'Published' }, { type: 'firmwareStatus', status: 'Published' }],
  ['LogStatusNotification', { status: 'Uploaded', requestId: 1 }, { type: 'diagnosticsStatus', status: 'Uploaded' }],
];

/** The least a station may say, and what it is answered without asking anybody. */
const NOTICES: readonly Case[] = [
  ['SecurityEventNotification', { type: 'InvalidCsmsCertificate', timestamp: AT }, {}],
  ['SignCertificate', { csr: 'x' }, { status: 'Rejected' }],
  [
    'Get15118EVCertificate',
    { iso15118SchemaVersion: 'urn', action: 'Install', exiRequest: 'x' },
    { status: 'Failed', exiResponse: '' },
  ],
  [
    'GetCertificateStatus',
    {
      ocspRequestData: {
        hashAlgorithm: 'SHA256',
        issuerNameHash: 'a',
        issuerKeyHash: 'b',
        serialNumber: '1',
        responderURL: 'http://localhost',
      },
    },
    { status: 'Failed' },
  ],
  [
    'NotifyEvent',
    {
      generatedAt: AT,
      seqNo: 0,
      eventData: [
        {
          eventId: 1,
          timestamp: AT,
          trigger: 'Alerting',
          actualValue: 'true',
          component: { name: 'EVSE' },
          eventNotificationType: 'HardWiredNotification',
          variable: { name: 'Problem' },
        },
      ],
    },
    {},
  ],
  ['NotifyMonitoringReport', { requestId: 1, seqNo: 0, generatedAt: AT }, {}],
  ['NotifyCustomerInformation', { data: '', seqNo: 0, generatedAt: AT, requestId: 1 }, {}],
  ['NotifyDisplayMessages', { requestId: 1 }, {}],
  ['ReservationStatusUpdate', { reservationId: 1, reservationUpdateStatus: 'Expired' }, {}],
];

const CERTIFICATE = { hashAlgorithm: 'SHA256', issuerNameHash: 'a', issuerKeyHash: 'b', serialNumber: '1' };

const NOTICES_21: readonly Case[] = [
  ['NotifyWebPaymentStarted', { evseId: 1, timeout: 60 }, {}],
  ['NotifySettlement', { pspRef: 'p', status: 'Settled', settlementAmount: 1, settlementTime: AT }, {}],
  ['PullDynamicScheduleUpdate', { chargingProfileId: 1 }, { status: 'Rejected' }],
  ['NotifyDERAlarm', { controlType: 'FreqDroop', timestamp: AT }, {}],
  ['NotifyDERStartStop', { controlId: 'c', started: true, timestamp: AT }, {}],
  ['ReportDERControl', { requestId: 1 }, {}],
  [
    'BatterySwap',
    {
      batteryData: [{ evseId: 1, serialNumber: 's', soC: 50, soH: 90 }],
      eventType: 'BatteryIn',
      idToken: ID_TOKEN,
      requestId: 1,
    },
    {},
  ],
  [
    'OpenPeriodicEventStream',
    { constantStreamData: { id: 1, params: {}, variableMonitoringId: 1 } },
    { status: 'Rejected' },
  ],
  ['ClosePeriodicEventStream', { id: 1 }, {}],
  ['VatNumberValidation', { vatNumber: 'DE1', evseId: 1 }, { status: 'Rejected', vatNumber: 'DE1', evseId: 1 }],
  [
    'GetCertificateChainStatus',
    {
      certificateStatusRequests: [{ certificateHashData: CERTIFICATE, source: 'OCSP', urls: ['http://localhost'] }],
    },
    {
      certificateStatus: [
        { certificateHashData: CERTIFICATE, source: 'OCSP', status: 'Failed', nextUpdate: '2026-03-02T12:00:00.000Z' },
      ],
    },
  ],
];

const MALFORMED: readonly (readonly [string, JsonObject, string])[] = [
  ['Nonsense', {}, 'NotImplemented'],
  ['constructor', {}, 'NotImplemented'],
  ['StartTransaction', {}, 'NotImplemented'],
  ['SetChargingProfile', {}, 'NotSupported'],
  ['BootNotification', { reason: 'PowerUp' }, 'OccurrenceConstraintViolation'],
  ['Authorize', { idToken: 'TAG' }, 'TypeConstraintViolation'],
  ['Heartbeat', { more: 1 }, 'FormatViolation'],
  [
    'StatusNotification',
    { timestamp: AT, connectorStatus: 'Charging', evseId: 1, connectorId: 1 },
    'PropertyConstraintViolation',
  ],
  [
    'StatusNotification',
    { timestamp: AT, connectorStatus: 'Available', evseId: 100_001, connectorId: 1 },
    'PropertyConstraintViolation',
  ],
  [
    'StatusNotification',
    { timestamp: 'noon', connectorStatus: 'Available', evseId: 1, connectorId: 1 },
    'TypeConstraintViolation',
  ],
  ['TransactionEvent', { ...TOLD, transactionInfo: {} }, 'OccurrenceConstraintViolation'],
  ['TransactionEvent', { ...TOLD, transactionInfo: { transactionId: '' } }, 'PropertyConstraintViolation'],
  ['TransactionEvent', { ...TOLD, transactionInfo: { transactionId: 'x'.repeat(37) } }, 'PropertyConstraintViolation'],
  ['TransactionEvent', { ...TOLD, seqNo: -1 }, 'PropertyConstraintViolation'],
  ['TransactionEvent', { ...TOLD, evse: { id: -1 } }, 'PropertyConstraintViolation'],
  ['MeterValues', { evseId: 1, meterValue: [] }, 'OccurrenceConstraintViolation'],
  ['NotifyChargingLimit', { evseId: -1, chargingLimit: { chargingLimitSource: 'SO' } }, 'PropertyConstraintViolation'],
];

describe.each(VERSIONS_2X)('what a station says in OCPP $name', ({ name, dialect, flaws }) => {
  function decode(action: string, payload: JsonObject) {
    const decoded = dialect.decodeRequest(action, payload, NOW_MS);
    if (!decoded.decoded) throw new Error(decoded.failure.description);
    return decoded;
  }

  it.each(UNDERSTOOD)('%s is understood', (action, payload, expected) => {
    expect(flaws(`${action}Request`, payload)).toEqual([]);
    const before = structuredClone(payload);
    expect(decode(action, payload).request).toEqual(expected);
    // Validation strips nothing and adds nothing.
    expect(payload).toEqual(before);
  });

  it.each([...NOTICES, ...(name === '2.1' ? NOTICES_21 : [])])('%s is answered', (action, payload, answer) => {
    expect(flaws(`${action}Request`, payload)).toEqual([]);
    const decoded = decode(action, payload);
    expect(decoded.request).toMatchObject({ type: 'notice', subject: action });
    expect(decoded.answer).toEqual(answer);
    expect(flaws(`${action}Response`, decoded.answer)).toEqual([]);
  });

  it.each(MALFORMED)('%s is refused when it is wrong', (action, payload, code) => {
    const decoded = dialect.decodeRequest(action, payload, NOW_MS);
    if (decoded.decoded) throw new Error('It was taken.');
    expect(dialect.errorCode(decoded.failure.kind)).toBe(code);
  });

  it('a timestamp that is years off is replaced by the time of receipt, and counted', () => {
    const told = { ...TOLD, timestamp: '1970-01-01T00:00:00Z' };
    const { request, doubts } = decode('TransactionEvent', told);
    expect(request).toMatchObject({ timestampMs: NOW_MS });
    expect(doubts.timestampsReplaced).toBe(1);
    const status = { timestamp: '2099-01-01T00:00:00Z', connectorStatus: 'Available', evseId: 1, connectorId: 1 };
    expect(decode('StatusNotification', status).doubts.timestampsReplaced).toBe(1);
  });

  it('an error of each kind has a name of this version', () => {
    expect(dialect.errorCode('frame')).toBe('RpcFrameworkError');
    expect(dialect.errorCode('security')).toBe('SecurityError');
  });

  it.each<[keyof StationResponses, StationResponses[keyof StationResponses], string, object]>([
    [
      'boot',
      { status: 'Pending', currentTimeMs: NOW_MS, intervalS: 60.4 },
      'BootNotification',
      { status: 'Pending', currentTime: '2026-03-01T12:00:00.000Z', interval: 60 },
    ],
    ['heartbeat', { currentTimeMs: NOW_MS }, 'Heartbeat', { currentTime: '2026-03-01T12:00:00.000Z' }],
    ['status', {}, 'StatusNotification', {}],
    ['authorize', { status: 'Invalid' }, 'Authorize', { idTokenInfo: { status: 'Invalid' } }],
    ['transactionTold', { status: 'Accepted' }, 'TransactionEvent', { idTokenInfo: { status: 'Accepted' } }],
    ['transactionTold', {}, 'TransactionEvent', {}],
    ['meterValues', {}, 'MeterValues', {}],
    ['dataTransfer', { status: 'UnknownVendorId' }, 'DataTransfer', { status: 'UnknownVendorId' }],
    ['dataTransfer', { status: 'Accepted', data: 'd' }, 'DataTransfer', { status: 'Accepted', data: 'd' }],
    ['chargingLimit', {}, 'NotifyChargingLimit', {}],
    ['chargingLimitCleared', {}, 'ClearedChargingLimit', {}],
    ['chargingNeeds', { status: 'Processing' }, 'NotifyEVChargingNeeds', { status: 'Processing' }],
    ['variablesReported', {}, 'NotifyReport', {}],
    ['profilesReported', {}, 'ReportChargingProfiles', {}],
    ['vehicleSchedule', { status: 'Rejected' }, 'NotifyEVChargingSchedule', { status: 'Rejected' }],
    ['firmwareStatus', {}, 'FirmwareStatusNotification', {}],
    ['diagnosticsStatus', {}, 'LogStatusNotification', {}],
  ])('%s is answered as its schema wants', (type, response, action, expected) => {
    const answer = dialect.encodeResponse(type, response as never);
    expect(answer).toEqual(expected);
    expect(flaws(`${action}Response`, answer)).toEqual([]);
  });
});

describe('what only OCPP 2.1 has', () => {
  const [, v21] = VERSIONS_2X;
  const request = (action: string, payload: JsonObject) => {
    const decoded = v21?.dialect.decodeRequest(action, payload, NOW_MS);
    return decoded?.decoded === true ? decoded.request : decoded?.failure;
  };

  it('a limit by somebody that 2.0.1 has no name for is by another', () => {
    expect(request('ClearedChargingLimit', { chargingLimitSource: 'LocalEMS' })).toEqual({
      type: 'chargingLimitCleared',
      source: 'Other',
    });
  });

  it('of limits per phase the lowest holds for all; a setpoint is no limit', () => {
    const notify = (chargingSchedulePeriod: readonly object[]) =>
      request('NotifyChargingLimit', {
        chargingLimit: { chargingLimitSource: 'SO' },
        chargingSchedule: [{ id: 1, chargingRateUnit: 'A', chargingSchedulePeriod }],
      });
    expect(notify([{ startPeriod: 0, limit: 16, limit_L2: 8, limit_L3: 10 }])).toMatchObject({
      schedule: { periods: [{ startPeriodS: 0, limit: 8 }] },
    });
    expect(notify([{ startPeriod: 0, setpoint: 5 }])).toEqual({ type: 'chargingLimit', source: 'SO' });
  });

  it('priority charging is of a transaction, and begins or ends', () => {
    for (const activated of [true, false])
      expect(request('NotifyPriorityCharging', { transactionId: 'tx', activated })).toEqual({
        type: 'priorityCharging',
        transactionId: 'tx',
        isActive: activated,
      });
  });

  it('a periodic event stream is told in a message without an answer', () => {
    expect(v21?.dialect.hasOneWayMessages).toBe(true);
    const stream = { id: 1, pending: 0, basetime: AT, data: [{ t: 0, v: '1' }] };
    expect(v21?.flaws('NotifyPeriodicEventStream', stream)).toEqual([]);
    expect(request('NotifyPeriodicEventStream', stream)).toEqual({
      type: 'notice',
      subject: 'NotifyPeriodicEventStream',
    });
  });
});
