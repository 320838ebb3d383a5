import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Car, realClock as simulatorClock, Ticker, VirtualStation } from '../../src/simulator/index.js';
import { until } from '../e2e/support/until.js';
import { stationOf } from '../support/builders.js';
import { LIMIT_A, type Service2x, SITE_ID, startService2x } from './support2x/service2x.js';

// One circuit of 20 A, and a station of each version below it whose hardware alone would take 32 A.

const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;
const HARDWARE_A = 32;
const FAILSAFE_A = 6;
const REACTION_S = 0.2;
const WATCH_EVERY_MS = 50;
/** A lowering, and then the cars that follow it. */
const EXCESS_AT_MOST_MS = 1_500;

let rig: Service2x;
let stations: VirtualStation[];
let loadsA: number[];
let watching: NodeJS.Timeout;

beforeEach(async () => {
  rig = await startService2x({
    stations: VERSIONS.map((id) => stationOf(id, { failsafeA: FAILSAFE_A, reactionS: 1 })),
    meterIntervalS: 1,
  });
  const ticker = new Ticker(simulatorClock, WATCH_EVERY_MS);
  stations = VERSIONS.map(
    (ocppVersion) =>
      new VirtualStation({
        stationId: ocppVersion,
        ocppVersion,
        url: `ws://127.0.0.1:${rig.running.port}/ocpp`,
        evses: [{ id: 1, terminals: 3, currentMaxA: HARDWARE_A }],
        ticker,
        rebootMs: 500,
        backOffMinMs: 100,
        backOffMaxMs: 200,
      }),
  );
  loadsA = [];
  watching = setInterval(
    () => loadsA.push(sum(stations.map((station) => station.currentA(1)[0] ?? 0))),
    WATCH_EVERY_MS,
  );
  for (const station of stations) station.start();
  await until(() => controls().every((control) => control === 'controlled'), 'all are controlled', {
    atMostMs: 20_000,
    otherwise: () => controls().join(),
  });
});

afterEach(async () => {
  clearInterval(watching);
  await Promise.all(stations.map((station) => station.stop()));
  await rig.stop();
});

const controls = () => rig.service.getState(SITE_ID).stations.map(({ control }) => control);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const car = () => new Car({ batteryWh: 60_000, soC: 0.3, phases: 3, currentMaxA: HARDWARE_A, reactionS: REACTION_S });
const drawnA = () => stations.map((station) => station.currentA(1)[0] ?? 0);

/** The longest that the circuit carried more than it may. */
function excessMs(): number {
  let longest = 0;
  let now = 0;
  for (const loadA of loadsA) {
    now = loadA > LIMIT_A + 0.1 ? now + WATCH_EVERY_MS : 0;
    longest = Math.max(longest, now);
  }
  return longest;
}

describe('stations of three versions on one circuit', () => {
  it('share it, whoever comes, goes, reboots or loses the connection', { timeout: 90_000 }, async () => {
    const [oldest, middle, newest] = stations;
    if (oldest === undefined || middle === undefined || newest === undefined) throw new Error('there are three');
    newest.plugIn(1, car(), { idToken: 'TAG' });
    // What the others could begin with by themselves is kept for them.
    const aloneA = LIMIT_A - 2 * FAILSAFE_A;
    await until(() => (drawnA()[2] ?? 0) > aloneA - 0.5, 'the first has what is left', {
      otherwise: () => drawnA().join(),
    });
    oldest.plugIn(1, car(), { idToken: 'TAG' });
    middle.plugIn(1, car(), { idToken: 'TAG' });
    await until(() => drawnA().every((currentA) => currentA > FAILSAFE_A), 'each has more than the least', {
      atMostMs: 30_000,
      otherwise: () => `${drawnA().join()} ${JSON.stringify(rig.service.getState(SITE_ID).stations)}`,
    });
    newest.disconnect(1_000);
    middle.reboot();
    await until(() => stations.every(({ isOnline }) => isOnline), 'all are back', { atMostMs: 20_000 });
    await until(() => drawnA().every((currentA) => currentA > FAILSAFE_A), 'each has more than the least again', {
      atMostMs: 30_000,
      otherwise: () => `${drawnA().join()} ${JSON.stringify(rig.service.getState(SITE_ID).stations)}`,
    });
    newest.unplug(1);
    oldest.unplug(1);
    await until(() => (drawnA()[1] ?? 0) > aloneA - 0.5, 'the last has what is left', {
      atMostMs: 30_000,
      otherwise: () => `${drawnA().join()} ${JSON.stringify(rig.service.getState(SITE_ID).stations)}`,
    });
    expect(loadsA.length).toBeGreaterThan(20);
    expect(excessMs()).toBeLessThan(EXCESS_AT_MOST_MS);
    expect(Math.max(...loadsA)).toBeGreaterThan(3 * FAILSAFE_A);
  });
});
