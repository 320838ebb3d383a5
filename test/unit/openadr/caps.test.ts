import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CapsOptions, capsOf, faultOf, notesOf } from '../../../src/openadr/caps.js';
import { type KnownEvent, shareOf } from '../../../src/openadr/events.js';
import { GRID_SITE } from '../../support/grid/gridPorts.js';

const NOW_MS = Date.UTC(2026, 0, 14, 12);
const HOUR_MS = 3_600_000;
const [GRID] = GRID_SITE.circuits;
if (GRID === undefined) throw new Error('the site has no circuit');
const OPTIONS: CapsOptions = {
  circuit: GRID,
  voltageV: 230,
  timeZone: 'Europe/Stockholm',
  nowMs: NOW_MS,
  simplePercent: [75, 50, 25],
};

function event(body: Record<string, unknown>, more: Partial<KnownEvent> = {}): KnownEvent {
  return {
    id: 'e1',
    programId: 'p1',
    modified: 'm',
    isReadable: true,
    problem: null,
    firstSeenMs: NOW_MS,
    draw: 77,
    ...more,
    body,
  };
}

/** One interval an hour, from an hour of now on. */
function hourly(type: string, values: readonly number[], more: Record<string, unknown> = {}, from = 0) {
  return {
    programID: 'p1',
    intervalPeriod: { start: new Date(NOW_MS + from * HOUR_MS).toISOString(), duration: 'PT1H' },
    intervals: values.map((value, id) => ({ id, payloads: [{ type, values: [value] }] })),
    ...more,
  };
}

const at = (hours: number) => NOW_MS + hours * HOUR_MS;
const powers = (events: readonly KnownEvent[], options = OPTIONS) =>
  capsOf(events, options).map(({ fromMs, toMs, powerLimitW, chargingPowerLimitW }) => [
    (fromMs - NOW_MS) / HOUR_MS,
    toMs === 'open' ? toMs : (toMs - NOW_MS) / HOUR_MS,
    powerLimitW ?? chargingPowerLimitW,
  ]);

describe('what events of a VTN leave a circuit', () => {
  it('is their import limits, in kilowatts also where no unit is stated', () => {
    expect(capsOf([event(hourly('IMPORT_CAPACITY_LIMIT', [40, 25], { eventName: 'Cold evening' }))], OPTIONS)).toEqual([
      { fromMs: at(0), toMs: at(1), powerLimitW: 40_000, reason: 'Cold evening' },
      { fromMs: at(1), toMs: at(2), powerLimitW: 25_000, reason: 'Cold evening' },
    ]);
  });

  it('is by priority: the lower number cuts the others, and of equal ones the stricter holds', () => {
    const low = hourly('IMPORT_CAPACITY_LIMIT', [10, 10, 10], { priority: 5 });
    const high = hourly('IMPORT_CAPACITY_LIMIT', [30], { priority: 1 }, 1);
    expect(powers([event(low), event(high, { id: 'e2' })])).toEqual([
      [0, 1, 10_000],
      [1, 2, 30_000],
      [2, 3, 10_000],
    ]);
    const equal = hourly('IMPORT_CAPACITY_LIMIT', [7], { priority: 5 }, 1);
    expect(powers([event(low), event(equal, { id: 'e2' })])[1]).toEqual([1, 2, 7_000]);
  });

  it('is a share of what the circuit carries for the cars, by the level of SIMPLE', () => {
    const ratedW = 63 * 3 * 230;
    const caps = capsOf([event(hourly('SIMPLE', [0, 1, 2, 3]))], OPTIONS);
    expect(caps.map(({ chargingPowerLimitW }) => chargingPowerLimitW)).toEqual([
      Math.round(ratedW * 0.75),
      Math.round(ratedW * 0.5),
      Math.round(ratedW * 0.25),
    ]);
    expect(caps[0]?.fromMs).toBe(at(1));
  });

  it('lets level 0 of a more important event end what a less important one sheds', () => {
    const shed = hourly('SIMPLE', [3, 3], { priority: 9 });
    const normal = hourly('SIMPLE', [0], { priority: 1 }, 1);
    expect(powers([event(shed), event(normal, { id: 'e2' })])).toHaveLength(1);
  });

  it('takes a setpoint as a ceiling of the cars', () => {
    expect(capsOf([event(hourly('DISPATCH_SETPOINT', [11]))], OPTIONS)).toMatchObject([
      { chargingPowerLimitW: 11_000 },
    ]);
  });

  it('is each kind by itself: the least of a limit and of a level hold together', () => {
    const both = [event(hourly('IMPORT_CAPACITY_LIMIT', [20])), event(hourly('SIMPLE', [1]), { id: 'e2' })];
    expect(capsOf(both, OPTIONS)).toMatchObject([{ powerLimitW: 20_000, chargingPowerLimitW: 32_603 }]);
  });

  it('repeats and cuts by the event’s own duration, and goes on without end (3.1)', () => {
    const looped = hourly('IMPORT_CAPACITY_LIMIT', [10, 20], { duration: 'P9999Y' });
    const caps = powers([event(looped)]);
    expect(caps.slice(0, 3)).toEqual([
      [0, 1, 10_000],
      [1, 2, 20_000],
      [2, 3, 10_000],
    ]);
    // Only so far as is looked ahead.
    expect(caps.length).toBeLessThanOrEqual(8 * 24);
    expect(powers([event({ ...looped, duration: 'PT90M' })])).toEqual([
      [0, 1, 10_000],
      [1, 1.5, 20_000],
    ]);
  });

  it('begins "now" when the event was first seen, however often it is read', () => {
    const now = hourly('IMPORT_CAPACITY_LIMIT', [9], {
      intervalPeriod: { start: '0001-01-01T00:00:00Z', duration: 'P9999Y' },
    });
    const later = { ...OPTIONS, nowMs: NOW_MS + 5 * HOUR_MS };
    expect(powers([event(now)], later)).toEqual(powers([event(now)]));
    expect(powers([event(now)])).toEqual([[0, 'open', 9_000]]);
  });

  it('is nothing of an event that is cancelled by its period', () => {
    const period = { start: '0001-01-01T00:00:00Z', duration: 'PT0S' };
    expect(powers([event(hourly('IMPORT_CAPACITY_LIMIT', [9], { intervalPeriod: period }))])).toEqual([]);
  });

  it('shifts a randomized start by the same draw each time, within what is allowed', () => {
    const randomized = (draw: number) =>
      event(
        hourly('IMPORT_CAPACITY_LIMIT', [9, 8], {
          intervalPeriod: { start: new Date(at(2)).toISOString(), duration: 'PT1H', randomizeStart: 'PT10M' },
        }),
        { draw },
      );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_147_483_647 }), (draw) => {
        const [first, second] = capsOf([randomized(draw)], OPTIONS);
        expect(Math.abs((first?.fromMs ?? 0) - at(2))).toBeLessThanOrEqual(600_000);
        expect(second?.fromMs).toBe((first?.fromMs ?? 0) + HOUR_MS);
        expect(capsOf([randomized(draw)], OPTIONS)).toEqual(capsOf([randomized(draw)], OPTIONS));
      }),
    );
  });

  it('says why one can not be read, and what of another is not used', () => {
    expect(faultOf(hourly('IMPORT_CAPACITY_LIMIT', [-4]), OPTIONS)).toContain('-4');
    expect(faultOf(hourly('IMPORT_CAPACITY_LIMIT', [4]), OPTIONS)).toBeUndefined();
    expect(faultOf(hourly('PRICE', [4]), OPTIONS)).toBeUndefined();
    expect(notesOf(hourly('EXPORT_CAPACITY_LIMIT', [4]))).toEqual([expect.stringContaining('nothing is limited')]);
    expect(capsOf([event(hourly('EXPORT_CAPACITY_LIMIT', [4]))], OPTIONS)).toEqual([]);
  });
});

describe('draws', () => {
  it('are spread over [-1, 1], and differ from place to place', () => {
    const shares = Array.from({ length: 2_000 }, (_, draw) => shareOf(draw * 1_000_003, 0));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1.0001);
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / shares.length)).toBeLessThan(0.1);
    expect(shareOf(5, 1)).not.toBe(shareOf(5, 2));
  });
});
