import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionView } from '../../../src/control/service.js';
import { until } from '../../e2e/support/until.js';
import { circuitOf, stationOf } from '../../support/builders.js';
import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { instant } from '../support/bareStation.js';
import { type Service2x, SITE_ID, startService2x } from '../support2x/service2x.js';
import { Station2x } from '../support2x/station2x.js';

// OCPP 2.1 K21 and K22: one of two cars that share a fuse is given the most, asked for at its station or from here.

const TOGETHER_A = 24;

let rig: Service2x;
let stations: readonly [Station2x, Station2x];

beforeAll(async () => {
  rig = await startService2x({
    circuits: [circuitOf('grid', TOGETHER_A)],
    stations: [stationOf('A'), stationOf('B')],
  });
  stations = [await begun('A'), await begun('B')];
});
afterAll(async () => {
  for (const station of stations) station.close();
  await rig.stop();
});

async function begun(stationId: string): Promise<Station2x> {
  const version = VERSIONS_2X.find(({ name }) => name === '2.1');
  if (version === undefined) throw new Error('there is no version 2.1');
  const station = await Station2x.connect(version, rig.running.port, stationId);
  await station.boot();
  await station.ask('TransactionEvent', {
    eventType: 'Started',
    timestamp: instant(),
    triggerReason: 'Authorized',
    seqNo: 0,
    transactionInfo: { transactionId: `tx-${stationId}`, chargingState: 'Charging' },
    evse: { id: 1, connectorId: 1 },
    idToken: { idToken: 'TAG', type: 'ISO14443' },
  });
  return station;
}

const limitA = (index: 0 | 1) => stations[index].profiles.limitAt(1, Date.now());

async function sessionOf(stationId: string): Promise<SessionView> {
  const sessions = await rig.service.listSessions(SITE_ID, { limit: 10 });
  const found = sessions.find((session) => session.stationId === stationId);
  if (found === undefined) throw new Error(`no session at ${stationId}`);
  return found;
}

const isFirst = (stationId: string) =>
  rig.service.getState(SITE_ID).stations.find(({ id }) => id === stationId)?.evses[0]?.transaction?.priorityCharging;

const notify = (activated: boolean, transactionId = 'tx-A') =>
  stations[0].ask('NotifyPriorityCharging', { transactionId, activated });

const told = () => `${limitA(0)} A, ${limitA(1)} A`;

describe('OCPP 2.1: priority charging', () => {
  it('K22 asked for at the station puts its car first until it no longer is, whatever its driver states', async () => {
    expect(await notify(true)).toEqual({});
    expect(await sessionOf('A')).toMatchObject({ priority: 10, needsFrom: { priority: 'station' } });
    expect([isFirst('A'), isFirst('B')]).toEqual([true, false]);
    await until(() => limitA(0) === 16, 'it is given twice what the other is', { atMostMs: 25_000, otherwise: told });
    expect(limitA(1)).toBeLessThanOrEqual(8);
    const { sessionId } = await sessionOf('A');
    expect(await rig.service.putNeeds(SITE_ID, sessionId, { priority: 0 })).toMatchObject({
      priority: 10,
      needsFrom: { priority: 'station' },
    });
    expect(await notify(false)).toEqual({});
    expect(isFirst('A')).toBe(false);
    expect(await sessionOf('A')).toMatchObject({ priority: 0, needsFrom: { priority: 'stated' } });
    await until(() => limitA(0) <= 8, 'what its driver stated holds again', { otherwise: told });
    await rig.service.putNeeds(SITE_ID, sessionId, {});
  });

  it('K22 of a transaction that is not known, or of another station, puts nobody first', async () => {
    expect(await notify(true, 'tx-B')).toEqual({});
    expect(await notify(true, 'tx-nobody')).toEqual({});
    for (const id of ['A', 'B']) expect(await sessionOf(id)).toMatchObject({ priority: 5 });
  });

  it('K21 used from here puts a car first where its station has a profile for it, and takes it back', async () => {
    expect(await rig.service.usePriorityCharging('A', 'tx-A', true)).toEqual({ status: 'Accepted' });
    expect(stations[0].toldOf('UsePriorityCharging')).toEqual([{ transactionId: 'tx-A', activate: true }]);
    expect(await sessionOf('A')).toMatchObject({ priority: 10, needsFrom: { priority: 'station' } });
    expect(await rig.service.usePriorityCharging('A', 'tx-A', false)).toEqual({ status: 'Accepted' });
    expect(await sessionOf('A')).toMatchObject({ priority: 5, needsFrom: { priority: 'unknown' } });
  });

  it('K21 changes nothing where the station has no profile for it', async () => {
    stations[0].answers.set('UsePriorityCharging', () => ({ status: 'NoProfile' }));
    expect(await rig.service.usePriorityCharging('A', 'tx-A', true)).toEqual({ status: 'NoProfile' });
    expect(await sessionOf('A')).toMatchObject({ priority: 5 });
    await expect(rig.service.usePriorityCharging('A', 'tx-B', true)).rejects.toMatchObject({
      code: 'TRANSACTION_NOT_FOUND',
    });
  });
});
