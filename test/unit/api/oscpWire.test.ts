import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OscpDesk } from '../../../src/oscp/desk.js';
import { CapacityProvider } from '../../support/grid/capacityProvider.js';
import { gridPorts, type TestPorts } from '../../support/grid/gridPorts.js';
import { systemClock } from '../../support/systemClock.js';
import { AUTHORIZED, type Harness, startApi } from './harness.js';

// OSCP over real sockets: the provider is another program, and knows of this one only what it is told.

let harness: Harness;
let ports: TestPorts;
let desk: OscpDesk;
let origin: string;
let provider: CapacityProvider;

beforeAll(async () => {
  ports = gridPorts(systemClock);
  desk = new OscpDesk(ports);
  harness = await startApi({ oscp: desk, bounds: { failedKeysPerMinuteMax: 5 } });
  origin = await harness.app.listen({ port: 0, host: '127.0.0.1' });
  await harness.app.inject({ method: 'PUT', url: '/v1/sites/depot', headers: AUTHORIZED, payload: siteDocument() });
});
afterAll(async () => {
  desk.host.close();
  await harness.app.close();
});
beforeEach(async () => {
  provider = await CapacityProvider.start();
});
afterEach(async () => {
  await desk.delete('dso').catch(() => undefined);
  await provider.stop();
});

function siteDocument() {
  const all = { L1: 63, L2: 63, L3: 63 };
  return { name: 'Depot', timeZone: 'Europe/Stockholm', circuits: [{ id: 'grid', limitA: all }], stations: [] };
}

async function put(more: object = {}) {
  const body = { siteId: 'depot', circuitId: 'grid', groupId: 'g7', tokenA: 'first-token', publicUrl: origin, ...more };
  const answer = await fetch(`${origin}/v1/oscp/providers/dso`, {
    method: 'PUT',
    headers: { ...AUTHORIZED, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const document = (await answer.json()) as { readonly baseUrl: string; readonly code?: string };
  expect(answer.status, JSON.stringify(document)).toBe(200);
  return document;
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadlineMs = Date.now() + 8_000;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error(`${what} did not come: ${JSON.stringify(provider.heard)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isRegistered = async () => (await desk.get('dso')).status === 'registered';
const powerNow = () =>
  ports.sites.caps
    .get('oscp.dso')
    ?.caps.find(({ fromMs, toMs }) => fromMs <= Date.now() && (toMs === 'open' || toMs > Date.now()))?.powerLimitW;

function forecast(capacity: number, type = 'CONSUMPTION') {
  const nowMs = Date.now();
  const [start_time, end_time] = [nowMs - 1_000, nowMs + 3_600_000].map((ms) => new Date(ms).toISOString());
  return { group_id: 'g7', type, forecasted_blocks: [{ capacity, phase: 'ALL', unit: 'KW', start_time, end_time }] };
}

describe('OSCP 2.0 over HTTP', () => {
  it('is begun by the provider: register, handshake, heartbeats, forecast, and fallback when it falls silent', async () => {
    const { baseUrl } = await put();
    expect(await provider.register(baseUrl, 'first-token')).toBe(204);
    await until(isRegistered, 'the registration');
    expect(provider.other?.token).toBe(provider.named('register')[0]?.body.token);
    const behaviour = { heartbeat_interval: 1, measurement_configuration: [] };
    expect(await provider.send('handshake', { required_behaviour: behaviour })).toBe(204);
    await until(() => provider.named('handshake_acknowledge').length === 1, 'the acknowledgement');
    await until(() => provider.named('heartbeat').length >= 1, 'a heartbeat');
    expect(await provider.send('update_group_capacity_forecast', forecast(30))).toBe(204);
    expect(powerNow()).toBe(30_000);
    expect(await provider.send('update_group_capacity_forecast', forecast(4, 'FALLBACK_CONSUMPTION'))).toBe(204);
    expect(powerNow()).toBe(30_000);
    expect(await provider.heartbeat(0.3)).toBe(204);
    await until(() => powerNow() === 4_000, 'the fallback');
    expect(await provider.heartbeat(60)).toBe(204);
    expect(powerNow()).toBe(30_000);
  });

  it('is begun by us: the provider answers with its own token', async () => {
    await put({ versionUrl: provider.url });
    await until(isRegistered, 'the registration');
    expect(await provider.send('heartbeat', { offline_mode_at: new Date(Date.now() + 60_000).toISOString() })).toBe(
      204,
    );
    const view = await desk.get('dso');
    expect(view).toMatchObject({ status: 'registered', connection: 'online' });
    await desk.delete('dso');
    expect(provider.heard.at(-1)).toMatchObject({ name: 'register', method: 'DELETE' });
    expect(await provider.heartbeat(60)).toBe(401);
  });

  it('correlates its answers, and says in the error what is wrong', async () => {
    const { baseUrl } = await put();
    const ask = (name: string, body: string) =>
      fetch(`${baseUrl}/${name}`, {
        method: 'POST',
        headers: { authorization: 'Token first-token', 'content-type': 'application/json', 'x-request-id': 'r-1' },
        body,
      });
    const refused = await ask('heartbeat', '{}');
    expect([refused.status, refused.headers.get('x-correlation-id')]).toEqual([400, 'r-1']);
    expect(await refused.json()).toEqual({ message: expect.stringContaining('/offline_mode_at') });
    expect((await ask('heartbeat', '{')).status).toBe(400);
    expect(
      (await ask('update_group_capacity_forecast', JSON.stringify({ ...forecast(9), group_id: 'g8' }))).status,
    ).toBe(404);
    expect(
      (await ask('register', JSON.stringify({ token: 'x', version_url: [{ version: '1.0', base_url: provider.url }] })))
        .status,
    ).toBe(501);
    const metadata = JSON.stringify({
      token: 'x',
      version_url: [{ version: '2.0', base_url: 'https://169.254.169.254/latest' }],
    });
    expect((await ask('register', metadata)).status).toBe(400);
  });

  it('lets nobody in without the right token, tells nobody whether there is such a provider, and throttles who tries', async () => {
    const { baseUrl } = await put();
    const ask = (url: string, authorization?: string) =>
      fetch(`${url}/heartbeat`, { method: 'POST', headers: authorization === undefined ? {} : { authorization } });
    for (const authorization of [undefined, 'Token ', 'Bearer first-token', 'Token wrong', AUTHORIZED.authorization]) {
      const answer = await ask(baseUrl, authorization);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Token']);
    }
    const other = await ask(baseUrl.replace('/dso/', '/nobody/'), 'Token wrong');
    const { detail } = (await other.json()) as { readonly detail: string };
    expect([other.status, detail]).toEqual([401, 'The request has no valid "Authorization: Token …" header.']);
    for (let tries = 0; tries < 3; tries++) await ask(baseUrl, 'Token wrong');
    const late = await ask(baseUrl, 'Token first-token');
    expect([late.status, Number(late.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(harness.log.join()).not.toContain('first-token');
  });
});
