import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Harness, startApi } from './harness.js';
import { ask, cookieOf, type Headers, makeUser, PASSWORD, signIn } from './people.js';

const HOUR_MS = 3_600_000;
const ANNA = { email: 'anna@example.com', password: PASSWORD };

let harness: Harness;
beforeEach(async () => {
  harness = await startApi();
});
afterEach(() => harness.app.close());

const post = (path: string, payload: object | undefined, headers: Headers, remoteAddress = '127.0.0.1') =>
  ask(harness, path, { method: 'POST', headers, remoteAddress, ...(payload === undefined ? {} : { payload }) });
const enter = (payload: object, remoteAddress?: string, headers: Headers = {}) =>
  post('/sign-in', payload, headers, remoteAddress);
const me = async (headers: Headers) => (await ask(harness, '/me', { headers })).statusCode;

describe('signing in', () => {
  it('gives a cookie that scripts can not read and other sites can not send, and says who one is', async () => {
    const userId = await makeUser(harness, { name: 'Anna' });
    const response = await enter({ email: ' Anna@Example.com ', password: PASSWORD });
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      kind: 'user',
      id: userId,
      name: 'Anna',
      email: 'anna@example.com',
      role: 'owner',
      organisationId: 'default',
      organisationName: 'Default',
      siteIds: null,
    });
    const cookie = String(response.headers['set-cookie']);
    expect(cookie).toMatch(/^evenkeel=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(await me({ cookie: cookieOf(cookie) })).toBe(200);
  });

  it('over TLS gives a Secure one that is bound to this host, and takes no other', async () => {
    const proxied = await startApi({ trustedProxies: ['127.0.0.1'] });
    await makeUser(proxied, {});
    const overTls = { 'x-forwarded-proto': 'https' };
    const response = await ask(proxied, '/sign-in', { method: 'POST', headers: overTls, payload: ANNA });
    const cookie = String(response.headers['set-cookie']);
    expect(cookie).toMatch(/^__Host-evenkeel=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
    const sessionId = cookieOf(cookie).split('=')[1];
    const status = async (shown: string) =>
      (await ask(proxied, '/me', { headers: { ...overTls, cookie: shown } })).statusCode;
    expect(await status(cookieOf(cookie))).toBe(200);
    // One that somebody on the way could have planted.
    expect(await status(`evenkeel=${sessionId}`)).toBe(401);
    await proxied.app.close();
  });

  it.each([
    ['a wrong password', { ...ANNA, password: 'correct horse batterz' }],
    ['an unknown e-mail address', { ...ANNA, email: 'bert@example.com' }],
    ['an empty password', { ...ANNA, password: '' }],
  ])('with %s is refused in the same words', async (_what, entered) => {
    await makeUser(harness, {});
    const response = await enter(entered);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: 'SIGN_IN_FAILED', detail: 'Wrong e-mail or password.' });
    expect(response.headers['set-cookie']).toBeUndefined();
    expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('can not be sent by a form of another site: it takes nothing but JSON', async () => {
    await makeUser(harness, {});
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      const response = await harness.app.inject({
        method: 'POST',
        url: '/v1/sign-in',
        headers: { 'content-type': type },
        payload: JSON.stringify(ANNA),
      });
      expect(response.statusCode, type).toBe(415);
    }
  });
});

describe('session fixation', () => {
  it('fails: a session id that somebody planted is never taken over', async () => {
    await makeUser(harness, {});
    const planted = `evenkeel=${'A'.repeat(43)}`;
    const response = await enter(ANNA, undefined, { cookie: planted });
    expect(cookieOf(response.headers['set-cookie'])).not.toBe(planted);
    expect(await me({ cookie: planted })).toBe(401);
  });

  it("fails: a real session of the attacker's ends when the victim signs in with it", async () => {
    await makeUser(harness, {});
    await makeUser(harness, { email: 'mallory@example.com', role: 'viewer' });
    const { cookie: mallorys = '' } = await signIn(harness, 'mallory@example.com');
    const response = await enter(ANNA, undefined, { cookie: mallorys });
    const annas = cookieOf(response.headers['set-cookie']);
    expect(annas).not.toBe(mallorys);
    expect(await me({ cookie: mallorys })).toBe(401);
    expect(await me({ cookie: annas })).toBe(200);
  });

  it('gives another id each time', async () => {
    await makeUser(harness, {});
    const ids = await Promise.all([1, 2, 3].map(async () => (await signIn(harness)).cookie));
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a session', () => {
  it('ends when one signs out', async () => {
    await makeUser(harness, {});
    const headers = await signIn(harness);
    const response = await post('/sign-out', undefined, headers);
    expect(response.statusCode).toBe(204);
    expect(response.headers['set-cookie']).toMatch(/^evenkeel=; .*Max-Age=0/);
    const after = await ask(harness, '/me', { headers });
    expect(after.json()).toMatchObject({ status: 401, detail: 'You were signed out.' });
  });

  it('ends after twelve hours without a request, and lives on with them', async () => {
    await makeUser(harness, {});
    const [idle, busy] = [await signIn(harness), await signIn(harness)];
    harness.clock.advance(11 * HOUR_MS);
    expect(await me(busy)).toBe(200);
    harness.clock.advance(HOUR_MS);
    expect([await me(idle), await me(busy)]).toEqual([401, 200]);
  });

  it('ends after a week, however busy it is', async () => {
    await makeUser(harness, {});
    const headers = await signIn(harness);
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      harness.clock.advance(6 * HOUR_MS);
      expect(await me(headers)).toBe(200);
    }
    harness.clock.advance(6 * HOUR_MS);
    expect(await me(headers)).toBe(401);
  });

  it('ends with all others of its user when the password changes', async () => {
    await makeUser(harness, {});
    const [here, there] = [await signIn(harness), await signIn(harness)];
    const change = { currentPassword: PASSWORD, newPassword: 'battery horse correct' };
    const changed = await ask(harness, '/me/password', { method: 'PUT', headers: here, payload: change });
    expect(changed.statusCode).toBe(204);
    expect([await me(here), await me(there)]).toEqual([401, 401]);
    expect((await enter(ANNA)).statusCode).toBe(401);
    expect((await enter({ ...ANNA, password: change.newPassword })).statusCode).toBe(200);
  });

  it('ends when somebody else sets the password or the role, or removes the user', async () => {
    const userId = await makeUser(harness, {});
    const put = (payload: object) => ask(harness, `/users/${userId}`, { method: 'PUT', payload });
    const first = await signIn(harness);
    await put({ email: ANNA.email, role: 'viewer' });
    expect(await me(first)).toBe(401);
    const second = await signIn(harness);
    await put({ email: ANNA.email, role: 'viewer', password: 'battery horse correct' });
    expect(await me(second)).toBe(401);
    const third = await signIn(harness, ANNA.email, 'battery horse correct');
    await ask(harness, `/users/${userId}`, { method: 'DELETE' });
    expect(await me(third)).toBe(401);
  });

  it('is stored by its hash only', async () => {
    await makeUser(harness, {});
    const { cookie = '' } = await signIn(harness);
    const sessionId = cookie.split('=')[1] ?? '';
    expect(JSON.stringify(harness.store, (_name, value) => (value instanceof Map ? [...value] : value))).not.toContain(
      sessionId,
    );
  });
});

describe('a request that another site made the browser send', () => {
  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'changes nothing by %s: it has the cookie and not the header',
    async (method) => {
      await makeUser(harness, { role: 'admin' });
      const { cookie = '' } = await signIn(harness);
      for (const url of ['/users', '/sites/depot', '/sign-out', '/me/password', '/tariffs/spot', '/onboarding']) {
        for (const more of [{}, { 'x-evenkeel': '' }, { 'x-evenkeel': 'true' }]) {
          const response = await ask(harness, url, { method, headers: { cookie, ...more }, payload: {} });
          expect([403, 404, 405], `${method} ${url}`).toContain(response.statusCode);
          if (response.statusCode === 403) expect(response.json().code).toBe('PAGE_HEADER_MISSING');
        }
      }
      expect(harness.service.calls).toEqual([]);
      expect(await me({ cookie })).toBe(200);
    },
  );

  it('is told nothing to read either: no answer allows another origin', async () => {
    await makeUser(harness, {});
    const headers = { ...(await signIn(harness)), origin: 'https://evil.example' };
    const response = await ask(harness, '/sites', { headers });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
    const preflight = await harness.app.inject({
      method: 'OPTIONS',
      url: '/v1/sites/depot',
      headers: { origin: 'https://evil.example', 'access-control-request-headers': 'x-evenkeel' },
    });
    expect(preflight.headers['access-control-allow-headers']).toBeUndefined();
  });

  it('needs no header where a key says who asks: no browser sends that by itself', async () => {
    expect((await ask(harness, '/onboarding', { method: 'DELETE' })).statusCode).toBe(204);
  });
});

describe('guessing passwords', () => {
  const wrong = { ...ANNA, password: 'a wrong password' };

  it('has to wait after five wrong ones, even with the right one, as long as is said', async () => {
    await makeUser(harness, {});
    for (let tries = 0; tries < 5; tries += 1) expect((await enter(wrong)).statusCode).toBe(401);
    const refused = await enter(ANNA);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toBe('300');
    expect(refused.json()).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      detail: 'Too many tries, wait 300 s.',
      waitS: 300,
    });
    harness.clock.advance(299_000);
    expect((await enter(ANNA)).headers['retry-after']).toBe('1');
    harness.clock.advance(1_000);
    expect((await enter(ANNA)).statusCode).toBe(200);
  });

  it('is not quicker with all tries at once', async () => {
    await makeUser(harness, {});
    const answers = await Promise.all(Array.from({ length: 40 }, () => enter(wrong)));
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(35);
  });

  it('does not keep the user out who comes from elsewhere', async () => {
    await makeUser(harness, {});
    for (let tries = 0; tries < 8; tries += 1) await enter(wrong, '192.0.2.1');
    expect((await enter(ANNA, '192.0.2.2')).statusCode).toBe(200);
  });

  it('of many accounts from one address, or from one network of IPv6, has to wait too', async () => {
    await makeUser(harness, {});
    for (const addressOf of [() => '192.0.2.1', (index: number) => `2001:db8:1:2:${index}::1`]) {
      for (let tries = 0; tries < 30; tries += 1) {
        const email = `user${tries}@example.com`;
        expect((await enter({ ...wrong, email }, addressOf(tries))).statusCode).toBe(401);
      }
      expect((await enter(ANNA, addressOf(99))).statusCode).toBe(429);
    }
    expect((await enter(ANNA, '2001:db8:1:3::1')).statusCode).toBe(200);
  });

  it('of one account from many addresses has to wait too', async () => {
    await makeUser(harness, {});
    for (let tries = 0; tries < 50; tries += 1) await enter(wrong, `198.51.100.${tries}`);
    expect((await enter(wrong, '203.0.113.1')).statusCode).toBe(429);
  });

  it('is not counted for who gets it right', async () => {
    await makeUser(harness, {});
    for (let tries = 0; tries < 40; tries += 1) expect((await enter(ANNA)).statusCode).toBe(200);
  });

  it('is no quicker where the browser is signed in: changing the password counts', async () => {
    await makeUser(harness, {});
    const headers = await signIn(harness);
    const change = { currentPassword: 'a wrong password', newPassword: 'battery horse correct' };
    const statuses: number[] = [];
    for (let tries = 0; tries < 6; tries += 1) {
      statuses.push((await ask(harness, '/me/password', { method: 'PUT', headers, payload: change })).statusCode);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });
});
