import { describe, expect, it } from 'vitest';
import type { Resolution } from '../../../../src/control/history/historyService.js';
import { localPeriods, summarize } from '../../../../src/control/history/periods.js';
import { QUARTER_MS, type QuarterRecord } from '../../../../src/site/history.js';

const HOUR_MS = 3_600_000;

function at(iso: string): number {
  return Date.parse(iso);
}

function quarter(startMs: number, more: Partial<QuarterRecord> = {}): QuarterRecord {
  return { startMs, importWh: 1_000, exportWh: 0, carsWh: 400, meteredMs: QUARTER_MS, buildingA: {}, ...more };
}

/** All quarters of a span, each as given. */
function quarters(from: string, to: string, more: Partial<QuarterRecord> = {}): readonly QuarterRecord[] {
  const count = (at(to) - at(from)) / QUARTER_MS;
  return Array.from({ length: count }, (_, index) => quarter(at(from) + index * QUARTER_MS, more));
}

function lengthsH(resolution: Resolution, timeZone: string, from: string, to: string): readonly number[] {
  const periods = localPeriods(resolution, timeZone, { fromMs: at(from), toMs: at(to) });
  expect(periods.slice(1).map(({ startMs }) => startMs)).toEqual(periods.slice(0, -1).map(({ endMs }) => endMs));
  return periods.map(({ startMs, endMs }) => (endMs - startMs) / HOUR_MS);
}

function summaryOf(
  resolution: Resolution,
  timeZone: string,
  span: [string, string],
  records: readonly QuarterRecord[],
  now = span[1],
) {
  const periods = localPeriods(resolution, timeZone, { fromMs: at(span[0]), toMs: at(span[1]) });
  const within = { fromMs: periods[0]?.startMs ?? 0, toMs: periods.at(-1)?.endMs ?? 0 };
  return summarize(periods, localPeriods('hour', timeZone, within), records, at(now));
}

describe('periods by the calendar of the site', () => {
  it('are days of 23 and 25 hours where the clocks change, with as many hours in them', () => {
    const spring = ['2026-03-28T12:00:00+01:00', '2026-03-30T12:00:00+02:00'] as const;
    const autumn = ['2026-10-24T12:00:00+02:00', '2026-10-26T12:00:00+01:00'] as const;
    expect(lengthsH('day', 'Europe/Stockholm', ...spring)).toEqual([24, 23, 24]);
    expect(lengthsH('day', 'Europe/Stockholm', ...autumn)).toEqual([24, 25, 24]);
    const day = ['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00'] as const;
    expect(lengthsH('hour', 'Europe/Stockholm', ...day)).toEqual(new Array(25).fill(1));
    expect(lengthsH('quarter', 'Europe/Stockholm', ...day)).toHaveLength(100);
  });

  it('begin on the half hour where the zone does', () => {
    const span = { fromMs: at('2026-01-14T10:10:00+05:30'), toMs: at('2026-01-14T10:20:00+05:30') };
    expect(localPeriods('hour', 'Asia/Kolkata', span)).toEqual([
      { startMs: at('2026-01-14T10:00:00+05:30'), endMs: at('2026-01-14T11:00:00+05:30') },
    ]);
    expect(localPeriods('day', 'Asia/Kathmandu', span)[0]?.startMs).toBe(at('2026-01-14T00:00:00+05:45'));
    expect(lengthsH('hour', 'Australia/Lord_Howe', '2026-04-05T00:00:00+11:00', '2026-04-06T00:00:00+10:30')).toEqual([
      ...new Array(24).fill(1),
      0.5,
    ]);
  });

  it('are whole where the span cuts them', () => {
    expect(lengthsH('month', 'Europe/Stockholm', '2026-03-31T23:00:00+02:00', '2026-04-01T00:00:00+02:00')).toEqual([
      31 * 24 - 1,
    ]);
    expect(lengthsH('quarter', 'UTC', '2026-04-01T00:01:00Z', '2026-04-01T00:16:00Z')).toEqual([0.25, 0.25]);
    expect(lengthsH('month', 'UTC', '2028-02-10T00:00:00Z', '2028-02-11T00:00:00Z')).toEqual([29 * 24]);
  });
});

describe('what happened in a period', () => {
  const DAY: [string, string] = ['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00'];

  it('sums up its quarters, on a day of 25 hours too, and takes the building for the rest', () => {
    const [day] = summaryOf('day', 'Europe/Stockholm', DAY, quarters(...DAY, { exportWh: 50 }));
    expect(day?.energy).toEqual({ importWh: 100_000, exportWh: 5_000, carsWh: 40_000, buildingWh: 55_000 });
    expect(day).toMatchObject({ knownShare: 1, meteredShare: 1 });
  });

  it('has its peaks by the quarter and by the hour of the clock, the first where several are the highest', () => {
    const records = [...quarters(...DAY)];
    const at17 = at('2026-10-25T17:00:00+01:00');
    const index = records.findIndex(({ startMs }) => startMs === at17);
    // The highest quarter is followed by empty ones; the hour before is the highest in sum.
    records[index] = quarter(at17, { importWh: 5_000 });
    for (const k of [1, 2, 3]) records[index + k] = quarter(at17 + k * QUARTER_MS, { importWh: 0 });
    for (const k of [1, 2, 3, 4]) records[index - k] = quarter(at17 - k * QUARTER_MS, { importWh: 1_500 });
    const [day] = summaryOf('day', 'Europe/Stockholm', DAY, records);
    expect(day?.peakQuarter).toEqual({ startMs: at17, powerW: 20_000 });
    expect(day?.peakHour).toEqual({ startMs: at17 - HOUR_MS, powerW: 6_000 });
  });

  it('shows gaps: nothing known is not nothing taken', () => {
    const records = quarters('2026-10-25T00:00:00+02:00', '2026-10-25T05:00:00+01:00', { meteredMs: 300_000 });
    const [day] = summaryOf('day', 'Europe/Stockholm', DAY, records);
    expect(day?.knownShare).toBeCloseTo(6 / 25, 9);
    expect(day?.meteredShare).toBeCloseTo(2 / 25, 9);
    const hours = summaryOf('hour', 'Europe/Stockholm', DAY, records);
    expect(hours.filter(({ energy }) => energy === 'unknown')).toHaveLength(19);
    expect(hours.at(-1)).toMatchObject({ energy: 'unknown', peakHour: null, peakQuarter: null, knownShare: 0 });
  });

  it('counts shares by the time that is over, and leaves out what has not begun', () => {
    const now = '2026-10-25T00:40:00+02:00';
    const records = quarters('2026-10-25T00:00:00+02:00', '2026-10-25T00:45:00+02:00').map((record, index) =>
      index === 2 ? { ...record, meteredMs: 600_000 } : record,
    );
    const hours = summaryOf('hour', 'Europe/Stockholm', DAY, records, now);
    expect(hours).toHaveLength(1);
    expect(hours[0]).toMatchObject({ knownShare: 1, meteredShare: 1 });
    expect(hours[0]?.energy).toMatchObject({ importWh: 3_000 });
  });
});
