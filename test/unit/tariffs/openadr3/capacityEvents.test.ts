import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCapacityEvents } from '../../../../tariffs/openadr3/capacityEvents.js';
import { at, type EventParts, event, HOUR_MS, interval, refusalOf } from './openAdrDocuments.js';

const FIXTURE = readFileSync(
  new URL('../../../fixtures/tariffs/openadr3/capacityLimits.json', import.meta.url),
  'utf8',
);
const START = '2026-01-14T16:00:00Z';
const LIMIT = 'IMPORT_CAPACITY_LIMIT';
const limit = (values: unknown, intervalPeriod?: object) => interval(LIMIT, values, intervalPeriod);
const limitsOf = (input: unknown, options = {}) => readCapacityEvents(input, options).limits;

/** "from to kW" of each limit, from START in hours. */
function spans(input: unknown, options = {}): string[] {
  return limitsOf(input, options).map(({ startMs, endMs, powerW }) => {
    const to = endMs === 'open' ? 'open' : (endMs - at(START)) / HOUR_MS;
    return `${(startMs - at(START)) / HOUR_MS}-${to}: ${powerW / 1000}`;
  });
}

describe('the limits of a real-shaped document with program and events', () => {
  const { limits, warnings } = readCapacityEvents(FIXTURE);

  it('are those of import, with the higher priority cut out of the others', () => {
    const ofLimit = limits.filter(({ kind }) => kind === LIMIT);
    expect(ofLimit).toEqual([
      {
        startMs: at('2026-01-14T16:00Z'),
        endMs: at('2026-01-14T16:15Z'),
        powerW: 40_000,
        eventName: 'envelope 14 January',
        kind: LIMIT,
      },
      {
        startMs: at('2026-01-14T16:15Z'),
        endMs: at('2026-01-14T16:45Z'),
        powerW: 0,
        eventName: 'fault on feeder 12',
        kind: LIMIT,
      },
      {
        startMs: at('2026-01-14T16:45Z'),
        endMs: at('2026-01-14T17:00Z'),
        powerW: 28_100,
        eventName: 'envelope 14 January',
        kind: LIMIT,
      },
      {
        startMs: at('2026-01-14T18:00Z'),
        endMs: at('2026-01-14T19:00Z'),
        powerW: 33_000,
        eventName: 'envelope 14 January',
        kind: LIMIT,
      },
      {
        startMs: at('2026-01-14T19:00Z'),
        endMs: at('2026-01-14T19:30Z'),
        powerW: 50_000,
        eventName: 'envelope 14 January',
        kind: LIMIT,
      },
    ]);
  });

  it('have no end where P9999Y says so', () => {
    expect(limits.filter(({ kind }) => kind === 'IMPORT_CAPACITY_SUBSCRIPTION')).toEqual([
      {
        startMs: at('2026-01-05T00:00Z'),
        endMs: 'open',
        powerW: 63_500,
        eventName: 'subscription',
        kind: 'IMPORT_CAPACITY_SUBSCRIPTION',
      },
    ]);
  });

  it('come with a warning about what is no limit of import', () => {
    expect(warnings).toEqual([
      'Payloads of type EXPORT_CAPACITY_LIMIT are no limits of import, and are not used here.',
    ]);
  });

  it('are the same whether the document is text or parsed', () => {
    expect(limitsOf(JSON.parse(FIXTURE))).toEqual(limits);
  });
});

describe('intervals follow on (user guide 7.3)', () => {
  const spansOf = (parts: EventParts, options = {}) => spans(event(parts), options);

  it('from the start of the event, each for the default duration', () => {
    expect(spansOf({ intervalPeriod: { start: START, duration: 'PT1H' }, intervals: [limit(4), limit(5)] })).toEqual([
      '0-1: 4',
      '1-2: 5',
    ]);
  });

  it('after one with its own duration, in an event without a period', () => {
    const intervals = [limit(4, { start: START, duration: 'PT1H' }), limit(5, { duration: 'PT2H' })];
    expect(spansOf({ intervals })).toEqual(['0-1: 4', '1-3: 5']);
  });

  it('after the one before where the start is 0001-01-01, in each way to write it', () => {
    for (const start of [
      '0001-01-01',
      '0001-01-01T00:00:00',
      '0001-01-01T00:00:00Z',
      '0000-00-00',
      '0000-01-01T00:00:00.000Z',
    ]) {
      const intervals = [limit(4, { start, duration: 'PT3H' }), limit(5, { start, duration: 'PT1H' })];
      expect(spansOf({ intervalPeriod: { start: START }, intervals })).toEqual(['0-3: 4', '3-4: 5']);
    }
  });

  it('from now where the event starts at 0001-01-01', () => {
    const now = { intervalPeriod: { start: '0001-01-01', duration: 'P9999Y' }, intervals: [limit(4)] };
    expect(spansOf(now, { nowMs: at(START) + HOUR_MS })).toEqual(['1-open: 4']);
    expect(refusalOf(() => spansOf(now)).issues).toEqual([
      {
        path: '/intervals/0',
        reason: 'The event begins "now".',
        fix: 'Give options.nowMs, or an event with a start of its own.',
      },
    ]);
  });

  it('without end where there is no duration (3.0.0) or it is PT0S (3.0.1)', () => {
    expect(spansOf({ intervalPeriod: { start: START }, intervals: [limit(4)] })).toEqual(['0-open: 4']);
    expect(spansOf({ intervalPeriod: { start: START, duration: 'PT0S' }, intervals: [limit(4)] })).toEqual([
      '0-open: 4',
    ]);
  });

  it('and one without end lasts until the next that has a start of its own', () => {
    const intervals = [limit(4, { start: START }), limit(5, { start: '2026-01-14T18:00:00Z' })];
    expect(spansOf({ intervals })).toEqual(['0-2: 4', '2-open: 5']);
    const same = [limit(4, { start: START }), limit(5, { start: START })];
    expect(refusalOf(() => spansOf({ intervals: same })).code).toBe('TARIFF_OVERLAP');
  });

  it('but not after one without end', () => {
    const error = refusalOf(() => spansOf({ intervalPeriod: { start: START }, intervals: [limit(4), limit(5)] }));
    expect(error.issues[0]).toMatchObject({
      path: '/intervals/1',
      reason: 'This interval follows one that has no end.',
    });
  });

  it('and need a start', () => {
    expect(refusalOf(() => spansOf({ intervals: [limit(4)] })).message).toMatch(/There is no start/);
  });

  it('by the calendar of the zone where a duration is in days or months', () => {
    const days = {
      intervalPeriod: { start: '2026-03-28T23:00:00Z', duration: 'P1D' },
      intervals: [limit(4), limit(5)],
    };
    const endsIn = (timeZone?: string) =>
      limitsOf(event(days), timeZone === undefined ? {} : { timeZone }).map(({ endMs }) =>
        new Date(Number(endMs)).toISOString(),
      );
    // Stockholm's 29 March 2026 has 23 hours.
    expect(endsIn('Europe/Stockholm')).toEqual(['2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z']);
    expect(endsIn()).toEqual(['2026-03-29T23:00:00.000Z', '2026-03-30T23:00:00.000Z']);
    const month = { intervalPeriod: { start: '2028-01-31T00:00:00Z', duration: 'P1M' }, intervals: [limit(4)] };
    expect(limitsOf(event(month))[0]?.endMs).toBe(at('2028-02-29T00:00:00Z'));
  });
});

describe('the duration of an event (3.1)', () => {
  const hourly = { intervalPeriod: { start: START, duration: 'PT1H' }, intervals: [limit(4), limit(5)] };

  it('repeats the intervals where it is longer', () => {
    const { limits, warnings } = readCapacityEvents(event({ ...hourly, eventName: 'daily', duration: 'PT5H' }));
    expect(limits.map(({ powerW }) => powerW / 1000)).toEqual([4, 5, 4, 5, 4]);
    expect(limits.at(-1)?.endMs).toBe(at(START) + 5 * HOUR_MS);
    expect(warnings).toEqual([
      'The event "daily" repeats its intervals every 2 h of time that passes, whatever local clocks do.',
    ]);
  });

  it('cuts them where it is shorter', () => {
    expect(spans(event({ ...hourly, duration: 'PT90M' }))).toEqual(['0-1: 4', '1-1.5: 5']);
    expect(spans(event({ intervalPeriod: { start: START }, intervals: [limit(4)], duration: 'PT90M' }))).toEqual([
      '0-1.5: 4',
    ]);
  });

  it('without end is taken for a year, and says so', () => {
    const day = Array.from({ length: 24 }, (_, hour) => limit(hour));
    const { limits, warnings } = readCapacityEvents(
      event({ intervalPeriod: { start: START, duration: 'PT1H' }, intervals: day, duration: 'P9999Y' }),
    );
    expect(limits).toHaveLength(366 * 24);
    expect(warnings[0]).toMatch(/without end: it is taken until 2027-01-15T16:00Z/);
  });

  it('of nothing calls the event off', () => {
    expect(limitsOf(event({ ...hourly, duration: 'PT0S' }))).toEqual([]);
  });

  it('is refused where it comes to too many intervals', () => {
    const second = { intervalPeriod: { start: START, duration: 'PT1S' }, intervals: [limit(4)], duration: 'P9999Y' };
    expect(refusalOf(() => limitsOf(event(second))).code).toBe('TARIFF_NOT_EXPRESSIBLE');
    // Each of these is little enough by itself.
    const hourlyForAYear = event({
      intervalPeriod: { start: START, duration: 'PT1H' },
      intervals: [limit(4)],
      duration: 'P1Y',
    });
    expect(limitsOf([hourlyForAYear])).toHaveLength(8760);
    expect(refusalOf(() => limitsOf(Array(1000).fill(hourlyForAYear))).code).toBe('TARIFF_NOT_EXPRESSIBLE');
  });
});

describe('where events overlap', () => {
  const over = (priority: number | null | undefined, power: number, hours: number) =>
    event({
      ...(priority === undefined ? {} : { priority }),
      intervalPeriod: { start: START, duration: `PT${hours}H` },
      intervals: [limit(power)],
    });

  it('the lower priority wins, and none is the last', () => {
    expect(spans([over(undefined, 9, 4), over(3, 8, 3), over(0, 7, 2)])).toEqual(['0-2: 7', '2-3: 8', '3-4: 9']);
    expect(spans([over(null, 5, 2), over(99, 8, 1)])).toEqual(['0-1: 8', '1-2: 5']);
  });

  it('those of one priority all hold', () => {
    expect(spans([over(1, 9, 2), over(1, 8, 1)]).toSorted()).toEqual(['0-1: 8', '0-2: 9']);
  });

  it('a limit does not displace a subscription', () => {
    const subscription = event({
      priority: 5,
      intervalPeriod: { start: START },
      intervals: [interval('IMPORT_CAPACITY_SUBSCRIPTION', 9)],
    });
    expect(spans([subscription, over(0, 4, 1)]).toSorted()).toEqual(['0-1: 4', '0-open: 9']);
  });

  it('an end far away is cut like any other', () => {
    const forever = event({ priority: 5, intervalPeriod: { start: START, duration: 'P9999Y' }, intervals: [limit(9)] });
    const later = event({
      priority: 0,
      intervalPeriod: { start: '2026-01-14T17:00:00Z', duration: 'PT1H' },
      intervals: [limit(3)],
    });
    expect(spans([forever, later])).toEqual(['0-1: 9', '1-2: 3', '2-open: 9']);
  });

  it('at each instant the limits in force are those of the highest priority that has any', () => {
    const stretch = fc.record({
      priority: fc.integer({ min: 0, max: 3 }),
      from: fc.nat(20),
      hours: fc.integer({ min: 1, max: 9 }),
      power: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 8 }), (stretches) => {
        const limits = limitsOf(
          stretches.map(({ priority, from, hours, power }) =>
            event({
              priority,
              intervalPeriod: { start: new Date(at(START) + from * HOUR_MS).toISOString(), duration: `PT${hours}H` },
              intervals: [limit(power)],
            }),
          ),
        );
        for (let hour = 0; hour < 30; hour++) {
          const nowMs = at(START) + (hour + 0.5) * HOUR_MS;
          const here = stretches.filter(({ from, hours }) => from <= hour && hour < from + hours);
          const first = Math.min(...here.map(({ priority }) => priority));
          const expected = here.filter(({ priority }) => priority === first).map(({ power }) => power * 1000);
          const inForce = limits.filter(
            ({ startMs, endMs }) => startMs <= nowMs && (endMs === 'open' || nowMs < endMs),
          );
          expect(inForce.map(({ powerW }) => powerW).toSorted((a, b) => a - b)).toEqual(
            expected.toSorted((a, b) => a - b),
          );
        }
      }),
      { seed: 20260114 },
    );
  });
});

describe('there is no limit', () => {
  it('in an event that is cancelled: 0001-01-01 with PT0S', () => {
    for (const period of [
      { start: '0001-01-01', duration: 'PT0S' },
      { start: '0000-00-00', duration: 'PT0H' },
      { start: '0001-01-01T00:00:00Z', duration: 'P0D' },
    ]) {
      expect(limitsOf(event({ intervalPeriod: period, intervals: [limit(4), limit(5)] }))).toEqual([]);
      expect(limitsOf(event({ intervals: [limit(4, period)] }))).toEqual([]);
    }
  });

  it('in a notification that an event was deleted, but in one that it was made', () => {
    const object = event({ intervalPeriod: { start: START, duration: 'PT1H' }, intervals: [limit(4)] });
    expect(spans({ objectType: 'EVENT', operation: 'CREATE', object })).toEqual(['0-1: 4']);
    expect(spans({ objectType: 'EVENT', operation: 'DELETE', object })).toEqual([]);
    expect(spans([{ objectType: 'EVENT', operation: 'DELETE', object }, object])).toEqual(['0-1: 4']);
  });

  it('in intervals without a payload of capacity, and in an empty list', () => {
    const bare = {
      intervalPeriod: { start: START, duration: 'PT1H' },
      intervals: [{ id: 0, payloads: [] }, interval('PRICE', 1), limit(5)],
    };
    expect(spans(event(bare))).toEqual(['2-3: 5']);
    expect(readCapacityEvents([])).toEqual({ limits: [], warnings: [] });
    expect(readCapacityEvents({ events: [] })).toEqual({ limits: [], warnings: [] });
  });
});

describe('a capacity is refused', () => {
  const period = { intervalPeriod: { start: START, duration: 'PT1H' } };

  it('without units, or with others than KW', () => {
    const units = (payloadDescriptors: object[]) =>
      refusalOf(() => limitsOf(event({ ...period, payloadDescriptors, intervals: [limit(4)] }))).issues[0];
    expect(units([])).toEqual({
      reason: 'The units of IMPORT_CAPACITY_LIMIT are not stated.',
      fix: 'Give the event or its program a payloadDescriptor of IMPORT_CAPACITY_LIMIT with "units": "KW".',
    });
    expect(units([{ payloadType: LIMIT, units: 'AMPS' }])).toMatchObject({
      path: '/payloadDescriptors/0',
      reason: 'The units of IMPORT_CAPACITY_LIMIT are AMPS.',
    });
    expect(units([{ objectType: 'REPORT_PAYLOAD_DESCRIPTOR', payloadType: LIMIT, units: 'KW' }])?.reason).toMatch(
      /not stated/,
    );
  });

  it('that is no number, negative, absurd, or several', () => {
    for (const values of [['4'], [null], [-1], [2e6], [], [4, 5], [true], [{ x: 1, y: 2 }]]) {
      expect(refusalOf(() => limitsOf(event({ ...period, intervals: [limit(values)] }))).code).toBe('INVALID_TARIFF');
    }
    expect(
      refusalOf(() =>
        limitsOf(
          `{"programID":"p","intervalPeriod":{"start":"${START}"},"intervals":[{"id":0,"payloads":[{"type":"${LIMIT}","values":[1e400]}]}]}`,
        ),
      ).message,
    ).toMatch(/finite/);
  });

  it('that stands twice in an interval', () => {
    const twice = {
      id: 0,
      payloads: [
        { type: LIMIT, values: [4] },
        { type: LIMIT, values: [5] },
      ],
    };
    expect(refusalOf(() => limitsOf(event({ ...period, intervals: [twice] }))).issues[0]?.path).toBe(
      '/intervals/0/payloads/1',
    );
  });

  it('that is called as in the samples of the guide, which are not enumerated', () => {
    const error = refusalOf(() => limitsOf(event({ ...period, intervals: [interval('CAPACITY_SUBSCRIPTION', 240)] })));
    expect(error.issues[0]?.fix).toBe('Write IMPORT_CAPACITY_SUBSCRIPTION.');
  });
});

describe('a document is refused', () => {
  it.each([
    ['no JSON', '{"events": [', /ends too early/],
    ['a text', '"x"', /no OpenADR 3 document/],
    ['a number', 5, /no OpenADR 3 document/],
    ['an object of something else', { hello: 1 }, /no event of OpenADR 3/],
    ['a program', { objectType: 'PROGRAM', programName: 'x', intervalPeriod: {} }, /no event of OpenADR 3/],
    ['a list with null in it', [null], /should be an event, but is null/],
    ['events that are no list', { events: 5 }, /should be a list/],
    ['intervals that are no list', event({ intervals: 'x' as never }), /should be a list/],
    [
      'a payload that is a number',
      event({ intervalPeriod: { start: START }, intervals: [{ id: 0, payloads: [5] }] }),
      /should be a payload/,
    ],
    [
      'an absurd year',
      event({ intervalPeriod: { start: '9999-01-01T00:00:00Z' }, intervals: [limit(4)] }),
      /no instant/,
    ],
    [
      'a start without an offset',
      event({ intervalPeriod: { start: '2026-01-01T00:00:00' }, intervals: [limit(4)] }),
      /no instant/,
    ],
    ['30 February', event({ intervalPeriod: { start: '2026-02-30T00:00:00Z' }, intervals: [limit(4)] }), /no instant/],
    [
      'a duration that is none',
      event({ intervalPeriod: { start: START, duration: '1 hour' }, intervals: [limit(4)] }),
      /no duration/,
    ],
    [
      'a negative duration',
      event({ intervalPeriod: { start: START, duration: '-PT1H' }, intervals: [limit(4)] }),
      /no duration/,
    ],
    [
      'an end beyond time',
      event({ intervalPeriod: { start: START, duration: 'P9998Y' }, intervals: [limit(4)] }),
      /after the year 2200/,
    ],
    [
      'a priority that is none',
      event({ priority: -1, intervalPeriod: { start: START }, intervals: [limit(4)] }),
      /no priority/,
    ],
    ['an event of another program', { program: { id: 'p2' }, events: [event({ intervals: [] })] }, /another program/],
  ])('%s', (_, input, message) => {
    expect(refusalOf(() => limitsOf(input)).message).toMatch(message);
  });

  it('whose options say what can not be', () => {
    expect(refusalOf(() => limitsOf([], { timeZone: 'Europe/Atlantis' })).issues[0]?.path).toBe('options.timeZone');
    expect(refusalOf(() => limitsOf([], { nowMs: Number.NaN })).issues[0]?.path).toBe('options.nowMs');
  });

  it('with too many events', () => {
    expect(refusalOf(() => limitsOf(Array(2001).fill({}))).message).toMatch(/more than 2000 events/);
  });
});

it('says that it does not shift starts by chance', () => {
  const { limits, warnings } = readCapacityEvents(
    event({ intervalPeriod: { start: START, duration: 'PT1H', randomizeStart: 'PT5M' }, intervals: [limit(4)] }),
  );
  expect(limits[0]?.startMs).toBe(at(START));
  expect(warnings).toEqual(['randomizeStart is not used: the limits hold at the times that are stated.']);
});

it('writes watts as the kilowatts were written', () => {
  expect(limitsOf(event({ intervalPeriod: { start: START }, intervals: [limit(16.1)] }))[0]?.powerW).toBe(16_100);
});
