import { describe, expect, it } from 'vitest';
import { INTERVALS_MAX, readCapacityEvent } from '../../../../src/control/limits/capacityEvent.js';
import { Problem } from '../../../../src/site/problem.js';
import { circuitOf, HOUR_MS, NOON_MS, siteOf } from '../../../support/builders.js';

const site = siteOf({
  circuits: [circuitOf('row', 32, { parentId: 'main' }), circuitOf('main', 63, { parentId: null })],
});
const START = new Date(NOON_MS).toISOString();

type Payload = readonly [type: string, kw: number];

/** Hourly intervals from noon on, each with its payloads. */
function eventOf(intervals: readonly (readonly Payload[])[], more: object = {}): object {
  const types = [...new Set(intervals.flat().map(([type]) => type))];
  return {
    programID: 'p',
    intervalPeriod: { start: START, duration: 'PT1H' },
    payloadDescriptors: types.map((payloadType) => ({
      objectType: 'EVENT_PAYLOAD_DESCRIPTOR',
      payloadType,
      units: 'KW',
    })),
    intervals: intervals.map((payloads, id) => ({
      id,
      payloads: payloads.map(([type, kw]) => ({ type, values: [kw] })),
    })),
    ...more,
  };
}

const read = (document: unknown) => readCapacityEvent(document, { eventId: 'storm', site, nowMs: NOON_MS });
const limitsOf = (document: unknown) =>
  read(document).limits.map(({ fromMs, toMs, powerLimitW }) => [
    (fromMs - NOON_MS) / HOUR_MS,
    toMs === 'open' ? 'open' : (toMs - NOON_MS) / HOUR_MS,
    powerLimitW,
  ]);
const problemOf = (document: unknown): Problem => {
  try {
    read(document);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('it was taken');
};

const LIMIT = 'IMPORT_CAPACITY_LIMIT';
const SUBSCRIPTION = 'IMPORT_CAPACITY_SUBSCRIPTION';
const RESERVATION = 'IMPORT_CAPACITY_RESERVATION';

describe('an OpenADR 3 event of import capacity', () => {
  it('is a limit on the grid connection for each interval, with its name', () => {
    const { limits, notes } = read(eventOf([[[LIMIT, 40]], [[LIMIT, 25.5]]], { eventName: 'Cold evening' }));
    expect(limits).toEqual([
      {
        limitId: 'storm.0',
        circuitId: 'main',
        powerLimitW: 40_000,
        fromMs: NOON_MS,
        toMs: NOON_MS + HOUR_MS,
        source: 'grid-operator',
        reason: 'Cold evening',
        eventId: 'storm',
      },
      expect.objectContaining({ limitId: 'storm.1', powerLimitW: 25_500, fromMs: NOON_MS + HOUR_MS }),
    ]);
    expect(notes).toEqual([]);
  });

  it('may be a list of events', () => {
    const later = eventOf([[[LIMIT, 5]]], { intervalPeriod: { start: '2026-03-02T15:00:00Z', duration: 'PT1H' } });
    expect(limitsOf([later, eventOf([[[LIMIT, 40]]])])).toEqual([
      [0, 1, 40_000],
      [3, 4, 5_000],
    ]);
  });

  it('begins now where it says so, and may have no end', () => {
    const now = eventOf([[[LIMIT, 7]]], { intervalPeriod: { start: '0001-01-01T00:00:00Z', duration: 'P9999Y' } });
    expect(limitsOf(now)).toEqual([[0, 'open', 7_000]]);
  });

  it('falls to the subscription where its limits have run out, also where they lie apart', () => {
    const subscription = eventOf([[[SUBSCRIPTION, 20]]], {
      intervalPeriod: { start: START, duration: 'P9999Y' },
    });
    expect(limitsOf([subscription, eventOf([[[LIMIT, 40]], [], [[LIMIT, 30]]])])).toEqual([
      [0, 1, 40_000],
      [1, 2, 20_000],
      [2, 3, 30_000],
      [3, 'open', 20_000],
    ]);
  });

  it('raises the subscription by what was reserved on top of it, while it is', () => {
    const document = eventOf([
      [[SUBSCRIPTION, 20]],
      [
        [SUBSCRIPTION, 20],
        [RESERVATION, 5],
      ],
      [
        [SUBSCRIPTION, 20],
        [RESERVATION, 5],
        [LIMIT, 50],
      ],
    ]);
    expect(limitsOf(document)).toEqual([
      [0, 1, 20_000],
      [1, 2, 25_000],
      [2, 3, 50_000],
    ]);
  });

  it('that is cancelled has no limits', () => {
    const cancelled = eventOf([[[LIMIT, 40]]], { intervalPeriod: { start: '0001-01-01', duration: 'PT0S' } });
    expect(read(cancelled)).toEqual({ limits: [], notes: [] });
  });

  it('names what it says beside its limits and is not used', () => {
    const { limits, notes } = read(
      eventOf([
        [
          [LIMIT, 40],
          ['SIMPLE', 1],
        ],
      ]),
    );
    expect(limits).toHaveLength(1);
    expect(notes.join(' ')).toMatch(/SIMPLE/);
  });

  it('keeps a name no longer than a reason may be', () => {
    expect(read(eventOf([[[LIMIT, 1]]], { eventName: '⚡'.repeat(300) })).limits[0]?.reason).toBe('⚡'.repeat(200));
  });
});

describe('an event is refused', () => {
  it('that limits export, even beside import, naming where', () => {
    const problem = problemOf(
      eventOf([
        [[LIMIT, 40]],
        [
          [LIMIT, 40],
          ['EXPORT_CAPACITY_LIMIT', 10],
        ],
      ]),
    );
    expect(problem).toMatchObject({ code: 'INVALID_GRID_EVENT', field: '/intervals/1/payloads/1' });
    expect(problem.message).toMatch(/fed into the grid/);
  });

  it('that holds nothing but other payloads', () => {
    expect(problemOf(eventOf([[['SIMPLE', 2]]]))).toMatchObject({ code: 'INVALID_GRID_EVENT' });
  });

  it('that is no event, has no units or negative power, with what is wrong and where', () => {
    expect(problemOf({ hello: 1 }).code).toBe('INVALID_GRID_EVENT');
    const noUnits = problemOf(eventOf([[[LIMIT, 40]]], { payloadDescriptors: [] }));
    expect(noUnits.details.issues).toEqual([expect.objectContaining({ reason: expect.stringMatching(/units/) })]);
    expect(problemOf(eventOf([[[LIMIT, -1]]])).field).toMatch(/^\/intervals\/0\/payloads/);
  });

  it('that has more intervals than are kept', () => {
    const many = (count: number) => eventOf(Array.from({ length: count }, () => [[LIMIT, 40]] as const));
    expect(read(many(INTERVALS_MAX)).limits).toHaveLength(INTERVALS_MAX);
    expect(problemOf(many(INTERVALS_MAX + 1))).toMatchObject({
      code: 'TOO_MANY_LIMITS',
      details: { limit: 'intervals', found: INTERVALS_MAX + 1, max: INTERVALS_MAX },
    });
  });

  it('that is nested like nothing OpenADR has, without going down for ever', () => {
    let deep: object = { type: 'EXPORT_CAPACITY_LIMIT' };
    for (let level = 0; level < 5_000; level++) deep = { deep };
    expect(problemOf(deep).code).toBe('INVALID_GRID_EVENT');
  });
});
