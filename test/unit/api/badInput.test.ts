import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findFaults } from '../../../src/api/faults.js';
import { SiteDocument } from '../../../src/api/sites/document.js';
import { SESSION_ID } from './fakeService.js';
import { AUTHORIZED, type Harness, putSite, SITE, startApi } from './harness.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startApi();
  await putSite(harness);
});
afterAll(async () => harness.app.close());

async function send(method: InjectOptions['method'], url: string, payload?: object | string) {
  const response = await harness.app.inject({
    method: method ?? 'GET',
    url,
    headers: { ...AUTHORIZED, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: response.statusCode, headers: response.headers, problem: response.json() };
}

const [grid, rowA] = SITE.circuits;
const [station] = SITE.stations;
const AC = { id: 1, kind: 'AC', phases: ['L1'], currentMaxA: 16 };
const DC = { id: 1, kind: 'DC', phases: ['L1'], powerMaxW: 9_000, efficiency: 0.9 };
const withEvse = (evse: unknown) => ({ ...SITE, stations: [{ ...station, evses: [evse] }] });
const withGrid = (members: object) => ({ ...SITE, circuits: [{ ...grid, ...members }, rowA] });

type Case = readonly [what: string, body: unknown, field: string, says: RegExp, code?: string];
type PathCase = readonly [what: string, method: 'GET' | 'PUT' | 'POST', path: string, ...rest: TailOf<Case>];
type TailOf<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Tail] ? Tail : never;

const SITE_CASES: readonly Case[] = [
  ['no object', [], '', /must be an object, is a list/],
  ['no body', undefined, '', /missing/],
  ['no time zone', { ...SITE, timeZone: undefined }, '/timeZone', /is missing/],
  ['a made-up time zone', { ...SITE, timeZone: 'Mars/Olympus' }, '/timeZone', /time zone/, 'INVALID_TIME_ZONE'],
  ['an offset for a time zone', { ...SITE, timeZone: '+02:00' }, '/timeZone', /time zone/, 'INVALID_TIME_ZONE'],
  ['another site id', { ...SITE, siteId: 'other' }, '/siteId', /other/, 'SITE_ID_MISMATCH'],
  ['an unknown member', { ...SITE, timezone: 'UTC' }, '/timezone', /not known here.*timeZone/],
  ['an unknown member of a circuit', withGrid({ limit: 3 }), '/circuits/0/limit', /not known here.*limitA/],
  ['an unknown member with a slash', { ...SITE, 'a/b~c': 1 }, '/a~1b~0c', /not known here/],
  ['a phase missing from a limit', withGrid({ limitA: { L1: 1, L2: 1 } }), '/circuits/0/limitA/L3', /all three/],
  ['a fourth phase', withGrid({ limitA: { L1: 1, L2: 1, L3: 1, N: 1 } }), '/circuits/0/limitA/N', /not known/],
  ['a negative limit', withGrid({ limitA: { L1: -1, L2: 1, L3: 1 } }), '/circuits/0/limitA/L1', /at least 0/],
  ['an absurd limit', withGrid({ limitA: { L1: 1e9, L2: 1, L3: 1 } }), '/circuits/0/limitA/L1', /at most/],
  ['a number in quotes', { ...SITE, voltageV: '230' }, '/voltageV', /must be a number, is a string/],
  ['a voltage in kV', { ...SITE, voltageV: 0.23 }, '/voltageV', /at least 50/],
  [
    'a departure that no clock shows',
    { ...SITE, defaults: { departure: '24:00' } },
    '/defaults/departure',
    /00:00 to 23:59/,
  ],
  ['an energy of nothing', { ...SITE, defaults: { energyWh: 0 } }, '/defaults/energyWh', /at least 1/],
  ['a word for an energy', { ...SITE, defaults: { energyWh: 'much' } }, '/defaults/energyWh', /"learned"/],
  ['a word for a choice', { ...SITE, peakMayOutweighDeparture: 'yes' }, '/peakMayOutweighDeparture', /boolean|true or/],
  ['no circuit', { ...SITE, circuits: [] }, '/circuits', /at least 1/],
  ['a station id with a colon', { ...SITE, stations: [{ ...station, id: 'a:b' }] }, '/stations/0/id', /1 to 48/],
  ['a station id of 49', { ...SITE, stations: [{ ...station, id: 'x'.repeat(49) }] }, '/stations/0/id', /at most 48/],
  ['a circuit id with a slash', withGrid({ id: 'a/b' }), '/circuits/0/id', /1 to 64/],
  ['an empty name', { ...SITE, name: '' }, '/name', /at least 1/],
  ['an EVSE of no kind', withEvse({ id: 1 }), '/stations/0/evses/0/kind', /one of "AC", "DC"/],
  ['a DC member on AC', withEvse({ ...AC, powerMaxW: 1 }), '/stations/0/evses/0/powerMaxW', /not known here/],
  [
    'no efficiency on DC',
    withEvse({ ...DC, efficiency: undefined }),
    '/stations/0/evses/0/efficiency',
    /missing; write/,
  ],
  ['an efficiency over 1', withEvse({ ...DC, efficiency: 94 }), '/stations/0/evses/0/efficiency', /at most 1/],
  ['an EVSE 0', withEvse({ ...AC, id: 0 }), '/stations/0/evses/0/id', /at least 1/],
  ['an EVSE that is no object', withEvse('AC'), '/stations/0/evses/0', /must be an object/],
  ['a phase twice', withEvse({ ...AC, phases: ['L1', 'L1'] }), '/stations/0/evses/0/phases', /twice/],
  ['a phase L4', withEvse({ ...AC, phases: ['L4'] }), '/stations/0/evses/0/phases/0', /one of "L1"/],
];

describe('PUT site refuses', () => {
  for (const [what, body, field, says, code = 'INVALID_REQUEST'] of SITE_CASES) {
    it(what, async () => {
      const before = harness.service.sites.get('depot');
      const { status, problem } = await send('PUT', '/v1/sites/depot', body as object);
      expect(problem).toMatchObject({ status, code, field, instance: '/v1/sites/depot' });
      expect(status).toBe(code === 'INVALID_REQUEST' ? 400 : 422);
      expect(problem.detail).toMatch(says);
      expect(problem.fix).toBeTruthy();
      expect(harness.service.sites.get('depot')).toBe(before);
    });
  }

  it('names every field at fault', async () => {
    const { problem } = await send('PUT', '/v1/sites/depot', { ...SITE, name: 3, voltageV: 1 });
    expect(problem.errors.map((error: { field: string }) => error.field)).toEqual(['/name', '/voltageV']);
  });
});

const LIMIT = { circuitId: 'grid', limitA: { L1: 1, L2: 1, L3: 1 } };
const READING = { circuitId: 'grid', currentA: { L1: 1, L2: 1, L3: 1 } };
const FROM = '2026-01-14T17:00:00Z';

const OTHER_CASES: readonly PathCase[] = [
  ['no limit at all', 'PUT', 'limits/x', { circuitId: 'grid' }, '/limitA', /None of/, 'INVALID_LIMIT'],
  ['an end before the start', 'PUT', 'limits/x', { ...LIMIT, from: FROM, to: FROM }, '/to', /ends/, 'INVALID_LIMIT'],
  [
    'a recurrence without end',
    'PUT',
    'limits/x',
    { ...LIMIT, recurrence: 'R', from: FROM },
    '/to',
    /recurs/,
    'INVALID_LIMIT',
  ],
  [
    'an unknown circuit',
    'PUT',
    'limits/x',
    { ...LIMIT, circuitId: 'x' },
    '/circuitId',
    /no circuit/,
    'CIRCUIT_UNKNOWN',
  ],
  ['a local time', 'PUT', 'limits/x', { ...LIMIT, from: '2026-01-14T17:00:00' }, '/from', /no offset.*\+01:00/],
  ['a day that is not', 'PUT', 'limits/x', { ...LIMIT, from: '2026-02-30T17:00:00Z' }, '/from', /not an instant/],
  ['a far century', 'PUT', 'limits/x', { ...LIMIT, from: '9026-02-20T17:00:00Z' }, '/from', /outside the years/],
  ['another source', 'PUT', 'limits/x', { ...LIMIT, source: 'me' }, '/source', /one of "owner", "grid-operator"/],
  ['another limit id', 'PUT', 'limits/x', { ...LIMIT, limitId: 'y' }, '/limitId', /names the limit "y"/],
  ['a number for an instant', 'PUT', 'limits/x', { ...LIMIT, from: 1_768_396_800_000 }, '/from', /must be a string/],
  ['a bad limit id', 'PUT', 'limits/a%20b', LIMIT, 'limitId', /1 to 64/],
  [
    'a dimming of no mode',
    'PUT',
    'limits/x',
    { circuitId: 'grid', section14a: { heatPumpsW: 1 } },
    '/section14a/mode',
    /missing/,
  ],
  [
    'a dimming of another mode',
    'PUT',
    'limits/x',
    { circuitId: 'grid', section14a: { mode: 'both' } },
    '/section14a/mode',
    /one of "direct", "ems"/,
  ],
  [
    'a negative heat pump',
    'PUT',
    'limits/x',
    { circuitId: 'grid', section14a: { mode: 'ems', heatPumpsW: -1 } },
    '/section14a/heatPumpsW',
    /at least 0/,
  ],
  [
    'a negative charging limit',
    'PUT',
    'limits/x',
    { circuitId: 'grid', chargingPowerLimitW: -1 },
    '/chargingPowerLimitW',
    /at least 0/,
  ],
  ['a long reason', 'PUT', 'limits/x', { ...LIMIT, reason: 'x'.repeat(201) }, '/reason', /at most 200/],
  ['an event that is a number', 'PUT', 'grid-events/x', 4, '', /must be an object or a list/],
  ['events that are words', 'PUT', 'grid-events/x', ['a'], '/0', /must be an object/],
  ['an event id of 61', 'PUT', `grid-events/${'x'.repeat(61)}`, {}, 'eventId', /1 to 60|at most 60/],
  ['a span that ends before it begins', 'GET', `limit-windows?from=${FROM}&to=${FROM}`, undefined, 'to', /before/],
  [
    'a span of two years',
    'GET',
    'limit-windows?from=2026-01-01T00:00:00Z&to=2028-01-01T00:00:00Z',
    undefined,
    'to',
    /400 days/,
  ],
  ['a span from no instant', 'GET', 'limit-windows?from=today', undefined, 'from', /instant|offset/],
  ['a reading without a phase', 'POST', 'meter-values', { ...READING, currentA: { L1: 1 } }, '/currentA/L2', /missing/],
  ['a reading without a circuit', 'POST', 'meter-values', { currentA: READING.currentA }, '/circuitId', /missing/],
  [
    'a null reading',
    'POST',
    'meter-values',
    { ...READING, currentA: { L1: null, L2: 1, L3: 1 } },
    '/currentA/L1',
    /null/,
  ],
  ['a priority of 11', 'PUT', `sessions/${SESSION_ID}/needs`, { priority: 11 }, '/priority', /at most 10/],
  ['negative energy', 'PUT', `sessions/${SESSION_ID}/needs`, { energyWh: -1 }, '/energyWh', /at least 0/],
  ['a limit of 0 sessions', 'GET', 'sessions?limit=0', undefined, 'limit', /at least 1/],
  ['an empty number', 'GET', 'sessions?limit=', undefined, 'limit', /whole number/],
  ['a word for a number', 'GET', 'sessions?limit=true', undefined, 'limit', /whole number/],
  ['a parameter twice', 'GET', 'sessions?limit=1&limit=2', undefined, 'limit', /is a list/],
  ['an unknown parameter', 'GET', 'sessions?limt=1', undefined, 'limt', /not known here.*limit, before/],
  ['a plus that was not encoded', 'GET', 'sessions?before=2026-01-14T14:20:00+01:00', undefined, 'before', /%2B/],
];

describe('under a site, refuses', () => {
  for (const [what, method, path, body, field, says, code = 'INVALID_REQUEST'] of OTHER_CASES) {
    it(what, async () => {
      const url = `/v1/sites/depot/${path}`;
      const { problem } = await send(method, url, body as object | undefined);
      expect(problem).toMatchObject({ code, field });
      expect(problem.detail).toMatch(says);
    });
  }
});

const STATION_CASES: readonly PathCase[] = [
  ['a short password', 'PUT', 'CP001/credentials', { password: 'fifteen-letters' }, '/password', /at least 16/],
  ['credentials that say nothing', 'PUT', 'CP001/credentials', {}, '', /fewer than 1/],
  [
    'a security profile that is none',
    'PUT',
    'CP001/credentials',
    { securityProfileMin: 4 },
    '/securityProfileMin',
    /at most 3/,
  ],
  [
    'a password with a line break',
    'PUT',
    'CP001/credentials',
    { password: 'a\nbcdefghijklmnopq' },
    '/password',
    /control/,
  ],
  ['an unknown station', 'PUT', 'NOPE/credentials', { password: 'x'.repeat(20) }, '', /NOPE/, 'STATION_NOT_FOUND'],
  ['EVSE 0', 'POST', 'CP001/evses/0/unlock', undefined, 'evseId', /at least 1/],
  ['an EVSE that is a word', 'POST', 'CP001/evses/one/unlock', undefined, 'evseId', /whole number/],
  ['an EVSE that is not there', 'POST', 'CP001/evses/9/unlock', undefined, '', /no EVSE 9/, 'EVSE_NOT_FOUND'],
  ['a body where none is taken', 'POST', 'CP001/evses/1/unlock', { force: true }, '', /takes no body/],
  ['no idToken', 'POST', 'CP001/evses/1/remote-start', {}, '/idToken', /missing/],
  ['a transaction unknown', 'POST', 'CP001/transactions/1/remote-stop', undefined, '', /1/, 'TRANSACTION_NOT_FOUND'],
  [
    'a week and more of schedule',
    'GET',
    'CP001/evses/1/composite-schedule?durationS=604801',
    undefined,
    'durationS',
    /at most/,
  ],
  ['profiles of no number', 'GET', 'CP001/installed-profiles?profileIds=1,a', undefined, 'profileIds', /whole numbers/],
  ['a profile id too large', 'GET', 'CP001/installed-profiles?profileIds=9999999999', undefined, 'profileIds', /above/],
  ['another purpose', 'GET', 'CP001/installed-profiles?purpose=Any', undefined, 'purpose', /one of/],
  ['another message', 'POST', 'CP001/trigger', { message: 'Nonsense' }, '/message', /one of "BootNotification"/],
  ['another reset', 'POST', 'CP001/reset', { kind: 'hard' }, '/kind', /one of "Soft", "Hard"/],
  ['a word for a boolean', 'POST', 'CP001/evses/1/availability', { operative: 'yes' }, '/operative', /true or false/],
  ['a setting that is a number', 'PUT', 'CP001/configuration', { key: 'a', value: 3 }, '/value', /must be a string/],
  ['a station id with a colon', 'POST', 'a%3Ab/reset', { kind: 'Soft' }, 'stationId', /1 to 48/],
  ['a station id with NUL', 'POST', 'a%00b/reset', { kind: 'Soft' }, 'stationId', /1 to 48/],
  ['a station id that climbs', 'POST', '..%2Fsites/reset', { kind: 'Soft' }, 'stationId', /1 to 48/],
];

describe('under a station, refuses', () => {
  for (const [what, method, path, body, field, says, code = 'INVALID_REQUEST'] of STATION_CASES) {
    it(what, async () => {
      const { problem } = await send(method, `/v1/stations/${path}`, body as object | undefined);
      expect(problem).toMatchObject({ code });
      expect(problem.field ?? '').toBe(field);
      expect(problem.detail).toMatch(says);
    });
  }
});

describe('a body that is not JSON', () => {
  it('is refused with the position of the fault', async () => {
    const { problem } = await send('PUT', '/v1/sites/depot', '{\n  "name": "a",\n  "circuits": [1,,2] }');
    expect(problem).toMatchObject({ code: 'INVALID_REQUEST', line: 3, column: 18 });
  });

  it('is refused where it breaks off', async () => {
    const { problem } = await send('PUT', '/v1/sites/depot', '{"name": "a"');
    expect(problem).toMatchObject({ code: 'INVALID_REQUEST', position: 12 });
  });

  it('is not quoted, neither in the answer nor in the log: it may be a password', async () => {
    const { problem } = await send(
      'PUT',
      '/v1/stations/CP001/credentials',
      '{"password": "hunter2-hunter2-hunter2" x}',
    );
    expect(problem.code).toBe('INVALID_REQUEST');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
    expect(harness.log.join('')).not.toContain('hunter2');
  });

  it.each(['{"__proto__": {"a": 1}}', '{"constructor": {"prototype": {}}}'])('%s is refused', async (body) => {
    const { status, problem } = await send('PUT', '/v1/sites/depot', body);
    expect(status).toBe(400);
    expect(problem.detail).toContain('__proto__');
  });
});

describe('whatever JSON is sent', () => {
  const json = fc.oneof(
    fc.json(),
    fc
      .record(
        {
          name: fc.anything(),
          timeZone: fc.oneof(fc.constant('UTC'), fc.string()),
          circuits: fc.oneof(fc.constant(SITE.circuits), fc.array(fc.object())),
          stations: fc.oneof(fc.constant(SITE.stations), fc.array(fc.object())),
          voltageV: fc.oneof(fc.double(), fc.constant(230)),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value) ?? 'null'),
    fc.nat(5_000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
    fc.nat(5_000).map((depth) => `${'{"circuits":['.repeat(depth)}1${']}'.repeat(depth)}`),
  );

  it('PUT site answers 200, or says what is wrong with it: never 500', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (body) => {
        const { status, problem } = await send('PUT', '/v1/sites/random', body === '' ? 'null' : body);
        expect([200, 400, 422]).toContain(status);
        if (status !== 200) expect(problem.detail.length).toBeGreaterThan(5);
      }),
      { numRuns: 300 },
    );
  });

  it('is explained if and only if the compiled schema refuses it', () => {
    const compiled = Compile(SiteDocument);
    const mutated = fc
      .tuple(fc.constantFrom<unknown>(SITE, withEvse(AC), withEvse(DC)), fc.nat(), fc.anything({ maxDepth: 2 }))
      .map(([site, at, value]) => mutate(site, at, value));
    fc.assert(
      fc.property(mutated, (site) => {
        expect(findFaults(SiteDocument, site).length === 0).toBe(compiled.Check(site));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Replaces one place of a document, chosen by number, by another value. */
function mutate(site: unknown, at: number, value: unknown): unknown {
  let count = 0;
  JSON.stringify(site, (_key, member) => {
    count += 1;
    return member;
  });
  let index = 0;
  const chosen = at % count;
  const replaced: unknown = JSON.parse(
    JSON.stringify(site, (_key, member) => (index++ === chosen ? (value === undefined ? null : value) : member)) ??
      'null',
  );
  return replaced;
}
