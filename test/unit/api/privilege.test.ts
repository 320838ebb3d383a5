import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AUTHORIZED, type Harness, KEY, SITE, startApi } from './harness.js';
import { ask, type Headers, makeKey, makeOrganisation, makeUser, PASSWORD, signIn } from './people.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startApi();
});
afterEach(() => harness.app.close());

const send = (method: 'POST' | 'PUT' | 'DELETE', path: string, headers: Headers, payload?: object) =>
  ask(harness, path, { method, headers, ...(payload === undefined ? {} : { payload }) });
const audit = async (headers: Headers = AUTHORIZED, query = '') =>
  (await ask(harness, `/audit${query}`, { headers })).json().entries;

describe('nobody gives what they do not have', () => {
  it('a viewer can not make itself an owner', async () => {
    const userId = await makeUser(harness, { role: 'viewer' });
    const anna = await signIn(harness);
    const owner = { email: 'anna@example.com', role: 'owner' };
    expect((await send('PUT', `/users/${userId}`, anna, owner)).json().code).toBe('FORBIDDEN');
    expect(
      (await send('POST', '/users', anna, { ...owner, email: 'b@example.com', password: PASSWORD })).statusCode,
    ).toBe(403);
    expect((await send('POST', '/keys', anna, { name: 'x', role: 'viewer' })).statusCode).toBe(403);
    expect((await ask(harness, '/me', { headers: anna })).json().role).toBe('viewer');
  });

  it('an owner can not make an admin, nor itself one, nor a key of one', async () => {
    const userId = await makeUser(harness, {});
    const anna = await signIn(harness);
    const admin = { email: 'anna@example.com', role: 'admin' };
    for (const response of [
      await send('PUT', `/users/${userId}`, anna, admin),
      await send('POST', '/users', anna, { ...admin, email: 'b@example.com', password: PASSWORD }),
      await send('POST', '/keys', anna, { name: 'x', role: 'admin' }),
    ]) {
      expect(response.statusCode).toBe(403);
      expect(response.json().code).toBe('ROLE_TOO_WIDE');
    }
  });

  it('an owner can not become an admin of the same organisation by setting their password or rotating their key', async () => {
    const adminId = await makeUser(harness, { email: 'admin@example.com', role: 'admin' });
    await makeUser(harness, {});
    const anna = await signIn(harness);
    const { keys } = (await ask(harness, '/keys', { headers: anna })).json();
    const [{ keyId }] = keys;
    const taken = { email: 'admin@example.com', role: 'viewer', password: 'battery horse correct' };
    for (const response of [
      await send('PUT', `/users/${adminId}`, anna, taken),
      await send('DELETE', `/users/${adminId}`, anna),
      await send('POST', `/keys/${keyId}/rotate`, anna, {}),
      await send('DELETE', `/keys/${keyId}`, anna),
    ]) {
      expect(response.json()).toMatchObject({ status: 403, code: 'ROLE_TOO_WIDE' });
    }
    expect((await ask(harness, '/me')).statusCode).toBe(200);
    await signIn(harness, 'admin@example.com');
  });

  it('an owner reaches no other organisation, by a key or a user made there either', async () => {
    await makeOrganisation(harness, 'north');
    const south = await makeKey(harness, { role: 'owner' });
    const there = { role: 'viewer', organisationId: 'north' };
    expect((await send('POST', '/keys', south, { name: 'x', ...there })).json().code).toBe('ROLE_TOO_WIDE');
    const user = { email: 'b@example.com', password: PASSWORD, ...there };
    expect((await send('POST', '/users', south, user)).json().code).toBe('ROLE_TOO_WIDE');
    expect((await ask(harness, '/organisations', { headers: south })).statusCode).toBe(403);
  });

  it('a key reaches no further than who made it: not even when it is an admin key for one site', async () => {
    const bounded = await makeKey(harness, { role: 'admin', siteIds: ['depot'] });
    for (const wanted of [{ role: 'admin' }, { role: 'owner', siteIds: ['depot', 'garage'] }, { role: 'viewer' }]) {
      expect((await send('POST', '/keys', bounded, { name: 'x', ...wanted })).statusCode).toBe(403);
    }
    expect((await send('PUT', '/sites/garage', bounded, SITE)).statusCode).toBe(404);
    expect((await send('PUT', '/sites/depot', bounded, SITE)).statusCode).toBe(200);
  });

  it.each(['provider', 'integrator', 'viewer'])('a %s makes no keys and no users', async (role) => {
    const key = await makeKey(harness, { role });
    expect((await send('POST', '/keys', key, { name: 'x', role })).statusCode).toBe(403);
    const user = { email: 'b@example.com', role, password: PASSWORD };
    expect((await send('POST', '/users', key, user)).statusCode).toBe(403);
  });
});

describe('what is made', () => {
  it("belongs to its maker's organisation, and its id stays theirs when the site is gone, as its history does", async () => {
    await makeOrganisation(harness, 'north');
    await makeOrganisation(harness, 'south');
    const [north, south] = [
      await makeKey(harness, { role: 'owner', organisationId: 'north' }),
      await makeKey(harness, { role: 'owner', organisationId: 'south' }),
    ];
    expect((await send('PUT', '/sites/depot', north, SITE)).statusCode).toBe(200);
    expect((await ask(harness, '/sites', { headers: north })).json().sites).toHaveLength(1);
    expect((await ask(harness, '/sites', { headers: south })).json().sites).toHaveLength(0);
    expect((await send('PUT', '/sites/depot', south, SITE)).statusCode).toBe(404);
    expect((await send('DELETE', '/sites/depot', north)).statusCode).toBe(204);
    expect((await send('PUT', '/sites/depot', south, SITE)).statusCode).toBe(404);
    expect((await send('DELETE', '/organisations/north', AUTHORIZED)).json().code).toBe('ORGANISATION_IN_USE');
  });

  it('is nobody’s when it was refused', async () => {
    await makeOrganisation(harness, 'north');
    await makeOrganisation(harness, 'south');
    const north = await makeKey(harness, { role: 'owner', organisationId: 'north' });
    const south = await makeKey(harness, { role: 'owner', organisationId: 'south' });
    expect((await send('PUT', '/sites/depot', north, { ...SITE, siteId: 'another' })).statusCode).toBe(422);
    expect((await send('PUT', '/sites/depot?dryRun=true', north, SITE)).statusCode).toBe(200);
    expect((await send('PUT', '/sites/depot', south, SITE)).statusCode).toBe(200);
  });

  it('names no tariff of another organisation: its prices would be seen', async () => {
    await makeOrganisation(harness, 'north');
    await makeOrganisation(harness, 'south');
    const north = await makeKey(harness, { role: 'owner', organisationId: 'north' });
    const south = await makeKey(harness, { role: 'owner', organisationId: 'south' });
    const tariff = {
      currency: 'SEK',
      timeZone: 'Europe/Stockholm',
      components: [{ kind: 'fixedFee', id: 'fee', price: 1, per: 'month' }],
    };
    expect((await send('PUT', '/tariffs/spot', north, tariff)).statusCode).toBe(200);
    for (const trial of ['', '?dryRun=true']) {
      const refused = await send('PUT', `/sites/garage${trial}`, south, { ...SITE, tariffIds: ['spot'] });
      expect(refused.json()).toMatchObject({ code: 'TARIFF_NOT_FOUND', field: '/tariffIds/0' });
    }
    // Nor the other way round: what a site names is kept for its organisation.
    expect((await send('PUT', '/sites/depot', north, { ...SITE, tariffIds: ['spot', 'grid'] })).statusCode).toBe(200);
    expect((await send('PUT', '/tariffs/grid', south, tariff)).statusCode).toBe(404);
    expect((await ask(harness, '/tariffs', { headers: south })).json().tariffs).toEqual([]);
  });
});

describe('a key', () => {
  it('is told once, kept as its SHA-256, and says when it was used', async () => {
    const made = await send('POST', '/keys', AUTHORIZED, { name: 'meter', role: 'integrator', siteIds: ['depot'] });
    const { key, keyId } = made.json();
    expect(key).toMatch(/^ek_[\w-]{43}$/);
    const headers = { authorization: `Bearer ${key}` };
    expect((await ask(harness, '/me', { headers })).json()).toMatchObject({
      kind: 'key',
      id: keyId,
      siteIds: ['depot'],
    });
    const shown = await ask(harness, `/keys/${keyId}`);
    expect(shown.json()).toMatchObject({ name: 'meter', lastUsedAt: '2026-01-14T13:20:00.000Z', expiresAt: null });
    expect(shown.body).not.toContain(key);
    expect(JSON.stringify(harness.store, (_name, value) => (value instanceof Map ? [...value] : value))).not.toContain(
      key,
    );
  });

  it('ends when it expires, to the millisecond', async () => {
    const expiresAt = new Date(harness.clock.nowMs() + 1_000).toISOString();
    const headers = await makeKey(harness, { role: 'viewer', expiresAt });
    harness.clock.advance(999);
    expect((await ask(harness, '/me', { headers })).statusCode).toBe(200);
    harness.clock.advance(1);
    expect((await ask(harness, '/me', { headers })).statusCode).toBe(401);
    const over = { name: 'x', role: 'viewer', expiresAt };
    expect((await send('POST', '/keys', AUTHORIZED, over)).json()).toMatchObject({ status: 400, field: '/expiresAt' });
  });

  it('that is rotated has its old secret for the overlap and no longer; one that is revoked has none', async () => {
    const made = (await send('POST', '/keys', AUTHORIZED, { name: 'meter', role: 'viewer' })).json();
    const old = { authorization: `Bearer ${made.key}` };
    const rotated = (await send('POST', `/keys/${made.keyId}/rotate`, AUTHORIZED, { overlapS: 60 })).json();
    const fresh = { authorization: `Bearer ${rotated.key}` };
    expect(rotated).toMatchObject({ keyId: made.keyId, oldKeyExpiresAt: '2026-01-14T13:21:00.000Z' });
    const status = async (headers: Headers) => (await ask(harness, '/me', { headers })).statusCode;
    harness.clock.advance(59_999);
    expect([await status(old), await status(fresh)]).toEqual([200, 200]);
    harness.clock.advance(1);
    expect([await status(old), await status(fresh)]).toEqual([401, 200]);
    expect((await send('DELETE', `/keys/${made.keyId}`, AUTHORIZED)).statusCode).toBe(204);
    expect(await status(fresh)).toBe(401);
    expect((await send('POST', `/keys/${made.keyId}/rotate`, AUTHORIZED, {})).statusCode).toBe(404);
    expect((await ask(harness, `/keys/${made.keyId}`)).json().revokedAt).toBe('2026-01-14T13:21:00.000Z');
  });
});

describe('the audit log', () => {
  it('says who changed what, with what differs before and after', async () => {
    await makeUser(harness, { name: 'Anna' });
    const anna = await signIn(harness);
    await send('PUT', '/sites/depot', anna, SITE);
    const [station] = SITE.stations;
    const changed = { ...SITE, name: 'Depot South', stations: [{ ...station, failsafeA: 0 }] };
    await send('PUT', '/sites/depot', anna, changed);
    await send('DELETE', '/sites/depot', anna);
    const [deleted, second, first] = await audit(AUTHORIZED, '?siteId=depot');
    expect(second).toMatchObject({
      siteId: 'depot',
      organisationId: 'default',
      action: 'putSite',
      target: '/v1/sites/depot',
      actor: { kind: 'user', name: 'Anna' },
      before: { name: 'Depot Nord', stations: [{ id: 'CP001', failsafeA: 6 }] },
      after: { name: 'Depot South', stations: [{ id: 'CP001', failsafeA: 0 }] },
    });
    expect(Object.keys(second.after).sort()).toEqual(['name', 'stations']);
    expect(first).toMatchObject({ before: null, after: { name: 'Depot Nord' } });
    expect(deleted).toMatchObject({ action: 'deleteSite', before: { name: 'Depot South' }, after: null });
  });

  it('has an entry for each change that was made, and none for what was refused, tried or read', async () => {
    await send('PUT', '/sites/depot', AUTHORIZED, SITE);
    await send('PUT', '/sites/depot?dryRun=true', AUTHORIZED, SITE);
    await send('PUT', '/sites/depot', AUTHORIZED, { name: 'nonsense' });
    await ask(harness, '/sites/depot');
    await send('POST', '/stations/CP001/reset', AUTHORIZED, { kind: 'Soft' });
    const entries = await audit();
    expect(entries.map(({ action }: { action: string }) => action)).toEqual(['reset', 'putSite']);
    expect(entries[0]).toMatchObject({ siteId: 'depot', asked: { kind: 'Soft' }, after: { status: 'Accepted' } });
  });

  it('is for admins and owners, page by page; an owner sees their organisation’s, also what an admin did there', async () => {
    await makeOrganisation(harness, 'north');
    const north = await makeKey(harness, { role: 'owner', organisationId: 'north' });
    await send('PUT', '/sites/depot', north, SITE);
    await send('PUT', '/sites/elsewhere', AUTHORIZED, { ...SITE, stations: [] });
    await send('PUT', '/sites/depot', AUTHORIZED, { ...SITE, name: 'Changed by an admin' });
    const seen = await audit(north);
    expect(new Set(seen.map(({ organisationId }: { organisationId: string }) => organisationId))).toEqual(
      new Set(['north']),
    );
    expect(seen.filter(({ action }: { action: string }) => action === 'putSite')).toHaveLength(2);
    expect((await ask(harness, '/audit?siteId=elsewhere', { headers: north })).statusCode).toBe(404);
    const found: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const response = await ask(harness, `/audit?limit=2${next === '' ? '' : `&before=${next}`}`);
      const page = response.json<{ entries: { entryId: string }[]; next: string | null }>();
      found.push(...page.entries.map(({ entryId }) => entryId));
      next = page.next;
    }
    expect(found).toEqual((await audit()).map(({ entryId }: { entryId: string }) => entryId));
    expect(new Set(found).size).toBe(found.length);
  });

  it('can not be left out: a change that can not be written down is not told as done', async () => {
    await send('PUT', '/sites/depot', AUTHORIZED, SITE);
    const appendAudit = harness.store.appendAudit.bind(harness.store);
    harness.store.appendAudit = async () => {
      throw new Error('disk full');
    };
    expect((await send('PUT', '/sites/depot', AUTHORIZED, { ...SITE, name: 'x' })).statusCode).toBe(500);
    harness.store.appendAudit = appendAudit;
  });
});

describe('passwords, keys, session ids and tokens of drivers', () => {
  it('are neither in the log of the service nor in the audit log', async () => {
    await send('PUT', '/sites/depot', AUTHORIZED, { ...SITE, idTokens: ['DRIVER-TOKEN'] });
    const userId = await makeUser(harness, {});
    const anna = await signIn(harness);
    const wrong = { email: 'anna@example.com', password: 'a wrong password' };
    await ask(harness, '/sign-in', { method: 'POST', headers: {}, payload: wrong });
    const made = (await send('POST', '/keys', anna, { name: 'meter', role: 'viewer' })).json();
    const rotated = (await send('POST', `/keys/${made.keyId}/rotate`, anna, {})).json();
    await ask(harness, '/me', { headers: { authorization: `Bearer ${rotated.key}` } });
    await ask(harness, '/me', { headers: { authorization: 'Bearer ek_an-unknown-key-of-somebody' } });
    await send('PUT', '/stations/CP001/credentials', anna, { password: 'station password 1' });
    await send('PUT', '/stations/CP001/configuration', anna, { key: 'AuthorizationKey', value: 'station password 2' });
    await send('POST', '/stations/CP001/evses/1/remote-start', anna, { idToken: 'DRIVER-TOKEN' });
    const change = { currentPassword: PASSWORD, newPassword: 'battery horse correct' };
    await send('PUT', '/me/password', anna, change);
    const put = { email: 'anna@example.com', role: 'owner', password: 'a password set by an admin' };
    await send('PUT', `/users/${userId}`, AUTHORIZED, put);

    const entries = await audit();
    expect(entries.length).toBeGreaterThan(8);
    const written = JSON.stringify(entries) + harness.log.join('');
    expect(harness.log.join('')).toContain('wrong e-mail or password');
    const secrets = [
      KEY,
      PASSWORD,
      wrong.password,
      change.newPassword,
      put.password,
      made.key,
      rotated.key,
      'ek_an-unknown',
      'station password',
      'DRIVER-TOKEN',
      anna.cookie?.split('=')[1],
      '$scrypt',
      'scrypt$',
    ];
    for (const secret of secrets) expect(written).not.toContain(secret);
    // A name of a setting is none.
    expect(written).toContain('AuthorizationKey');
  });
});
