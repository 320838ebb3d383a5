import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Car, realClock as simulatorClock, Ticker, VirtualStation } from '../../../src/simulator/index.js';
import { until } from '../../e2e/support/until.js';
import { HOUR_MS } from '../../support/builders.js';
import { LIMIT_A, type Service2x, SITE_ID, startService2x } from './service2x.js';

// The service's core against a station with a car, a meter and a profile engine, with which it shares no code, over a real socket.

const FAILSAFE_A = 6;
const HARDWARE_A = 32;

export function virtualStationCases(ocppVersion: '2.0.1' | '2.1'): void {
  let rig: Service2x;
  let station: VirtualStation;
  let offeredA: number[];

  beforeEach(async () => {
    rig = await startService2x({ meterIntervalS: 1 });
    offeredA = [];
    station = new VirtualStation({
      stationId: 'A',
      ocppVersion,
      url: `ws://127.0.0.1:${rig.running.port}/ocpp`,
      evses: [{ id: 1, terminals: 3, currentMaxA: HARDWARE_A }],
      ticker: new Ticker(simulatorClock, 50),
      meterIntervalS: 60,
      backOffMinMs: 100,
      backOffMaxMs: 200,
      onEvent: (event) => {
        if (event.type === 'limit') offeredA.push(event.limitA);
      },
    });
    station.start();
    await until(() => control() === 'controlled', 'it is controlled', { otherwise: () => JSON.stringify(state()) });
  });
  afterEach(async () => {
    await station.stop();
    await rig.stop();
  });

  const state = () => rig.service.getState(SITE_ID).stations[0];
  const control = () => state()?.control;
  const evse = () => state()?.evses[0];
  const currentA = () => {
    const measured = evse()?.currentA;
    return measured === undefined || measured === 'unknown' ? 0 : measured.L1;
  };
  const sessions = () => rig.service.listSessions(SITE_ID, { limit: 10 });
  const someCar = (currentMaxA = HARDWARE_A) =>
    new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA, reactionS: 0.1 });
  const offers = (limitA: number) =>
    until(() => station.offeredA(1) === limitA, `it offers ${limitA} A`, {
      otherwise: () => `${station.offeredA(1)} A; ${JSON.stringify(state())}`,
    });

  describe(`OCPP ${ocppVersion}: a virtual station`, () => {
    it('has its failsafe, its meter set, and its status told', async () => {
      expect(station.limitA(1)).toBe(FAILSAFE_A);
      await until(() => evse()?.status === 'Available', 'its status is known');
      expect(state()?.ocppVersion).toBe(ocppVersion);
    });

    it('gives a car all that the circuit carries, reads its meter, and closes its session', async () => {
      station.plugIn(1, someCar(), { idToken: 'TAG' });
      await offers(LIMIT_A);
      expect(Math.max(...offeredA)).toBe(LIMIT_A);
      await until(() => currentA() > LIMIT_A - 2, 'its current is read', {
        otherwise: () => JSON.stringify(evse()),
      });
      expect(evse()?.status).toBe('Charging');
      expect(await sessions()).toMatchObject([{ idToken: 'TAG', transactionId: expect.any(String) }]);
      station.unplug(1);
      await until(() => evse()?.transaction === null, 'the session is closed');
      expect((await sessions())[0]?.endedAtMs).toEqual(expect.any(Number));
    });

    it('TC_K_37 begins a remote start at the failsafe, and goes on by the plan', async () => {
      station.plugIn(1, someCar());
      expect(await rig.service.remoteStart('A', 1, 'TAG')).toEqual({ status: 'Accepted' });
      await offers(LIMIT_A);
      expect(offeredA[0]).toBe(FAILSAFE_A);
    });

    it('E08 goes on when it is back, and tells what was while it was away', async () => {
      station.plugIn(1, someCar(), { idToken: 'TAG' });
      await offers(LIMIT_A);
      station.disconnect(500);
      station.unplug(1);
      await until(() => evse()?.transaction === null && station.isOnline, 'its end is told', {
        otherwise: () => JSON.stringify(state()),
      });
      await until(() => station.transactionMessagesWaiting === 0, 'all is told');
      expect(await sessions()).toHaveLength(1);
      await until(() => control() === 'controlled', 'it is controlled again');
    });

    it('TC_K_53 K15 charges a car no faster than it said that it takes', async () => {
      station.plugIn(1, someCar(), { idToken: 'TAG' });
      await offers(LIMIT_A);
      const departureMs = Date.now() + HOUR_MS;
      const car = { transfer: 'AC', phases: 3, currentMinA: 6, currentMaxA: 12, voltageMaxV: 400 } as const;
      expect(await station.notifyChargingNeeds(1, { ...car, departureMs, energyWh: 8_000 })).toBe('Accepted');
      expect((await sessions())[0]).toMatchObject({ departureMs });
      expect((await sessions())[0]?.energyWantedWh).toBeGreaterThanOrEqual(8_000);
      await until(() => evse()?.limitA === 12, 'it is planned with what it takes', {
        otherwise: () => JSON.stringify(evse()),
      });
    });

    it('TC_K_51 K12 K13 keeps to a limit of somebody else, and the plan knows of it', async () => {
      station.plugIn(1, someCar(), { idToken: 'TAG' });
      await offers(LIMIT_A);
      station.setExternalLimit({ source: 'EMS', evseId: 1, rateUnit: 'A', limit: 8 });
      await offers(8);
      await until(() => JSON.stringify(state()).includes('EMS'), 'it is known', {
        otherwise: () => JSON.stringify(state()),
      });
      station.clearExternalLimit('EMS', 1);
      await offers(LIMIT_A);
    });
  });
}
