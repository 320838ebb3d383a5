import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { HOUR_MS, MINUTE_MS } from '../../support/builders.js';
import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { instant } from '../support/bareStation.js';
import { type Service2x, SITE_ID, startService2x } from './service2x.js';
import { Station2x } from './station2x.js';
import { beginning, event, ID_TOKEN, newId, register } from './transactionEvents.js';

// The names begin with the use case of OCPP 2.0.1 part 2 that the behaviour belongs to. The whole core of the service answers, over a
// real socket; the station is a bare client.

export function coreCases(version: Version2xUnderTest): void {
  let rig: Service2x;
  let station: Station2x;

  beforeEach(async () => {
    rig = await startService2x();
    station = await Station2x.connect(version, rig.running.port);
  });
  afterEach(async () => {
    station.close();
    await rig.stop();
  });

  const evse = () => rig.service.getState(SITE_ID).stations[0]?.evses[0];
  const sessions = () => rig.service.listSessions(SITE_ID, { limit: 10 });

  const begin = (transactionId: string, more: object = {}) =>
    station.ask('TransactionEvent', beginning(transactionId, more));

  describe(`OCPP ${version.name}: booting and what the station says of itself`, () => {
    it('B01 a cold boot: accepted, then the status of each connector, then heartbeats', async () => {
      expect(await station.boot()).toMatchObject({ status: 'Accepted', interval: expect.any(Number) });
      await station.status('Available');
      expect(await station.ask('Heartbeat', {})).toHaveProperty('currentTime');
      expect(evse()?.status).toBe('Available');
    });

    it('B02 a station that no site lists stays pending, and everything else is refused until then', async () => {
      const other = await Station2x.connect(version, rig.running.port, 'STRANGER');
      expect(await other.exchange('Heartbeat', {})).toEqual([
        4,
        expect.any(String),
        'SecurityError',
        expect.any(String),
        {},
      ]);
      expect(await other.boot()).toMatchObject({ status: 'Pending' });
      other.close();
    });

    it('B05 B06 is asked what it can do, and set to meter what the site needs', async () => {
      station.variables.set('SmartChargingCtrlr.ProfileStackLevel', '5');
      station.variables.set('SmartChargingCtrlr.Enabled', 'false');
      await station.boot();
      await until(() => station.toldOf('TriggerMessage').length >= 2, 'it is commissioned');
      expect(Object.fromEntries(station.variables)).toMatchObject({
        'SmartChargingCtrlr.Enabled': 'true',
        'SampledDataCtrlr.TxUpdatedInterval': '10',
        'SampledDataCtrlr.TxUpdatedMeasurands': expect.stringContaining('Current.Import'),
      });
      expect(station.toldOf('TriggerMessage')).toEqual([
        { requestedMessage: 'StatusNotification', evse: { id: 1, connectorId: 1 } },
        { requestedMessage: 'TransactionEvent' },
      ]);
    });

    it('B05 B06 through the API, by Component.Variable', async () => {
      await station.boot();
      station.variables.set('AuthCtrlr.Enabled', 'true');
      expect(await rig.service.getConfiguration('A', ['AuthCtrlr.Enabled', 'AuthCtrlr.Nothing'])).toEqual({
        keys: [{ key: 'AuthCtrlr.Enabled', value: 'true', readonly: false }],
        unknownKeys: ['AuthCtrlr.Nothing'],
      });
      const set = await rig.service.changeConfiguration('A', 'AuthCtrlr.Enabled', 'false');
      expect([set.status, station.variables.get('AuthCtrlr.Enabled')]).toEqual(['Accepted', 'false']);
      await expect(rig.service.getConfiguration('A', ['HeartbeatInterval'])).rejects.toThrow(/Component\.Variable/);
    });

    it('B08 what it reports of itself is believed', async () => {
      await station.boot();
      await until(() => station.toldOf('GetReport').length === 1, 'a report is asked for');
      const [asked] = station.toldOf('GetReport');
      await station.ask('NotifyReport', {
        requestId: asked?.requestId,
        generatedAt: instant(),
        seqNo: 0,
        reportData: [
          {
            component: { name: 'SmartChargingCtrlr' },
            variable: { name: 'Entries', instance: 'ChargingProfiles' },
            variableAttribute: [{ value: '0' }],
            variableCharacteristics: { dataType: 'integer', maxLimit: 9, supportsMonitoring: false },
          },
        ],
      });
    });

    it('B11 B12 it is reset, at once or when it is idle', async () => {
      await station.boot();
      expect(await rig.service.reset('A', 'Hard')).toEqual({ status: 'Accepted' });
      expect(await rig.service.reset('A', 'Soft')).toEqual({ status: 'Accepted' });
      expect(station.toldOf('Reset')).toEqual([{ type: 'Immediate' }, { type: 'OnIdle' }]);
    });

    it('G01 of several connectors the busiest is the status of their EVSE', async () => {
      await station.boot();
      await station.status('Faulted', 1, 1);
      await station.status('Available', 1, 2);
      expect(evse()?.status).toBe('Available');
      await station.status('Occupied', 1, 2);
      expect(evse()?.status).toBe('Occupied');
    });

    it('P02 N07 A04 what is not used is answered all the same', async () => {
      await station.boot();
      expect(await station.ask('DataTransfer', { vendorId: 'v', data: { any: ['thing'] } })).toEqual({
        status: 'UnknownVendorId',
      });
      expect(await station.ask('SignCertificate', { csr: 'c' })).toEqual({ status: 'Rejected' });
      await station.ask('SecurityEventNotification', { type: 'TamperDetectionActivated', timestamp: instant() });
      expect(rig.anomalies).toContain('stationNotice');
    });

    it('a frame that can not be read is answered with RpcFrameworkError', async () => {
      await station.boot();
      station.send('no frame');
      await until(() => station.answeredIds.includes('-1'), 'it is answered');
      expect(station.answerOf('-1')).toEqual([4, '-1', 'RpcFrameworkError', expect.any(String), {}]);
      const [type, , code] = await station.exchange('Heartbeat', { nothing: 1 });
      expect([type, code]).toEqual([4, 'FormatViolation']);
    });
  });

  describe(`OCPP ${version.name}: transactions`, () => {
    beforeEach(() => station.boot());

    it('C01 E03 a token that is known starts a transaction; the cable comes later', async () => {
      expect(await station.ask('Authorize', { idToken: ID_TOKEN })).toEqual({ idTokenInfo: { status: 'Accepted' } });
      const id = newId();
      expect(await begin(id)).toEqual({ idTokenInfo: { status: 'Accepted' } });
      await station.ask(
        'TransactionEvent',
        event('Updated', id, 1, { transactionInfo: { chargingState: 'Charging' } }),
      );
      expect(evse()).toMatchObject({ status: 'Charging', transaction: { transactionId: id } });
      expect(await sessions()).toMatchObject([{ transactionId: id, idToken: 'TAG' }]);
    });

    it('E02 the cable comes first; who it is, later', async () => {
      const id = newId();
      const plugged = event('Started', id, 0, { triggerReason: 'CablePluggedIn', evse: { id: 1, connectorId: 1 } });
      expect(await station.ask('TransactionEvent', plugged)).toEqual({});
      const named = event('Updated', id, 1, { triggerReason: 'Authorized', idToken: ID_TOKEN });
      expect(await station.ask('TransactionEvent', named)).toEqual({ idTokenInfo: { status: 'Accepted' } });
      expect(await sessions()).toMatchObject([{ transactionId: id, idToken: 'TAG' }]);
    });

    it('E07 E09 J02 its meter is read while it runs, and its end closes it', async () => {
      const id = newId();
      await begin(id);
      await station.ask('TransactionEvent', event('Updated', id, 1, { meterValue: register(1_020, instant()) }));
      expect(evse()?.transaction).toMatchObject({ energyWh: 20 });
      const end = {
        triggerReason: 'EVDeparted',
        transactionInfo: { stoppedReason: 'EVDisconnected' },
        meterValue: register(6_000, instant(), 'Transaction.End'),
      };
      await station.ask('TransactionEvent', event('Ended', id, 2, end));
      expect(evse()?.transaction).toBeNull();
      expect(await sessions()).toMatchObject([{ transactionId: id, energyWh: 5_000 }]);
    });

    it('E04 E12 a transaction that ran while the station was offline has its own times', async () => {
      const id = newId();
      const offline = (eventType: string, seqNo: number, agoMs: number, energyWh: number) =>
        station.ask(
          'TransactionEvent',
          event(eventType, id, seqNo, {
            timestamp: instant(-agoMs),
            offline: true,
            evse: { id: 1 },
            idToken: ID_TOKEN,
            meterValue: register(energyWh, instant(-agoMs)),
          }),
        );
      await offline('Started', 0, 2 * HOUR_MS, 1_000);
      await offline('Updated', 1, 90 * MINUTE_MS, 3_000);
      await offline('Ended', 2, HOUR_MS, 5_000);
      const [session] = await sessions();
      expect(session).toMatchObject({ transactionId: id, energyWh: 4_000 });
      expect(Math.abs((session?.endedAtMs ?? 0) - (Date.now() - HOUR_MS))).toBeLessThan(10_000);
    });

    it('E08 E11 one that ended while the connection was down ends at its own time, after a reconnect', async () => {
      const id = newId();
      await begin(id, { timestamp: instant(-HOUR_MS) });
      station.close();
      station = await Station2x.connect(version, rig.running.port);
      const end = event('Ended', id, 7, { timestamp: instant(-MINUTE_MS), offline: true });
      await station.ask('TransactionEvent', end);
      const [session] = await sessions();
      expect(Math.abs((session?.endedAtMs ?? 0) - (Date.now() - MINUTE_MS))).toBeLessThan(10_000);
    });

    it('E13 an event that is sent again, with the same message id or another, changes nothing', async () => {
      const id = newId();
      const told = event('Started', id, 0, { evse: { id: 1 }, idToken: ID_TOKEN });
      const first = await station.ask('TransactionEvent', told, 'same-id');
      expect(await station.ask('TransactionEvent', told, 'same-id')).toEqual(first);
      expect(await station.ask('TransactionEvent', told)).toEqual(first);
      const end = event('Ended', id, 1, { meterValue: register(9_000, instant()) });
      await station.ask('TransactionEvent', end);
      await station.ask('TransactionEvent', end);
      await station.ask('TransactionEvent', told);
      expect(await sessions()).toHaveLength(1);
      expect(evse()?.transaction).toBeNull();
    });

    it('one of which only the middle is heard is taken over', async () => {
      const id = newId();
      const middle = event('Updated', id, 33, { evse: { id: 1 }, meterValue: register(7_000, instant()) });
      await station.ask('TransactionEvent', middle);
      expect(evse()?.transaction).toMatchObject({ transactionId: id });
    });

    it('TC_K_37 F01 F03 it is started and stopped from here, with a limit from its first moment on', async () => {
      await until(() => evse() !== undefined && station.profiles.all.length > 0, 'the failsafe is sent');
      expect(await rig.service.remoteStart('A', 1, 'TAG')).toEqual({ status: 'Accepted' });
      const [start] = station.toldOf('RequestStartTransaction');
      expect(start).toMatchObject({
        evseId: 1,
        idToken: { idToken: 'TAG', type: 'Central' },
        chargingProfile: { chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' },
      });
      expect(JSON.stringify(start)).not.toContain('transactionId');
      const id = newId();
      await begin(id, { transactionInfo: { remoteStartId: start?.remoteStartId }, triggerReason: 'RemoteStart' });
      expect(await rig.service.remoteStop('A', id)).toEqual({ status: 'Accepted' });
      expect(station.toldOf('RequestStopTransaction')).toEqual([{ transactionId: id }]);
    });

    it('J01 currents outside of a transaction are read too', async () => {
      const values = {
        evseId: 1,
        meterValue: [{ timestamp: instant(), sampledValue: [{ value: 3, measurand: 'Current.Import' }] }],
      };
      expect(await station.ask('MeterValues', values)).toEqual({});
      expect(JSON.stringify(evse())).toContain('3');
    });

    it('a transaction of another EVSE than the site lists is told Invalid', async () => {
      const told = event('Started', newId(), 0, { evse: { id: 9 }, idToken: ID_TOKEN });
      expect(await station.ask('TransactionEvent', told)).toEqual({ idTokenInfo: { status: 'Invalid' } });
      expect(rig.anomalies).toContain('unknownEvse');
    });
  });
}
