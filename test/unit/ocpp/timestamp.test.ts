import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  believableInstant,
  formatInstant,
  looksLikeInstant,
  parseInstant,
  TIMESTAMP_FUTURE_MAX_MS,
  TIMESTAMP_PAST_MAX_MS,
} from '../../../src/ocpp/timestamp.js';

const NOON_MS = Date.UTC(2026, 2, 1, 12);

describe('a timestamp', () => {
  it.each([
    ['2026-03-01T12:00:00Z', NOON_MS],
    ['2026-03-01T12:00:00', NOON_MS],
    ['2026-03-01 12:00:00', NOON_MS],
    ['2026-03-01t12:00:00z', NOON_MS],
    ['2026-03-01T12:00:00.000+00:00', NOON_MS],
    ['2026-03-01T13:00:00+01:00', NOON_MS],
    ['2026-03-01T13:30:00+0130', NOON_MS],
    ['2026-03-01T13:00:00+01', NOON_MS],
    ['2026-03-01T07:00:00-05:00', NOON_MS],
    ['2026-03-01T12:00:00.123456789Z', NOON_MS + 123],
    ['2026-03-01T12:00:00.5Z', NOON_MS + 500],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ])('%s is read', (text, instantMs) => {
    expect(parseInstant(text)).toBe(instantMs);
  });

  it.each([
    '2026-02-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-00T12:00:00Z',
  ])('%s has the shape of one, and is no instant', (text) => {
    expect(looksLikeInstant(text)).toBe(true);
    expect(parseInstant(text)).toBeUndefined();
    expect(believableInstant(text, NOON_MS)).toBe('absurd');
  });

  it.each(['', 'now', '2026-03-01', '12:00:00', '1767225600', '2026-03-01T12:00Z', 'x2026-03-01T12:00:00Z'])(
    '"%s" has not even the shape',
    (text) => {
      expect(looksLikeInstant(text)).toBe(false);
    },
  );

  it('is believed for a year back and a day ahead', () => {
    const judge = (offsetMs: number): unknown => believableInstant(formatInstant(NOON_MS + offsetMs), NOON_MS);
    expect(judge(-TIMESTAMP_PAST_MAX_MS)).toBe(NOON_MS - TIMESTAMP_PAST_MAX_MS);
    expect(judge(-TIMESTAMP_PAST_MAX_MS - 1)).toBe('absurd');
    expect(judge(TIMESTAMP_FUTURE_MAX_MS)).toBe(NOON_MS + TIMESTAMP_FUTURE_MAX_MS);
    expect(judge(TIMESTAMP_FUTURE_MAX_MS + 1)).toBe('absurd');
  });

  it('that we write is read back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (instantMs) => {
        expect(parseInstant(formatInstant(instantMs))).toBe(instantMs);
      }),
    );
  });
});
