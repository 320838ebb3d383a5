import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashOfSecret } from '../../../src/control/accounts/secrets.js';
import type { StationCommand } from '../../../src/site/stationMessages.js';
import { ServiceApi } from '../../e2e/support/serviceApi.js';
import { until } from '../../e2e/support/until.js';
import { evsesOf, SITE_ID, sessionAt, siteOf, stationId } from '../../support/ocpi/rig.js';
import { DEFAULT_A, LIMIT_A, OcpiWorld } from '../../support/ocpi/world.js';

type Json = Readonly<Record<string, unknown>>;
const AS = { countryCode: 'SE', partyId: 'EVK' };
const ASK: StationCommand = { type: 'getCompositeSchedule', evseId: 1, durationS: 60 };
const SITE = siteOf('cpo', { limitA: LIMIT_A, failsafeA: DEFAULT_A });

let world: OcpiWorld;
let north: ServiceApi;
beforeAll(async () => {
  world = await OcpiWorld.begin();
  const { accounts, url } = world.rig;
  await accounts.putOrganisation({ organisationId: 'north', name: 'North', createdMs: 0 });
  const about = { role: 'integrator', organisationId: 'north', siteIds: null } as const;
  const times = { createdMs: 0, expiresMs: null, lastUsedMs: null, revokedMs: null } as const;
  await accounts.putKey({ keyId: 'key-north', name: 'north', ...about, ...times }, hashOfSecret('the-key-of-north'));
  north = new ServiceApi(url, 'the-key-of-north');
});
afterAll(() => world.end());

async function reaches(k: number): Promise<boolean> {
  const { outcome } = await world.rig.ocpi.way.call(stationId(k), ASK);
  return outcome === 'answered';
}

async function put(k: number): Promise<unknown> {
  const id = `of-${k}-${Math.random()}`;
  return (await world.cpo.putSession(sessionAt(k, id))).body.status_code;
}

async function online(): Promise<readonly unknown[]> {
  return (await world.state()).stations.map((station) => (station as unknown as Json).online);
}

it('a site gives its stations to operators of its own organisation only, and learns of no other', async () => {
  await north.put('/v1/ocpi/peers/spy', AS);
  const stations = (SITE as { stations: readonly Json[] }).stations;
  const spied = {
    ...SITE,
    stations: [{ ...stations[0], delegated: { by: 'ocpi', peerId: 'spy', locationId: 'LOC1' } }],
  };
  for (const peerId of ['spy', 'nobody']) {
    const body = JSON.parse(JSON.stringify(spied).replaceAll('spy', peerId));
    const answer = await world.rig.api.request('PUT', `/v1/sites/${SITE_ID}`, body);
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'OCPI_PEER_NOT_FOUND', field: '/stations/0/delegated/peerId' },
    });
    const asked = await world.rig.api.request('PUT', `/v1/sites/${SITE_ID}?dryRun=true`, body);
    expect(asked.status).toBe(404);
  }
  expect((await world.rig.api.request('PUT', `/v1/sites/${SITE_ID}`, SITE)).status).toBe(200);
});

it('an operator is said to have stations of its own organisation only', async () => {
  const foreign = await north.request('PUT', '/v1/ocpi/peers/spy', { ...AS, stations: evsesOf(1) });
  expect(foreign).toMatchObject({ status: 404, body: { code: 'STATION_NOT_FOUND' } });
  // Nor may who may do everything mix two of them.
  const mixed = await world.rig.api.request('PUT', '/v1/ocpi/peers/spy', { ...AS, stations: evsesOf(1) });
  expect(mixed).toMatchObject({ status: 404, body: { code: 'STATION_NOT_FOUND', field: '/stations/0/stationId' } });
});

it('a station that its operator was not said to have is not spoken with, nor for', async () => {
  await until(() => reaches(0), 'it is reached');
  expect([await reaches(1), await put(1)]).toEqual([true, 1000]);
  const known = (await world.rig.api.get('/v1/ocpi/peers/cpo')) as Json;
  const { versionsUrl, stationDefault } = known;
  await world.rig.api.put('/v1/ocpi/peers/cpo', { ...AS, versionsUrl, stationDefault, stations: evsesOf(1) });
  expect([await reaches(1), await put(1)]).toEqual([false, 2003]);
  expect([await reaches(0), await put(0)]).toEqual([true, 1000]);
  await until(async () => String(await online()) === 'true,false', 'it is offline, and the other is not');
  await world.rig.api.put('/v1/ocpi/peers/cpo', { ...AS, versionsUrl, stationDefault, stations: evsesOf() });
  await until(() => reaches(1), 'it is reached again');
});

it('an operator of another organisation than the site’s gets nowhere, whatever the two say of each other', async () => {
  const { documents, ocpi } = world.rig;
  const id = 'before';
  await world.plugIn(0, id);
  const peer = await documents.get('ocpiPeer', 'cpo');
  if (peer === undefined) throw new Error('there is no peer');
  await documents.put({ ...peer, body: { ...(peer.body as Json), organisationId: 'north' } });
  try {
    expect([await reaches(0), await put(0)]).toEqual([false, 2003]);
    // Nor does what it had before count any more.
    const news = await world.cpo.patchSession(id, { kwh: 7, last_updated: new Date().toISOString() });
    expect(news.body.status_code).toBe(2003);
    const wishes = await world.cpo.push('PUT', 'sessions', `/${id}/charging_preferences`, { profile_type: 'FAST' });
    expect(wishes.status).toBe(404);
    expect((await ocpi.sessions.find('cpo', id))?.session.kwh).not.toBe(7);
  } finally {
    await documents.put(peer);
  }
  await until(() => reaches(0), 'it is reached again');
});
