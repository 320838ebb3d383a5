import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/ocpp/frame.js';
import { parseInstant } from '../../../src/ocpp/timestamp.js';
import { keyOf, variableOf } from '../../../src/ocpp/v2x/variables.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';
import type { StationCommand } from '../../../src/site/stationMessages.js';
import { REQUEST_ID, VERSIONS_2X } from '../../support/ocpp2xSchemas.js';

const NOW_MS = Date.UTC(2026, 2, 1, 12);

const TX_PROFILE: ChargingProfile = {
  profileId: 101,
  stackLevel: 0,
  purpose: 'TxProfile',
  kind: 'Absolute',
  transactionId: 'tx-1',
  validToMs: NOW_MS + 1_000,
  schedule: {
    startMs: NOW_MS,
    durationS: 900,
    rateUnit: 'A',
    periods: [
      { startPeriodS: 0, limit: 8.19 },
      { startPeriodS: 60, limit: 0, numberPhases: 1 },
    ],
  },
};
const TX_WIRE = {
  id: 101,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Absolute',
  transactionId: 'tx-1',
  validTo: '2026-03-01T12:00:01.000Z',
  chargingSchedule: [
    {
      id: 101,
      startSchedule: '2026-03-01T12:00:00.000Z',
      duration: 900,
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 8.1 },
        { startPeriod: 60, limit: 0, numberPhases: 1 },
      ],
    },
  ],
};
const RELATIVE: ChargingProfile = {
  profileId: 101,
  stackLevel: 0,
  purpose: 'TxProfile',
  kind: 'Relative',
  schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
};
const RELATIVE_WIRE = {
  id: 101,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: [{ id: 101, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] }],
};
const variable = (component: string, name: string) => ({ component: { name: component }, variable: { name } });

type Said = readonly [StationCommand, string, object];

const SAID: readonly Said[] = [
  [
    { type: 'setChargingProfile', evseId: 1, profile: TX_PROFILE },
    'SetChargingProfile',
    { evseId: 1, chargingProfile: TX_WIRE },
  ],
  [
    {
      type: 'setChargingProfile',
      evseId: 0,
      profile: {
        ...RELATIVE,
        profileId: 2,
        purpose: 'ChargingStationMaxProfile',
        kind: 'Recurring',
        recurrency: 'Weekly',
        validFromMs: NOW_MS,
        schedule: { startMs: NOW_MS, rateUnit: 'W', periods: [{ startPeriodS: 0, limit: 11_000, numberPhases: 3 }] },
      },
    },
    'SetChargingProfile',
    {
      evseId: 0,
      chargingProfile: {
        id: 2,
        stackLevel: 0,
        chargingProfilePurpose: 'ChargingStationMaxProfile',
        chargingProfileKind: 'Recurring',
        recurrencyKind: 'Weekly',
        validFrom: '2026-03-01T12:00:00.000Z',
        chargingSchedule: [
          {
            id: 2,
            startSchedule: '2026-03-01T12:00:00.000Z',
            chargingRateUnit: 'W',
            chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000, numberPhases: 3 }],
          },
        ],
      },
    },
  ],
  [{ type: 'clearChargingProfile', profileId: 7, evseId: 1 }, 'ClearChargingProfile', { chargingProfileId: 7 }],
  [
    { type: 'clearChargingProfile', evseId: 1, purpose: 'TxDefaultProfile', stackLevel: 0 },
    'ClearChargingProfile',
    { chargingProfileCriteria: { evseId: 1, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 0 } },
  ],
  [{ type: 'clearChargingProfile' }, 'ClearChargingProfile', { chargingProfileCriteria: {} }],
  [
    { type: 'getCompositeSchedule', evseId: 1, durationS: 600, rateUnit: 'A' },
    'GetCompositeSchedule',
    { evseId: 1, duration: 600, chargingRateUnit: 'A' },
  ],
  [{ type: 'getCompositeSchedule', evseId: 0, durationS: 600 }, 'GetCompositeSchedule', { evseId: 0, duration: 600 }],
  [
    { type: 'requestProfiles', evseId: 1, profileIds: [1, 2], sources: ['CSO'] },
    'GetChargingProfiles',
    { requestId: REQUEST_ID, evseId: 1, chargingProfile: { chargingProfileId: [1, 2], chargingLimitSource: ['CSO'] } },
  ],
  [
    { type: 'requestProfiles', purpose: 'TxProfile', stackLevel: 0 },
    'GetChargingProfiles',
    { requestId: REQUEST_ID, chargingProfile: { chargingProfilePurpose: 'TxProfile', stackLevel: 0 } },
  ],
  [
    { type: 'getConfiguration', keys: ['SmartChargingCtrlr.RateUnit', 'EVSE@1.Power', 'Connector@1/2.Type'] },
    'GetVariables',
    {
      getVariableData: [
        variable('SmartChargingCtrlr', 'RateUnit'),
        { component: { name: 'EVSE', evse: { id: 1 } }, variable: { name: 'Power' } },
        { component: { name: 'Connector', evse: { id: 1, connectorId: 2 } }, variable: { name: 'Type' } },
      ],
    },
  ],
  [
    { type: 'changeConfiguration', key: 'SampledDataCtrlr.TxUpdatedInterval', value: '10' },
    'SetVariables',
    { setVariableData: [{ ...variable('SampledDataCtrlr', 'TxUpdatedInterval'), attributeValue: '10' }] },
  ],
  [{ type: 'requestReport' }, 'GetBaseReport', { requestId: REQUEST_ID, reportBase: 'FullInventory' }],
  [{ type: 'requestReport', requestId: 5 }, 'GetBaseReport', { requestId: 5, reportBase: 'FullInventory' }],
  [{ type: 'clearCache' }, 'ClearCache', {}],
  [
    { type: 'requestProfiles', requestId: 5, purpose: 'ChargingStationExternalConstraints' },
    'GetChargingProfiles',
    { requestId: 5, chargingProfile: { chargingProfilePurpose: 'ChargingStationExternalConstraints' } },
  ],
  [
    { type: 'requestReport', keys: ['SmartChargingCtrlr.Entries[ChargingProfiles]'] },
    'GetReport',
    {
      requestId: REQUEST_ID,
      componentVariable: [
        { component: { name: 'SmartChargingCtrlr' }, variable: { name: 'Entries', instance: 'ChargingProfiles' } },
      ],
    },
  ],
  [
    { type: 'remoteStart', evseId: 1, idToken: 'TAG', profile: { ...RELATIVE, transactionId: 'old' } },
    'RequestStartTransaction',
    {
      evseId: 1,
      remoteStartId: REQUEST_ID,
      idToken: { idToken: 'TAG', type: 'Central' },
      chargingProfile: RELATIVE_WIRE,
    },
  ],
  [
    { type: 'remoteStart', evseId: 1, idToken: 'NoAuthorization' },
    'RequestStartTransaction',
    { evseId: 1, remoteStartId: REQUEST_ID, idToken: { idToken: '', type: 'NoAuthorization' } },
  ],
  [{ type: 'remoteStop', transactionId: 'tx' }, 'RequestStopTransaction', { transactionId: 'tx' }],
  [{ type: 'trigger', message: 'BootNotification' }, 'TriggerMessage', { requestedMessage: 'BootNotification' }],
  [
    { type: 'trigger', message: 'TransactionEvent', evseId: 2 },
    'TriggerMessage',
    { requestedMessage: 'TransactionEvent', evse: { id: 2 } },
  ],
  [
    { type: 'trigger', message: 'StatusNotification', evseId: 2 },
    'TriggerMessage',
    { requestedMessage: 'StatusNotification', evse: { id: 2, connectorId: 1 } },
  ],
  [{ type: 'reset', kind: 'Hard' }, 'Reset', { type: 'Immediate' }],
  [{ type: 'reset', kind: 'Soft' }, 'Reset', { type: 'OnIdle' }],
  [{ type: 'unlock', evseId: 2 }, 'UnlockConnector', { evseId: 2, connectorId: 1 }],
  [
    { type: 'changeAvailability', evseId: 0, operative: false },
    'ChangeAvailability',
    { operationalStatus: 'Inoperative' },
  ],
  [
    { type: 'changeAvailability', evseId: 1, operative: true },
    'ChangeAvailability',
    { operationalStatus: 'Operative', evse: { id: 1 } },
  ],
  [
    { type: 'dataTransfer', vendorId: 'v', messageId: 'm', data: 'd' },
    'DataTransfer',
    { vendorId: 'v', messageId: 'm', data: 'd' },
  ],
];

const UNSAYABLE: readonly (readonly [StationCommand, RegExp])[] = [
  [{ type: 'getConfiguration' }, /Component\.Variable/],
  [{ type: 'getConfiguration', keys: [] }, /Component\.Variable/],
  [{ type: 'getConfiguration', keys: ['MeterValueSampleInterval'] }, /"MeterValueSampleInterval" is no variable/],
  [{ type: 'changeConfiguration', key: 'a.b.c', value: '1' }, /"a\.b\.c" is no variable/],
  [{ type: 'remoteStop', transactionId: 5 }, /by a text only/],
  [{ type: 'remoteStart', evseId: 1, idToken: 'x'.repeat(300) }, /RequestStartTransaction: idToken/],
  [
    {
      type: 'remoteStart',
      evseId: 1,
      idToken: 'T',
      profile: { ...RELATIVE, purpose: 'TxDefaultProfile' },
    },
    /carries a TxProfile/,
  ],
  [
    {
      type: 'setChargingProfile',
      evseId: 1,
      profile: { ...TX_PROFILE, schedule: { ...TX_PROFILE.schedule, periods: [{ startPeriodS: 0, limit: -1 }] } },
    },
    /can not be negative/,
  ],
  [
    { type: 'setChargingProfile', evseId: 1, profile: { ...TX_PROFILE, validToMs: Number.POSITIVE_INFINITY } },
    /setChargingProfile/,
  ],
  [
    {
      type: 'setChargingProfile',
      evseId: 1,
      profile: { ...TX_PROFILE, schedule: { ...TX_PROFILE.schedule, periods: [] } },
    },
    /chargingSchedulePeriod/,
  ],
];

const ANSWERS: readonly (readonly [StationCommand, string, JsonObject, object])[] = [
  [
    { type: 'setChargingProfile', evseId: 1, profile: TX_PROFILE },
    'SetChargingProfileResponse',
    { status: 'Rejected', statusInfo: { reasonCode: 'TxNotFound' } },
    { status: 'Rejected' },
  ],
  [{ type: 'clearChargingProfile' }, 'ClearChargingProfileResponse', { status: 'Unknown' }, { status: 'Unknown' }],
  [{ type: 'requestProfiles' }, 'GetChargingProfilesResponse', { status: 'NoProfiles' }, { status: 'NoProfiles' }],
  [
    { type: 'getCompositeSchedule', evseId: 1, durationS: 600 },
    'GetCompositeScheduleResponse',
    {
      status: 'Accepted',
      schedule: {
        evseId: 1,
        duration: 600,
        scheduleStart: '2026-03-01T12:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 8.13 },
          { startPeriod: 60, limit: -1, numberPhases: 3 },
        ],
      },
    },
    {
      status: 'Accepted',
      schedule: {
        startMs: NOW_MS,
        durationS: 600,
        rateUnit: 'A',
        periods: [
          { startPeriodS: 0, limit: 8.13 },
          { startPeriodS: 60, limit: 999_999, numberPhases: 3 },
        ],
      },
    },
  ],
  [
    { type: 'getCompositeSchedule', evseId: 1, durationS: 600 },
    'GetCompositeScheduleResponse',
    { status: 'Rejected' },
    { status: 'Rejected' },
  ],
  [
    { type: 'getConfiguration', keys: ['A.B'] },
    'GetVariablesResponse',
    {
      getVariableResult: [
        { attributeStatus: 'Accepted', attributeValue: '1', ...variable('A', 'B') },
        { attributeStatus: 'Rejected', ...variable('A', 'Secret') },
        { attributeStatus: 'UnknownVariable', ...variable('A', 'C') },
        { attributeStatus: 'UnknownComponent', ...variable('X', 'C') },
      ],
    },
    {
      keys: [
        { key: 'A.B', value: '1', readonly: false },
        { key: 'A.Secret', readonly: false },
      ],
      unknownKeys: ['A.C', 'X.C'],
    },
  ],
  [
    { type: 'changeConfiguration', key: 'A.B', value: '1' },
    'SetVariablesResponse',
    { setVariableResult: [{ attributeStatus: 'RebootRequired', ...variable('A', 'B') }] },
    { status: 'RebootRequired' },
  ],
  [{ type: 'clearCache' }, 'ClearCacheResponse', { status: 'Rejected' }, { status: 'Rejected' }],
  [{ type: 'requestReport' }, 'GetBaseReportResponse', { status: 'NotSupported' }, { status: 'NotSupported' }],
  [{ type: 'requestReport', keys: ['A.B'] }, 'GetReportResponse', { status: 'Accepted' }, { status: 'Accepted' }],
  [
    { type: 'remoteStart', evseId: 1, idToken: 'T' },
    'RequestStartTransactionResponse',
    { status: 'Accepted', transactionId: 'tx' },
    { status: 'Accepted' },
  ],
  [
    { type: 'remoteStop', transactionId: 'tx' },
    'RequestStopTransactionResponse',
    { status: 'Rejected' },
    { status: 'Rejected' },
  ],
  [
    { type: 'trigger', message: 'Heartbeat' },
    'TriggerMessageResponse',
    { status: 'NotImplemented' },
    { status: 'NotImplemented' },
  ],
  [{ type: 'reset', kind: 'Soft' }, 'ResetResponse', { status: 'Scheduled' }, { status: 'Scheduled' }],
  [{ type: 'unlock', evseId: 1 }, 'UnlockConnectorResponse', { status: 'Unlocked' }, { status: 'Unlocked' }],
  [
    { type: 'changeAvailability', evseId: 1, operative: true },
    'ChangeAvailabilityResponse',
    { status: 'Accepted' },
    { status: 'Accepted' },
  ],
  [
    { type: 'dataTransfer', vendorId: 'v' },
    'DataTransferResponse',
    { status: 'Accepted', data: { a: [1] } },
    { status: 'Accepted', data: '{"a":[1]}' },
  ],
];

describe.each(VERSIONS_2X)('what is said to a station in OCPP $name', ({ dialect, flaws }) => {
  it.each(SAID)('%j', (command, action, payload) => {
    const encoded = dialect.encodeCommand(command);
    expect(encoded).toEqual({ encoded: true, action, payload });
    expect(flaws(`${action}Request`, payload)).toEqual([]);
  });

  it.each(UNSAYABLE)('%j can not be said', (command, why) => {
    const encoded = dialect.encodeCommand(command);
    expect(encoded).toMatchObject({ encoded: false, description: expect.stringMatching(why) });
  });

  it.each(ANSWERS)('the answer to %j is understood', (command, schema, payload, response) => {
    expect(flaws(schema, payload)).toEqual([]);
    expect(dialect.decodeAnswer(command, payload)).toEqual({ decoded: true, response });
  });

  it('an answer that is none is told from one that is', () => {
    for (const [command] of ANSWERS) expect(dialect.decodeAnswer(command, { nothing: 1 }).decoded).toBe(false);
  });

  it('any profile is said so that its schema holds, and reads back no higher and nowhere else', () => {
    const period = fc.record({ limit: fc.double({ min: 0, max: 100_000, noNaN: true }) });
    const schedule = fc.record({ startMs: fc.integer({ min: 0, max: 4e12 }), rateUnit: fc.constantFrom('A', 'W') });
    fc.assert(
      fc.property(schedule, fc.array(period, { minLength: 1, maxLength: 30 }), ({ startMs, rateUnit }, limits) => {
        const periods = limits.map(({ limit }, index) => ({ startPeriodS: index * 60, limit }));
        const profile: ChargingProfile = {
          ...TX_PROFILE,
          schedule: { startMs, durationS: 3_600, rateUnit: rateUnit as 'A' | 'W', periods },
        };
        const encoded = dialect.encodeCommand({ type: 'setChargingProfile', evseId: 1, profile });
        if (!encoded.encoded) throw new Error(encoded.description);
        const onWire: unknown = JSON.parse(JSON.stringify(encoded.payload));
        expect(flaws('SetChargingProfileRequest', onWire)).toEqual([]);
        const [said] = (onWire as { chargingProfile: { chargingSchedule: WireSchedule[] } }).chargingProfile
          .chargingSchedule;
        expect(parseInstant(said?.startSchedule ?? '')).toBe(startMs);
        expect(said?.chargingRateUnit).toBe(rateUnit);
        expect(said?.chargingSchedulePeriod.map(({ startPeriod }) => startPeriod)).toEqual(
          periods.map(({ startPeriodS }) => startPeriodS),
        );
        said?.chargingSchedulePeriod.forEach(({ limit }, index) => {
          const wanted = periods[index]?.limit ?? 0;
          expect(limit).toBeLessThanOrEqual(wanted + 1e-9);
          expect(limit).toBeGreaterThan(wanted - 0.1 - 1e-9);
        });
      }),
    );
  });
});

interface WireSchedule {
  readonly startSchedule: string;
  readonly chargingRateUnit: string;
  readonly chargingSchedulePeriod: readonly { readonly startPeriod: number; readonly limit: number }[];
}

describe('what only one version can say', () => {
  const [v201, v21] = VERSIONS_2X;
  const dynamic: StationCommand = { type: 'updateDynamicSchedule', profileId: 3, limit: 7.77 };
  const priority: StationCommand = { type: 'usePriorityCharging', transactionId: 'tx', activate: true };

  it('2.1 updates a dynamic schedule and uses priority charging', () => {
    expect(v21?.dialect.encodeCommand(dynamic)).toEqual({
      encoded: true,
      action: 'UpdateDynamicSchedule',
      payload: { chargingProfileId: 3, scheduleUpdate: { limit: 7.7 } },
    });
    expect(v21?.dialect.encodeCommand(priority)).toEqual({
      encoded: true,
      action: 'UsePriorityCharging',
      payload: { transactionId: 'tx', activate: true },
    });
    const answer = v21?.dialect.decodeAnswer(priority, { status: 'NoProfile' });
    expect(answer).toEqual({ decoded: true, response: { status: 'NoProfile' } });
  });

  it('2.0.1 says that it has no such messages', () => {
    for (const command of [dynamic, priority])
      expect(v201?.dialect.encodeCommand(command)).toEqual({
        encoded: false,
        description: `OCPP 2.0.1 has no message for ${command.type}.`,
      });
  });

  it('a limit per phase in a composite schedule of 2.1 counts as the highest, and none as unlimited', () => {
    const schedule = (period: object) => ({
      status: 'Accepted',
      schedule: {
        evseId: 1,
        duration: 60,
        scheduleStart: '2026-03-01T12:00:00Z',
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, ...period }],
      },
    });
    const limitOf = (period: object) => {
      const answer = v21?.dialect.decodeAnswer(
        { type: 'getCompositeSchedule', evseId: 1, durationS: 60 },
        schedule(period),
      );
      return answer?.decoded === true ? answer.response.schedule?.periods[0]?.limit : undefined;
    };
    expect(limitOf({ limit: 6, limit_L2: 16 })).toBe(16);
    expect(limitOf({ setpoint: 5 })).toBe(999_999);
  });
});

describe('the name of a variable', () => {
  it('reads back as the variable it names', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,50}$/);
    const part = fc.record({ name, instance: name }, { requiredKeys: ['name'] });
    const id = fc.nat(100_000);
    const evse = fc.record({ id, connectorId: id }, { requiredKeys: ['id'] });
    const component = fc.record({ name, instance: name, evse }, { requiredKeys: ['name'] });
    fc.assert(
      fc.property(component, part, (of, what) => {
        expect(variableOf(keyOf({ component: of, variable: what }))).toEqual({ component: of, variable: what });
      }),
    );
  });

  it.each(['', '.', 'A', 'A.', '.B', 'A.B.C', 'A[x.B', 'A@x.B', 'A.B@1', 'A/2.B', `${'A'.repeat(51)}.B`])(
    '%j is none',
    (key) => {
      expect(variableOf(key)).toBeUndefined();
    },
  );
});
