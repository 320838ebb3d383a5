import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { HOUR_MS } from '../../support/builders.js';
import type { Payload } from '../support/bareStation.js';
import { LIMIT_A, type Service2x, SITE_ID, startService2x } from '../support2x/service2x.js';
import { Station16 } from './station16.js';

// What the whole core of the service does with charging profiles, over a real socket; the station is a bare client.

let rig: Service2x;
let station: Station16;

beforeEach(async () => {
  rig = await startService2x();
  station = await Station16.connect(rig.running.port);
  // Of one that does not say how many periods it takes, no profile is made that changes.
  station.settings.set('ChargingScheduleMaxPeriods', '24');
  await station.boot();
  await until(() => rig.service.getState(SITE_ID).stations[0]?.control === 'controlled', 'it is controlled', {
    otherwise: () => JSON.stringify(station.told),
  });
});
afterEach(async () => {
  station.close();
  await rig.stop();
});

const sent = (purpose: string) =>
  station
    .toldOf('SetChargingProfile')
    .filter(({ csChargingProfiles }) => (csChargingProfiles as Payload).chargingProfilePurpose === purpose);

describe('OCPP 1.6 smart charging', () => {
  it('TC_056 a TxDefaultProfile for every connector, what each falls to by itself: Absolute where it changes', async () => {
    const limit = { limitId: 'less', circuitId: 'grid', limitA: { L1: 4, L2: 4, L3: 4 }, source: 'owner' } as const;
    await rig.service.putLimit(SITE_ID, { ...limit, fromMs: Date.now() + HOUR_MS, toMs: Date.now() + 2 * HOUR_MS });
    const absolute = () =>
      sent('TxDefaultProfile').find(
        ({ csChargingProfiles }) => (csChargingProfiles as Payload).chargingProfileKind === 'Absolute',
      );
    await until(() => absolute() !== undefined, 'it is sent', { otherwise: () => JSON.stringify(station.told) });
    expect(absolute()).toMatchObject({
      connectorId: 0,
      csChargingProfiles: {
        stackLevel: 0,
        chargingSchedule: {
          startSchedule: expect.any(String),
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 6 },
            { startPeriod: expect.any(Number), limit: 0 },
            { startPeriod: expect.any(Number), limit: 6 },
          ],
        },
      },
    });
    for (const absent of ['transactionId', 'recurrencyKind']) expect(JSON.stringify(absolute())).not.toContain(absent);
    expect(await station.start('TAG')).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  });

  it('TC_057 a TxProfile for the transaction that runs, replaced under the same id when there is less', async () => {
    await station.status('Preparing');
    const { transactionId } = await station.start('TAG');
    await station.status('Charging');
    await until(() => station.profiles.limitAt(1, Date.now()) === LIMIT_A, 'it may draw all that the circuit carries');
    expect(sent('TxProfile').at(-1)).toMatchObject({
      connectorId: 1,
      csChargingProfiles: {
        transactionId,
        chargingProfileKind: 'Absolute',
        chargingSchedule: {
          startSchedule: expect.any(String),
          chargingSchedulePeriod: expect.arrayContaining([expect.objectContaining({ startPeriod: 0 })]),
        },
      },
    });
    const limit = { limitId: 'less', circuitId: 'grid', limitA: { L1: 10, L2: 10, L3: 10 }, source: 'owner' } as const;
    await rig.service.putLimit(SITE_ID, { ...limit, fromMs: Date.now() - 1_000, toMs: 'open' });
    await until(() => station.profiles.limitAt(1, Date.now()) === 10, 'the lower limit is there');
    expect(station.profiles.all).toHaveLength(2);
  });

  it('TC_059 a remote start carries a TxProfile without a transaction, whose first period begins at 0', async () => {
    expect(await rig.service.remoteStart('A', 1, 'TAG')).toEqual({ status: 'Accepted' });
    const { chargingProfile } = station.lastOf('RemoteStartTransaction');
    expect(chargingProfile).toMatchObject({
      chargingProfilePurpose: 'TxProfile',
      chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
    });
    expect(JSON.stringify(chargingProfile)).not.toContain('transactionId');
    expect(await station.authorize('TAG')).toEqual({ idTagInfo: { status: 'Accepted' } });
    await station.status('Preparing');
    expect(await station.start('TAG')).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  });

  it('TC_066 the composite schedule of a connector, and of the whole station', async () => {
    const view = await rig.service.compositeSchedule('A', 1, 300, 'A');
    expect(station.lastOf('GetCompositeSchedule')).toEqual({ connectorId: 1, duration: 300, chargingRateUnit: 'A' });
    expect(view.reported).toMatchObject({ rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] });
    expect(await rig.service.stationComposite('A', 300)).toMatchObject({ reported: { durationS: 300 } });
    expect(station.lastOf('GetCompositeSchedule')).toEqual({ connectorId: 0, duration: 300 });
  });

  it('TC_067 clearing a profile by its id', async () => {
    expect(await rig.service.installed.clear('A', 77)).toEqual({ status: 'Accepted' });
    expect(station.toldOf('ClearChargingProfile')).toEqual([{ id: 77 }]);
  });

  it('what is installed can not be asked of a station of 1.6', async () => {
    await expect(rig.service.installed.list('A', {})).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
