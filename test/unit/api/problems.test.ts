import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { PROBLEMS, Problem } from '../../../src/site/problem.js';
import { AUTHORIZED, type Harness, putSite, SITE, startApi } from './harness.js';

const harnesses: Harness[] = [];
async function start(...[overrides]: Parameters<typeof startApi>): Promise<Harness> {
  const harness = await startApi(overrides);
  harnesses.push(harness);
  return harness;
}
afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.app.close();
});

describe('docs/errors.md', () => {
  it('lists exactly the codes of the registry, with their status, meaning and fix', () => {
    const text = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const expected = Object.entries(PROBLEMS).map(
      ([code, { status, title, fix }]) => `| \`${code}\` | ${status} | ${title}. | ${fix} |`,
    );
    expect(rows.sort()).toEqual(expected.sort());
  });
});

describe('a problem thrown by the service', () => {
  it.each(Object.entries(PROBLEMS))('%s is answered as the registry says', async (code, { status, title, fix }) => {
    const { app, service } = await start();
    service.failure = new Problem(code as keyof typeof PROBLEMS, 'Just so.', {
      field: '/circuits/1',
      details: { circuitId: 'row-a', status: 'not this', code: 'nor this' },
    });
    const response = await app.inject({ url: '/v1/sites', headers: AUTHORIZED });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect(response.json()).toEqual({
      type: `urn:evenkeel:problem:${code}`,
      title,
      status,
      detail: 'Just so.',
      code,
      field: '/circuits/1',
      fix,
      instance: '/v1/sites',
      requestId: expect.any(String),
      circuitId: 'row-a',
    });
  });
});

describe('what nobody foresaw', () => {
  it.each([new Error('secret detail', { cause: new Error('deeper') }), 'a string', null, { statusCode: 200 }])(
    '%s is answered as INTERNAL, telling nothing, and logged with its cause',
    async (failure) => {
      const { app, service, log } = await start();
      service.failure = failure ?? Object.create(null);
      const response = await app.inject({ url: '/v1/sites', headers: AUTHORIZED });
      expect(response.statusCode).toBe(500);
      expect(response.json()).toMatchObject({ code: 'INTERNAL' });
      expect(response.body).not.toMatch(/secret|deeper|stack|\.ts/);
      if (failure instanceof Error) expect(log.join('')).toMatch(/secret detail.*deeper/);
    },
  );
});

describe('an address', () => {
  it('that is not there is NOT_FOUND', async () => {
    const { app } = await start();
    for (const url of ['/nonsense', '/v1', '/v1/', '/v1/nonsense', '/docs/nonsense', '/v1/sites/']) {
      const response = await app.inject({ url, headers: AUTHORIZED });
      expect(response.json(), url).toMatchObject({ code: url === '/v1/sites/' ? 'INVALID_REQUEST' : 'NOT_FOUND' });
    }
  });

  it('asked with a wrong method says which are right', async () => {
    const { app } = await start();
    const response = await app.inject({ method: 'POST', url: '/v1/sites/depot?x=1', headers: AUTHORIZED });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe('DELETE, GET, HEAD, PUT');
    expect(response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    const outside = await app.inject({ method: 'DELETE', url: '/healthz' });
    expect(outside.headers.allow).toBe('GET, HEAD');
  });

  it('with a bad percent sign is INVALID_REQUEST', async () => {
    const { app } = await start();
    const response = await app.inject({ url: '/v1/sites/%zz', headers: AUTHORIZED });
    expect(response.json()).toMatchObject({ code: 'INVALID_REQUEST', status: 400 });
  });
});

describe('a body', () => {
  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'of type %s is UNSUPPORTED_MEDIA_TYPE',
    async (type) => {
      const { app } = await start();
      const headers = { ...AUTHORIZED, 'content-type': type };
      const response = await app.inject({ method: 'PUT', url: '/v1/sites/depot', headers, payload: '{}' });
      expect(response.json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
    },
  );

  it('over 1 MiB is PAYLOAD_TOO_LARGE', async () => {
    const { app } = await start();
    const payload = { ...SITE, name: 'x'.repeat(1024 * 1024) };
    const response = await app.inject({ method: 'PUT', url: '/v1/sites/depot', headers: AUTHORIZED, payload });
    expect(response.json()).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 });
  });

  it('of a site with 4,000 stations is taken', async () => {
    const { app } = await start();
    const evses = [{ id: 1, kind: 'AC', phases: ['L1'], currentMaxA: 16 }];
    const stations = Array.from({ length: 4_000 }, (_, index) => ({ id: `CP${index}`, circuitId: 'grid', evses }));
    const payload = { ...SITE, stations };
    const response = await app.inject({ method: 'PUT', url: '/v1/sites/depot', headers: AUTHORIZED, payload });
    expect(response.statusCode).toBe(200);
  });
});

describe('a service that is short of memory', () => {
  it('refuses with OVERLOADED, but takes meter values and limits and answers probes', async () => {
    const harness = await start({ bounds: { heapUsedMaxShare: 0.000_001 } });
    harness.service.sites.set('depot', (await seeded()).service.getSite('depot'));
    // The pressure is sampled each second.
    await delay(1_200);
    const refused = await harness.app.inject({ url: '/v1/sites', headers: AUTHORIZED });
    expect(refused.json()).toMatchObject({ code: 'OVERLOADED', status: 503 });
    expect(refused.headers['retry-after']).toBe('5');
    const reading = await harness.app.inject({
      method: 'POST',
      url: '/v1/sites/depot/meter-values',
      headers: AUTHORIZED,
      payload: { circuitId: 'grid', currentA: { L1: 70, L2: 1, L3: 1 } },
    });
    expect(reading.statusCode).toBe(200);
    const limit = await harness.app.inject({
      method: 'PUT',
      url: '/v1/sites/depot/limits/now',
      headers: AUTHORIZED,
      payload: { circuitId: 'grid', powerLimitW: 0 },
    });
    expect(limit.statusCode).toBe(200);
    expect((await harness.app.inject('/healthz')).statusCode).toBe(200);
  });

  async function seeded(): Promise<Harness> {
    const other = await start();
    await putSite(other);
    return other;
  }
});

describe('a second in which the event loop could not be measured', () => {
  it('does not make the requests after it be refused', async () => {
    const { app } = await start({ bounds: { eventLoopDelayMaxMs: 5_000 } });
    // The pressure is sampled each second: one long task up to a sampling, another right after it up to the next.
    for (let tasks = 0; tasks < 2; tasks += 1) {
      const untilMs = performance.now() + 1_100;
      while (performance.now() < untilMs);
      await delay(1);
    }
    expect((await app.inject({ url: '/v1/sites', headers: AUTHORIZED })).statusCode).toBe(200);
  });
});

describe('the log', () => {
  it('holds no key, password or idToken', async () => {
    const harness = await start({ logger: undefined as never });
    expect(harness.log).toEqual([]);
    const loud = await start();
    await putSite(loud);
    const send = (method: 'PUT' | 'POST', url: string, payload: object) =>
      loud.app.inject({ method, url, headers: AUTHORIZED, payload });
    await send('PUT', '/v1/stations/CP001/credentials', { password: 'a-very-secret-password' });
    await send('PUT', '/v1/stations/CP001/credentials', { password: 'short-secret' });
    await send('POST', '/v1/stations/CP001/evses/1/remote-start', { idToken: 'DRIVER-SECRET' });
    loud.app.log.error({
      password: 'p-secret',
      request: { headers: { authorization: 'h-secret' } },
      body: { idToken: 'i-secret' },
    });
    const text = loud.log.join('');
    expect(text).toContain('credentials stored');
    expect(text).toContain('[redacted]');
    expect(text).not.toMatch(/secret|the-admin-key|SECRET/);
  });
});
