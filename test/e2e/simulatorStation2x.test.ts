import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TestCentral } from './simulatorCentral.js';
import { no, profile, quickCar, StationRig, valuesOf } from './simulatorRig.js';

// A station of 2.0.1 and of 2.1: its transactions, its device model and its commands.

let rig: StationRig;
let central: TestCentral;

afterEach(() => rig.close());

describe.each(['2.0.1', '2.1'] as const)('OCPP %s', (ocppVersion) => {
  beforeEach(async () => {
    rig = await StationRig.listen(ocppVersion);
    ({ central } = rig);
  });

  test('a whole transaction: its events are numbered, say who, where and why, and carry what is metered', async () => {
    const station = await rig.online();
    const boot = await central.received('BootNotification');
    expect(boot.payload).toMatchObject({
      reason: 'PowerUp',
      chargingStation: { model: 'Virtual', serialNumber: 'CP001' },
    });
    station.plugIn(1, quickCar(), { idToken: 'TAG1' });
    const { payload: started } = await central.received('TransactionEvent');
    expect(started).toMatchObject({
      eventType: 'Started',
      triggerReason: 'Authorized',
      seqNo: 0,
      numberOfPhasesUsed: 3,
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: 'TAG1', type: 'ISO14443' },
      transactionInfo: { transactionId: expect.stringMatching(/^[0-9a-f-]{36}$/), chargingState: 'EVConnected' },
    });
    expect(started).not.toHaveProperty('offline');
    await central.until(() => Math.max(...station.currentA(1)) === 32, 'full current');
    const seen = rig.eventsOf('MeterValuePeriodic').length;
    await central.until(() => rig.eventsOf('MeterValuePeriodic').length >= seen + 2, 'samples at full current');
    expect(valuesOf(rig.eventsOf('MeterValuePeriodic').at(-1))).toMatchObject([
      { measurand: 'Current.Import', phase: 'L1', value: 32, unitOfMeasure: { unit: 'A' } },
      { measurand: 'Current.Import', phase: 'L2', value: 32 },
      { measurand: 'Current.Import', phase: 'L3', value: 32 },
      { measurand: 'Current.Offered', value: 32 },
      { measurand: 'Power.Active.Import', value: 22_080 },
      { measurand: 'Energy.Active.Import.Register' },
    ]);
    station.unplug(1);
    await rig.untilEnded();
    const all = rig.events();
    expect(all.at(-1)).toMatchObject({
      triggerReason: 'EVCommunicationLost',
      transactionInfo: { stoppedReason: 'EVDisconnected', chargingState: 'Idle' },
    });
    expect(all.map(({ seqNo }) => seqNo)).toEqual(all.map((_, k) => k));
    const ids = new Set(all.map(({ transactionInfo }) => transactionInfo.transactionId));
    expect([...ids]).toEqual([station.transactions[0]?.transactionId]);
    expect(all.filter(({ eventType }) => eventType !== 'Started').some((one) => one.evse ?? one.idToken)).toBe(false);
    expect(rig.eventsOf('ChargingStateChanged').map(({ transactionInfo }) => transactionInfo.chargingState)).toEqual([
      'Charging',
    ]);
    await central.until(() => central.of('StatusNotification').length === 3, 'statuses');
    expect(central.of('StatusNotification').map(({ payload }) => payload)).toMatchObject(
      ['Available', 'Occupied', 'Available'].map((connectorStatus) => ({ evseId: 1, connectorId: 1, connectorStatus })),
    );
  });

  test('what happened offline is told in order, with its own times, as offline; a forgotten sample leaves a gap', async () => {
    const station = await rig.online({ meterValuesMax: 1 });
    station.disconnect(3_400);
    const startedMs = Date.now();
    station.plugIn(1, quickCar(), { idToken: 'TAG1' });
    await central.until(() => station.transactionMessagesWaiting >= 2, 'it begins');
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    station.unplug(1);
    const endedMs = Date.now();
    await rig.untilEnded();
    const all = rig.events();
    expect(all.map(({ offline }) => offline)).toEqual(all.map(() => true));
    expect(all.map(({ triggerReason }) => triggerReason)).toEqual([
      'Authorized',
      'ChargingStateChanged',
      'MeterValuePeriodic',
      'EVCommunicationLost',
    ]);
    expect(all[0]?.seqNo).toBe(0);
    expect(all[3]?.seqNo).toBeGreaterThan(3);
    expect(Math.abs(Date.parse(all[0]?.timestamp ?? '') - startedMs)).toBeLessThan(300);
    expect(Math.abs(Date.parse(all[3]?.timestamp ?? '') - endedMs)).toBeLessThan(300);
    expect(central.of('BootNotification')).toHaveLength(1);
  });

  test('sends an event that nobody answered again, the same, until it is answered', async () => {
    let asked = 0;
    central.answers.set('TransactionEvent', () => {
      asked += 1;
      return asked < 3 ? 'silence' : {};
    });
    const station = rig.newStation({ callTimeoutMs: 200 });
    station.plugIn(1, quickCar(), { idToken: 'TAG1' });
    await central.until(() => asked > 3, 'the next event');
    const [first, second, third, fourth] = rig.events();
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(fourth?.seqNo).toBe(1);
  });

  test('stops a transaction whose idToken is refused', async () => {
    central.answers.set('TransactionEvent', { idTokenInfo: { status: 'Blocked' } });
    const station = await rig.online();
    station.plugIn(1, quickCar(), { idToken: 'STOLEN' });
    await rig.untilEnded();
    expect(rig.events().at(-1)).toMatchObject({
      triggerReason: 'Deauthorized',
      transactionInfo: { stoppedReason: 'DeAuthorized' },
    });
  });

  test('boots again while it is Pending, and reports what it is asked for meanwhile, and nothing else', async () => {
    let boots = 0;
    central.answers.set('BootNotification', () => {
      boots += 1;
      return { status: boots < 3 ? 'Pending' : 'Accepted', currentTime: new Date().toISOString(), interval: 1 };
    });
    const station = rig.newStation();
    station.plugIn(1, quickCar(), { idToken: 'TAG1' });
    await central.received('BootNotification');
    const asked = { requestId: 4, componentVariable: [{ component: { name: 'SmartChargingCtrlr' } }] };
    expect(await rig.call('GetReport', asked)).toEqual({ status: 'Accepted' });
    await central.received('NotifyReport');
    expect(station.isOnline).toBe(false);
    await central.until(() => station.isOnline, 'the third boot');
    const early = central.calls.slice(
      0,
      central.calls.findIndex(({ action }) => action === 'StatusNotification'),
    );
    expect(new Set(early.map(({ action }) => action))).toEqual(new Set(['BootNotification', 'NotifyReport']));
  });

  test('a remote start says its number and holds its profile from the first ampere; a remote stop ends it', async () => {
    const station = await rig.online();
    station.plugIn(1, quickCar());
    const request = {
      remoteStartId: 77,
      idToken: { idToken: 'APP', type: 'Central' },
      evseId: 1,
      chargingProfile: profile({ chargingProfilePurpose: 'TxProfile' }),
    };
    const start = (over: Record<string, unknown>) => rig.call('RequestStartTransaction', { ...request, ...over });
    const withId = { ...request.chargingProfile, transactionId: 'one-to-be' };
    expect(await start({ chargingProfile: withId })).toMatchObject(no('InvalidValue'));
    expect(await start({ evseId: 5 })).toMatchObject(no('UnknownEvse'));
    expect(await start({})).toEqual({ status: 'Accepted' });
    const { payload: started } = await central.received('TransactionEvent');
    expect(started).toMatchObject({
      triggerReason: 'RemoteStart',
      idToken: { idToken: 'APP', type: 'Central' },
      transactionInfo: { remoteStartId: 77 },
    });
    expect(station.offeredA(1)).toBe(10);
    expect(await start({})).toMatchObject(no('TxInProgress'));
    const transactionId = station.transactions[0]?.transactionId;
    // What it reports has learned its transaction.
    await rig.call('GetChargingProfiles', { requestId: 1, chargingProfile: {} });
    const report = await central.received('ReportChargingProfiles');
    expect(report.payload).toMatchObject({
      evseId: 1,
      chargingLimitSource: 'CSO',
      chargingProfile: [{ transactionId }],
    });

    const state = { ongoingIndicator: true };
    expect(await rig.call('GetTransactionStatus', { transactionId })).toMatchObject(state);
    expect(await rig.call('RequestStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
    await rig.untilEnded();
    expect(rig.events().at(-1)).toMatchObject({
      triggerReason: 'RemoteStop',
      transactionInfo: { stoppedReason: 'Remote' },
    });
    expect(await rig.call('RequestStopTransaction', { transactionId })).toMatchObject(no('TxNotFound'));
    expect(station.limitA(1)).toBe(32);
  });

  test('a transaction that its cable begins learns later who charges; power flows only then', async () => {
    const station = await rig.online({ txStartPoint: 'EVConnected' });
    station.plugIn(1, quickCar());
    const { payload: cable } = await central.received('TransactionEvent');
    expect(cable).toMatchObject({
      eventType: 'Started',
      triggerReason: 'CablePluggedIn',
      evse: { id: 1 },
      transactionInfo: { chargingState: 'EVConnected' },
    });
    expect(cable).not.toHaveProperty('idToken');
    const { transactionId } = cable.transactionInfo;
    await central.until(() => rig.eventsOf('MeterValuePeriodic').length > 0, 'samples of nothing');
    expect(station.offeredA(1)).toBe(0);
    // Limits for it are taken before anybody is known.
    const tx = profile({ chargingProfilePurpose: 'TxProfile', transactionId });
    expect(await rig.setProfile(tx)).toEqual({ status: 'Accepted' });
    const start = { remoteStartId: 5, idToken: { idToken: 'APP', type: 'Central' }, evseId: 1 };
    expect(await rig.call('RequestStartTransaction', start)).toEqual({ status: 'Accepted', transactionId });
    await central.until(() => rig.eventsOf('ChargingStateChanged').length === 1, 'it charges');
    expect(rig.eventsOf('RemoteStart')).toMatchObject([
      { eventType: 'Updated', idToken: { idToken: 'APP' }, transactionInfo: { transactionId, remoteStartId: 5 } },
    ]);
    expect(station.offeredA(1)).toBe(10);
    station.unplug(1);
    await rig.untilEnded();
    expect(rig.events().map(({ seqNo }) => seqNo)).toEqual(rig.events().map((_, k) => k));
    expect(station.transactions).toMatchObject([{ transactionId, idToken: 'APP' }]);

    // A card that is refused ends what its cable began.
    central.answers.set('TransactionEvent', ({ payload }) =>
      payload.triggerReason === 'Authorized' ? { idTokenInfo: { status: 'Invalid' } } : {},
    );
    station.plugIn(1, quickCar(), { idToken: 'STOLEN' });
    await central.until(() => rig.events().at(-1)?.triggerReason === 'Deauthorized', 'the end');
    expect(
      rig
        .events()
        .slice(-4)
        .map(({ triggerReason }) => triggerReason),
    ).toEqual(['CablePluggedIn', 'Authorized', 'ChargingStateChanged', 'Deauthorized']);
  });

  test('tells its variables, takes some, and reports them in parts', async () => {
    const station = await rig.online({ capabilities: { periodsMax: 7 } });
    const smart = (name: string, instance?: string) => ({
      component: { name: 'SmartChargingCtrlr' },
      variable: instance === undefined ? { name } : { name, instance },
    });
    const data = [
      smart('PeriodsPerSchedule'),
      smart('RateUnit'),
      smart('Entries', 'ChargingProfiles'),
      smart('Nonsense'),
    ];
    const odd = [
      { component: { name: 'Kettle' }, variable: { name: 'Full' } },
      { ...smart('RateUnit'), attributeType: 'MaxSet' },
      { component: { name: 'smartchargingctrlr' }, variable: { name: 'available' } },
    ];
    const read = await rig.call('GetVariables', { getVariableData: [...data, ...odd] });
    expect(read.getVariableResult.map(valueAndStatus)).toEqual([
      ['Accepted', '7'],
      ['Accepted', 'A,W'],
      ['Accepted', '0'],
      ['UnknownVariable', undefined],
      ['UnknownComponent', undefined],
      ['NotSupportedAttributeType', undefined],
      ['Accepted', 'true'],
    ]);
    const set = (component: string, variable: string, attributeValue: string) => ({
      component: { name: component },
      variable: { name: variable },
      attributeValue,
    });
    const written = await rig.call('SetVariables', {
      setVariableData: [
        set('AlignedDataCtrlr', 'Interval', '1'),
        set('SampledDataCtrlr', 'TxUpdatedMeasurands', 'Current.Import,Sunshine'),
        set('SmartChargingCtrlr', 'ProfileStackLevel', '99'),
        set('Kettle', 'Full', 'true'),
      ],
    });
    expect(
      written.setVariableResult.map(
        (one: { attributeStatus: string; attributeStatusInfo?: { reasonCode: string } }) => [
          one.attributeStatus,
          one.attributeStatusInfo?.reasonCode,
        ],
      ),
    ).toEqual([
      ['Accepted', undefined],
      ['Rejected', 'InvalidValue'],
      ['Rejected', 'ReadOnly'],
      ['UnknownComponent', undefined],
    ]);
    // The interval was one of aligned samples: an idle outlet now says what it meters.
    const idle = await central.received('MeterValues');
    expect(idle.payload).toMatchObject({ evseId: 1, meterValue: [{ sampledValue: expect.any(Array) }] });
    expect(idle.payload.meterValue[0].sampledValue[0]).toMatchObject({ context: 'Sample.Clock', value: 0 });

    const base = { requestId: 12, reportBase: 'FullInventory' };
    expect(await rig.call('GetBaseReport', base)).toEqual({ status: 'Accepted' });
    await central.until(() => central.of('NotifyReport').at(-1)?.payload.tbc === false, 'the last part');
    const parts = central.of('NotifyReport').map(({ payload }) => payload);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(({ seqNo, tbc, requestId }) => [seqNo, tbc, requestId])).toEqual(
      parts.map((_, k) => [k, k < parts.length - 1, 12]),
    );
    const reported = parts.flatMap(({ reportData }) => reportData);
    const named = (name: string) => reported.find((one: { variable: { name: string } }) => one.variable.name === name);
    expect(named('Entries')).toMatchObject({ variableCharacteristics: { maxLimit: 20 } });
    expect(named('Power')).toMatchObject({
      component: { evse: { id: 1 } },
      variableCharacteristics: { maxLimit: 22_080 },
    });
    expect(named('BasicAuthPassword').variableAttribute[0]).toEqual({ type: 'Actual', mutability: 'WriteOnly' });
    expect(named('MaxExternalConstraintsId') !== undefined).toBe(ocppVersion === '2.1');
    const nothing = { requestId: 13, componentVariable: [{ component: { name: 'Kettle' } }] };
    expect(await rig.call('GetReport', nothing)).toEqual({ status: 'EmptyResultSet' });
    const criteria = { requestId: 14, componentCriteria: ['Problem'] };
    expect(await rig.call('GetReport', criteria)).toEqual({ status: 'NotSupported' });
    expect(station.isOnline).toBe(true);
  });

  test('availability, unlocking, triggered messages, and what it does not know', async () => {
    const station = await rig.charging();
    const call = (action: string, payload: unknown) => rig.call(action, payload);
    const trigger = (requestedMessage: string, id?: number) =>
      call('TriggerMessage', { requestedMessage, ...(id === undefined ? {} : { evse: { id } }) });
    expect(await trigger('BootNotification')).toMatchObject({ status: 'Rejected' });
    expect(await trigger('StatusNotification', 7)).toMatchObject(no('UnknownEvse'));
    expect(await trigger('SignV2GCertificate')).toEqual({ status: 'NotImplemented' });
    await trigger('Heartbeat');
    await central.received('Heartbeat');
    await trigger('LogStatusNotification');
    await central.received('LogStatusNotification');
    await trigger('TransactionEvent', 1);
    await central.until(() => rig.eventsOf('Trigger').length === 1, 'the event');
    await trigger('MeterValues', 1);
    const sample = await central.received('MeterValues');
    expect(sample.payload.meterValue[0].sampledValue[0].context).toBe('Trigger');

    expect(await call('UnlockConnector', { evseId: 1, connectorId: 1 })).toEqual({
      status: 'OngoingAuthorizedTransaction',
    });
    expect(await call('UnlockConnector', { evseId: 1, connectorId: 2 })).toEqual({ status: 'UnknownConnector' });
    const change = (operationalStatus: string) => call('ChangeAvailability', { operationalStatus, evse: { id: 1 } });
    expect(await change('Inoperative')).toEqual({ status: 'Scheduled' });
    station.stopTransaction(1);
    await rig.untilEnded();
    expect(rig.events().at(-1)).toMatchObject({
      triggerReason: 'StopAuthorized',
      idToken: { idToken: 'TAG1' },
      transactionInfo: { stoppedReason: 'Local', chargingState: 'EVConnected' },
    });
    await central.until(
      () => central.of('StatusNotification').at(-1)?.payload.connectorStatus === 'Unavailable',
      'Unavailable',
    );
    expect(await change('Operative')).toEqual({ status: 'Accepted' });
    expect(await call('UnlockConnector', { evseId: 1, connectorId: 1 })).toEqual({ status: 'Unlocked' });
    expect((await call('DataTransfer', { vendorId: 'x' })).status).toBe('UnknownVendorId');
    expect((await call('ReserveNow', {}))[2]).toBe('NotSupported');
    expect((await call('UsePriorityCharging', {}))[2]).toBe(ocppVersion === '2.1' ? 'NotSupported' : 'NotImplemented');
    expect((await call('MakeCoffee', {}))[2]).toBe('NotImplemented');
    expect((await call('SetChargingProfile', { evseId: 1 }))[2]).toBe('OccurrenceConstraintViolation');
    expect((await call('SetChargingProfile', { evseId: 'one' }))[2]).toBe('TypeConstraintViolation');
  });

  test('a reset ends the transaction or waits for its end; the next boot says why', async () => {
    const station = await rig.charging({ rebootMs: 200, resumeAfterReboot: false });
    expect(await rig.call('Reset', { type: 'OnIdle' })).toEqual({ status: 'Scheduled' });
    expect(await rig.call('Reset', { type: 'Immediate', evseId: 1 })).toMatchObject(no('UnsupportedParam'));
    expect(station.isOnline).toBe(true);
    station.unplug(1);
    expect((await central.received('BootNotification', 2)).payload.reason).toBe('RemoteReset');
    station.plugIn(1, quickCar(), { idToken: 'TAG2' });
    await central.until(() => rig.events().some(({ idToken }) => idToken?.idToken === 'TAG2'), 'a second transaction');
    expect(await rig.call('Reset', { type: 'Immediate' })).toEqual({ status: 'Accepted' });
    await central.received('BootNotification', 3);
    await rig.untilEnded();
    expect(rig.events().at(-1)).toMatchObject({
      triggerReason: 'ResetCommand',
      transactionInfo: { stoppedReason: 'ImmediateReset' },
    });
  });

  test('what a car needs is passed on, of AC and of DC', async () => {
    const station = await rig.charging();
    const departureMs = Date.now() + 3_600_000;
    const ac = { transfer: 'AC', phases: 3, currentMinA: 6, currentMaxA: 16, voltageMaxV: 400 } as const;
    expect(await station.notifyChargingNeeds(1, { departureMs, energyWh: 20_000, ...ac })).toBe('Accepted');
    const dc = { transfer: 'DC', currentMaxA: 300, voltageMaxV: 900, powerMaxW: 150_000, soC: 0.3 } as const;
    central.answers.set('NotifyEVChargingNeeds', { status: 'Processing' });
    expect(await station.notifyChargingNeeds(1, { energyWh: 40_000, ...dc })).toBe('Processing');
    const [first, second] = central.of('NotifyEVChargingNeeds').map(({ payload }) => payload);
    expect(first).toMatchObject({
      evseId: 1,
      chargingNeeds: {
        requestedEnergyTransfer: 'AC_three_phase',
        departureTime: new Date(departureMs).toISOString(),
        acChargingParameters: { energyAmount: 20_000, evMinCurrent: 6, evMaxCurrent: 16, evMaxVoltage: 400 },
      },
    });
    expect(second.chargingNeeds).toMatchObject({
      requestedEnergyTransfer: 'DC',
      dcChargingParameters: { energyAmount: 40_000, evMaxPower: 150_000, stateOfCharge: 30 },
    });
    expect('timestamp' in first).toBe(ocppVersion === '2.1');
  });
});

const valueAndStatus = (one: { readonly attributeStatus: string; readonly attributeValue?: string }) => [
  one.attributeStatus,
  one.attributeValue,
];
