import { describe, expect, it } from 'vitest';
import { eventIntervals, pinnedEvent, readCapacityEvents } from '../../../../tariffs/index.js';

const NOW_MS = Date.UTC(2026, 0, 14, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const iso = (hours: number) => new Date(NOW_MS + hours * HOUR_MS).toISOString();

function event(intervalPeriod: object | undefined, ...own: readonly (object | undefined)[]) {
  return {
    programID: 'p',
    ...(intervalPeriod === undefined ? {} : { intervalPeriod }),
    payloadDescriptors: [{ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
    intervals: own.map((period, id) => ({
      id,
      ...(period === undefined ? {} : { intervalPeriod: period }),
      payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [id + 1] }],
    })),
  };
}

/** In minutes from now; read much later, which must not matter. */
function starts(document: object, draw: (index: number) => number = () => 0): readonly number[] {
  const pinned = pinnedEvent(document, { nowMs: NOW_MS, draw });
  const { limits } = readCapacityEvents(pinned, { nowMs: NOW_MS + 50 * HOUR_MS });
  return limits.map(({ startMs }) => (startMs - NOW_MS) / MINUTE_MS);
}

describe('an event that is pinned', () => {
  it('begins now where it says so, whenever it is read', () => {
    expect(starts(event({ start: '0001-01-01T00:00:00Z', duration: 'PT1H' }, undefined, undefined))).toEqual([0, 60]);
    expect(starts(event(undefined, { start: '0001-01-01', duration: 'PT1H' }))).toEqual([0]);
  });

  it('is cancelled where it says so', () => {
    expect(starts(event({ start: '0001-01-01T00:00:00Z', duration: 'PT0S' }, undefined))).toEqual([]);
  });

  it('is shifted as a whole by the randomizeStart of the event', () => {
    const randomized = { start: iso(1), duration: 'PT1H', randomizeStart: 'PT20M' };
    const absolute = { start: iso(5), duration: 'PT1H' };
    expect(starts(event(randomized, undefined, undefined, absolute), () => -0.5)).toEqual([50, 110, 290]);
  });

  it('is shifted anew from an interval on that has a randomizeStart of its own', () => {
    const randomized = { start: iso(1), duration: 'PT1H', randomizeStart: 'PT20M' };
    const own = { start: iso(5), duration: 'PT1H', randomizeStart: 'PT10M' };
    const draws = [1, 0, -1];
    expect(starts(event(randomized, undefined, own, undefined), (index) => draws[index] ?? 0)).toEqual([80, 290, 350]);
  });

  it('stays as it is where nothing is left to chance', () => {
    const plain = event({ start: iso(1), duration: 'PT1H' }, undefined, undefined);
    expect(pinnedEvent(plain, { nowMs: NOW_MS, draw: () => 1 })).toEqual(plain);
    expect(pinnedEvent('nonsense', { nowMs: NOW_MS, draw: () => 1 })).toBe('nonsense');
  });
});

describe('the intervals of an event', () => {
  it('are laid out with their ids, round after round where it repeats itself', () => {
    const looped = { ...event({ start: iso(0), duration: 'PT1H' }, undefined, undefined), duration: 'PT3H' };
    expect(
      eventIntervals(looped, { nowMs: NOW_MS }).map(({ id, startMs }) => [id, (startMs - NOW_MS) / HOUR_MS]),
    ).toEqual([
      [0, 0],
      [1, 1],
      [0, 2],
    ]);
  });
});
