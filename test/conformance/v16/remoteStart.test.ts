import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChargingService } from '../../../src/control/chargingService.js';
import type { Fault } from '../../../src/simulator/index.js';
import { Car, realClock, Ticker, VirtualStation } from '../../../src/simulator/index.js';
import type { Clock } from '../../../src/site/clock.js';
import type { StationCaller } from '../../../src/site/stationMessages.js';
import { until } from '../../e2e/support/until.js';
import { circuitOf, siteOf, stationOf } from '../../support/builders.js';
import { MemoryStore } from '../../support/memoryStore.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { type RunningGateway, startGateway } from '../../unit/gateway/gatewayFixture.js';

// The service core and a simulated station, which have no code in common, over a real socket.

const SITE_ID = 'garage';
const LIMIT_A = 20;
const FAILSAFE_A = 6;
const HARDWARE_A = 32;
const ACTION = 'SetChargingProfile';

const clock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

let service: ChargingService;
let running: RunningGateway;
let station: VirtualStation;
/** A per phase on the pilot, since the transaction began. */
let offeredA: number[];
let errors: string[];

beforeEach(async () => {
  errors = [];
  const quiet = () => undefined;
  const caller: StationCaller = { call: (...call) => running.gateway.call(...call) };
  service = new ChargingService({
    store: new MemoryStore(),
    clock,
    random: new SeededRandom(1),
    log: {
      info: quiet,
      warn: quiet,
      error: (fields, message) => void errors.push(`${message} ${JSON.stringify(fields)}`),
    },
    metrics: { planned: quiet, profileSent: quiet, profileAnswered: quiet },
    allowUnauthenticated: true,
    caller: () => caller,
  });
  await service.load();
  await service.putSite(
    siteOf({ siteId: SITE_ID, circuits: [circuitOf('grid', LIMIT_A)], stations: [stationOf('A')] }),
  );
  running = await startGateway({ handler: service.stations, clock, allowUnauthenticated: true });
  offeredA = [];
  station = new VirtualStation({
    stationId: 'A',
    url: `ws://127.0.0.1:${running.port}/ocpp`,
    evses: [{ id: 1, terminals: 3, currentMaxA: HARDWARE_A }],
    ticker: new Ticker(realClock, 50),
    meterIntervalS: 1,
    onEvent: (event) => {
      if (event.type === 'limit') offeredA.push(event.limitA);
    },
  });
});

afterEach(async () => {
  await station.stop();
  await running.stop();
  await service.close();
  expect(errors).toEqual([]);
});

const control = () => service.getState(SITE_ID).stations[0]?.control;

/** A car waits, and the station is known to have its failsafe, or not to take it. */
async function parked(becomes: ReturnType<typeof control>, ...faults: readonly Fault[]): Promise<void> {
  for (const fault of faults) station.setFault(fault);
  station.start();
  await until(() => control() === becomes, `the station is ${becomes}`, { otherwise: () => String(control()) });
  station.plugIn(1, new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA: HARDWARE_A, reactionS: 0.1 }));
}

const begun = () => until(() => station.transactions.length === 1, 'the transaction begins');

describe('a remote start with a profile', () => {
  it('TC_059 begins at the failsafe, and goes on by the plan with a profile that takes its place', async () => {
    await parked('controlled');
    expect(await service.remoteStart('A', 1, 'TAG')).toEqual({ status: 'Accepted' });
    await until(() => station.offeredA(1) > FAILSAFE_A, 'the plan takes over');
    expect(offeredA[0]).toBe(FAILSAFE_A);
    // Two of one transaction on one level would be refused, or clash: the second is in the place of the first.
    await until(() => station.offeredA(1) === LIMIT_A, 'the car has all that the circuit carries');
    expect(Math.max(...offeredA)).toBe(LIMIT_A);
  });

  it('TC_059 begins at the failsafe on a station that took no default, and stays there', async () => {
    await parked('refuses', { kind: 'reject', action: ACTION });
    expect(station.limitA(1)).toBe(HARDWARE_A);
    expect(await service.remoteStart('A', 1, 'TAG')).toEqual({ status: 'Accepted' });
    await begun();
    await until(() => offeredA.length > 0, 'the pilot is on');
    expect(offeredA).toEqual([FAILSAFE_A]);
    expect(station.limitA(1)).toBe(FAILSAFE_A);
  });

  it('TC_059 is without its profile where the station refuses that, and its failsafe is confirmed', async () => {
    await parked('controlled');
    const { call } = running.gateway;
    const asked: boolean[] = [];
    running.gateway.call = ((stationId, command, options) => {
      if (command.type !== 'remoteStart') return call.call(running.gateway, stationId, command, options);
      asked.push(command.profile !== undefined);
      if (command.profile === undefined) return call.call(running.gateway, stationId, command, options);
      return Promise.resolve({ outcome: 'answered', response: { status: 'Rejected' } });
    }) as typeof call;
    const answer = await service.remoteStart('A', 1, 'TAG');
    expect(answer).toEqual({ status: 'Accepted', note: expect.stringContaining('failsafe holds') });
    expect(asked).toEqual([true, false]);
    await begun();
    await until(() => offeredA.length > 0, 'the pilot is on');
    expect(offeredA[0]).toBe(FAILSAFE_A);
  });
});
