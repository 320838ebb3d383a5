import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpenIdConnect } from '../../../src/oidc/openIdConnect.js';
import { readOidcSettings } from '../../../src/oidc/readSettings.js';
import type { OidcSettings } from '../../../src/oidc/settings.js';
import { Outbound } from '../../../src/outbound/outbound.js';
import { CLIENT, OidcProvider, type Whims } from '../../support/oidcProvider.js';
import { systemClock } from '../../support/systemClock.js';
import { type Harness, startApi } from './harness.js';
import { ask, makeOrganisation, makeUser, PASSWORD, signIn } from './people.js';

const PUBLIC_URL = 'https://charging.example';
const MAPPED = {
  claim: 'realm_access.roles',
  roles: [{ value: 'staff', role: 'viewer' }],
  organisationId: 'north',
} as const;

let provider: OidcProvider;
let harness: Harness;
/** One for all that change nothing that others see: it takes a third of a second to build. */
let usual: Harness;
let mapping: Harness;
beforeAll(async () => {
  provider = await OidcProvider.start();
  usual = await open();
  await makeUser(usual, {});
  mapping = await open({ newcomers: MAPPED });
});
afterAll(async () => {
  await Promise.all([provider.stop(), usual.app.close(), mapping.app.close()]);
});
beforeEach(() => {
  provider.isBroken = false;
  harness = usual;
  // Failures of other tests are forgotten.
  harness.clock.advance(5 * 60_000);
});

function open(more: Partial<OidcSettings> = {}): Promise<Harness> {
  const { fetch } = new Outbound({
    allowedNets: [{ address: '127.0.0.1', prefixBits: 32, family: 'ipv4' }],
    clock: systemClock,
  });
  const settings: OidcSettings = { issuer: provider.issuer, ...CLIENT, name: 'Example', newcomers: 'none', ...more };
  const redirectUrl = `${PUBLIC_URL}/v1/sign-in/oidc/callback`;
  return startApi({}, { identityProvider: new OpenIdConnect({ settings, redirectUrl, fetch, clock: systemClock }) });
}

interface Left {
  readonly url: string;
  readonly cookie: string;
}

/** A browser that goes to the provider. */
async function leave({ to, cookie }: { readonly to?: string; readonly cookie?: string } = {}): Promise<Left> {
  const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
  const response = await ask(harness, `/sign-in/oidc${query}`, { headers: cookie === undefined ? {} : { cookie } });
  expect(response.statusCode, response.body).toBe(303);
  return { url: String(response.headers.location), cookie: String(response.headers['set-cookie']).split(';')[0] ?? '' };
}

/** A browser that comes back: where it is sent on to, and with which session. */
async function comeBack(query: string, cookie: string | undefined, remoteAddress = '127.0.0.1') {
  const headers = cookie === undefined ? {} : { cookie };
  const response = await ask(harness, `/sign-in/oidc/callback?${query}`, { headers, remoteAddress });
  expect(response.statusCode, response.body).toBe(303);
  const cookies = [response.headers['set-cookie'] ?? []].flat();
  const session = cookies.find((one) => /^evenkeel=./.test(one));
  return { to: String(response.headers.location), session: session?.split(';')[0], cookies };
}

async function enter(whims: Whims = {}, to?: string) {
  const left = await leave(to === undefined ? {} : { to });
  return comeBack(provider.signIn(left.url, whims), left.cookie);
}

async function whoIs(session: string | undefined) {
  const response = await ask(harness, '/me', { headers: { cookie: session ?? '' } });
  return response.statusCode === 200
    ? response.json<{ email: string; role: string; organisationId: string }>()
    : undefined;
}

describe('signing in with an identity provider', () => {
  it('is offered where it is configured, and only there', async () => {
    const offered = { name: 'Example', url: '/v1/sign-in/oidc' };
    expect((await ask(harness, '/sign-in/methods', { headers: {} })).json()).toEqual({ password: true, oidc: offered });
    const without = await startApi();
    expect((await ask(without, '/sign-in/methods', { headers: {} })).json()).toEqual({ password: true });
    expect((await ask(without, '/sign-in/oidc', { headers: {} })).statusCode).toBe(404);
    await without.app.close();
  });

  it('asks for a code with PKCE, state and nonce, which are random and other ones each time', async () => {
    const [first, second] = [new URL((await leave()).url), new URL((await leave()).url)];
    expect(Object.fromEntries(first.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'evenkeel',
      redirect_uri: `${PUBLIC_URL}/v1/sign-in/oidc/callback`,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(first.searchParams.get(name)?.length, name).toBeGreaterThan(40);
      expect(first.searchParams.get(name)).not.toBe(second.searchParams.get(name));
    }
  });

  it('lets in who is a user, with a new session of the same kind as a password gives', async () => {
    const { to, session, cookies } = await enter({ claims: { email: 'Anna@Example.com' } }, '/s/depot');
    expect(to).toBe('/s/depot');
    expect(await whoIs(session)).toMatchObject({ email: 'anna@example.com', role: 'owner' });
    expect(cookies.find((one) => one.startsWith('evenkeel='))).toMatch(/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(cookies.find((one) => one.startsWith('evenkeel-oidc='))).toMatch(/^evenkeel-oidc=; .*Max-Age=0/);
  });

  it('asks for the e-mail address where the id token has none', async () => {
    const claims = { email: undefined, email_verified: undefined };
    const { session } = await enter({ claims, userInfo: { email: 'anna@example.com', email_verified: true } });
    expect(await whoIs(session)).toMatchObject({ email: 'anna@example.com' });
    // That one address is theirs says nothing of another.
    const mixed = await enter({
      claims: { email: undefined },
      userInfo: { email: 'anna@example.com', email_verified: false },
    });
    expect(mixed.to).toBe('/signin?oidc=unknownUser');
  });

  it('ends a session from before when one leaves for it', async () => {
    const { cookie = '' } = await signIn(harness);
    await leave({ cookie });
    expect(await whoIs(cookie)).toBeUndefined();
  });

  it('says that the provider is out of reach, and works again once it is not', async () => {
    const alone = await open({ issuer: 'http://127.0.0.1:9' });
    const response = await ask(alone, '/sign-in/oidc', { headers: {} });
    expect([response.statusCode, response.headers.location]).toEqual([303, '/signin?oidc=unavailable']);
    await alone.app.close();
    const left = await leave();
    provider.isBroken = true;
    expect((await comeBack(provider.signIn(left.url), left.cookie)).session).toBeUndefined();
    provider.isBroken = false;
    expect(await whoIs((await enter()).session)).toBeDefined();
  });
});

describe('nobody is let in', () => {
  const nowS = () => Math.floor(Date.now() / 1_000);

  it.each<[string, () => Whims]>([
    ['another nonce', () => ({ claims: { nonce: 'x'.repeat(43) } })],
    ['no nonce', () => ({ claims: { nonce: undefined } })],
    ['another audience', () => ({ claims: { aud: 'another client' } })],
    ['another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['an id token that is over', () => ({ claims: { exp: nowS() - 120, iat: nowS() - 600 } })],
    ['the signature of another key', () => ({ signedBy: 'another' })],
    ['no signature', () => ({ signedBy: 'nobody' })],
    [
      'userinfo of somebody else',
      () => ({ claims: { email: undefined }, userInfo: { sub: 'mallory', email: 'anna@example.com' } }),
    ],
  ])('with %s', async (_what, whims) => {
    expect(await enter(whims())).toMatchObject({ to: '/signin?oidc=refused', session: undefined });
  });

  it.each<[string, object]>([
    ['is not verified', { email_verified: false }],
    ['nobody says to be verified', { email_verified: undefined }],
    ['is verified in words only', { email_verified: 'true' }],
    ['is no user’s', { email: 'bert@example.com' }],
  ])('whose e-mail address %s', async (_what, claims) => {
    expect(await enter({ claims: { ...claims } })).toMatchObject({
      to: '/signin?oidc=unknownUser',
      session: undefined,
    });
  });

  it('who comes back with what another browser left with (CSRF), or with nothing', async () => {
    const [mallory, anna] = [await leave(), await leave()];
    const query = provider.signIn(mallory.url);
    expect(await comeBack(query, anna.cookie)).toMatchObject({ to: '/signin?oidc=refused', session: undefined });
    expect(await comeBack(query, undefined)).toMatchObject({ to: '/signin?oidc=refused', session: undefined });
    expect(await comeBack(query, 'evenkeel-oidc=bm9uc2Vuc2U')).toMatchObject({ session: undefined });
  });

  it('twice with the same code, nor with the code of another browser', async () => {
    const [first, second] = [await leave(), await leave()];
    const query = provider.signIn(first.url);
    expect((await comeBack(query, first.cookie)).session).toBeDefined();
    expect((await comeBack(query, first.cookie)).session).toBeUndefined();
    const stolen = new URLSearchParams(provider.signIn(first.url));
    stolen.set('state', new URL(second.url).searchParams.get('state') ?? '');
    expect(await comeBack(stolen.toString(), second.cookie)).toMatchObject({ session: undefined });
  });

  it('whom another issuer sends back (mix-up)', async () => {
    const left = await leave();
    const query = new URLSearchParams(provider.signIn(left.url));
    query.set('iss', 'https://evil.example');
    expect(await comeBack(query.toString(), left.cookie)).toMatchObject({ to: '/signin?oidc=refused' });
  });

  it('who did not want to', async () => {
    const left = await leave();
    const query = new URLSearchParams(provider.signIn(left.url));
    query.delete('code');
    query.set('error', 'access_denied');
    expect(await comeBack(query.toString(), left.cookie)).toMatchObject({ to: '/signin?oidc=denied' });
  });

  it('who guesses: from one network no more than thirty times in five minutes', async () => {
    const left = await leave();
    const state = new URL(left.url).searchParams.get('state');
    const guess = (n: number, from: string) =>
      comeBack(
        new URLSearchParams({ code: `guess-${n}`, state: state ?? '', iss: provider.issuer }).toString(),
        left.cookie,
        from,
      );
    for (let n = 0; n < 30; n++) expect((await guess(n, '192.0.2.7')).to).toBe('/signin?oidc=refused');
    expect((await guess(30, '192.0.2.7')).to).toBe('/signin?oidc=tooManyTries');
    expect((await guess(31, '198.51.100.7')).to).toBe('/signin?oidc=refused');
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/%0d%0aSet-Cookie:x',
    'javascript:alert(1)',
    '/v1/sign-out',
    '/signin',
  ])('to be led elsewhere afterwards: %s (open redirect)', async (to) => {
    const { to: led, session } = await enter({}, to);
    expect(session).toBeDefined();
    expect(new URL(led, PUBLIC_URL).origin).toBe(PUBLIC_URL);
    expect(led).not.toMatch(/evil|v1|signin|[\r\n]/);
  });

  it('and nothing of what the provider said is in the log', async () => {
    await enter();
    await enter({ claims: { nonce: 'another' } });
    expect(harness.log.join('\n')).not.toMatch(/anna@example|eyJ|the secret of the client/);
  });
});

describe('who is no user yet', () => {
  const claims = { email: 'nils@north.example', name: 'Nils', realm_access: { roles: ['other', 'staff'] } };
  beforeEach(() => {
    harness = mapping;
    harness.clock.advance(5 * 60_000);
  });

  it('stays out without the claim, unverified, or where the organisation is not there', async () => {
    expect((await enter({ claims })).to).toBe('/signin?oidc=unknownUser');
    await makeOrganisation(harness, 'north');
    for (const other of [
      { realm_access: undefined },
      { realm_access: { roles: ['admin'] } },
      { email_verified: false },
    ])
      expect((await enter({ claims: { ...claims, ...other } })).to).toBe('/signin?oidc=unknownUser');
    expect(await harness.store.listUsers()).toEqual([]);
  });

  it('becomes one where the operator says which claim makes what of them, and it is written down', async () => {
    await makeOrganisation(harness, 'north');
    const { session } = await enter({ claims });
    expect(await whoIs(session)).toMatchObject({
      email: 'nils@north.example',
      role: 'viewer',
      organisationId: 'north',
    });
    const { entries } = (await ask(harness, '/audit')).json<{ entries: { action: string; after: object }[] }>();
    expect(entries[0]).toMatchObject({ action: 'createUser', after: { email: 'nils@north.example', role: 'viewer' } });
    // Again, they are the same; and what they may is ours to change.
    expect(
      await whoIs((await enter({ claims: { ...claims, realm_access: { roles: ['staff'] } } })).session),
    ).toBeDefined();
    expect(await harness.store.listUsers()).toHaveLength(1);
  });

  it('has no password that anybody could enter', async () => {
    await makeOrganisation(harness, 'north');
    await enter({ claims });
    for (const password of ['none', '', PASSWORD]) {
      const payload = { email: 'nils@north.example', password };
      const response = await ask(harness, '/sign-in', { method: 'POST', headers: {}, payload });
      expect(response.statusCode).toBe(401);
    }
  });
});

describe('the settings of an identity provider', () => {
  const GOOD = {
    EVENKEEL_OIDC_ISSUER: 'https://login.example/realm',
    EVENKEEL_OIDC_CLIENT_ID: 'evenkeel',
    EVENKEEL_OIDC_CLIENT_SECRET: 'a secret',
  };
  const read = (environment: Readonly<Record<string, string>>, publicUrl: string = PUBLIC_URL) =>
    readOidcSettings((name) => environment[name], publicUrl);

  it('are read, with a name and roles where they are given', () => {
    expect(read({})).toEqual({ ok: true, settings: 'off' });
    expect(read(GOOD)).toMatchObject({ ok: true, settings: { name: 'login.example', newcomers: 'none' } });
    const mapped = {
      EVENKEEL_OIDC_NAME: 'Example',
      EVENKEEL_OIDC_ROLE_CLAIM: 'groups',
      EVENKEEL_OIDC_ROLES: 'cn=staff=viewer, boss=owner',
      EVENKEEL_OIDC_ORGANISATION: 'north',
    };
    expect(read({ ...GOOD, ...mapped })).toMatchObject({
      settings: {
        name: 'Example',
        newcomers: {
          claim: 'groups',
          roles: [
            { value: 'cn=staff', role: 'viewer' },
            { value: 'boss', role: 'owner' },
          ],
          organisationId: 'north',
        },
      },
    });
  });

  it.each([
    ['no issuer', { EVENKEEL_OIDC_NAME: 'Example' }, PUBLIC_URL, /EVENKEEL_OIDC_ISSUER is not/],
    ['an issuer that is no address', { ...GOOD, EVENKEEL_OIDC_ISSUER: 'login' }, PUBLIC_URL, /must be the issuer/],
    ['no public address', GOOD, 'derived', /EVENKEEL_PUBLIC_URL is not/],
    ['half a mapping', { ...GOOD, EVENKEEL_OIDC_ROLES: 'a=viewer' }, PUBLIC_URL, /go together/],
    [
      'admins',
      { ...GOOD, EVENKEEL_OIDC_ROLE_CLAIM: 'g', EVENKEEL_OIDC_ROLES: 'a=admin', EVENKEEL_OIDC_ORGANISATION: 'north' },
      PUBLIC_URL,
      /one of owner, provider, integrator, viewer/,
    ],
  ])('with %s are refused in one line that holds no secret', (_what, environment, publicUrl, words) => {
    const found = read(environment, publicUrl);
    if (found.ok) throw new Error('it was accepted');
    expect(found.error).toMatch(words);
    expect(found.error).not.toMatch(/\n|a secret/);
  });
});
