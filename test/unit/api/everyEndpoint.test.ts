import Fastify, { type InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireDeclarations } from '../../../src/api/accounts/access.js';
import { EXCHANGES } from './exchanges.js';
import { COMMAND_ID } from './fakeDelegation.js';
import { SESSION_ID, TRANSACTION_ID } from './fakeService.js';
import { type Harness, SITE, startApi } from './harness.js';
import { ask, type Headers, makeKey, makeOrganisation, makeUser } from './people.js';

// Generated from the OpenAPI document: an endpoint that is added is called here as everybody who must not get past it.

interface Operation {
  readonly operationId: string;
  readonly path: string;
  readonly method: NonNullable<InjectOptions['method']>;
}

/** What is the organisation north's. */
const NORTH = {
  siteId: 'depot',
  stationId: 'CP001',
  tariffId: 'spot',
  upstreamId: 'csms',
  recipientId: 'anna',
  peerId: 'cpo',
  limitId: 'evening',
  eventId: 'evening-peak',
  sessionId: SESSION_ID,
  transactionId: String(TRANSACTION_ID),
  evseId: '1',
  profileId: '7',
  commandId: COMMAND_ID,
  organisationId: 'north',
  providerId: 'dso',
  venId: 'vtn',
};
/** Whoever may call any of these sees cars, or who drives them. */
const SHOWS_CARS =
  /\/(sessions|state|plan|events|history|bill|why|profiles|composite-schedule|installed-profiles|messages|capabilities)(\/|$)/;
/** What belongs to an organisation, by how an address names it. */
const OWNED = [
  'siteId',
  'stationId',
  'tariffId',
  'userId',
  'keyId',
  'webhookId',
  'upstreamId',
  'providerId',
  'commandId',
  'recipientId',
  'peerId',
];
/** Nobody's in particular. */
const FOR_ANYBODY = ['signOut', 'getMe', 'changePassword', 'optimize'];
const ENDLESS = 'watchState';
/** For those who are not signed in yet. */
const FOR_EVERYBODY = ['signIn', 'getSignInMethods', 'beginProviderSignIn', 'completeProviderSignIn'];

let harness: Harness;
let operations: readonly Operation[];
let ids: Readonly<Record<string, string>>;
let keys: Readonly<Record<'north' | 'south' | 'viewer' | 'provider' | 'elsewhere' | 'expired' | 'revoked', Headers>>;

beforeAll(async () => {
  harness = await startApi({ bounds: { failedKeysPerMinuteMax: 10_000 } });
  const { paths } = JSON.parse((await harness.app.inject('/openapi.json')).body) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(() => path.startsWith('/v1/'))
      .map(([method, { operationId }]) => ({ path, operationId, method: method.toUpperCase() as Operation['method'] })),
  );
  await makeOrganisation(harness, 'north');
  await makeOrganisation(harness, 'south');
  const ofNorth = { organisationId: 'north' };
  const north = await makeKey(harness, { role: 'owner', ...ofNorth });
  const expiresAt = new Date(harness.clock.nowMs() + 60_000).toISOString();
  keys = {
    north,
    south: await makeKey(harness, { role: 'owner', organisationId: 'south' }),
    viewer: await makeKey(harness, { role: 'viewer', ...ofNorth }),
    provider: await makeKey(harness, { role: 'provider', ...ofNorth }),
    elsewhere: await makeKey(harness, { role: 'owner', siteIds: ['garage'], ...ofNorth }),
    expired: await makeKey(harness, { role: 'owner', expiresAt, ...ofNorth }),
    revoked: await makeKey(harness, { role: 'owner', name: 'revoked', ...ofNorth }),
  };
  const { keys: all } = (await ask(harness, '/keys')).json<{ keys: { keyId: string; name: string }[] }>();
  const revoked = all.find(({ name }) => name === 'revoked')?.keyId ?? '';
  await ask(harness, `/keys/${revoked}`, { method: 'DELETE' });
  harness.clock.advance(60_000);
  const webhook = { url: 'https://north.example/told', events: ['limit.exceeded'] };
  const made = (await ask(harness, '/webhooks', { method: 'POST', headers: north, payload: webhook })).json();
  ids = {
    ...NORTH,
    keyId: revoked,
    webhookId: made.webhookId,
    userId: await makeUser(harness, { email: 'anna@north.example', ...ofNorth }),
  };

  for (const route of [
    '/v1/tariffs/{tariffId}',
    '/v1/sites/{siteId}',
    '/v1/sites/{siteId}/limits/{limitId}',
    '/v1/upstreams/{upstreamId}',
    '/v1/notifications/recipients/{recipientId}',
    '/v1/oscp/providers/{providerId}',
    '/v1/openadr/vens/{venId}',
    '/v1/ocpi/peers/{peerId}',
  ]) {
    const made = await call({ path: route, method: 'PUT', operationId: '' }, north);
    expect(made.statusCode, made.body).toBe(200);
  }
});
afterAll(() => harness.app.close());

function urlOf(path: string, named: Readonly<Record<string, string>>): string {
  return path.replaceAll(/{(\w+)}/g, (_all, name: string) => {
    const id = named[name];
    if (id === undefined) throw new Error(`say in this test what {${name}} of ${path} is`);
    return encodeURIComponent(id);
  });
}

function bodyOf({ path, method }: Operation): object | undefined {
  if (path === '/v1/sites/{siteId}') return method === 'PUT' ? SITE : undefined;
  const exchange = EXCHANGES.find((one) => one.route === path && one.method === method);
  return exchange?.payload ?? (method === 'PUT' ? {} : undefined);
}

function call(operation: Operation, headers: Headers, named = ids) {
  const payload = bodyOf(operation);
  return harness.app.inject({
    method: operation.method,
    url: urlOf(operation.path, named),
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
}

function isAbout(operation: Operation, ...names: readonly string[]): boolean {
  return names.some((name) => operation.path.includes(`{${name}}`));
}

describe('every endpoint under /v1', () => {
  it('is among those called here', () => {
    expect(operations.length).toBeGreaterThan(60);
  });

  it.each([
    ['nobody', () => ({})],
    ['an unknown key', () => ({ authorization: 'Bearer ek_nonsense' })],
    ['a key that has expired', () => keys.expired],
    ['a key that was revoked', () => keys.revoked],
    ['an unknown session', () => ({ cookie: `evenkeel=${'x'.repeat(43)}`, 'x-evenkeel': '1' })],
  ])('is closed to %s', async (_who, headersOf) => {
    const before = harness.service.calls.length;
    for (const operation of operations) {
      if (FOR_EVERYBODY.includes(operation.operationId)) continue;
      const response = await call(operation, { ...headersOf() });
      expect(response.statusCode, `${operation.method} ${operation.path}: ${response.body}`).toBe(401);
    }
    expect(harness.service.calls.length).toBe(before);
  });

  it('tells the owner of another organisation nothing: what is not theirs is as if it were not there', async () => {
    const before = harness.service.calls.length;
    for (const operation of operations) {
      const name = `${operation.method} ${operation.path}`;
      if ([...FOR_EVERYBODY, ...FOR_ANYBODY].includes(operation.operationId)) continue;
      // Its own people and keys, which others are not told of either.
      if (operation.method === 'POST' && !operation.path.includes('{')) continue;
      const response = await call(operation, keys.south);
      if (isAbout(operation, 'organisationId') || operation.path.startsWith('/v1/onboarding')) {
        expect(response.statusCode, name).toBe(403);
      } else if (isAbout(operation, ...OWNED)) {
        expect(response.statusCode, `${name}: ${response.body}`).toBe(404);
        expect(response.json().code, name).toMatch(/_NOT_FOUND$/);
      } else if (operation.method === 'GET') {
        expect(response.body, name).not.toMatch(/depot|CP001|spot|north|csms/i);
      }
    }
    expect(harness.service.calls.length).toBe(before);
  });

  it('answers for what is another’s word by word as for what does not exist', async () => {
    const nothing = { siteId: 'nowhere', stationId: 'CP404', tariffId: 'nothing', webhookId: 'no-webhook' };
    const gone = {
      ...nothing,
      upstreamId: 'no-upstream',
      recipientId: 'no-recipient',
      userId: 'nobody',
      keyId: 'no-key',
      providerId: 'no-one',
      venId: 'no-ven',
      peerId: 'no-peer',
    };
    const reading = operations.filter(({ method }) => method === 'GET');
    for (const operation of reading.filter((one) => isAbout(one, ...Object.keys(gone)))) {
      const [others, nowhere] = [
        await call(operation, keys.south),
        await call(operation, keys.south, { ...ids, ...gone }),
      ];
      const told = (response: typeof others) => {
        const { requestId: _every, ...problem } = response.json();
        return Object.entries(gone).reduce(
          (text, [name, id]) => text.replaceAll(id, `{${name}}`).replaceAll(String(ids[name]), `{${name}}`),
          JSON.stringify(problem),
        );
      };
      expect(told(others), operation.path).toBe(told(nowhere));
    }
  });

  it('keeps a key for some sites away from all others, and from people and prices', async () => {
    for (const operation of operations) {
      const name = `${operation.method} ${operation.path}`;
      if ([...FOR_EVERYBODY, ...FOR_ANYBODY].includes(operation.operationId)) continue;
      const response = await call(operation, keys.elsewhere);
      if (
        isAbout(operation, 'siteId', 'commandId') ||
        (isAbout(operation, 'stationId') && !operation.path.includes('onboarding'))
      ) {
        expect(response.statusCode, name).toBe(404);
      } else if (operation.operationId === 'listSites') expect(response.json()).toEqual({ sites: [] });
      else if (operation.operationId === 'listCommands') expect(response.json()).toMatchObject({ commands: [] });
      else expect(response.statusCode, name).toBe(403);
    }
  });

  it('lets a viewer look, and change nothing', async () => {
    const before = harness.service.calls.length;
    for (const operation of operations) {
      const name = `${operation.method} ${operation.path}`;
      if ([ENDLESS, ...FOR_EVERYBODY, ...FOR_ANYBODY].includes(operation.operationId)) continue;
      const response = await call(operation, keys.viewer);
      if (operation.method !== 'GET') expect(response.statusCode, name).toBe(403);
      if (/\/(users|keys|organisations|audit|credentials|onboarding|webhooks|notifications)/.test(operation.path)) {
        expect(response.statusCode, name).toBe(403);
      }
    }
    const changed = harness.service.calls.slice(before).filter(({ name }) => /^(put|delete)/.test(name));
    expect(changed).toEqual([]);
  });

  it('shows an energy provider prices and grid events, and no cars', async () => {
    const allowed = new Set<string>();
    for (const operation of operations) {
      const name = `${operation.method} ${operation.path}`;
      if ([ENDLESS, ...FOR_EVERYBODY, ...FOR_ANYBODY].includes(operation.operationId)) continue;
      // What a provider may change is changed in other tests; here it is only asked whether it may.
      const mayChange = /tariffs|grid-events|oscp|openadr/.test(operation.path);
      if (operation.method !== 'GET' && mayChange) continue;
      const response = await call(operation, keys.provider);
      const isClosed = operation.method !== 'GET' || SHOWS_CARS.test(operation.path);
      if (isClosed) expect(response.statusCode, name).toBe(403);
      if (response.statusCode !== 403) allowed.add(operation.operationId);
      expect(response.body, name).not.toMatch(/idToken/);
    }
    expect([...allowed].sort()).toEqual([
      'getGridEvent',
      'getLimit',
      'getOpenAdrVen',
      'getOscpProvider',
      'getSite',
      'getSitePrices',
      'getTariff',
      'getTariffPrices',
      'listGridEvents',
      'listLimitWindows',
      'listLimits',
      'listOpenAdrVens',
      'listOscpProviders',
      'listSites',
      'listTariffs',
    ]);
  });

  it('says in the document for whom it is', async () => {
    const document = (await harness.app.inject('/openapi.json')).json();
    for (const { path, method } of operations) {
      expect(document.paths[path][method.toLowerCase()].description, path).toMatch(
        /For (everybody|admins only|admin(, \w+)+)\.$/,
      );
    }
  });
});

describe('a route that does not say who may call it', () => {
  it('keeps the service from starting', async () => {
    const app = Fastify();
    requireDeclarations(app);
    expect(() => app.get('/forgotten', async () => 'secret')).toThrow(/GET.*\/forgotten does not say who may call it/);
    await app.close();
  });
});
