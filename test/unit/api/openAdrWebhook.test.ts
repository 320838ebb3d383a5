import { afterAll, beforeAll, expect, it } from 'vitest';
import { VenDesk } from '../../../src/openadr/desk.js';
import { gridPorts, type TestPorts } from '../../support/grid/gridPorts.js';
import { Vtn } from '../../support/grid/vtn.js';
import { systemClock } from '../../support/systemClock.js';
import { AUTHORIZED, type Harness, startApi } from './harness.js';

// A VTN that calls back over real sockets: what it says brings the next poll forward, and is not believed.

let harness: Harness;
let ports: TestPorts;
let desk: VenDesk;
let origin: string;
let vtn: Vtn;

beforeAll(async () => {
  ports = gridPorts(systemClock);
  desk = new VenDesk(ports);
  harness = await startApi({ vens: desk, bounds: { failedKeysPerMinuteMax: 3 } });
  origin = await harness.app.listen({ port: 0, host: '127.0.0.1' });
  vtn = await Vtn.start('3.1');
});
afterAll(async () => {
  desk.host.close();
  await vtn.stop();
  await harness.app.close();
});

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadlineMs = Date.now() + 8_000;
  while (!holds()) {
    if (Date.now() > deadlineMs) throw new Error(`${what} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('subscribes, answers the echo, and polls at once when it is called with its token', async () => {
  const all = { L1: 63, L2: 63, L3: 63 };
  const site = { name: 'Depot', timeZone: 'UTC', circuits: [{ id: 'grid', limitA: all }], stations: [] };
  await harness.app.inject({ method: 'PUT', url: '/v1/sites/depot', headers: AUTHORIZED, payload: site });
  const payload = {
    siteId: 'depot',
    vtnUrl: vtn.url,
    clientId: 'ven-1',
    clientSecret: 'the-vtn-secret',
    pollS: 3_600,
    webhook: true,
    publicUrl: origin,
  };
  const stored = await harness.app.inject({ method: 'PUT', url: '/v1/openadr/vens/ven', headers: AUTHORIZED, payload });
  expect(stored.statusCode, stored.body).toBe(200);
  expect(stored.body).not.toContain('the-vtn-secret');
  await until(() => vtn.echoes.length === 1, 'the echo');
  expect(vtn.echoes).toEqual(['200 are-you-there']);

  const hour = { start: new Date(Date.now() - 1_000).toISOString(), duration: 'PT1H' };
  vtn.put({
    id: 'e1',
    intervalPeriod: hour,
    intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [9] }] }],
  });
  expect(await vtn.notify()).toEqual([200]);
  await until(() => ports.sites.caps.get('openadr.ven')?.caps[0]?.powerLimitW === 9_000, 'the limit');

  const call = (authorization?: string) =>
    fetch(`${origin}/openadr/ven/notifications`, {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
    });
  const { length } = vtn.asked;
  for (const wrong of [undefined, 'Bearer wrong', AUTHORIZED.authorization, 'Bearer wrong']) {
    expect((await call(wrong)).status).toBe(401);
  }
  expect((await call(`Bearer ${vtn.subscriptions[0]?.bearerToken}`)).status).toBe(429);
  expect(vtn.asked.length).toBe(length);
  const echo = await fetch(`${origin}/openadr/ven/notifications?echo=${encodeURIComponent('<script>')}`);
  expect(echo.status).toBe(400);
  expect(harness.log.join()).not.toMatch(/the-vtn-secret|secret-\d/);
});
