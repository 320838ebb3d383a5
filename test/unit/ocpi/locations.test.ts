import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { OcpiCpo } from '../../support/ocpi/cpo.js';
import { OcpiRig } from '../../support/ocpi/rig.js';

type Json = Readonly<Record<string, unknown>>;

let rig: OcpiRig;
let cpo: OcpiCpo;
beforeAll(async () => {
  rig = await OcpiRig.start();
});
beforeEach(async () => {
  cpo = await OcpiCpo.start();
  cpo.locations = [1, 2, 3, 4, 5].map((k) => location(k));
  const peer = {
    versionsUrl: cpo.versionsUrl,
    tokenA: cpo.tokenA,
    countryCode: 'SE',
    partyId: 'EVK',
    timeZone: 'Europe/Oslo',
  };
  await rig.api.put('/v1/ocpi/peers/cpo', peer);
});
afterEach(async () => {
  await rig.api.request('DELETE', '/v1/ocpi/peers/cpo');
  await cpo.stop();
});
afterAll(() => rig.stop());

function location(k: number, more: object = {}): Json {
  return {
    country_code: 'NO',
    party_id: 'CPO',
    id: `LOC${k}`,
    name: `Car park ${k}`,
    publish: true,
    // 2.3: whatever is not known yet.
    parking_type: 'FLYING_SAUCER_DECK',
    help_phone: '+47',
    last_updated: '2026-05-04T10:00:00Z',
    evses: [
      {
        uid: `EVSE-${k}`,
        evse_id: `NO*CPO*E${k}`,
        status: 'AVAILABLE',
        capabilities: ['CHARGING_PROFILE_CAPABLE', 'TELEPATHY'],
        last_updated: '2026-05-04T10:00:00Z',
        connectors: [
          {
            id: '1',
            standard: 'IEC_62196_T2',
            power_type: 'AC_3_PHASE',
            max_voltage: 230,
            max_amperage: 32,
            last_updated: '2026-05-04T10:00:00Z',
          },
        ],
      },
    ],
    ...more,
  };
}

async function proposals(): Promise<readonly Json[]> {
  return ((await rig.api.get('/v1/ocpi/peers/cpo/proposals')) as { proposals: readonly Json[] }).proposals;
}

it('reads every page of the locations, and proposes their EVSEs as stations', async () => {
  expect(await rig.api.request('POST', '/v1/ocpi/peers/cpo/locations')).toMatchObject({ body: { locations: 5 } });
  const found = await proposals();
  expect(found).toHaveLength(5);
  expect(found[0]).toEqual({
    locationId: 'LOC1',
    locationName: 'Car park 1',
    evseUid: 'EVSE-1',
    evseId: 'NO*CPO*E1',
    status: 'AVAILABLE',
    kind: 'AC',
    phaseCount: 3,
    currentMaxA: 32,
    takesProfiles: true,
  });
});

it('misses none where pages shift while they are read', async () => {
  cpo.faults.shiftingPages = true;
  await rig.api.request('POST', '/v1/ocpi/peers/cpo/locations');
  expect((await proposals()).map(({ locationId }) => locationId)).toEqual(['LOC1', 'LOC2', 'LOC3', 'LOC4', 'LOC5']);
});

it('takes what is pushed of a location, an EVSE and a connector, unless what it knows is newer', async () => {
  const at = '2026-05-04T11:00:00Z';
  await cpo.push('PUT', 'locations', '/NO/CPO/LOC9', location(9, { id: 'LOC9' }));
  await cpo.push('PATCH', 'locations', '/NO/CPO/LOC9/EVSE-9/1', { max_amperage: 16, last_updated: at });
  await cpo.push('PATCH', 'locations', '/NO/CPO/LOC9/EVSE-9', { status: 'CHARGING', last_updated: at });
  const old = { status: 'OUTOFORDER', last_updated: '2026-05-04T10:30:00Z' };
  expect((await cpo.push('PATCH', 'locations', '/NO/CPO/LOC9/EVSE-9', old)).body.status_code).toBe(1000);
  await cpo.push(
    'PUT',
    'locations',
    '/NO/CPO/LOC9',
    location(9, { id: 'LOC9', name: 'older', last_updated: '2026-05-04T09:00:00Z' }),
  );
  expect(await proposals()).toMatchObject([{ status: 'CHARGING', currentMaxA: 16, locationName: 'Car park 9' }]);
  expect((await cpo.push('GET', 'locations', '/NO/CPO/LOC9/EVSE-9/1')).body).toMatchObject({
    data: { max_amperage: 16 },
  });
  const unknown = await cpo.push('PATCH', 'locations', '/NO/CPO/NOWHERE/EVSE-9', { last_updated: at });
  expect([unknown.status, unknown.body.status_code]).toEqual([404, 2003]);
});

it('keeps what an operator pushes as a tariff, by the reader of OCPI tariffs', async () => {
  const tariff = {
    country_code: 'NO',
    party_id: 'CPO',
    id: 'T1',
    currency: 'NOK',
    tax_included: 'NO',
    elements: [{ price_components: [{ type: 'ENERGY', price: 2, step_size: 1 }] }],
    last_updated: '2026-05-04T10:00:00Z',
  };
  const put = await cpo.push('PUT', 'tariffs', '/NO/CPO/T1', tariff);
  expect(put.body).toMatchObject({ status_code: 1000 });
  expect(await rig.api.get('/v1/tariffs/ocpi-cpo-T1')).toMatchObject({ currency: 'NOK', timeZone: 'Europe/Oslo' });
  const wrong = await cpo.push('PUT', 'tariffs', '/NO/CPO/T2', { ...tariff, id: 'T2', elements: 'none' });
  expect([wrong.status, wrong.body.status_code]).toEqual([200, 2001]);
  expect((await cpo.push('DELETE', 'tariffs', '/NO/CPO/T1')).body).toMatchObject({ status_code: 1000 });
  expect((await rig.api.request('GET', '/v1/tariffs/ocpi-cpo-T1')).status).toBe(404);
});
