import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextLink } from '../../../src/ocpi/client.js';
import { below } from '../../../src/ocpi/credentials.js';
import {
  PERIODS_KEPT,
  patchSession,
  readSession,
  type Session,
  stageOf,
  transactionEvent,
} from '../../../src/ocpi/session.js';
import { authorizationOf, shownTokens, TOKEN_ENCODINGS } from '../../../src/ocpi/tokens.js';
import { sessionAt } from '../../support/ocpi/rig.js';

const NOW_MS = Date.parse('2026-05-04T10:00:00Z');
const at = (s: number) => new Date(NOW_MS + s * 1000).toISOString();

function session(more: object = {}): Session {
  return readSession(sessionAt(0, 's', { start_date_time: at(-60), last_updated: at(0), ...more }));
}

describe('a session of an operator', () => {
  it('ends up the same in whatever order its news come: the newest counts', () => {
    const updates = fc.array(fc.record({ s: fc.integer({ min: 0, max: 100 }), kwh: fc.integer({ min: 0, max: 50 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    const property = fc.property(updates, (list) => {
      const apply = (order: typeof list) =>
        order.reduce<Session>((known, { s, kwh }) => {
          const after = patchSession(known, { kwh, last_updated: at(s) });
          return after === 'older' ? known : after;
        }, session());
      const sorted = [...list].sort((a, b) => a.s - b.s);
      expect(apply(list).lastUpdatedMs).toBe(apply(sorted).lastUpdatedMs);
      const newest = Math.max(...list.map(({ s }) => s));
      expect(list.filter(({ s }) => s === newest).map(({ kwh }) => kwh)).toContain(apply(list).kwh);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('has its charging periods added, each once, and no more than are kept', () => {
    let known = session();
    for (let k = 0; k < PERIODS_KEPT + 20; k += 1) {
      const period = (volume: number) => ({ start_date_time: at(k), dimensions: [{ type: 'CURRENT', volume }] });
      for (const volume of [5, 9]) {
        const after = patchSession(known, { last_updated: at(k), charging_periods: [period(volume)] });
        if (after !== 'older') known = after;
      }
    }
    expect(known.periods).toHaveLength(PERIODS_KEPT);
    expect(known.periods.every(({ volumes }) => volumes.CURRENT === 9)).toBe(true);
  });

  it('stays where it began', () => {
    expect(() => patchSession(session(), { last_updated: at(1), evse_uid: 'elsewhere' })).toThrow('evse_uid');
    expect(() => patchSession(session(), { kwh: 2 })).toThrow('last_updated');
  });

  it.each([
    ['PENDING', 'before'],
    ['RESERVATION', 'before'],
    ['ACTIVE', 'open'],
    ['SOMETHING_OF_2_4', 'open'],
    ['COMPLETED', 'over'],
    ['INVALID', 'over'],
  ])('that is %s is %s', (status, stage) => {
    expect(stageOf(session({ status }))).toBe(stage);
  });

  it('tells what flows now by a period that is short and new, and energy always', () => {
    const period = (fromS: number) => [
      {
        start_date_time: at(fromS),
        dimensions: [
          { type: 'POWER', volume: 7.4 },
          { type: 'CURRENT', volume: 10.5 },
        ],
      },
    ];
    const told = (one: Session, nowMs = NOW_MS) =>
      transactionEvent(one, { evseId: 1, seqNo: 2, isFirst: false, nowMs });
    expect(told(session({ kwh: 2, charging_periods: period(-60) })).samples).toEqual([
      { timestampMs: NOW_MS, energyWh: 2_000, currentA: 10.5, powerW: 7_400 },
    ]);
    // A mean over a quarter of an hour says nothing of now.
    expect(told(session({ kwh: 2, charging_periods: period(-900) })).samples).toEqual([
      { timestampMs: NOW_MS, energyWh: 2_000 },
    ]);
    expect(told(session(), NOW_MS + 120_000).isOffline).toBe(true);
  });

  it('counts its energy from its start, also where it is heard of late', () => {
    const event = transactionEvent(session({ kwh: 5 }), { evseId: 1, seqNo: 1, isFirst: true, nowMs: NOW_MS });
    expect(event).toMatchObject({ event: 'Started', timestampMs: NOW_MS - 60_000, idToken: 'TAG-1' });
    expect(event.samples.map(({ energyWh }) => energyWh)).toEqual([0, 5_000]);
  });
});

describe('tokens in headers', () => {
  it('are read as they were written, whichever way', () => {
    const tokens = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 64,
    });
    const property = fc.property(tokens, fc.constantFrom(...TOKEN_ENCODINGS), (token, encoding) => {
      const shown = shownTokens(authorizationOf(token, encoding));
      expect(shown).toContainEqual({ token, isRaw: encoding === 'raw' });
    });
    fc.assert(property, { numRuns: 200 });
  });

  it.each([undefined, '', 'Token', 'Bearer abc', 'Token a b', `Token ${'a'.repeat(300)}`])(
    'are none in %j',
    (header) => {
      expect(shownTokens(header)).toEqual([]);
    },
  );
});

it.each([
  ['https://cpo.example/2.2.1/chargingprofiles', 'https://cpo.example/2.2.1/chargingprofiles/a%2Fb'],
  ['https://cpo.example/2.2.1/chargingprofiles/', 'https://cpo.example/2.2.1/chargingprofiles/a%2Fb'],
])('below %s an id stands after exactly one slash', (url, expected) => {
  expect(below(url, 'a/b')).toBe(expected);
});

it.each([
  ['<https://a.example/x?offset=2>; rel="next"', 'https://a.example/x?offset=2'],
  ['<https://a.example/1>; rel="prev", <https://a.example/3>; rel=next', 'https://a.example/3'],
  ['</x?offset=2>; rel="next"', 'https://cpo.example/x?offset=2'],
  ['<https://a.example/1>; rel="prev"', undefined],
  [undefined, undefined],
])('of the header Link %s the next page is %s', (header, expected) => {
  expect(nextLink(header, 'https://cpo.example/locations')).toBe(expected);
});
