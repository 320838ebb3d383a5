import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../src/simulator/index.js';
import type { TestCentral } from './simulatorCentral.js';
import { profile, StationRig, valuesOf } from './simulatorRig.js';

// A station of 2.0.1 and of 2.1: what is wrong with it on purpose, and what is wrong with what it hears.

let rig: StationRig;
let central: TestCentral;

afterEach(() => rig.close());

describe.each(['2.0.1', '2.1'] as const)('OCPP %s', (ocppVersion) => {
  beforeEach(async () => {
    rig = await StationRig.listen(ocppVersion);
    ({ central } = rig);
  });

  test.each<{ fault: Fault; answer: unknown; limitA: number }>([
    { fault: { kind: 'reject', action: 'SetChargingProfile' }, answer: { status: 'Rejected' }, limitA: 32 },
    { fault: { kind: 'drop', action: '*', executed: true }, answer: ['timeout'], limitA: 10 },
    { fault: { kind: 'drop', action: 'SetChargingProfile' }, answer: ['timeout'], limitA: 32 },
    { fault: { kind: 'ignore' }, answer: { status: 'Accepted' }, limitA: 32 },
    {
      fault: { kind: 'delay', action: 'SetChargingProfile', delayMs: 300 },
      answer: { status: 'Accepted' },
      limitA: 10,
    },
  ])('fault $fault', async ({ fault, answer, limitA }) => {
    const station = await rig.charging();
    station.setFault(fault);
    const lower = { evseId: 1, chargingProfile: profile() };
    const askedMs = Date.now();
    expect(await rig.call('SetChargingProfile', lower, 600)).toEqual(answer);
    if (fault.kind === 'delay') expect(Date.now() - askedMs).toBeGreaterThanOrEqual(290);
    expect(station.limitA(1)).toBe(limitA);
    station.clearFault();
    expect(await rig.call('SetChargingProfile', lower)).toEqual({ status: 'Accepted' });
    expect(station.limitA(1)).toBe(10);
  });

  test('a call error, a refusal without a status, a skewed clock, a silent meter, phantom zeros, forgotten profiles', async () => {
    const station = await rig.charging({ evses: [{ id: 1, terminals: 1, currentMaxA: 32 }] });
    station.setFault({ kind: 'callError', action: 'ClearChargingProfile', code: 'OccurenceConstraintViolation' });
    expect((await rig.call('ClearChargingProfile', {}))[2]).toBe('OccurrenceConstraintViolation');
    station.setFault({ kind: 'reject', action: '*' });
    expect((await rig.call('GetVariables', { getVariableData: [] }))[2]).toBe('GenericError');
    expect(await rig.call('GetChargingProfiles', { requestId: 1, chargingProfile: {} })).toEqual({
      status: 'NoProfiles',
    });
    station.clearFault('reject');

    station.setFault({ kind: 'phantomZeros' });
    station.setFault({ kind: 'clockSkew', skewMs: -90_000 });
    await central.until(() => {
      const last = rig.eventsOf('MeterValuePeriodic').at(-1);
      const currents = valuesOf(last).filter(({ measurand }) => measurand === 'Current.Import');
      return currents.length === 3 && Date.now() - Date.parse(last?.timestamp ?? '') > 85_000;
    }, 'a late sample with three phases');
    // A profile that starts now has not started by a clock that is behind.
    const now = profile({}, { startSchedule: new Date().toISOString() });
    await rig.call('SetChargingProfile', { evseId: 1, chargingProfile: now });
    expect(station.limitA(1)).toBe(32);
    station.clearFault('clockSkew');
    expect(station.limitA(1)).toBe(10);

    station.setFault({ kind: 'silentMeter' });
    const before = rig.events().length;
    station.setFault({ kind: 'forgetful' });
    const transactionId = String(station.transactions.at(-1)?.transactionId);
    const tx = profile({ id: 8, chargingProfilePurpose: 'TxProfile', transactionId });
    expect(await rig.call('SetChargingProfile', { evseId: 1, chargingProfile: tx })).toEqual({
      status: 'Accepted',
    });
    station.disconnect(200);
    await central.until(() => central.of('BootNotification').length === 1 && station.isOnline, 'online again');
    const asked = { requestId: 2, chargingProfile: { chargingProfilePurpose: 'TxProfile' } };
    expect(await rig.call('GetChargingProfiles', asked)).toEqual({ status: 'NoProfiles' });
    station.unplug(1);
    await rig.untilEnded();
    expect(
      rig
        .events()
        .slice(before)
        .some(({ meterValue }) => meterValue !== undefined),
    ).toBe(false);
  });

  test('answers that cannot be read, and messages that want no answer', async () => {
    const heard: string[] = [];
    const station = await rig.online({
      callTimeoutMs: 400,
      onEvent: (event) => {
        if (event.type === 'command') heard.push(`${event.action} ${event.answer}`);
      },
    });
    central.sendFrame('CP001', [6, 's1', 'NotifyPeriodicEventStream', { id: 1, pending: 0, basetime: '', data: [] }]);
    central.sendFrame('CP001', [5, 'r1', 'FormatViolation', 'what was that', {}]);
    central.sendFrame('CP001', [9, 'x1', 'Nobody', 'knows', {}]);
    central.answers.set('Heartbeat', 'unreadable');
    // Everything before it was heard when this is answered.
    expect((await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' })).status).toBe('Accepted');
    await central.received('Heartbeat');
    if (ocppVersion === '2.1') {
      await central.until(() => central.told.length === 1, 'a CALLRESULTERROR');
      expect(central.told[0]?.slice(0, 3)).toEqual([5, expect.any(String), 'FormatViolation']);
      expect(heard).toEqual([
        'NotifyPeriodicEventStream heard',
        'CALLRESULTERROR FormatViolation: what was that',
        'TriggerMessage Accepted',
      ]);
    } else {
      expect(heard).toEqual(['TriggerMessage Accepted']);
      expect(central.told).toEqual([]);
    }
    expect(station.isOnline).toBe(true);
  });
});
