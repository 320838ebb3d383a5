import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VirtualStation } from '../../src/simulator/index.js';
import { Car } from '../../src/simulator/index.js';
import type { TestCentral } from './simulatorCentral.js';
import { no, ofLimit, profile, StationRig, valuesOf } from './simulatorRig.js';

// Functional block K of a station of 2.0.1 and of 2.1: what limits it takes, keeps to, reports and has of its own.

let rig: StationRig;
let central: TestCentral;

afterEach(() => rig.close());

describe.each(['2.0.1', '2.1'] as const)('OCPP %s', (ocppVersion) => {
  beforeEach(async () => {
    rig = await StationRig.listen(ocppVersion);
    ({ central } = rig);
  });

  const transactionOf = (station: VirtualStation): string => String(station.transactions.at(-1)?.transactionId);
  const drawn = (station: VirtualStation): number => Math.max(...station.currentA(1));
  const max = { id: 3, chargingProfilePurpose: 'ChargingStationMaxProfile' };

  test('the car keeps to the lowest of what holds, falls to the default when its own profile ends, and is free after', async () => {
    const station = await rig.charging();
    expect(await rig.setProfile(profile({ id: 2 }, ofLimit(8)), 0)).toEqual({ status: 'Accepted' });
    await central.until(() => drawn(station) === 8, 'the default');
    const tx = { id: 4, chargingProfilePurpose: 'TxProfile', transactionId: transactionOf(station), stackLevel: 1 };
    expect(await rig.setProfile(profile(tx, ofLimit(20)))).toEqual({ status: 'Accepted' });
    await central.until(() => drawn(station) === 20, 'its own');
    expect(await rig.setProfile(profile(max, ofLimit(12.5)), 0)).toEqual({ status: 'Accepted' });
    await central.until(() => drawn(station) === 12.5, 'the maximum');
    await central.until(
      () => valuesOf(rig.eventsOf('MeterValuePeriodic').at(-1)).some((one) => isOffer(one, 12.5)),
      'what it says that it offers',
    );
    expect(await rig.call('ClearChargingProfile', { chargingProfileId: 3 })).toEqual({ status: 'Accepted' });
    expect(await rig.setProfile(profile(tx, { ...ofLimit(20), duration: 61 }))).toEqual({ status: 'Accepted' });
    await central.until(() => drawn(station) === 8, 'the default once more');
    station.unplug(1);
    expect(await rig.call('ClearChargingProfile', { chargingProfileCriteria: { stackLevel: 0 } })).toEqual({
      status: 'Accepted',
    });
    expect(await rig.call('ClearChargingProfile', { chargingProfileCriteria: { evseId: 1 } })).toEqual({
      status: 'Unknown',
    });
    expect(station.limitA(1)).toBe(32);
  });

  test('K08 the composite schedule is what will be offered, in the unit asked for', async () => {
    await rig.online({ evses: [1, 2].map((id) => ({ id, terminals: id === 1 ? 3 : 1, currentMaxA: 32 })) });
    const periods = [
      { startPeriod: 0, limit: 6 },
      { startPeriod: 600, limit: 16 },
    ];
    await rig.setProfile(profile({}, { duration: 1_200, chargingSchedulePeriod: periods }), 0);
    await rig.setProfile(profile(max, ofLimit(25)), 0);
    const composite = async (over: Record<string, unknown>) =>
      (await rig.call('GetCompositeSchedule', { evseId: 1, duration: 3600, ...over })).schedule;
    const inAmperes = await composite({});
    expect(inAmperes).toMatchObject({ evseId: 1, duration: 3600, chargingRateUnit: 'A' });
    expect(inAmperes.chargingSchedulePeriod).toMatchObject([
      { startPeriod: 0, limit: 6, numberPhases: 3 },
      { limit: 16, numberPhases: 3 },
      { limit: 25, numberPhases: 3 },
    ]);
    expect(Math.abs(inAmperes.chargingSchedulePeriod[1].startPeriod - 540)).toBeLessThanOrEqual(2);
    const inWatts = (await composite({ evseId: 2, chargingRateUnit: 'W' })).chargingSchedulePeriod;
    expect(inWatts.map(({ limit }: { limit: number }) => limit)).toEqual([1380, 3680, 5750]);
    expect((await composite({ evseId: 0 })).chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 25 }]);
    expect(await rig.call('GetCompositeSchedule', { evseId: 9, duration: 60 })).toMatchObject(no('UnknownEvse'));
  });

  test('K09 reports profiles by what was asked, one EVSE and source at a time, with more to come until the last', async () => {
    const station = await rig.charging();
    station.setExternalLimit({ source: 'EMS', rateUnit: 'A', limit: 28 });
    await rig.setProfile(profile(max, ofLimit(30)), 0);
    for (let stackLevel = 0; stackLevel < 6; stackLevel++) {
      await rig.setProfile(profile({ id: 20 + stackLevel, stackLevel }));
    }
    const ask = async (requestId: number, chargingProfile: unknown, evseId?: number) => {
      const asked = { requestId, chargingProfile, ...(evseId === undefined ? {} : { evseId }) };
      expect(await rig.call('GetChargingProfiles', asked)).toEqual({ status: 'Accepted' });
      const of = () => central.of('ReportChargingProfiles').filter(({ payload }) => payload.requestId === requestId);
      await central.until(() => of().some(({ payload }) => payload.tbc !== true), 'the last report');
      return of().map(({ payload }) => payload);
    };
    const all = await ask(1, {});
    expect(all.map(({ evseId, chargingLimitSource, tbc }) => [evseId, chargingLimitSource, tbc])).toEqual([
      [0, 'EMS', true],
      [0, 'CSO', true],
      [1, 'CSO', true],
      [1, 'CSO', undefined],
    ]);
    const ids = (reports: typeof all) =>
      reports.flatMap(({ chargingProfile }) => chargingProfile.map(({ id }: { id: number }) => id));
    expect(ids(all).slice(1)).toEqual([3, 20, 21, 22, 23, 24, 25]);
    expect(ids(all)[0]).toBeLessThan(0);
    // As they were sent.
    const sent = profile({ id: 23, stackLevel: 3 });
    await rig.setProfile(sent);
    expect((await ask(2, { chargingProfileId: [23] }))[0]?.chargingProfile).toEqual([sent]);
    expect(ids(await ask(3, { stackLevel: 2 }))).toEqual([22]);
    expect(ids(await ask(4, { chargingProfilePurpose: 'ChargingStationMaxProfile' }))).toEqual([3]);
    expect(ids(await ask(5, {}, 0))).toHaveLength(2);
    expect((await ask(6, { chargingLimitSource: ['EMS'] }))[0]?.chargingProfile[0].chargingSchedule).toMatchObject([
      { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 28 }] },
    ]);
    expect(await rig.call('GetChargingProfiles', { requestId: 7, evseId: 5, chargingProfile: {} })).toEqual({
      status: 'NoProfiles',
    });
  });

  test('refuses what a station must refuse, with the reason', async () => {
    const station = await rig.charging({
      evses: [1, 2].map((id) => ({ id, terminals: id === 1 ? 3 : 1, currentMaxA: 32 })),
      capabilities: { rateUnits: ['A'], stackLevelMax: 2, periodsMax: 2, profilesMax: 4 },
    });
    const tx = { chargingProfilePurpose: 'TxProfile', transactionId: transactionOf(station) };
    const refused = async (reasonCode: string, one: unknown, evseId = 1) =>
      expect(await rig.setProfile(one, evseId)).toMatchObject(no(reasonCode));
    const threePeriods = [0, 60, 120].map((startPeriod) => ({ startPeriod, limit: 8 }));

    await refused('UnknownEvse', profile(), 9);
    await refused('InvalidValue', profile({ chargingProfilePurpose: 'ChargingStationExternalConstraints' }));
    await refused('InvalidValue', profile(max), 1);
    await refused('InvalidProfile', profile({ ...max, chargingProfileKind: 'Relative' }), 0);
    await refused('InvalidValue', profile(tx), 0);
    await refused('MissingParam', profile({ chargingProfilePurpose: 'TxProfile' }));
    await refused('TxNotFound', profile({ ...tx, transactionId: 'another' }));
    await refused('TxNotFound', profile(tx), 2);
    await refused('UnsupportedRateUnit', profile({}, { chargingRateUnit: 'W' }));
    await refused('InvalidSchedule', profile({}, { startSchedule: undefined }));
    await refused('InvalidSchedule', profile({ chargingProfileKind: 'Relative' }));
    await refused('InvalidProfile', profile({ chargingProfileKind: 'Recurring' }));
    await refused('InvalidStackLevel', profile({ stackLevel: 3 }));
    await refused('InvalidSchedule', profile({}, { chargingSchedulePeriod: threePeriods }));
    await refused('InvalidSchedule', profile({}, { chargingSchedulePeriod: [{ startPeriod: 5, limit: 8 }] }));
    const ofPhases = (more: Record<string, number>) => ({
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 8, ...more }],
    });
    await refused('InvalidSchedule', profile({}, ofPhases({ phaseToUse: 1, numberPhases: 1 })));
    await refused('InvalidSchedule', profile({}, ofPhases({ numberPhases: 3 })), 2);

    // The same id replaces; another one of its level clashes, unless it is valid at another time.
    expect(await rig.setProfile(profile({ id: 50 }, ofLimit(9)))).toEqual({ status: 'Accepted' });
    expect(await rig.setProfile(profile({ id: 50 }))).toEqual({ status: 'Accepted' });
    await refused('DuplicateProfile', profile({ id: 51 }));
    await refused('DuplicateProfile', profile({ id: 51 }), 0);
    expect(await rig.setProfile(profile(tx))).toEqual({ status: 'Accepted' });
    await refused('InvalidStackLevel', profile({ ...tx, id: 52 }));
    station.setExternalLimit({ source: 'SO', rateUnit: 'A', limit: 31 });
    await refused('DuplicateProfile', profile({ id: -1, stackLevel: 1 }));
    expect(await rig.setProfile(profile({ id: 53, stackLevel: 2 }))).toEqual({ status: 'Accepted' });
    await refused('TooManyElements', profile({ id: 54, stackLevel: 1 }));
    expect(station.limitA(1)).toBe(10);

    const smartChargingOff = { component: { name: 'SmartChargingCtrlr' }, variable: { name: 'Enabled' } };
    await rig.call('SetVariables', { setVariableData: [{ ...smartChargingOff, attributeValue: 'false' }] });
    expect((await rig.setProfile(profile({ id: 50 })))[2]).toBe('NotSupported');
  });

  test('its own constraints hold at once, are told, and can be taken from it by nobody but their source', async () => {
    const station = await rig.charging();
    station.setExternalLimit({ source: 'EMS', rateUnit: 'A', limit: 7 });
    expect(station.limitA(1)).toBe(7);
    const told = await central.received('NotifyChargingLimit');
    expect(told.payload).toMatchObject({
      evseId: 0,
      chargingLimit: { chargingLimitSource: 'EMS', isGridCritical: false },
      chargingSchedule: [{ chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 7 }] }],
    });
    await central.until(() => rig.eventsOf('ChargingRateChanged').length === 1, 'the rate has changed');
    expect(valuesOf(rig.eventsOf('ChargingRateChanged')[0])).toMatchObject([
      { measurand: 'Current.Offered', value: 7 },
    ]);
    const composite = await rig.call('GetCompositeSchedule', { evseId: 1, duration: 60 });
    expect(composite.schedule.chargingSchedulePeriod).toMatchObject([{ startPeriod: 0, limit: 7 }]);
    const all = { chargingProfilePurpose: 'ChargingStationExternalConstraints' };
    expect(await rig.call('ClearChargingProfile', { chargingProfileCriteria: all })).toEqual({ status: 'Unknown' });

    const off = { component: { name: 'SmartChargingCtrlr' }, variable: { name: 'NotifyChargingLimitWithSchedules' } };
    await rig.call('SetVariables', { setVariableData: [{ ...off, attributeValue: 'false' }] });
    station.setExternalLimit({ source: 'SO', rateUnit: 'W', limit: 4140, evseId: 1 });
    expect(station.limitA(1)).toBe(6);
    expect((await central.received('NotifyChargingLimit', 2)).payload).toEqual({
      evseId: 1,
      chargingLimit: { chargingLimitSource: 'SO', isGridCritical: true },
    });
    // What changed while nobody could be told is told after: only how it stands.
    station.disconnect(600);
    station.clearExternalLimit('SO', 1);
    station.setExternalLimit({ source: 'EMS', rateUnit: 'A', limit: 9 });
    station.clearExternalLimit('EMS');
    expect(station.limitA(1)).toBe(32);
    await central.received('ClearedChargingLimit', 2);
    expect(central.of('ClearedChargingLimit').map(({ payload }) => payload)).toEqual([
      { chargingLimitSource: 'SO', evseId: 1 },
      { chargingLimitSource: 'EMS', evseId: 0 },
    ]);
    expect(central.of('NotifyChargingLimit')).toHaveLength(2);
    // One that ends by itself is over for everybody.
    station.setExternalLimit({ source: 'Other', rateUnit: 'A', limit: 6, durationS: 1 });
    expect(station.limitA(1)).toBe(6);
    await central.received('ClearedChargingLimit', 3);
    expect(central.of('ClearedChargingLimit')[2]?.payload).toEqual({ chargingLimitSource: 'Other', evseId: 0 });
    expect(station.limitA(1)).toBe(32);
  });

  test('a DC station takes watts of its outlet, knows no least current, and meters no phases', async () => {
    const station = await rig.online({
      evses: [{ id: 1, kind: 'DC', terminals: 3, powerMaxW: 50_000, efficiency: 0.9, outletVoltageV: 400 }],
    });
    const car = { batteryWh: 60_000, soC: 0.3, phases: 1, currentMaxA: 16, reactionS: 0.1, rampUpAPerS: 1000 } as const;
    station.plugIn(1, new Car({ ...car, directPowerMaxW: 40_000 }), { idToken: 'TAG1' });
    const gridA = (outletW: number) => outletW / 0.9 / 690;
    await central.until(() => Math.abs((station.currentA(1)[2] ?? 0) - gridA(40_000)) < 0.01, 'what the car can');
    expect(station.currentA(1)).toHaveLength(3);
    const tx = { chargingProfilePurpose: 'TxProfile', transactionId: transactionOf(station) };
    const inWatts = (limit: number) => ({ ...ofLimit(limit), chargingRateUnit: 'W' });
    expect(await rig.setProfile(profile(tx))).toMatchObject(no('UnsupportedRateUnit'));
    const withPhases = {
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 9, numberPhases: 3 }],
    };
    const noPhases = no(ocppVersion === '2.1' ? 'NoPhaseForDC' : 'InvalidSchedule');
    expect(await rig.setProfile(profile(tx, withPhases))).toMatchObject(noPhases);
    expect(await rig.setProfile(profile(tx, inWatts(3_000)))).toEqual({ status: 'Accepted' });
    await central.until(() => Math.abs((station.currentA(1)[0] ?? 0) - gridA(3_000)) < 0.001, 'little');
    const seen = rig.eventsOf('MeterValuePeriodic').length;
    await central.until(() => rig.eventsOf('MeterValuePeriodic').length >= seen + 2, 'samples');
    const values = valuesOf(rig.eventsOf('MeterValuePeriodic').at(-1));
    expect(values).toMatchObject([
      { measurand: 'Current.Import', value: 7.5 },
      { measurand: 'Power.Active.Import', value: 3000 },
      { measurand: 'Power.Offered', value: 3000 },
      { measurand: 'Energy.Active.Import.Register' },
    ]);
    expect(values.some((value) => 'phase' in value)).toBe(false);
    expect(rig.events()[0]).not.toHaveProperty('numberOfPhasesUsed');
    const { schedule } = await rig.call('GetCompositeSchedule', { evseId: 1, duration: 60 });
    expect(schedule).toMatchObject({
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 3000 }],
    });
    expect(schedule.chargingSchedulePeriod[0]).not.toHaveProperty('numberPhases');
    const inAmperes = { evseId: 1, duration: 60, chargingRateUnit: 'A' };
    expect(await rig.call('GetCompositeSchedule', inAmperes)).toMatchObject(no('UnsupportedRateUnit'));
    expect(await rig.setProfile(profile(tx, inWatts(0)))).toEqual({ status: 'Accepted' });
    await central.until(() => station.status(1) === 'SuspendedEVSE', 'a pause');
  });
});

test('2.1: refuses what this station has not, each with its reason', async () => {
  rig = await StationRig.listen('2.1');
  await rig.online({ externalConstraintsIdMax: 100 });
  const refused = async (reasonCode: string, over: Record<string, unknown>, schedule: Record<string, unknown> = {}) =>
    expect(await rig.setProfile(profile({ id: 200, ...over }, schedule))).toMatchObject(no(reasonCode));
  const period = (more: Record<string, unknown>) => ({
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 8, ...more }],
  });
  await refused('InvalidProfileId', { id: 100 });
  await refused('UnsupportedPurpose', { chargingProfilePurpose: 'PriorityCharging' });
  await refused('UnsupportedPurpose', { chargingProfilePurpose: 'LocalGeneration' });
  await refused('UnsupportedKind', { chargingProfileKind: 'Dynamic' });
  await refused('InvalidProfile', { dynUpdateInterval: 5 });
  await refused('InvalidSchedule', {}, { useLocalTime: true });
  await refused('InvalidSchedule', {}, { randomizedDelay: 10 });
  await refused('InvalidSchedule', {}, { limitAtSoC: { soc: 80, limit: 6 } });
  await refused('InvalidSchedule', {}, period({ evseSleep: true }));
  await refused('InvalidOperationMode', {}, period({ operationMode: 'CentralSetpoint', setpoint: 3 }));
  await refused('PhaseConflict', {}, period({ limit_L2: 6, limit_L3: 6 }));
  await refused('InvalidSchedule', {}, { chargingSchedulePeriod: [{ startPeriod: 0 }] });
  expect(await rig.setProfile(profile({ id: 101 }, period({ operationMode: 'ChargingOnly' })))).toEqual({
    status: 'Accepted',
  });
});

test('1.6 has no words for a constraint of the station, and keeps to it all the same', async () => {
  rig = await StationRig.listen('1.6');
  const station = await rig.online();
  station.setExternalLimit({ source: 'EMS', rateUnit: 'A', limit: 7 });
  expect(station.limitA(1)).toBe(7);
  expect(await rig.call('ClearChargingProfile', {})).toEqual({ status: 'Unknown' });
  expect(station.limitA(1)).toBe(7);
  station.clearExternalLimit('EMS');
  expect(station.limitA(1)).toBe(32);
  expect(rig.central.calls.map(({ action }) => action)).not.toContain('NotifyChargingLimit');
  const needs = { energyWh: 1, transfer: 'DC', currentMaxA: 1, voltageMaxV: 1 } as const;
  expect(() => station.notifyChargingNeeds(1, needs)).toThrow("OCPP 1.6 can't say");
});

const isOffer = (one: { readonly measurand: string; readonly value?: unknown }, valueA: number): boolean =>
  one.measurand === 'Current.Offered' && one.value === valueA;
