import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../src/dashboard/api/documents.js';
import type { StationMessage } from '../../../src/dashboard/api/messageDocuments.js';
import { keyProblems, readKey, readUser, rolesToGive, userProblems } from '../../../src/dashboard/model/accountForm.js';
import { differences } from '../../../src/dashboard/model/difference.js';
import {
  filtered,
  heightOf,
  isRefusal,
  joined,
  MESSAGES_KEPT_MAX,
  topOf,
  windowOf,
} from '../../../src/dashboard/model/messageLog.js';
import { needsOf } from '../../../src/dashboard/model/needs.js';

const ZONE = 'Europe/Stockholm';
const NOW_MS = Date.parse('2026-01-14T14:20:00+01:00');

describe('a person in a form', () => {
  const text = { email: ' anna@example.com ', name: ' Anna ', role: 'owner', password: '' } as const;

  it('needs an address, and a password of 12 to 128 characters when new', () => {
    const fields = (
      of: typeof text | { email: string; name: string; role: 'owner'; password: string },
      isNew: boolean,
    ) => userProblems(of, isNew).map(({ field }) => field);
    expect(fields(text, false)).toEqual([]);
    expect(fields(text, true)).toEqual(['password']);
    expect(fields({ ...text, email: 'anna', password: 'x'.repeat(129) }, false)).toEqual(['email', 'password']);
    expect(fields({ ...text, name: 'x'.repeat(101), password: 'x'.repeat(12) }, true)).toEqual(['name']);
  });

  it('keeps the password that it has where none is written', () => {
    expect(readUser(text)).toEqual({ email: 'anna@example.com', name: 'Anna', role: 'owner' });
  });

  it('is offered no role above the own one', () => {
    expect(rolesToGive('owner')).not.toContain('admin');
    expect(rolesToGive('viewer')).toEqual([]);
  });
});

describe('a key in a form', () => {
  const text = { name: 'Meter', role: 'integrator', siteIds: [], expires: '' } as const;

  it('needs a name, and an end in the future where it has one', () => {
    expect(keyProblems(text, ZONE, NOW_MS)).toEqual([]);
    expect(keyProblems({ ...text, name: ' ', expires: '2026-01-14T14:20' }, ZONE, NOW_MS)).toMatchObject([
      { field: 'name' },
      { field: 'expires', word: 'keys.past' },
    ]);
    expect(keyProblems({ ...text, expires: 'soon' }, ZONE, NOW_MS)).toMatchObject([{ word: 'form.time' }]);
  });

  it('is for all sites where none is picked', () => {
    expect(readKey(text, ZONE)).toEqual({ name: 'Meter', role: 'integrator' });
    expect(readKey({ ...text, siteIds: ['depot'], expires: '2026-07-01T12:00' }, ZONE)).toEqual({
      name: 'Meter',
      role: 'integrator',
      siteIds: ['depot'],
      expiresAt: '2026-07-01T10:00:00.000Z',
    });
  });
});

describe('what differs', () => {
  it('is told member by member', () => {
    expect(differences({ a: { b: 1, c: [1, 2] }, d: 'x' }, { a: { b: 2, c: [1, 3] }, e: true })).toEqual([
      { path: 'a.b', before: '1', after: '2' },
      { path: 'a.c.1', before: '2', after: '3' },
      { path: 'd', before: 'x', after: undefined },
      { path: 'e', before: undefined, after: 'true' },
    ]);
  });

  it('is nothing between a document and itself, and bounded however large it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (document) => differences(document, document).length === 0));
    expect(
      differences(
        null,
        Array.from({ length: 10_000 }, (_, place) => place),
      ),
    ).toHaveLength(200);
  });
});

const message = (seq: number, more: Partial<StationMessage> = {}): StationMessage => ({
  seq,
  at: new Date(NOW_MS + seq).toISOString(),
  direction: 'fromStation',
  kind: 'call',
  messageId: String(seq),
  action: 'Heartbeat',
  sizeBytes: 30,
  payload: {},
  ...more,
});

describe('a log of messages', () => {
  it('takes each once, and keeps the last 5,000', () => {
    const first = joined([], [message(1), message(2)]);
    expect(joined(first, [message(2), message(3)]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(joined(first, [message(2)])).toBe(first);
    const many = joined(
      first,
      Array.from({ length: 6_000 }, (_, place) => message(place + 3)),
    );
    expect([many.length, many.at(-1)?.seq]).toEqual([MESSAGES_KEPT_MAX, 6_002]);
  });

  it('finds a type, and what was refused', () => {
    const log = [
      message(1),
      message(2, { kind: 'result', status: 'Accepted' }),
      message(3, { kind: 'result', status: 'Rejected', action: 'SetChargingProfile' }),
      message(4, { kind: 'error', status: 'InternalError' }),
      message(5, { kind: 'unreadable', action: null }),
    ];
    expect(log.filter(isRefusal).map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(filtered(log, { action: 'SetChargingProfile', errorsOnly: false })).toHaveLength(1);
    expect(filtered(log, { action: 'Heartbeat', errorsOnly: true }).map(({ seq }) => seq)).toEqual([4]);
  });

  it('draws every row that is in sight, whichever is open', () => {
    const scene = fc.record({
      count: fc.integer({ min: 1, max: 5_000 }),
      open: fc.option(fc.integer({ min: 0, max: 4_999 }), { nil: undefined }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      heightPx: fc.integer({ min: 50, max: 2_000 }),
    });
    fc.assert(
      fc.property(scene, ({ count, open, share, heightPx }) => {
        const openAt = open === undefined || open >= count ? undefined : open;
        const rows = { count, rowPx: 36, openAt, openPx: 260 };
        const scrollPx = share * Math.max(0, heightOf(rows) - heightPx);
        const [from, to] = windowOf(rows, scrollPx, heightPx);
        expect(topOf(rows, from)).toBeLessThanOrEqual(scrollPx);
        if (to < count) expect(topOf(rows, to)).toBeGreaterThanOrEqual(scrollPx + heightPx);
        expect(to - from).toBeLessThanOrEqual(heightPx / 36 + 18);
      }),
    );
  });
});

describe('what a driver said', () => {
  it('is not lost where the station asked for the most before it', () => {
    const from = (priority: 'stated' | 'station' | 'default') =>
      ({
        departure: null,
        energyWantedWh: null,
        priority: 7,
        needsFrom: { departure: 'unknown', energyWh: 'unknown', priority },
      }) as unknown as Session;
    expect(needsOf(from('station'))).toEqual({ priority: 7 });
    expect(needsOf(from('stated'))).toEqual({ priority: 7 });
    expect(needsOf(from('default'))).toEqual({});
  });
});
