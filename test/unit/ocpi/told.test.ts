import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { OcpiCpo } from '../../support/ocpi/cpo.js';
import { evsesOf, sessionAt } from '../../support/ocpi/rig.js';
import { OcpiWorld } from '../../support/ocpi/world.js';

type Json = Readonly<Record<string, unknown>>;

let world: OcpiWorld;
let count = 0;
beforeAll(async () => {
  world = await OcpiWorld.begin();
});
afterAll(() => world.end());

/** A session that no other test knows. */
function fresh(): string {
  count += 1;
  return `s${count}`;
}

const at = (s: number) => new Date(Date.now() + s * 1000).toISOString();

async function transaction(): Promise<Json | null> {
  return ((await world.state()).stations[0]?.evses[0]?.transaction ?? null) as Json | null;
}

it('news of a session are news only where they are newer, whichever way they come', async () => {
  const { cpo } = world;
  const id = fresh();
  const dimensions = [
    { type: 'CURRENT', volume: 9 },
    { type: 'MOOD', volume: 3 },
  ];
  await world.plugIn(0, id, { start_date_time: at(-9), last_updated: at(-8), kwh: 1 });
  await cpo.patchSession(id, {
    kwh: 2,
    last_updated: at(-2),
    charging_periods: [{ start_date_time: at(-3), dimensions }],
  });
  await cpo.patchSession(id, { kwh: 1.5, last_updated: at(-4) });
  await cpo.putSession(sessionAt(0, id, { kwh: 0, last_updated: at(-6) }));
  const { body } = await cpo.push('GET', 'sessions', `/NO/CPO/${id}`);
  expect(body.data).toMatchObject({ kwh: 2, charging_periods: [{ dimensions }] });
  expect((await world.state()).stations[0]?.evses[0]).toMatchObject({
    transaction: { transactionId: id, energyWh: 2_000 },
    currentA: { L2: 9 },
  });
});

it('a session is a stay of a car from ACTIVE to COMPLETED, and words that nobody knows end none', async () => {
  const id = fresh();
  await world.cpo.putSession(sessionAt(0, id, { status: 'PENDING' }));
  expect((await transaction())?.transactionId).not.toBe(id);
  const stages = [
    ['ACTIVE', true],
    ['ON_THE_MOON', true],
    ['INVALID', false],
  ] as const;
  for (const [status, isOpen] of stages) {
    await world.cpo.patchSession(id, { status, last_updated: at(0) });
    expect((await transaction())?.transactionId === id, status).toBe(isOpen);
  }
});

it('one is refused by 2003 where no site has the EVSE, and by 404 where a PATCH knows no session', async () => {
  const unknown = await world.cpo.putSession(sessionAt(7, fresh()));
  expect([unknown.status, unknown.body.status_code]).toEqual([200, 2003]);
  const patch = await world.cpo.patchSession(fresh(), { kwh: 1, last_updated: at(0) });
  expect(patch.status).toBe(404);
});

const DEPARTURE = { departure_time: '2126-05-04T10:00:00Z' };
it.each([
  [{ profile_type: 'FAST' }, 'ACCEPTED'],
  [{ profile_type: 'CHEAP', energy_need: 20 }, 'DEPARTURE_REQUIRED'],
  [{ profile_type: 'REGULAR', ...DEPARTURE }, 'ENERGY_NEED_REQUIRED'],
  [{ profile_type: 'CHEAP', energy_need: 20, ...DEPARTURE }, 'ACCEPTED'],
  [{ profile_type: 'CHEAP', energy_need: 20, departure_time: '2016-05-04T10:00:00Z' }, 'NOT_POSSIBLE'],
  [{ profile_type: 'GREEN' }, 'PROFILE_TYPE_NOT_SUPPORTED'],
])('a driver’s wishes %j are answered %s', async (preferences, expected) => {
  const id = fresh();
  await world.plugIn(0, id);
  const { body } = await world.cpo.push('PUT', 'sessions', `/${id}/charging_preferences`, preferences);
  expect(body).toMatchObject({ status_code: 1000, data: expected });
  const session = (await world.sessions()).find(({ transactionId }) => transactionId === id);
  if (expected === 'ACCEPTED' && 'energy_need' in preferences)
    expect(session).toMatchObject({ energyWantedWh: 20_000, priority: 3 });
});

it('wishes that come before their session begins are there when it does', async () => {
  const id = fresh();
  await world.cpo.putSession(sessionAt(0, id, { status: 'PENDING' }));
  const wishes = { profile_type: 'CHEAP', energy_need: 12, ...DEPARTURE };
  await world.cpo.push('PUT', 'sessions', `/${id}/charging_preferences`, wishes);
  await world.cpo.patchSession(id, { status: 'ACTIVE', last_updated: at(0) });
  const session = (await world.sessions()).find(({ transactionId }) => transactionId === id);
  expect(session).toMatchObject({ energyWantedWh: 12_000 });
});

it('a session of a peer is its alone: another’s with the same id is another, and so are its stations', async () => {
  const other = await OcpiCpo.start();
  try {
    const id = fresh();
    const peer = { versionsUrl: other.versionsUrl, countryCode: 'SE', partyId: 'EVK' };
    await world.rig.api.put('/v1/ocpi/peers/other', { ...peer, tokenA: other.tokenA });
    await world.plugIn(0, id);
    const patch = await other.patchSession(id, { status: 'COMPLETED', last_updated: at(0) });
    expect(patch.status).toBe(404);
    expect((await other.push('GET', 'sessions', `/NO/CPO/${id}`)).status).toBe(404);
    // Nor does it help to name the other's stations: their site gave them to somebody else.
    await world.rig.api.put('/v1/ocpi/peers/other', { ...peer, stations: evsesOf() });
    expect((await other.putSession(sessionAt(1, id))).body.status_code).toBe(2003);
    expect((await transaction())?.transactionId).toBe(id);
  } finally {
    await other.stop();
  }
});

it('what an operator says that holds is kept, and told to people where it is more than was told', async () => {
  const id = fresh();
  await world.plugIn(0, id);
  await until(() => world.cpo.profiles.has(id), 'a profile was sent');
  const profile = { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 32 }] };
  const active = { start_date_time: at(-1), charging_profile: profile };
  await until(async () => {
    const { body } = await world.cpo.push('PUT', 'chargingprofiles', `/${id}`, active);
    expect(body).toMatchObject({ status_code: 1000 });
    expect(body).not.toHaveProperty('data');
    return world.rig.log.join('\n').includes('ocpiActiveProfile');
  }, 'people are told');
});

it('a result that nobody asked for is answered 404, and another peer’s is none', async () => {
  const asked = world.cpo.received.findLast(
    ({ path, method }) => method === 'PUT' && path.includes('chargingprofiles'),
  );
  const url = String(asked?.body?.response_url);
  const late = await world.cpo.fetch('POST', url, { result: 'REJECTED' }, world.cpo.remote?.token ?? '');
  expect([late.status, await late.json()]).toMatchObject([200, { status_code: 1000 }]);
  const guessed = await world.cpo.fetch(
    'POST',
    `${url.slice(0, -1)}~`,
    { result: 'ACCEPTED' },
    world.cpo.remote?.token ?? '',
  );
  expect(guessed.status).toBe(404);
  expect((await world.cpo.fetch('POST', url, { result: 'ACCEPTED' }, 'no-token')).status).toBe(401);
});

it('a session that was not heard is read from the operator', async () => {
  const lonely = await OcpiWorld.begin();
  try {
    lonely.cpo.sessions = [sessionAt(0, 'missed', { last_updated: at(-60) })];
    await until(
      async () => (await lonely.sessions()).some(({ transactionId }) => transactionId === 'missed'),
      'it is known',
    );
  } finally {
    await lonely.end();
  }
});
