import { afterEach, describe, expect, it } from 'vitest';
import { hashOfSecret } from '../../../src/control/accounts/secrets.js';
import { AUTHORIZED, type Harness, KEY, startApi } from './harness.js';

const harnesses: Harness[] = [];
async function start(...[overrides]: Parameters<typeof startApi>): Promise<Harness> {
  const harness = await startApi(overrides);
  harnesses.push(harness);
  return harness;
}
afterEach(async () => {
  for (const harness of harnesses.splice(0)) await harness.app.close();
});

/** How one signs in, which must work before one has. */
const FOR_STRANGERS = ['/v1/sign-in', '/v1/sign-in/methods', '/v1/sign-in/oidc', '/v1/sign-in/oidc/callback'];

describe('a key', () => {
  it('is needed on every route under /v1', async () => {
    const { app, service } = await start();
    const routes = app.knownRoutes.filter(({ url }) => url.startsWith('/v1') && !FOR_STRANGERS.includes(url));
    expect(routes.length).toBeGreaterThan(25);
    for (const { method, url } of routes) {
      const address = url.replaceAll(/:\w+/g, '1');
      const response = await app.inject({ method: method as 'GET', url: address });
      expect(response.statusCode, `${method} ${url}`).toBe(401);
      expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
      if (method !== 'HEAD') expect(response.json()).toMatchObject({ code: 'UNAUTHORIZED', status: 401 });
    }
    expect(service.calls).toEqual([]);
  });

  it('is asked for before anything tells which addresses under /v1 exist', async () => {
    const { app } = await start();
    expect((await app.inject('/v1/nonsense')).statusCode).toBe(401);
    expect((await app.inject({ method: 'PATCH', url: '/v1/sites' })).statusCode).toBe(401);
  });

  it.each([
    ['no scheme', KEY],
    ['another scheme', `Basic ${KEY}`],
    ['no key', 'Bearer'],
    ['an empty key', 'Bearer   '],
    ['more than a key', `Bearer ${KEY} ${KEY}`],
    ['an endless key', `Bearer ${'x'.repeat(600)}`],
    ['a wrong key', 'Bearer nonsense'],
    ['the start of the key', `Bearer ${KEY.slice(0, -1)}`],
  ])('is refused when sent with %s', async (_what, authorization) => {
    const { app } = await start();
    const response = await app.inject({ url: '/v1/sites', headers: { authorization } });
    expect(response.statusCode).toBe(401);
  });

  it.each([`Bearer ${KEY}`, `bearer ${KEY}`, `BEARER   ${KEY} `])('is taken as "%s"', async (authorization) => {
    const { app } = await start();
    expect((await app.inject({ url: '/v1/sites', headers: { authorization } })).statusCode).toBe(200);
  });

  it.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs'])('is not needed for %s', async (url) => {
    const { app } = await start();
    expect((await app.inject(url)).statusCode).toBe(200);
  });

  it('is not looked up again for an address that tried too many wrong ones', async () => {
    const { app, store } = await start({ bounds: { failedKeysPerMinuteMax: 3 } });
    const attempt = (key: string, remoteAddress: string) =>
      app.inject({ url: '/v1/sites', headers: { authorization: `Bearer ${key}` }, remoteAddress });
    for (let tries = 0; tries < 3; tries += 1) expect((await attempt('bad', '127.0.0.2')).statusCode).toBe(401);
    const refused = await attempt(KEY, '127.0.0.2');
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(store.asked).toEqual(new Array(3).fill(hashOfSecret('bad')));
    expect((await attempt(KEY, '127.0.0.3')).statusCode).toBe(200);
  });

  it('that is right is never counted as a failure', async () => {
    const { app } = await start({ bounds: { failedKeysPerMinuteMax: 2 } });
    for (let tries = 0; tries < 10; tries += 1) {
      expect((await app.inject({ url: '/v1/sites', headers: AUTHORIZED })).statusCode).toBe(200);
    }
  });

  it('that can not be looked up is a failure of ours, told without its cause', async () => {
    const { app, log, store } = await start();
    store.failure = new Error('disk on fire');
    const response = await app.inject({ url: '/v1/sites', headers: AUTHORIZED });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('disk on fire');
    expect(log.join('')).toContain('disk on fire');
  });
});

describe('too many requests', () => {
  it('are refused per key, with the time to wait', async () => {
    const { app } = await start({ bounds: { requestsPerMinuteMax: 3 } });
    const ask = () => app.inject({ url: '/v1/sites', headers: AUTHORIZED });
    for (let count = 0; count < 3; count += 1) expect((await ask()).statusCode).toBe(200);
    const refused = await ask();
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS', status: 429 });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('do not keep probes out', async () => {
    const { app } = await start({ bounds: { requestsPerMinuteMax: 1 } });
    for (let count = 0; count < 5; count += 1) expect((await app.inject('/healthz')).statusCode).toBe(200);
  });
});
