import { describe, expect, it } from 'vitest';
import { composite, HOUR_S, NOON_MS, TRANSACTION, VERSIONS } from '../../support/profiles/wire.js';

// Which profile of one purpose holds, and for how long. Names begin with the requirement's id.

describe.each(VERSIONS)('composite schedule of %s: one purpose', (version) => {
  it('K08.FR.04 takes the highest stack level', () => {
    expect(
      composite(version, [
        { level: 0, limit: 8 },
        { level: 2, limit: 20 },
        { level: 1, limit: 6 },
      ]),
    ).toEqual([[0, 20]]);
  });

  it('K08.FR.04 a higher level that limits more, and one that limits less, both win', () => {
    const other = { level: 3, limit: 16 };
    expect(composite(version, [other, { level: 4, limit: 6 }])).toEqual([[0, 6]]);
    expect(composite(version, [other, { level: 4, limit: 32 }])).toEqual([[0, 32]]);
  });

  it('K08.FR.04 falls to the next level that is valid where the higher is not', () => {
    expect(
      composite(version, [
        { level: 0, limit: 8 },
        { level: 1, limit: 20, validFromMs: NOON_MS + HOUR_S * 1000, validToMs: NOON_MS + 2 * HOUR_S * 1000 },
      ]),
    ).toEqual([
      [0, 8],
      [HOUR_S, 20],
      [2 * HOUR_S, 8],
    ]);
  });

  it('K08.FR.04 falls to the next level before the higher one begins and after it has ended', () => {
    expect(
      composite(version, [
        { level: 0, limit: 8, startMs: NOON_MS - HOUR_S * 1000 },
        { level: 1, limit: 20, startMs: NOON_MS + HOUR_S * 1000, durationS: HOUR_S },
      ]),
    ).toEqual([
      [0, 8],
      [HOUR_S, 20],
      [2 * HOUR_S, 8],
    ]);
  });

  it('K08.FR.04 falls through several levels of which each ends at another time', () => {
    expect(
      composite(version, [
        { level: 5, limit: 5, durationS: HOUR_S },
        { level: 3, limit: 3, durationS: 3 * HOUR_S },
        { level: 4, limit: 4, durationS: 2 * HOUR_S },
        { level: 1, limit: 1, durationS: HOUR_S },
        { level: 0, limit: 9 },
      ]),
    ).toEqual([
      [0, 5],
      [HOUR_S, 4],
      [2 * HOUR_S, 3],
      [3 * HOUR_S, 9],
    ]);
  });

  it('decision: a gap between the levels is explicitly unlimited', () => {
    expect(
      composite(version, [
        { level: 1, limit: 20, durationS: HOUR_S },
        { level: 0, limit: 8, startMs: NOON_MS + 2 * HOUR_S * 1000, durationS: HOUR_S },
      ]),
    ).toEqual([
      [0, 20],
      [HOUR_S, 'unlimited'],
      [2 * HOUR_S, 8],
      [3 * HOUR_S, 'unlimited'],
    ]);
  });

  it('the last period holds until the duration ends, in the middle of another, too', () => {
    const periods = [
      [0, 6],
      [600, 16],
      [1200, 10],
    ] as const;
    expect(composite(version, [{ periods, durationS: 3000 }])).toEqual([
      [0, 6],
      [600, 16],
      [1200, 10],
      [3000, 'unlimited'],
    ]);
    expect(composite(version, [{ periods, durationS: 900 }])).toEqual([
      [0, 6],
      [600, 16],
      [900, 'unlimited'],
    ]);
  });

  it('a period that begins when the duration ends never holds', () => {
    expect(
      composite(version, [
        {
          periods: [
            [0, 6],
            [900, 16],
          ],
          durationS: 900,
        },
      ]),
    ).toEqual([
      [0, 6],
      [900, 'unlimited'],
    ]);
  });

  it('without a duration the top of the stack never falls through', () => {
    expect(
      composite(version, [
        { level: 1, limit: 20, startMs: NOON_MS - 40 * HOUR_S * 1000 },
        { level: 0, limit: 8 },
      ]),
    ).toEqual([[0, 20]]);
  });

  it('a duration of 0 says nothing', () => {
    expect(composite(version, [{ limit: 6, durationS: 0 }])).toEqual([[0, 'unlimited']]);
  });

  it('K01.FR.36 validFrom is inclusive', () => {
    const validFromMs = NOON_MS;
    expect(composite(version, [{ limit: 6, validFromMs }], { durationS: 10 })).toEqual([[0, 6]]);
    expect(composite(version, [{ limit: 6, validFromMs }], { startMs: NOON_MS - 1000, durationS: 10 })).toEqual([
      [0, 'unlimited'],
      [1, 6],
    ]);
  });

  it('K01.FR.37 validTo is exclusive', () => {
    const sketch = { limit: 6, startMs: NOON_MS - 1000, validToMs: NOON_MS };
    expect(composite(version, [sketch], { durationS: 10 })).toEqual([[0, 'unlimited']]);
    expect(composite(version, [sketch], { startMs: NOON_MS - 1000, durationS: 10 })).toEqual([
      [0, 6],
      [1, 'unlimited'],
    ]);
  });

  it('a profile that is valid for no time at all says nothing', () => {
    expect(composite(version, [{ limit: 6, validFromMs: NOON_MS + 5000, validToMs: NOON_MS + 5000 }])).toEqual([
      [0, 'unlimited'],
    ]);
  });

  it('K01.FR.36 a schedule that began before it is valid goes on where it stands, not from its start', () => {
    expect(
      composite(version, [
        {
          startMs: NOON_MS - 600_000,
          validFromMs: NOON_MS + 300_000,
          periods: [
            [0, 6],
            [600, 10],
            [1200, 16],
          ],
        },
      ]),
    ).toEqual([
      [0, 'unlimited'],
      [300, 10],
      [600, 16],
    ]);
  });

  it('adjacent periods that say the same are one, within a profile and across profiles', () => {
    expect(
      composite(version, [
        {
          level: 1,
          durationS: 300,
          periods: [
            [0, 10],
            [100, 10],
            [200, 12],
          ],
        },
        { level: 0, limit: 12 },
      ]),
    ).toEqual([
      [0, 10],
      [200, 12],
    ]);
  });

  it('no profile at all is unlimited', () => {
    expect(composite(version, [])).toEqual([[0, 'unlimited']]);
  });

  it('K02.FR.08 a TxProfile that ends during the transaction falls to the TxDefaultProfile', () => {
    expect(
      composite(
        version,
        [
          { purpose: 'TxProfile', limit: 24, durationS: HOUR_S, transactionId: 5 },
          { purpose: 'TxDefaultProfile', limit: 6 },
        ],
        { transactions: [TRANSACTION] },
      ),
    ).toEqual([
      [0, 24],
      [HOUR_S, 6],
    ]);
  });

  it('K02.FR.08 and where there is none, to no limit', () => {
    expect(
      composite(version, [{ purpose: 'TxProfile', limit: 24, durationS: HOUR_S }], { transactions: [TRANSACTION] }),
    ).toEqual([
      [0, 24],
      [HOUR_S, 'unlimited'],
    ]);
  });

  it('K02.FR.08 a TxProfile of a low level replaces a TxDefaultProfile of a high one', () => {
    expect(
      composite(
        version,
        [
          { purpose: 'TxProfile', limit: 24, level: 0 },
          { purpose: 'TxDefaultProfile', limit: 6, level: 9 },
        ],
        { transactions: [TRANSACTION] },
      ),
    ).toEqual([[0, 24]]);
  });
});
