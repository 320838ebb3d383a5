import { describe, expect, it } from 'vitest';
import type { KnownEvent } from '../../../src/openadr/events.js';
import { dueReports, reportBody, reportNotes } from '../../../src/openadr/reports.js';

const START_MS = Date.UTC(2026, 0, 14, 0);
const HOUR_MS = 3_600_000;

function event(descriptor: object, intervals = 6, more: object = {}): KnownEvent {
  const body = {
    programID: 'p1',
    intervalPeriod: { start: new Date(START_MS).toISOString(), duration: 'PT1H' },
    intervals: Array.from({ length: intervals }, (_, id) => ({ id, payloads: [] })),
    reportDescriptors: [{ payloadType: 'USAGE', ...descriptor }],
    ...more,
  };
  return {
    id: 'e1',
    programId: 'p1',
    modified: '',
    isReadable: true,
    problem: null,
    firstSeenMs: START_MS,
    draw: 1,
    body,
  };
}

const due = (known: KnownEvent, afterHours: number, sent: Record<string, number> = {}) =>
  dueReports([known], { nowMs: START_MS + afterHours * HOUR_MS, timeZone: 'UTC', sent }).map(
    ({ number, intervals }) => [number, intervals.map(({ id }) => id)],
  );

describe('reports that a VTN asks for', () => {
  it('are one of all intervals, once they are over', () => {
    expect(due(event({}), 6)).toEqual([]);
    expect(due(event({}), 6.1)).toEqual([[0, [0, 1, 2, 3, 4, 5]]]);
    expect(due(event({}), 6.1, { 'e1/0': 0 })).toEqual([]);
  });

  it('are every so many intervals, as often as stated', () => {
    const periodic = event({ startInterval: 1, numIntervals: 2, frequency: 2, repeat: 3 });
    expect(due(periodic, 2.1)).toEqual([[0, [0, 1]]]);
    expect(due(periodic, 7)).toEqual([
      [0, [0, 1]],
      [1, [2, 3]],
      [2, [4, 5]],
    ]);
    expect(due(event({ startInterval: 0, numIntervals: 1, frequency: 1, repeat: -1 }), 3.5)).toHaveLength(3);
  });

  it('come each time that an event which repeats itself is over', () => {
    expect(due(event({}, 2, { duration: 'P9999Y' }), 6.1)).toEqual([
      [0, [0, 1]],
      [1, [0, 1]],
      [2, [0, 1]],
    ]);
  });

  it('are not made of what was longer ago than a week, nor where nobody can', () => {
    expect(due(event({}), 24 * 9)).toEqual([]);
    expect(due(event({ historical: false }), 7)).toEqual([]);
    expect(reportNotes(event({ payloadType: 'STORAGE_CHARGE_LEVEL' }))).toEqual([
      expect.stringContaining('not made here'),
    ]);
  });

  it('say what is missing instead of guessing it', () => {
    const [report] = dueReports([event({}, 1)], { nowMs: START_MS + 2 * HOUR_MS, timeZone: 'UTC', sent: {} });
    if (report === undefined) throw new Error('nothing is due');
    const words = { clientName: 'ven', resourceName: 'depot', version: '3.0' } as const;
    expect(reportBody(report, ['unknown'], words)).toMatchObject({
      programID: 'p1',
      resources: [
        {
          resourceName: 'depot',
          intervals: [
            {
              id: 0,
              intervalPeriod: { start: '2026-01-14T00:00:00.000Z', duration: 'PT3600S' },
              payloads: [{ type: 'USAGE' }, { type: 'DATA_QUALITY', values: ['MISSING'] }],
            },
          ],
        },
      ],
    });
  });
});
