import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ampere, HOUR_MS, siteOf, stationOf } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { VirtualSite } from '../../support/virtualSite.js';
import { AUTHORIZED, type Harness, startApi } from './harness.js';

// The HTTP API before the service itself, in virtual time: what a grid operator and an owner see.

const SITE = '/v1/sites/depot';
let world: VirtualSite;
let app: Harness['app'];

beforeEach(async () => {
  const stations = ['A', 'B', 'C'].map((id) => stationOf(id, { failsafeA: 0 }));
  world = new VirtualSite(siteOf({ siteId: 'depot', timeZone: 'Europe/Berlin', stations }), new SeededRandom(1));
  await world.start();
  ({ app } = await startApi({ service: world.service, clock: world.clock }));
});
afterEach(async () => app.close());

async function send(method: 'GET' | 'PUT' | 'DELETE', path: string, payload?: unknown) {
  const response = await app.inject({
    method,
    url: `${SITE}${path}`,
    headers: AUTHORIZED,
    ...(payload === undefined ? {} : { payload: payload as object }),
  });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
}

const at = (inMs: number) => new Date(world.clock.nowMs() + inMs).toISOString();
const grid = async () => (await send('GET', '/state')).body.circuits[0];

function capacityEvent(kw: readonly number[], inMs = 0) {
  return {
    programID: 'capacity',
    eventName: 'Cold evening',
    intervalPeriod: { start: at(inMs), duration: 'PT1H' },
    payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
    intervals: kw.map((power, id) => ({ id, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [power] }] })),
  };
}

describe('a dimming under §14a', () => {
  const dimming = { circuitId: 'grid', section14a: { mode: 'ems', heatPumpsW: 19_700 }, source: 'grid-operator' };

  it('answers with the watts it comes to, and is in force with them', async () => {
    const put = await send('PUT', '/limits/dimming', { ...dimming, to: at(2 * HOUR_MS), reason: 'Grid overload' });
    expect(put.status).toBe(200);
    // 0.4 · 19.7 kW, and three points at 0.7 · 4.2 kW.
    expect(put.body.section14a).toEqual({
      mode: 'ems',
      heatPumpsW: 19_700,
      chargePoints: 3,
      leastPowerW: 16_700,
      chargingPowerW: 8_820,
    });
    expect(await grid()).toMatchObject({
      chargingPowerLimitW: 8_820,
      reservedChargingW: expect.any(Number),
      limits: [
        { limitId: null, source: 'circuit', from: null, until: null, binding: ['L1', 'L2', 'L3'] },
        {
          limitId: 'dimming',
          source: 'grid-operator',
          chargingPowerLimitW: 8_820,
          from: at(0),
          until: at(2 * HOUR_MS),
          reason: 'Grid overload',
          binding: ['chargingPower'],
        },
      ],
      next: { at: at(2 * HOUR_MS), limitA: ampere(63), begins: [], ends: ['dimming'] },
    });
  });

  it('follows the stations that the site has', async () => {
    await send('PUT', '/limits/dimming', dimming);
    const site = world.service.getSite('depot');
    await world.service.putSite({ ...site, stations: site.stations.slice(0, 1) });
    expect((await grid()).chargingPowerLimitW).toBe(3_360);
    expect((await send('GET', '/limits/dimming')).body.section14a).toMatchObject({
      chargePoints: 1,
      leastPowerW: 11_240,
      chargingPowerW: 3_360,
    });
  });

  it('can be put again as it is shown, and stays what it was', async () => {
    await send('PUT', '/limits/dimming', dimming);
    const shown = (await send('GET', '/limits/dimming')).body;
    const again = await send('PUT', '/limits/dimming', shown);
    expect(again.body).toEqual({ ...shown, warnings: [] });
    expect(world.service.getLimit('depot', 'dimming')).toMatchObject({
      section14a: { mode: 'ems', heatPumpsW: 19_700 },
    });
    expect(world.service.getLimit('depot', 'dimming')).not.toHaveProperty('chargingPowerLimitW');
  });

  it('limits nothing where no charge point is controllable', async () => {
    const site = world.service.getSite('depot');
    await world.service.putSite({ ...site, stations: [] });
    const put = await send('PUT', '/limits/dimming', dimming);
    expect(put.body.section14a).not.toHaveProperty('chargingPowerW');
    expect(await grid()).not.toHaveProperty('chargingPowerLimitW');
  });
});

describe('a grid event', () => {
  it('is put, seen, replaced and deleted', async () => {
    const put = await send('PUT', '/grid-events/storm', capacityEvent([40, 25]));
    expect(put).toMatchObject({
      status: 200,
      body: {
        eventId: 'storm',
        limits: [
          { limitId: 'storm.0', circuitId: 'grid', powerLimitW: 40_000, from: at(0), to: at(HOUR_MS) },
          { limitId: 'storm.1', powerLimitW: 25_000, source: 'grid-operator', eventId: 'storm' },
        ],
        warnings: [],
        notes: [],
      },
    });
    expect(await grid()).toMatchObject({
      powerLimitW: 40_000,
      limits: [{}, { limitId: 'storm.0', eventId: 'storm', reason: 'Cold evening', binding: ['power'] }],
      next: { at: at(HOUR_MS), powerLimitW: 25_000, begins: ['storm.1'], ends: ['storm.0'] },
    });
    expect((await send('GET', '/grid-events')).body.events).toHaveLength(1);
    await send('PUT', '/grid-events/storm', [capacityEvent([30])]);
    expect((await send('GET', '/grid-events/storm')).body.limits).toMatchObject([{ powerLimitW: 30_000 }]);
    expect((await send('DELETE', '/grid-events/storm')).status).toBe(204);
    expect((await send('GET', '/grid-events/storm')).body).toMatchObject({ status: 404, code: 'GRID_EVENT_NOT_FOUND' });
    expect((await send('GET', '/limits')).body.limits).toEqual([]);
  });

  it("that is refused says what is wrong, where, and what to do; and nobody changes an event's limits", async () => {
    const noUnits = await send('PUT', '/grid-events/storm', { ...capacityEvent([40]), payloadDescriptors: [] });
    expect(noUnits).toMatchObject({
      status: 422,
      body: {
        code: 'INVALID_GRID_EVENT',
        issues: [{ reason: expect.stringMatching(/units/), fix: expect.any(String) }],
        more: 0,
      },
    });
    await send('PUT', '/grid-events/storm', capacityEvent([40]));
    for (const method of ['PUT', 'DELETE'] as const) {
      const answer = await send(
        method,
        '/limits/storm.0',
        method === 'PUT' ? { circuitId: 'grid', powerLimitW: 1 } : undefined,
      );
      expect(answer).toMatchObject({ status: 409, body: { code: 'LIMIT_OF_GRID_EVENT', eventId: 'storm' } });
    }
  });
});

describe('limits over a span', () => {
  it('are listed with every occurrence, and what they come to', async () => {
    await send('PUT', '/limits/evening', {
      circuitId: 'grid',
      limitA: ampere(40),
      from: '2026-03-27T22:00:00+01:00',
      to: '2026-03-28T06:00:00+01:00',
      recurrence: 'RRULE:FREQ=DAILY',
    });
    const { status, body } = await send(
      'GET',
      '/limit-windows?from=2026-03-28T12:00:00%2B01:00&to=2026-03-30T12:00:00%2B02:00',
    );
    expect(status).toBe(200);
    // Summer time begins on the 29th: the night is an hour shorter.
    expect(body.windows.map(({ from, until }: { from: string; until: string }) => [from, until])).toEqual([
      ['2026-03-28T21:00:00.000Z', '2026-03-29T04:00:00.000Z'],
      ['2026-03-29T20:00:00.000Z', '2026-03-30T04:00:00.000Z'],
    ]);
    expect(body.circuits[0].intervals.map(({ limitA }: { limitA: { L1: number } }) => limitA.L1)).toEqual([
      63, 40, 63, 40, 63,
    ]);
  });

  it('that are too many are refused', async () => {
    await send('PUT', '/limits/hourly', {
      circuitId: 'grid',
      limitA: ampere(40),
      from: at(0),
      to: at(60_000),
      recurrence: 'FREQ=HOURLY',
    });
    const { body } = await send('GET', `/limit-windows?to=${at(300 * 24 * HOUR_MS)}`);
    expect(body).toMatchObject({ status: 422, code: 'TOO_MANY_LIMITS', max: 2_000, limitId: 'hourly' });
    expect((await send('GET', '/limit-windows')).body.windows).toHaveLength(7 * 24);
  });
});

describe('a limit far ahead', () => {
  it('warns of failsafes that will have no room, in power too', async () => {
    const site = world.service.getSite('depot');
    await world.service.putSite({ ...site, stations: site.stations.map((one) => ({ ...one, failsafeA: 6 })) });
    const put = await send('PUT', '/limits/summer', {
      circuitId: 'grid',
      chargingPowerLimitW: 9_000,
      from: at(90 * 24 * HOUR_MS),
      to: at(91 * 24 * HOUR_MS),
    });
    expect(put.body.warnings).toEqual([
      { code: 'FAILSAFE_EXCEEDS_LIMIT', circuitId: 'grid', failsafeSumW: 12_420, limitW: 9_000 },
    ]);
  });
});
