import { afterEach, describe, expect, it } from 'vitest';
import { eventually, type TestStation } from '../gateway/gatewayFixture.js';
import { AnsweringStation, type Json } from './answeringStation.js';
import { connectProxied, type ProxyWorld, startProxy } from './proxyFixture.js';

// How often a station measures: the site wants 10 s here, and the CSMS something else.

let world: ProxyWorld;
afterEach(() => world.stop());

const ACCEPTED = { status: 'Accepted' };

describe('how often a station of OCPP 1.6 measures', () => {
  const KEY = 'MeterValueSampleInterval';
  const theirs = (value: string, key = KEY) => world.csms.call('ChangeConfiguration', { key, value });
  const ours = (value = '10') => world.running.gateway.call('CP001', { type: 'changeConfiguration', key: KEY, value });
  const told = (station: AnsweringStation) => station.seen.map(({ payload }) => payload.value);

  async function begin(): Promise<AnsweringStation> {
    world = await startProxy();
    return AnsweringStation.connect(world);
  }

  /** What the CSMS reads, where the station has `value`. */
  async function read(station: AnsweringStation, value: string): Promise<unknown> {
    const configurationKey = [
      { key: 'HeartbeatInterval', readonly: false, value: '300' },
      { key: KEY, readonly: false, value },
    ];
    station.answers.set('GetConfiguration', { configurationKey });
    const [, , answer] = await world.csms.call('GetConfiguration', {});
    return (answer as { configurationKey: Json[] }).configurationKey.map((entry) => entry.value);
  }

  it('is the smaller interval of the two; the CSMS reads what it has set', async () => {
    const station = await begin();
    await ours();
    expect(await theirs('60')).toEqual([3, 'csms-1', ACCEPTED]);
    expect(await read(station, '10')).toEqual(['300', '60']);
    await theirs('5');
    await theirs('0');
    await theirs('60', 'metervaluesampleinterval');
    expect(told(station)).toEqual(['10', '10', undefined, '5', '10', '10']);
  });

  it('is the CSMS’s where that wants it more often, also when the site says its own again', async () => {
    const station = await begin();
    await theirs('5');
    await ours();
    expect(told(station)).toEqual(['5', '5']);
    expect(await read(station, '5')).toEqual(['300', '5']);
  });

  it('is to the CSMS what it was before the site came', async () => {
    const station = await begin();
    station.answers.set('GetConfiguration', { configurationKey: [{ key: KEY, readonly: false, value: '900' }] });
    await world.running.gateway.call('CP001', { type: 'getConfiguration', keys: [KEY] });
    await ours();
    expect(await read(station, '10')).toEqual(['300', '900']);
  });

  it('stays what the CSMS had set where the station refuses, or what it says is no interval', async () => {
    const station = await begin();
    await theirs('60');
    await ours();
    station.answers.set('ChangeConfiguration', { status: 'Rejected' });
    expect(await theirs('30')).toEqual([3, 'csms-2', { status: 'Rejected' }]);
    station.answers.clear();
    expect(await theirs('soon')).toEqual([3, 'csms-3', { status: 'Rejected' }]);
    expect(await read(station, '10')).toEqual(['300', '60']);
    expect(told(station)).toEqual(['60', '10', '10', undefined]);
  });

  it('is remembered over a restart, where the site has nothing to change', async () => {
    const station = await begin();
    await ours();
    await theirs('60');
    await world.stop();
    expect(station.station.socket.readyState).not.toBe(1);
    world = await startProxy({ proxies: { documents: world.documents } });
    const again = await AnsweringStation.connect(world);
    expect(await read(again, '10')).toEqual(['300', '60']);
    await theirs('120');
    expect(told(again).at(-1)).toBe('10');
  });

  it('is read by the site as it is', async () => {
    const station = await begin();
    await ours();
    await theirs('60');
    station.answers.set('GetConfiguration', { configurationKey: [{ key: KEY, readonly: false, value: '10' }] });
    const outcome = await world.running.gateway.call('CP001', { type: 'getConfiguration', keys: [KEY] });
    expect(outcome).toMatchObject({ response: { keys: [{ key: KEY, value: '10' }] } });
  });
});

describe('how often a station of OCPP 2.0.1 measures', () => {
  const WHERE = { component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' } };
  const OTHER = { component: { name: 'OCPPCommCtrlr' }, variable: { name: 'HeartbeatInterval' } };

  async function begin(): Promise<TestStation> {
    world = await startProxy({ subprotocol: 'ocpp2.0.1' });
    const station = await connectProxied(world, { protocols: ['ocpp2.0.1'] });
    const boot = { reason: 'PowerUp', chargingStation: { model: 'A', vendorName: 'B' } };
    await station.ask([2, 'b', 'BootNotification', boot]);
    const key = 'SampledDataCtrlr.TxUpdatedInterval';
    const ours = world.running.gateway.call('CP001', { type: 'changeConfiguration', key, value: '10' });
    const [, id] = await station.next();
    station.send([3, id, { setVariableResult: [{ ...WHERE, attributeStatus: 'Accepted' }] }]);
    await ours;
    return station;
  }

  it('is the smaller interval of the two; the CSMS reads what it has set, and in reports too', async () => {
    const station = await begin();
    const set = world.csms.call('SetVariables', {
      setVariableData: [
        { ...OTHER, attributeValue: '120' },
        { ...WHERE, attributeValue: '60' },
      ],
    });
    const [, id, , payload] = await station.next();
    expect(payload).toEqual({
      setVariableData: [
        { ...OTHER, attributeValue: '120' },
        { ...WHERE, attributeValue: '10' },
      ],
    });
    const taken = [OTHER, WHERE].map((one) => ({ ...one, attributeStatus: 'Accepted' }));
    station.send([3, id, { setVariableResult: taken }]);
    expect((await set)[2]).toEqual({ setVariableResult: taken });

    const get = world.csms.call('GetVariables', { getVariableData: [WHERE, { ...WHERE, attributeType: 'MaxSet' }] });
    const [, asked] = await station.next();
    const read = (value: string) => ({
      getVariableResult: [
        { ...WHERE, attributeStatus: 'Accepted', attributeValue: value },
        { ...WHERE, attributeType: 'MaxSet', attributeStatus: 'Accepted', attributeValue: '3600' },
      ],
    });
    station.send([3, asked, read('10')]);
    expect((await get)[2]).toEqual(read('60'));

    const report = (value: string) => ({
      requestId: 7,
      generatedAt: '2026-05-01T12:00:00Z',
      seqNo: 0,
      reportData: [{ ...WHERE, variableAttribute: [{ value }, { type: 'MinSet', value: '1' }] }],
    });
    station.send([2, 'r', 'NotifyReport', report('10')]);
    await eventually(() => world.csms.calls('NotifyReport').length === 1);
    expect(world.csms.calls('NotifyReport')).toEqual([report('60')]);
  });
});
