import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NOW_MS } from './fakeService.js';
import { AUTHORIZED, type Harness, putSite, SITE, startApi } from './harness.js';

let harness: Harness;
beforeEach(async () => {
  harness = await startApi();
});
afterEach(async () => harness.app.close());

async function send(method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object) {
  const request = { method, url: `/v1${url}`, headers: AUTHORIZED };
  const response = await harness.app.inject(payload === undefined ? request : { ...request, payload });
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
}

describe('a site document', () => {
  it('can be tried: answered as it would be stored, and not stored', async () => {
    const tried = await send('PUT', '/sites/depot?dryRun=true', SITE);
    expect(tried).toMatchObject({ status: 200, body: { siteId: 'depot', voltageV: 230 } });
    expect(harness.service.sites.size).toBe(0);
    expect((await send('PUT', '/sites/depot?dryRun=true', { ...SITE, voltageV: 'high' })).status).toBe(400);
    expect((await send('PUT', '/sites/depot?dryRun=yes', SITE)).body).toMatchObject({ field: 'dryRun' });
    expect((await send('PUT', '/sites/depot?dryRun=false', SITE)).status).toBe(200);
    expect(harness.service.sites.size).toBe(1);
  });

  it('is read into the model with every default', async () => {
    await putSite(harness);
    expect(harness.service.sites.get('depot')).toEqual({
      siteId: 'depot',
      name: 'Depot Nord',
      timeZone: 'Europe/Stockholm',
      voltageV: 230,
      tariffIds: [],
      meterIntervalS: 10,
      rotationS: 900,
      peakMayOutweighDeparture: false,
      circuits: [
        {
          id: 'grid',
          parentId: null,
          limitA: { L1: 63, L2: 63, L3: 63 },
          baseLoadMaxA: { L1: 0, L2: 0, L3: 0 },
          meterStaleS: 30,
        },
        {
          id: 'row-a',
          parentId: 'grid',
          limitA: { L1: 32, L2: 32, L3: 32 },
          baseLoadMaxA: { L1: 0, L2: 4, L3: 0 },
          meterStaleS: 30,
        },
      ],
      stations: [
        {
          id: 'CP001',
          circuitId: 'row-a',
          failsafeA: 6,
          reactionS: 5,
          evses: [
            {
              id: 1,
              kind: 'AC',
              phases: ['L1', 'L2', 'L3'],
              currentMinA: 6,
              currentMaxA: 16,
              trustLearnedPhases: false,
            },
            { id: 2, kind: 'DC', phases: ['L1', 'L2', 'L3'], powerMaxW: 50_000, efficiency: 0.94 },
          ],
        },
      ],
    });
  });

  it('keeps everything that is given: what GET answers can be PUT again and changes nothing', async () => {
    const full = {
      siteId: 'full',
      name: 'Full',
      timeZone: 'UTC',
      voltageV: 120,
      tariffIds: ['spot'],
      idTokens: ['A'],
      meterIntervalS: 5,
      rotationS: 60,
      peakMayOutweighDeparture: true,
      defaults: { departure: '07:30', energyWh: 'learned', priority: 3 },
      circuits: [
        {
          id: 'grid',
          name: 'Main fuse',
          parentId: null,
          limitA: { L1: 10.5, L2: 0, L3: 0 },
          powerLimitW: 1_000,
          baseLoadMaxA: { L1: 1, L2: 2, L3: 3 },
          meterStaleS: 10,
        },
      ],
      stations: [
        {
          id: 'S',
          name: 'Bay 12',
          circuitId: 'grid',
          failsafeA: 0,
          failsafeHours: [
            { from: '22:00', to: '06:00', limitA: 8 },
            { from: '17:00', to: '20:00', days: ['MO', 'SU'], limitA: 0 },
          ],
          reactionS: 3,
          evses: [
            {
              id: 1,
              kind: 'AC',
              phases: ['L2'],
              currentMinA: 8,
              currentMaxA: 20,
              trustLearnedPhases: true,
              wattsPerAmpere: 208,
            },
          ],
        },
      ],
    };
    expect((await send('PUT', '/sites/full', full)).body).toEqual(full);
    const model = harness.service.sites.get('full');
    const stored = await send('GET', '/sites/full');
    expect((await send('PUT', '/sites/full', stored.body)).body).toEqual(full);
    expect(harness.service.sites.get('full')).toEqual(model);
    expect((await send('GET', '/sites')).body).toEqual({ sites: [full] });
  });

  it('keeps who holds the connection of a delegated station', async () => {
    const stations = [
      { ...SITE.stations[0], id: 'DIRECT' },
      { ...SITE.stations[0], id: 'CSMS', delegated: { by: 'csms', ocppVersion: '2.0.1' } },
      { ...SITE.stations[0], id: 'CPO', delegated: { by: 'ocpi', peerId: 'roaming-cpo', locationId: 'LOC1' } },
    ];
    await send('PUT', '/ocpi/peers/roaming-cpo', { countryCode: 'SE', partyId: 'EVK' });
    await send('PUT', '/sites/depot', { ...SITE, stations });
    const stored = await send('GET', '/sites/depot');
    expect(stored.body.stations.map((station: { delegated?: object }) => station.delegated)).toEqual([
      undefined,
      { by: 'csms', ocppVersion: '2.0.1' },
      { by: 'ocpi', peerId: 'roaming-cpo', locationId: 'LOC1' },
    ]);
    expect((await send('PUT', '/sites/depot', stored.body)).body).toEqual(stored.body);
  });

  it('refuses a delegation that says too little, or both', async () => {
    for (const delegated of [
      {},
      { by: 'csms' },
      { by: 'csms', ocppVersion: '1.5' },
      { by: 'ocpi', peerId: 'roaming-cpo' },
      { by: 'csms', ocppVersion: '1.6', peerId: 'roaming-cpo' },
    ]) {
      const { status, body } = await send('PUT', '/sites/depot', {
        ...SITE,
        stations: [{ ...SITE.stations[0], delegated }],
      });
      expect([status, String(body.field).slice(0, 21)], JSON.stringify(delegated)).toEqual([
        400,
        '/stations/0/delegated',
      ]);
    }
  });

  it('names the hours of a failsafe that are no times, or begin on no day', async () => {
    const put = (hours: object) =>
      send('PUT', '/sites/depot', { ...SITE, stations: [{ ...SITE.stations[0], failsafeHours: [hours] }] });
    for (const [hours, field] of [
      [{ from: '24:00', to: '06:00', limitA: 8 }, 'from'],
      [{ from: '22:00', to: '6:00', limitA: 8 }, 'to'],
      [{ from: '22:00', to: '06:00', days: [], limitA: 8 }, 'days'],
      [{ from: '22:00', to: '06:00', days: ['MONDAY'], limitA: 8 }, 'days/0'],
    ] as const) {
      const { status, body } = await put(hours);
      expect([status, body.field]).toEqual([400, `/stations/0/failsafeHours/0/${field}`]);
    }
  });

  it('keeps the order of a rotated EVSE', async () => {
    const evses = [{ id: 1, kind: 'AC', phases: ['L2', 'L3', 'L1'], currentMaxA: 16 }];
    await send('PUT', '/sites/depot', { ...SITE, stations: [{ ...SITE.stations[0], evses }] });
    expect(harness.service.sites.get('depot')?.stations[0]?.evses[0]?.phases).toEqual(['L2', 'L3', 'L1']);
  });

  it('is gone after DELETE', async () => {
    await putSite(harness);
    expect(await send('DELETE', '/sites/depot')).toEqual({ status: 204, body: undefined });
    expect((await send('GET', '/sites/depot')).body).toMatchObject({ code: 'SITE_NOT_FOUND' });
  });
});

describe('a limit document', () => {
  beforeEach(async () => putSite(harness));

  it('holds from now until deleted when it gives no instants, and comes back as it can be PUT', async () => {
    const put = await send('PUT', '/sites/depot/limits/cap', { circuitId: 'grid', powerLimitW: 5_000 });
    expect(harness.service.getLimit('depot', 'cap')).toEqual({
      limitId: 'cap',
      circuitId: 'grid',
      powerLimitW: 5_000,
      fromMs: NOW_MS,
      toMs: 'open',
      source: 'owner',
    });
    const limit = {
      limitId: 'cap',
      circuitId: 'grid',
      powerLimitW: 5_000,
      from: '2026-01-14T13:20:00.000Z',
      source: 'owner',
    };
    expect(put.body).toMatchObject({
      ...limit,
      warnings: [expect.objectContaining({ code: 'FAILSAFE_EXCEEDS_LIMIT' })],
    });
    const stored = await send('GET', '/sites/depot/limits/cap');
    expect(stored.body).toEqual(limit);
    expect((await send('PUT', '/sites/depot/limits/cap', stored.body)).status).toBe(200);
    expect((await send('GET', '/sites/depot/limits')).body).toEqual({ limits: [limit] });
  });

  it('reads instants with any offset', async () => {
    await send('PUT', '/sites/depot/limits/cap', {
      circuitId: 'grid',
      limitA: { L1: 10, L2: 10, L3: 10 },
      from: '2026-01-14T14:20:00+01:00',
      to: '2026-01-14T09:20:00.500-05:00',
      recurrence: 'RRULE:FREQ=DAILY',
      source: 'grid-operator',
    });
    expect(harness.service.getLimit('depot', 'cap')).toMatchObject({
      fromMs: NOW_MS,
      toMs: NOW_MS + 3_600_500,
      recurrence: 'RRULE:FREQ=DAILY',
      source: 'grid-operator',
    });
  });
});

describe('views', () => {
  beforeEach(async () => putSite(harness));

  it('write instants as ISO in UTC and say whether the site is protected', async () => {
    harness.service.protection = {
      status: 'unprotected',
      excess: [{ circuitId: 'grid', phase: 'L2', excessA: 3 }],
    };
    const { body } = await send('GET', '/sites/depot/state');
    expect(body).toMatchObject({
      at: '2026-01-14T13:20:00.000Z',
      site: 'unprotected',
      excess: [{ circuitId: 'grid', phase: 'L2', excessA: 3 }],
      protection: { status: 'unprotected', excess: [{ circuitId: 'grid', phase: 'L2', excessA: 3 }] },
    });
    expect(body.stations[0].evses[0].transaction).toEqual({
      transactionId: 4711,
      sessionId: 'session-1',
      startedAt: '2026-01-14T13:19:00.000Z',
      energyWh: 120,
      priorityCharging: false,
    });
    expect(JSON.stringify(body)).not.toMatch(/Ms"/);
  });

  it('of the plan give its boundaries both ways', async () => {
    const { body } = await send('GET', '/sites/depot/plan');
    expect(body.boundaries[0]).toBe('2026-01-14T13:20:00.000Z');
    expect(body.boundariesMs[0]).toBe(NOW_MS);
    expect(body.computedAt).toBe('2026-01-14T13:20:00.000Z');
    expect(body.currency).toBe('SEK');
    expect(body.prices).toEqual({
      from: 'fallback',
      publishedUntil: '2026-01-14T13:35:00.000Z',
      energyPricePerKwh: [1.25, -0.1],
      demandCharges: [
        {
          circuitId: 'grid',
          pricePerKw: 27,
          peakSoFarKw: 80,
          windowS: 3_600,
          from: '2026-01-14T13:20:00.000Z',
          to: '2026-01-14T13:50:00.000Z',
        },
      ],
    });
  });

  it('of the plan say where the schedule begins, and how far from the best it may be', async () => {
    const { body } = await send('GET', '/sites/depot/plan');
    expect(body).toMatchObject({
      gap: null,
      lowerBound: 0.9,
      relaxedGap: 0.1,
      schedule: { computedAt: '2026-01-14T13:19:00.000Z', from: '2026-01-14T13:35:00.000Z', status: 'optimal' },
    });
  });

  it('of sessions say whether they will be ready', async () => {
    const { body } = await send('GET', '/sites/depot/sessions');
    expect(body.sessions[0]).toMatchObject({
      needsUsed: { departure: '2026-01-14T14:20:00.000Z', energyWh: null, priority: 5 },
      needsFrom: { departure: 'learned', energyWh: 'unknown', priority: 'unknown' },
    });
    expect(body.sessions[0]).toMatchObject({ plannedEnergyWh: 18_000, shortfallWh: 12_000, onTime: false });
  });

  it('of a composite schedule keep "unlimited" and say why the station reported none', async () => {
    const { body } = await send('GET', '/stations/CP001/evses/1/composite-schedule');
    expect(body.computed).toMatchObject({ start: '2026-01-14T13:20:00.000Z', durationS: 86_400 });
    expect(body.computed.periods[1].limit).toBe('unlimited');
    expect(body.reported).toEqual({ unavailable: 'The station is not connected.' });
  });
});

describe('what is asked reaches the service', () => {
  beforeEach(async () => putSite(harness));

  it('with needs as instants', async () => {
    const { body } = await send('PUT', '/sites/depot/sessions/session-1/needs', {
      departure: '2026-01-14T17:30:00+01:00',
    });
    expect(harness.service.needs).toEqual({ departureMs: Date.UTC(2026, 0, 14, 16, 30) });
    expect(body).toMatchObject({ departure: '2026-01-14T16:30:00.000Z', energyWantedWh: null });
  });

  it('with a page of sessions', async () => {
    await send('GET', '/sites/depot/sessions');
    await send('GET', '/sites/depot/sessions?limit=5&before=2026-01-14T14:20:00%2B01:00');
    expect(harness.service.calls.map(({ args }) => args[0])).toEqual([{ limit: 100 }, { limit: 5, beforeMs: NOW_MS }]);
  });

  it('with a reading that is now when it says nothing else', async () => {
    const currentA = { L1: 1, L2: -2, L3: 3.5 };
    const { body } = await send('POST', '/sites/depot/meter-values', { circuitId: 'grid', currentA });
    expect(harness.service.readings).toEqual([
      { siteId: 'depot', reading: { circuitId: 'grid', currentA, timestampMs: NOW_MS } },
    ]);
    expect(body).toEqual({ circuitId: 'grid', timestamp: '2026-01-14T13:20:00.000Z', currentA });
  });

  it('with the password, which is not answered', async () => {
    const { body } = await send('PUT', '/stations/CP001/credentials', { password: 'correct-horse-battery' });
    expect(body).toMatchObject({ stationId: 'CP001', hasPassword: true });
    expect(JSON.stringify(body)).not.toContain('correct');
    expect(harness.service.passwords.get('CP001')).toBe('correct-horse-battery');
  });

  it('as commands to stations', async () => {
    await send('POST', '/stations/CP001/evses/2/remote-start', { idToken: 'T' });
    await send('POST', '/stations/CP001/transactions/4711/remote-stop', {});
    await send('POST', '/stations/CP001/trigger', { message: 'Heartbeat' });
    await send('POST', '/stations/CP001/evses/1/availability', { operative: true });
    await send('GET', '/stations/CP001/configuration');
    await send('GET', '/stations/CP001/configuration?keys=A,%20B,,');
    await send('GET', '/stations/CP001/installed-profiles');
    await send('GET', '/stations/CP001/installed-profiles?profileIds=3,4&source=EMS&purpose=TxProfile');
    await send('DELETE', '/stations/CP001/installed-profiles/7');
    await send('POST', '/stations/CP001/availability', { operative: false });
    await send('POST', '/stations/CP001/clear-cache');
    await send('POST', '/stations/CP001/priority-charging', { transactionId: 'tx-1', activate: false });
    expect(harness.service.calls).toEqual([
      { name: 'remoteStart', args: ['CP001', 2, 'T'] },
      { name: 'remoteStop', args: ['CP001', '4711'] },
      { name: 'trigger', args: ['CP001', 'Heartbeat', undefined] },
      { name: 'changeAvailability', args: ['CP001', 1, true] },
      { name: 'getConfiguration', args: ['CP001', undefined] },
      { name: 'getConfiguration', args: ['CP001', ['A', 'B']] },
      { name: 'installed.list', args: ['CP001', {}] },
      { name: 'installed.list', args: ['CP001', { profileIds: [3, 4], purpose: 'TxProfile', sources: ['EMS'] }] },
      { name: 'installed.clear', args: ['CP001', 7] },
      { name: 'changeAvailability', args: ['CP001', 0, false] },
      { name: 'clearCache', args: ['CP001'] },
      { name: 'usePriorityCharging', args: ['CP001', 'tx-1', false] },
    ]);
  });

  it('only once a body is valid', async () => {
    await send('POST', '/stations/CP001/evses/2/remote-start', { idToken: 'T', evseId: 1 });
    expect(harness.service.calls).toEqual([]);
  });
});
