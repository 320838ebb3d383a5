import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/ocpp/frame.js';
import { METER_ENERGY_MAX_WH } from '../../../src/ocpp/meterReading.js';
import { parseInstant } from '../../../src/ocpp/timestamp.js';
import { COMPOSITE_UNLIMITED } from '../../../src/ocpp/v16/answers.js';
import { createOcpp16Dialect } from '../../../src/ocpp/v16/dialect.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { StationCommand } from '../../../src/site/stationMessages.js';

const dialect = createOcpp16Dialect();
const NOW_MS = Date.UTC(2026, 2, 1, 12);
const AT = '2026-03-01T11:59:58Z';

function request(action: string, payload: JsonObject): unknown {
  const decoded = dialect.decodeRequest(action, payload, NOW_MS);
  if (!decoded.decoded) throw new Error(decoded.failure.description);
  return decoded.request;
}

function failureCode(action: string, payload: JsonObject): string {
  const decoded = dialect.decodeRequest(action, payload, NOW_MS);
  if (decoded.decoded) throw new Error('It was taken.');
  return `${dialect.errorCode(decoded.failure.kind)}: ${decoded.failure.description}`;
}

function payloadOf(command: StationCommand): JsonObject {
  const encoded = dialect.encodeCommand(command);
  if (!encoded.encoded) throw new Error(encoded.description);
  return encoded.payload as JsonObject;
}

describe('what a station says in OCPP 1.6', () => {
  it.each<[string, JsonObject, object]>([
    [
      'BootNotification',
      { chargePointVendor: 'Acme', chargePointModel: 'One', chargeBoxSerialNumber: 'B', firmwareVersion: '1.2' },
      { type: 'boot', vendor: 'Acme', model: 'One', serialNumber: 'B', firmwareVersion: '1.2' },
    ],
    [
      'BootNotification',
      { chargePointVendor: 'A', chargePointModel: 'O', chargeBoxSerialNumber: 'B', chargePointSerialNumber: 'P' },
      { type: 'boot', vendor: 'A', model: 'O', serialNumber: 'P' },
    ],
    ['Heartbeat', {}, { type: 'heartbeat' }],
    [
      'StatusNotification',
      { connectorId: 0, errorCode: 'NoError', status: 'Available', timestamp: AT },
      { type: 'status', evseId: 0, status: 'Available', timestampMs: NOW_MS - 2_000 },
    ],
    [
      'StatusNotification',
      {
        connectorId: 2,
        errorCode: 'GroundFailure',
        status: 'Faulted',
        info: 'wet',
        vendorErrorCode: 'E1',
        vendorId: 'v',
      },
      { type: 'status', evseId: 2, status: 'Faulted', errorCode: 'GroundFailure', info: 'wet', vendorErrorCode: 'E1' },
    ],
    ['Authorize', { idTag: 'TAG' }, { type: 'authorize', idToken: 'TAG' }],
    [
      'StartTransaction',
      { connectorId: 1, idTag: 'TAG', meterStart: 10, timestamp: AT, reservationId: 3 },
      { type: 'transactionStarted', evseId: 1, idToken: 'TAG', meterStartWh: 10, timestampMs: NOW_MS - 2_000 },
    ],
    [
      'StopTransaction',
      {
        transactionId: 7,
        idTag: 'TAG',
        meterStop: 900,
        timestamp: AT,
        reason: 'EVDisconnected',
        transactionData: [{ timestamp: AT, sampledValue: [{ value: '900', context: 'Transaction.End' }] }],
      },
      {
        type: 'transactionEnded',
        transactionId: 7,
        idToken: 'TAG',
        meterStopWh: 900,
        timestampMs: NOW_MS - 2_000,
        reason: 'EVDisconnected',
        samples: [{ timestampMs: NOW_MS - 2_000, energyWh: 900 }],
      },
    ],
    [
      'StopTransaction',
      { transactionId: 7, meterStop: 900, timestamp: AT },
      {
        type: 'transactionEnded',
        transactionId: 7,
        meterStopWh: 900,
        timestampMs: NOW_MS - 2_000,
        reason: 'Local',
        samples: [],
      },
    ],
    [
      'MeterValues',
      { connectorId: 1, transactionId: 7, meterValue: [{ timestamp: AT, sampledValue: [{ value: '5' }] }] },
      {
        type: 'meterValues',
        evseId: 1,
        transactionId: 7,
        samples: [{ timestampMs: NOW_MS - 2_000, energyWh: 5 }],
        quarantined: 0,
      },
    ],
    [
      'DataTransfer',
      { vendorId: 'v', messageId: 'm', data: 'd' },
      { type: 'dataTransfer', vendorId: 'v', messageId: 'm', data: 'd' },
    ],
    ['DiagnosticsStatusNotification', { status: 'Uploaded' }, { type: 'diagnosticsStatus', status: 'Uploaded' }],
    ['FirmwareStatusNotification', { status: 'Installed' }, { type: 'firmwareStatus', status: 'Installed' }],
    ['SignedFirmwareStatusNotification', { status: 'Installed' }, { type: 'firmwareStatus', status: 'Installed' }],
    ['LogStatusNotification', { status: 'Uploaded' }, { type: 'diagnosticsStatus', status: 'Uploaded' }],
    [
      'SecurityEventNotification',
      { type: 'Tamper\n!', timestamp: AT },
      { type: 'notice', subject: 'SecurityEventNotification', concern: 'Tamper??' },
    ],
  ])('%s is understood', (action, payload, expected) => {
    const before = structuredClone(payload);
    expect(request(action, payload)).toEqual(expected);
    // Validation strips nothing and adds nothing.
    expect(payload).toEqual(before);
  });

  it.each<[string, JsonObject, string]>([
    ['Nonsense', {}, 'NotImplemented: This action is not taken from a station.'],
    ['constructor', {}, 'NotImplemented: This action is not taken from a station.'],
    ['SecurityEventNotification', {}, 'OccurenceConstraintViolation: type is missing.'],
    ['GetLog', {}, 'NotSupported: This action is not taken from a station.'],
    ['Reset', { type: 'Hard' }, 'NotSupported: This action is not taken from a station.'],
    ['Authorize', {}, 'OccurenceConstraintViolation: idTag is missing.'],
    ['Authorize', { idTag: 5 }, 'TypeConstraintViolation: idTag must be string.'],
    [
      'Authorize',
      { idTag: 'x'.repeat(21) },
      'PropertyConstraintViolation: idTag must NOT have more than 20 characters.',
    ],
    ['Authorize', { idTag: 'T', 'pa<>ss': 1 }, 'FormationViolation: pa??ss is not a field of this message.'],
    [
      'StatusNotification',
      { connectorId: 1, errorCode: 'NoError', status: 'Bored' },
      'PropertyConstraintViolation: status must be equal to one of the allowed values.',
    ],
    [
      'StatusNotification',
      { connectorId: -1, errorCode: 'NoError', status: 'Available' },
      'PropertyConstraintViolation: connectorId must be between 0 and 100000.',
    ],
    [
      'StartTransaction',
      { connectorId: 0, idTag: 'T', meterStart: 0, timestamp: AT },
      'PropertyConstraintViolation: connectorId must be between 1 and 100000.',
    ],
    [
      'StartTransaction',
      { connectorId: 1, idTag: 'T', meterStart: 0, timestamp: 'yesterday' },
      'TypeConstraintViolation: timestamp must match format "date-time".',
    ],
    [
      'StartTransaction',
      { connectorId: 1.5, idTag: 'T', meterStart: 0, timestamp: AT },
      'TypeConstraintViolation: connectorId must be integer.',
    ],
    [
      'StopTransaction',
      { transactionId: 2 ** 60, meterStop: 0, timestamp: AT },
      'PropertyConstraintViolation: transactionId is not an integer that can be told from its neighbours.',
    ],
    [
      'MeterValues',
      { connectorId: 1, meterValue: [{ timestamp: AT, sampledValue: [{}] }] },
      'OccurenceConstraintViolation: meterValue/0/sampledValue/0/value is missing.',
    ],
  ])('%s %j is refused, naming the field', (action, payload, expected) => {
    expect(failureCode(action, payload)).toBe(expected);
  });

  it('pulls an impossible register into range, counted: refusing it would lose the transaction', () => {
    const start = { connectorId: 1, idTag: 'T', meterStart: -5, timestamp: '1970-01-01T00:00:00Z' };
    expect(dialect.decodeRequest('StartTransaction', start, NOW_MS)).toMatchObject({
      decoded: true,
      request: { meterStartWh: 0, timestampMs: NOW_MS },
      doubts: { quarantined: 1, timestampsReplaced: 1 },
    });
    const stop = { transactionId: 7, meterStop: 1e308, timestamp: AT };
    expect(dialect.decodeRequest('StopTransaction', stop, NOW_MS)).toMatchObject({
      decoded: true,
      request: { meterStopWh: METER_ENERGY_MAX_WH },
      doubts: { quarantined: 1, timestampsReplaced: 0 },
    });
  });

  it('never throws, whatever the payload', () => {
    const actions = [
      'BootNotification',
      'StatusNotification',
      'StartTransaction',
      'StopTransaction',
      'MeterValues',
      '__proto__',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...actions), fc.dictionary(fc.string(), fc.jsonValue()), (action, payload) => {
        expect(typeof dialect.decodeRequest(action, payload, NOW_MS).decoded).toBe('boolean');
      }),
    );
  });
});

const profile: fc.Arbitrary<ChargingProfile> = fc
  .record({
    profileId: fc.integer({ min: 1 }),
    stackLevel: fc.nat(10),
    purpose: fc.constantFrom('TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile'),
    kind: fc.constantFrom('Absolute', 'Recurring', 'Relative'),
    recurrency: fc.option(fc.constantFrom('Daily', 'Weekly'), { nil: undefined }),
    transactionId: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
    validFromMs: fc.option(fc.integer({ min: 0, max: NOW_MS * 2 }), { nil: undefined }),
    validToMs: fc.option(fc.integer({ min: 0, max: NOW_MS * 2 }), { nil: undefined }),
    schedule: fc
      .record({
        startMs: fc.option(fc.integer({ min: 0, max: NOW_MS * 2 }), { nil: undefined }),
        durationS: fc.option(fc.nat(), { nil: undefined }),
        rateUnit: fc.constantFrom('A', 'W'),
        periods: fc.array(
          fc
            .record({
              startPeriodS: fc.nat(86_400),
              limit: fc.nat(400_000).map((tenths) => tenths / 10),
              numberPhases: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
            })
            .map(withoutUndefined),
          { minLength: 1 },
        ),
      })
      .map(withoutUndefined),
  })
  .map((made) => withoutUndefined(made) as unknown as ChargingProfile);

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

/** The station's reading of our profile, written apart from the codec. */
function readByStation(wire: JsonObject): unknown {
  const schedule = wire.chargingSchedule as JsonObject;
  const instant = (text: unknown): unknown => (text === undefined ? undefined : parseInstant(String(text)));
  return withoutUndefined({
    profileId: wire.chargingProfileId,
    stackLevel: wire.stackLevel,
    purpose:
      wire.chargingProfilePurpose === 'ChargePointMaxProfile'
        ? 'ChargingStationMaxProfile'
        : wire.chargingProfilePurpose,
    kind: wire.chargingProfileKind,
    recurrency: wire.recurrencyKind,
    transactionId: wire.transactionId,
    validFromMs: instant(wire.validFrom),
    validToMs: instant(wire.validTo),
    schedule: withoutUndefined({
      startMs: instant(schedule.startSchedule),
      durationS: schedule.duration,
      rateUnit: schedule.chargingRateUnit,
      periods: (schedule.chargingSchedulePeriod as JsonObject[]).map((period) =>
        withoutUndefined({
          startPeriodS: period.startPeriod,
          limit: period.limit,
          numberPhases: period.numberPhases,
        }),
      ),
    }),
  });
}

describe('what a station is told in OCPP 1.6', () => {
  it('is the profile that was meant, every tenth of an ampere of it', () => {
    fc.assert(
      fc.property(profile, (meant) => {
        const payload = payloadOf({ type: 'setChargingProfile', evseId: 1, profile: meant });
        expect(payload.connectorId).toBe(1);
        expect(readByStation(payload.csChargingProfiles as JsonObject)).toEqual(meant);
      }),
    );
  });

  it.each([8.1, 0.3, 6, 16.7, 31.9, 22_080, 999_999])('a limit of %d passes the multipleOf of the schema', (limit) => {
    const schedule = { rateUnit: 'A', periods: [{ startPeriodS: 0, limit }] } as const;
    const meant: ChargingProfile = { profileId: 1, stackLevel: 0, purpose: 'TxProfile', kind: 'Relative', schedule };
    expect(dialect.encodeCommand({ type: 'setChargingProfile', evseId: 1, profile: meant }).encoded).toBe(true);
  });

  it('is a limit with one decimal, rounded down', () => {
    const schedule = { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 8.19 }] } as const;
    const meant: ChargingProfile = { profileId: 1, stackLevel: 0, purpose: 'TxProfile', kind: 'Relative', schedule };
    const wire = payloadOf({ type: 'setChargingProfile', evseId: 1, profile: meant }).csChargingProfiles;
    expect(readByStation(wire as JsonObject)).toMatchObject({ schedule: { periods: [{ limit: 8.1 }] } });
  });

  const txProfile: ChargingProfile = {
    profileId: 4,
    stackLevel: 0,
    purpose: 'TxProfile',
    kind: 'Relative',
    transactionId: 9,
    schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
  };

  it.each<[StationCommand, string, object]>([
    [{ type: 'clearChargingProfile' }, 'ClearChargingProfile', {}],
    [
      { type: 'clearChargingProfile', profileId: 3, evseId: 0, purpose: 'ChargingStationMaxProfile', stackLevel: 1 },
      'ClearChargingProfile',
      { id: 3, connectorId: 0, chargingProfilePurpose: 'ChargePointMaxProfile', stackLevel: 1 },
    ],
    [
      { type: 'getCompositeSchedule', evseId: 1, durationS: 600, rateUnit: 'A' },
      'GetCompositeSchedule',
      { connectorId: 1, duration: 600, chargingRateUnit: 'A' },
    ],
    [{ type: 'getConfiguration' }, 'GetConfiguration', {}],
    [{ type: 'getConfiguration', keys: ['A'] }, 'GetConfiguration', { key: ['A'] }],
    [
      { type: 'changeConfiguration', key: 'MeterValueSampleInterval', value: '10' },
      'ChangeConfiguration',
      { key: 'MeterValueSampleInterval', value: '10' },
    ],
    [{ type: 'remoteStart', evseId: 1, idToken: 'T' }, 'RemoteStartTransaction', { connectorId: 1, idTag: 'T' }],
    [{ type: 'remoteStop', transactionId: 9 }, 'RemoteStopTransaction', { transactionId: 9 }],
    [
      { type: 'trigger', message: 'StatusNotification', evseId: 2 },
      'TriggerMessage',
      { requestedMessage: 'StatusNotification', connectorId: 2 },
    ],
    [{ type: 'trigger', message: 'Heartbeat', evseId: 0 }, 'TriggerMessage', { requestedMessage: 'Heartbeat' }],
    [
      { type: 'trigger', message: 'LogStatusNotification' },
      'TriggerMessage',
      { requestedMessage: 'DiagnosticsStatusNotification' },
    ],
    [{ type: 'clearCache' }, 'ClearCache', {}],
    [{ type: 'reset', kind: 'Hard' }, 'Reset', { type: 'Hard' }],
    [{ type: 'unlock', evseId: 1 }, 'UnlockConnector', { connectorId: 1 }],
    [
      { type: 'changeAvailability', evseId: 0, operative: false },
      'ChangeAvailability',
      { connectorId: 0, type: 'Inoperative' },
    ],
    [{ type: 'dataTransfer', vendorId: 'v', data: 'd' }, 'DataTransfer', { vendorId: 'v', data: 'd' }],
  ])('%j', (command, action, payload) => {
    expect(dialect.encodeCommand(command)).toEqual({ encoded: true, action, payload });
  });

  it('is a TxProfile without a transaction in a remote start', () => {
    const wire = payloadOf({ type: 'remoteStart', evseId: 1, idToken: 'T', profile: txProfile }).chargingProfile;
    expect(wire).toMatchObject({ chargingProfilePurpose: 'TxProfile', chargingProfileId: 4 });
    expect(wire).not.toHaveProperty('transactionId');
  });

  it.each<[string, StationCommand]>([
    ['a transaction id in letters', { type: 'remoteStop', transactionId: 'abc' }],
    ['an idToken over 20 characters', { type: 'remoteStart', evseId: 1, idToken: 'x'.repeat(21) }],
    ['a duration that is no whole number', { type: 'getCompositeSchedule', evseId: 1, durationS: 0.5 }],
    [
      'a remote start with a default profile',
      { type: 'remoteStart', evseId: 1, idToken: 'T', profile: { ...txProfile, purpose: 'TxDefaultProfile' } },
    ],
    [
      'an instant that no calendar has',
      { type: 'setChargingProfile', evseId: 1, profile: { ...txProfile, validToMs: Number.POSITIVE_INFINITY } },
    ],
    [
      'a limit that is no number',
      {
        type: 'setChargingProfile',
        evseId: 1,
        profile: { ...txProfile, schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: Number.NaN }] } },
      },
    ],
  ])('is never %s', (_what, command) => {
    expect(dialect.encodeCommand(command).encoded).toBe(false);
  });
});

describe('what a station answers in OCPP 1.6', () => {
  const composite: StationCommand & { type: 'getCompositeSchedule' } = {
    type: 'getCompositeSchedule',
    evseId: 1,
    durationS: 600,
  };

  it('a composite counts from scheduleStart; more decimals than the schema has are no fault', () => {
    const payload = {
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: AT,
      chargingSchedule: {
        duration: 600,
        startSchedule: '2026-03-01T00:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 13.333, numberPhases: 3 },
          { startPeriod: 60, limit: 8.1 },
        ],
      },
    };
    expect(dialect.decodeAnswer(composite, payload)).toEqual({
      decoded: true,
      response: {
        status: 'Accepted',
        schedule: {
          startMs: NOW_MS - 2_000,
          durationS: 600,
          rateUnit: 'A',
          periods: [
            { startPeriodS: 0, limit: 13.333, numberPhases: 3 },
            { startPeriodS: 60, limit: 8.1 },
          ],
        },
      },
    });
  });

  it('a composite limit of -1 is not the lowest limit but none', () => {
    const chargingSchedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: -1 }] };
    expect(dialect.decodeAnswer(composite, { status: 'Accepted', chargingSchedule })).toMatchObject({
      response: { schedule: { periods: [{ limit: COMPOSITE_UNLIMITED }] } },
    });
  });

  it('a composite without a schedule has none', () => {
    expect(dialect.decodeAnswer(composite, { status: 'Rejected' })).toEqual({
      decoded: true,
      response: { status: 'Rejected' },
    });
  });

  it('a configuration may leave out values, and name keys it does not have', () => {
    const configurationKey = [
      { key: 'A', readonly: true, value: '1' },
      { key: 'B', readonly: false },
    ];
    expect(dialect.decodeAnswer({ type: 'getConfiguration' }, { configurationKey, unknownKey: ['C'] })).toEqual({
      decoded: true,
      response: {
        keys: [
          { key: 'A', readonly: true, value: '1' },
          { key: 'B', readonly: false },
        ],
        unknownKeys: ['C'],
      },
    });
    expect(dialect.decodeAnswer({ type: 'getConfiguration' }, {})).toMatchObject({
      response: { keys: [], unknownKeys: [] },
    });
  });

  it.each<[StationCommand, string]>([
    [{ type: 'clearChargingProfile' }, 'Unknown'],
    [{ type: 'changeConfiguration', key: 'k', value: 'v' }, 'RebootRequired'],
    [{ type: 'remoteStart', evseId: 1, idToken: 'T' }, 'Rejected'],
    [{ type: 'remoteStop', transactionId: 1 }, 'Accepted'],
    [{ type: 'trigger', message: 'Heartbeat' }, 'NotImplemented'],
    [{ type: 'reset', kind: 'Soft' }, 'Accepted'],
    [{ type: 'unlock', evseId: 1 }, 'UnlockFailed'],
    [{ type: 'changeAvailability', evseId: 1, operative: true }, 'Scheduled'],
    [{ type: 'dataTransfer', vendorId: 'v' }, 'UnknownVendorId'],
  ])('%j: the status as on the wire, and nothing that is none', (command, status) => {
    expect(dialect.decodeAnswer(command, { status })).toEqual({ decoded: true, response: { status } });
    expect(dialect.decodeAnswer(command, { status: 'Perhaps' }).decoded).toBe(false);
    expect(dialect.decodeAnswer(command, {}).decoded).toBe(false);
  });
});
