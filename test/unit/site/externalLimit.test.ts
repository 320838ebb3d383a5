import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf, stateFromSnapshot } from '../../../src/control/stateCodec.js';
import type { ChargingSchedule } from '../../../src/site/chargingProfile.js';
import {
  changesWithin,
  EXTERNAL_PERIODS_MAX,
  type ExternalLimit,
  isUsableSchedule,
  periodsWithin,
} from '../../../src/site/externalLimit.js';
import { MINUTE_MS, NOON_MS, SiteLife, siteOf } from '../../support/builders.js';

const schedule = (limit: number, more: Partial<Omit<ChargingSchedule, 'startMs'>> = {}) => ({
  startMs: NOON_MS,
  rateUnit: 'A' as const,
  periods: [{ startPeriodS: 0, limit }],
  ...more,
});

function notified(life: SiteLife, limit: Omit<ExternalLimit, 'receivedMs'>): SiteLife {
  return life.take({ type: 'externalLimitNotified', stationId: 'A', limit });
}

const known = (life: SiteLife) =>
  (life.station('A').externalLimits ?? []).map(({ evseId, source, schedule: said }) => [
    evseId,
    source,
    said?.periods[0]?.limit,
  ]);

const three = () => {
  const life = new SiteLife(siteOf()).commission('A');
  notified(life, { evseId: 1, source: 'SO', schedule: schedule(10, { durationS: 600 }) });
  notified(life, { evseId: 0, source: 'SO', schedule: schedule(20) });
  return notified(life, { evseId: 1, source: 'EMS', schedule: schedule(12) });
};

describe('the limits of a station by others', () => {
  it('are one of each source for each EVSE, and the newest of them counts', () => {
    const life = three();
    notified(life, { evseId: 1, source: 'EMS', schedule: schedule(14) });
    expect(known(life)).toEqual([
      [1, 'SO', 10],
      [0, 'SO', 20],
      [1, 'EMS', 14],
    ]);
    notified(life, { evseId: 1, source: 'EMS' });
    expect(known(life).at(-1)).toEqual([1, 'EMS', undefined]);
  });

  it('that are over are gone with the next that comes', () => {
    const life = three().wait(11 * MINUTE_MS);
    notified(life, { evseId: 1, source: 'CSO', schedule: schedule(9) });
    expect(known(life).map(([, source]) => source)).toEqual(['SO', 'EMS', 'CSO']);
  });

  it('are cleared by source, of one EVSE, or without one wherever that source limits', () => {
    const one = three().take({ type: 'externalLimitCleared', stationId: 'A', evseId: 1, source: 'SO' });
    expect(known(one)).toEqual([
      [0, 'SO', 20],
      [1, 'EMS', 12],
    ]);
    const all = three().take({ type: 'externalLimitCleared', stationId: 'A', evseId: 0, source: 'SO' });
    expect(known(all)).toEqual([[1, 'EMS', 12]]);
  });

  it('survive a snapshot, a reconnect and a boot, and go with another firmware', () => {
    const life = three();
    const read = stateFromSnapshot(JSON.parse(JSON.stringify(snapshotOf(life.state))));
    expect(read?.stations.get('A')?.externalLimits).toEqual(life.station('A').externalLimits);
    life.disconnect('A').connect('A');
    expect(known(life)).toHaveLength(3);
    life.boot('A', '2');
    expect(known(life)).toEqual([]);
  });
});

describe('the periods of such a limit', () => {
  const limit: ExternalLimit = {
    evseId: 1,
    source: 'SO',
    receivedMs: 0,
    schedule: schedule(10, {
      durationS: 120,
      periods: [
        { startPeriodS: 0, limit: 10 },
        { startPeriodS: 60, limit: 8 },
        { startPeriodS: 300, limit: 1 },
      ],
    }),
  };
  const within = (fromS: number, toS: number) =>
    periodsWithin(limit, NOON_MS + fromS * 1000, NOON_MS + toS * 1000).map((period) => period.limit);

  it('are those that hold at some instant of a span', () => {
    expect(within(-60, 0)).toEqual([]);
    expect(within(-60, 1)).toEqual([10]);
    expect(within(0, 60)).toEqual([10]);
    expect(within(59, 61)).toEqual([10, 8]);
    expect(within(60, 400)).toEqual([8]);
    expect(within(120, 400)).toEqual([]);
  });

  it('are found as by looking at each of them', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }),
        fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
        fc.integer({ min: -10, max: 70 }),
        fc.integer({ min: 1, max: 30 }),
        (starts, durationS, fromS, lastsS) => {
          const periods = [0, ...starts.sort((a, b) => a - b)].map((startPeriodS) => ({ startPeriodS, limit: 10 }));
          const more = durationS === undefined ? { periods } : { periods, durationS };
          const of: ExternalLimit = { evseId: 1, source: 'SO', receivedMs: 0, schedule: schedule(10, more) };
          const found = periodsWithin(of, NOON_MS + fromS * 1000, NOON_MS + (fromS + lastsS) * 1000);
          const expected = periods.filter(({ startPeriodS }, index) => {
            const untilS = Math.min(periods[index + 1]?.startPeriodS ?? Infinity, durationS ?? Infinity);
            return Math.max(startPeriodS, fromS) < Math.min(untilS, fromS + lastsS);
          });
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  it('begin and end where it changes', () => {
    expect(changesWithin(limit, NOON_MS - 1, NOON_MS + 500_000).map((ms) => ms - NOON_MS)).toEqual([
      0, 60_000, 120_000,
    ]);
    expect(changesWithin(limit, NOON_MS, NOON_MS + 60_000)).toEqual([]);
  });

  it.each<[string, Partial<Omit<ChargingSchedule, 'startMs'>>]>([
    ['none', { periods: [] }],
    ['one that begins late', { periods: [{ startPeriodS: 1, limit: 10 }] }],
    ['two at once', { periods: [0, 0].map((startPeriodS) => ({ startPeriodS, limit: 10 })) }],
    ['a limit below 0', { periods: [{ startPeriodS: 0, limit: -1 }] }],
    ['a limit that is no number', { periods: [{ startPeriodS: 0, limit: Number.NaN }] }],
    ['no time', { durationS: 0 }],
    [
      'too many',
      { periods: Array.from({ length: EXTERNAL_PERIODS_MAX + 1 }, (_, startPeriodS) => ({ startPeriodS, limit: 10 })) },
    ],
  ])('can not be calculated with where there are %s', (_, more) => {
    expect(isUsableSchedule(schedule(10, more))).toBe(false);
    expect(isUsableSchedule(schedule(10))).toBe(true);
  });
});
