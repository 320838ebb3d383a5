import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { circuit, session } from '../optimizer/problems.js';
import { type Harness, startApi } from './harness.js';
import { GOOD, post, slotsOf, withCharge, withCircuit, withSession } from './optimizeRequests.js';

let harness: Harness;
beforeAll(async () => {
  harness = await startApi();
});
afterAll(async () => harness.app.close());

describe('POST optimize', () => {
  it.each<[string, unknown, string, RegExp]>([
    ['no body', '', '', /missing/],
    ['a list', [], '', /must be an object/],
    ['nothing in it', {}, '/boundariesMs', /missing/],
    [
      'a price of null, as JSON writes NaN',
      { ...GOOD, energyPricePerKwh: [...slotsOf(0), Number.NaN] },
      '/energyPricePerKwh/24',
      /is null/,
    ],
    [
      'a limit of null',
      withCircuit({ limitA: { L1: 1, L2: Number.NaN, L3: 1 } }),
      '/circuits/0/limitA/L2',
      /must be a number or a list/,
    ],
    [
      'null in a series',
      withSession({ currentMaxA: [...slotsOf(16), null] }),
      '/sessions/0/currentMaxA/24',
      /must be a number, is null/,
    ],
    [
      'a list in a series',
      withSession({ reservedA: [[[[6]]]] }),
      '/sessions/0/reservedA/0',
      /must be a number, is a list/,
    ],
    ['a number in quotes', withSession({ voltageV: '230' }), '/sessions/0/voltageV', /must be a number/],
    ['negative energy', withSession({ energyWh: -1 }), '/sessions/0/energyWh', /at least 0/],
    [
      'a negative limit in a slot',
      withCircuit({ powerLimitW: [...slotsOf(9), -1] }),
      '/circuits/0/powerLimitW/24',
      /at least 0/,
    ],
    ['no voltage', withSession({ voltageV: 0 }), '/sessions/0/voltageV', /at least 1/],
    ['an absurd current', withSession({ currentMaxA: 1e300 }), '/sessions/0/currentMaxA', /at most/],
    ['a phase L4', withSession({ phases: ['L4'] }), '/sessions/0/phases/0', /one of "L1"/],
    ['no phase', withSession({ phases: [] }), '/sessions/0/phases', /at least 1/],
    ['a phase twice', withSession({ phases: ['L1', 'L1'] }), '/sessions/0/phases', /twice/],
    ['a phase missing from a limit', withCircuit({ limitA: { L1: 1, L2: 1 } }), '/circuits/0/limitA/L3', /all three/],
    ['no parentId', withCircuit({ parentId: undefined }), '/circuits/0/parentId', /missing/],
    ['a session without id', withSession({ id: undefined }), '/sessions/0/id', /missing/],
    ['an empty id', withCircuit({ id: '' }), '/circuits/0/id', /at least 1/],
    ['an unknown member', withSession({ soc: 0.5 }), '/sessions/0/soc', /not known here.*energyWh/],
    ['an unknown member at the top', { ...GOOD, horizon: 24 }, '/horizon', /not known here.*boundariesMs/],
    ['half a range of slots', withCharge({ slots: [0] }), '/demandCharges/0/slots', /at least 2/],
    ['a negative demand price', withCharge({ pricePerKw: -4 }), '/demandCharges/0/pricePerKw', /at least 0/],
    ['a gap over 1', { ...GOOD, options: { gap: 3 } }, '/options/gap', /at most 1/],
    ['too long a time', { ...GOOD, options: { timeLimitMs: 30_001 } }, '/options/timeLimitMs', /at most 30000/],
    [
      'an unknown choice',
      { ...GOOD, options: { minimumCurrent: 'no' } },
      '/options/minimumCurrent',
      /"respect", "relax"/,
    ],
    [
      'an option that is not for strangers',
      { ...GOOD, options: { previous: {} } },
      '/options/previous',
      /not known here/,
    ],
    ['one instant', { ...GOOD, boundariesMs: [1] }, '/boundariesMs', /at least 2/],
    ['instants as text', { ...GOOD, boundariesMs: ['2026-01-01T00:00:00Z', 2] }, '/boundariesMs/0', /must be a number/],
  ])('refuses %s', async (_what, payload, field, says) => {
    const { status, body } = await post(harness, payload as object);
    expect(body).toMatchObject({ status: 400, code: 'INVALID_REQUEST', field, instance: '/v1/optimize' });
    expect(status).toBe(400);
    expect(body.detail).toMatch(says);
  });

  it.each<[string, unknown, string, string]>([
    ['prices of another length', { ...GOOD, energyPricePerKwh: [1, 2] }, '/energyPricePerKwh', 'WRONG_LENGTH'],
    ['a series of another length', withSession({ currentMaxA: [16] }), '/sessions/0/currentMaxA', 'WRONG_LENGTH'],
    [
      'a limit of another length',
      withCircuit({ limitA: { L1: 1, L2: 1, L3: [1] } }),
      '/circuits/0/limitA/L3',
      'WRONG_LENGTH',
    ],
    ['instants that go back', { ...GOOD, boundariesMs: [2, 1] }, '/boundariesMs/1', 'NOT_ASCENDING'],
    [
      'a cycle',
      { ...GOOD, circuits: [circuit('grid', null, 1), circuit('x', 'y', 1), circuit('y', 'x', 1)] },
      '/circuits/1/parentId',
      'CYCLE',
    ],
    [
      'two roots',
      { ...GOOD, circuits: [circuit('grid', null, 1), circuit('x', null, 1)] },
      '/circuits/1/parentId',
      'SECOND_ROOT',
    ],
    ['no root', { ...GOOD, circuits: [circuit('grid', 'grid', 1)] }, '/circuits', 'NO_ROOT'],
    [
      'an unknown parent',
      { ...GOOD, circuits: [circuit('grid', null, 1), circuit('x', 'z', 1)] },
      '/circuits/1/parentId',
      'UNKNOWN_CIRCUIT',
    ],
    [
      'an unknown circuit of a session',
      withSession({ circuitId: 'nowhere' }),
      '/sessions/0/circuitId',
      'UNKNOWN_CIRCUIT',
    ],
    [
      'an unknown circuit of a demand charge',
      withCharge({ circuitId: 'nowhere' }),
      '/demandCharges/0/circuitId',
      'UNKNOWN_CIRCUIT',
    ],
    ['an id used twice', { ...GOOD, sessions: [session('a'), session('a')] }, '/sessions/1/id', 'DUPLICATE_ID'],
    [
      'a minimum above the maximum',
      withSession({ currentMaxA: 3 }),
      '/sessions/0/currentMaxA',
      'MINIMUM_ABOVE_MAXIMUM',
    ],
    [
      'a departure before the arrival',
      withSession({ arrivalMs: 5, departureMs: 4 }),
      '/sessions/0/departureMs',
      'DEPARTURE_BEFORE_ARRIVAL',
    ],
    [
      'a window that ends inside a slot',
      withCharge({ windowMs: 100_000 }),
      '/demandCharges/0/windowMs',
      'WINDOW_SPLITS_SLOT',
    ],
    ['a range outside the horizon', withCharge({ slots: [0, 99] }), '/demandCharges/0/slots', 'SLOT_RANGE'],
  ])('refuses %s as the optimizer does', async (_what, payload, field, problemCode) => {
    const { status, body } = await post(harness, payload as object);
    expect(body).toMatchObject({ status: 422, code: 'INVALID_PROBLEM', field, problemCode });
    expect(status).toBe(422);
    expect(body.detail).toContain(field);
  });

  it.each<[string, object, string, string]>([
    ['slots', { ...GOOD, boundariesMs: Array.from({ length: 3_000 }, (_, index) => index) }, '/boundariesMs', 'slots'],
    ['sessions', { ...GOOD, sessions: new Array(10_001).fill({}) }, '/sessions', 'sessions'],
    ['circuits', { ...GOOD, circuits: new Array(2_001).fill({}) }, '/circuits', 'circuits'],
    ['demand charges', { ...GOOD, demandCharges: new Array(101).fill({}) }, '/demandCharges', 'demand charges'],
    [
      'cells',
      { boundariesMs: new Array(102).fill(0), sessions: new Array(5_000).fill({}) },
      '/sessions',
      'sessions times slots',
    ],
    [
      'rows',
      { boundariesMs: new Array(502).fill(0), circuits: new Array(1_000).fill({}) },
      '/circuits',
      'circuits times slots',
    ],
  ])('refuses too many %s, naming the limit', async (_what, payload, field, limit) => {
    const { status, body } = await post(harness, payload);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'PROBLEM_TOO_LARGE', field, limit, max: expect.any(Number) });
    expect(body.found).toBeGreaterThan(body.max);
    expect(body.detail).toContain(String(body.max));
  });

  it('refuses a series that is longer than any horizon', async () => {
    const { body } = await post(harness, withSession({ currentMaxA: new Array(3_000).fill(16) }));
    expect(body).toMatchObject({ code: 'INVALID_REQUEST', field: '/sessions/0/currentMaxA' });
  });

  it('takes a body of more than 1 MiB, but not of more than 8', async () => {
    const padded = (bytes: number) => `${JSON.stringify(GOOD)}${' '.repeat(bytes)}`;
    expect((await post(harness, padded(4 * 1024 * 1024))).status).toBe(200);
    const { status, body } = await post(harness, padded(8 * 1024 * 1024));
    expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it.each([
    ['where a series may be', `{"sessions":[{"currentMaxA":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`],
    ['where nothing may be', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['of objects', `{"options":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
  ])('survives deep nesting %s', async (_where, payload) => {
    const { status, body } = await post(harness, payload);
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST']);
  });

  it('refuses another content type, a missing key, and what is no JSON', async () => {
    const typed = await post(harness, '{}', { headers: { 'content-type': 'text/csv' } });
    expect([typed.status, typed.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const keyless = await post(harness, GOOD, { headers: { authorization: '' } });
    expect([keyless.status, keyless.body.code]).toEqual([401, 'UNAUTHORIZED']);
    const broken = await post(harness, '{"boundariesMs": [1, NaN]}');
    expect(broken.body).toMatchObject({ status: 400, code: 'INVALID_REQUEST', line: 1 });
    const polluting = await post(harness, `{"__proto__": 1, ${JSON.stringify(GOOD).slice(1)}`);
    expect(polluting.body).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  it('names the one number at fault among many', async () => {
    const sessions = Array.from({ length: 1_000 }, (_, index) => session(`s${index}`, { currentMaxA: slotsOf(16) }));
    const last = { ...session('last'), currentMaxA: [...slotsOf(16), null] };
    const { body } = await post(harness, { ...GOOD, sessions: [...sessions, last] });
    expect(body).toMatchObject({ code: 'INVALID_REQUEST', field: '/sessions/1000/currentMaxA/24' });
  });
});
