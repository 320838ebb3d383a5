import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { expandLimits } from '../../../src/plan/limitWindows.js';
import { recurrenceFault } from '../../../src/plan/recurrence.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { ampere, HOUR_MS, MINUTE_MS } from '../../support/builders.js';

const STOCKHOLM = 'Europe/Stockholm';
const DAY_MS = 24 * HOUR_MS;

function recurring(from: string, to: string, recurrence: string): CapacityLimit {
  return {
    limitId: 'l',
    circuitId: 'grid',
    limitA: ampere(30),
    fromMs: Date.parse(from),
    toMs: Date.parse(to),
    recurrence,
    source: 'owner',
  };
}

/** Windows as "local start → local end", with offsets. */
function shown(limit: CapacityLimit, from: string, to: string, zone = STOCKHOLM): string[] {
  const local = (ms: number) => DateTime.fromMillis(ms, { zone }).toFormat('MM-dd HH:mm ZZ');
  return expandLimits([limit], zone, Date.parse(from), Date.parse(to)).map(
    (window) => `${local(window.fromMs)} → ${local(Number(window.toMs))}`,
  );
}

describe('a recurring limit in the night when clocks are set forward (02:00 → 03:00)', () => {
  const of = (from: string, to: string) =>
    shown(
      recurring(`2026-03-20T${from}:00+01:00`, `2026-03-20T${to}:00+01:00`, 'FREQ=DAILY'),
      '2026-03-28T12:00:00+01:00',
      '2026-03-29T20:00:00+02:00',
    );

  it('that begins at a time that the clock skips begins when it is set', () => {
    expect(of('02:30', '05:00')).toEqual(['03-29 03:00 +02:00 → 03-29 05:00 +02:00']);
  });

  it('that ends at a time that the clock skips holds on for as long as it would have', () => {
    expect(of('01:00', '02:30')).toEqual(['03-29 01:00 +01:00 → 03-29 03:30 +02:00']);
  });

  it('that lies wholly within what the clock skips is not lost', () => {
    expect(of('02:10', '02:40')).toEqual(['03-29 03:00 +02:00 → 03-29 03:40 +02:00']);
  });

  it('that lasts over it ends by the wall clock', () => {
    const night = recurring('2026-03-20T22:00:00+01:00', '2026-03-21T06:00:00+01:00', 'FREQ=DAILY');
    expect(shown(night, '2026-03-28T12:00:00+01:00', '2026-03-30T12:00:00+02:00')).toEqual([
      '03-28 22:00 +01:00 → 03-29 06:00 +02:00',
      '03-29 22:00 +02:00 → 03-30 06:00 +02:00',
    ]);
  });
});

describe('a recurring limit in the night when clocks are set back (03:00 → 02:00)', () => {
  const of = (from: string, to: string) =>
    shown(
      recurring(`2026-10-20T${from}:00+02:00`, `2026-10-20T${to}:00+02:00`, 'FREQ=DAILY'),
      '2026-10-24T12:00:00+02:00',
      '2026-10-25T20:00:00+01:00',
    );

  it('holds from the first time that the clock shows its start to the last that it shows its end', () => {
    expect(of('02:15', '02:45')).toEqual(['10-25 02:15 +02:00 → 10-25 02:45 +01:00']);
    expect(of('01:00', '02:30')).toEqual(['10-25 01:00 +02:00 → 10-25 02:30 +01:00']);
    expect(of('02:30', '04:00')).toEqual(['10-25 02:30 +02:00 → 10-25 04:00 +01:00']);
  });

  it('that lasts over it ends by the wall clock, an hour later than by a stopwatch', () => {
    const night = recurring('2026-10-20T22:00:00+02:00', '2026-10-21T06:00:00+02:00', 'FREQ=DAILY');
    expect(shown(night, '2026-10-24T12:00:00+02:00', '2026-10-26T12:00:00+01:00')).toEqual([
      '10-24 22:00 +02:00 → 10-25 06:00 +01:00',
      '10-25 22:00 +01:00 → 10-26 06:00 +01:00',
    ]);
  });

  it('first occurs where it was said to, though the clock shows that time twice', () => {
    const second = recurring('2026-10-25T02:30:00+01:00', '2026-10-25T04:00:00+01:00', 'FREQ=DAILY');
    expect(shown(second, '2026-10-24T12:00:00+02:00', '2026-10-25T20:00:00+01:00')).toEqual([
      '10-25 02:30 +01:00 → 10-25 04:00 +01:00',
    ]);
  });

  it('whose first occurrence runs from the first to the second of the same times is as long on other days', () => {
    const hour = recurring('2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00', 'FREQ=DAILY');
    expect(shown(hour, '2026-10-25T20:00:00+01:00', '2026-10-26T20:00:00+01:00')).toEqual([
      '10-26 02:30 +01:00 → 10-26 03:30 +01:00',
    ]);
  });
});

describe('the parts of a rule', () => {
  const evening = (recurrence: string) =>
    recurring('2026-03-20T17:00:00+01:00', '2026-03-20T20:00:00+01:00', recurrence);
  const days = (recurrence: string, from = '2026-03-20T00:00:00+01:00', to = '2026-04-20T00:00:00+02:00') =>
    shown(evening(recurrence), from, to).map((window) => window.slice(0, 11));

  it('BYDAY goes by the local day, over a change too', () => {
    const midnight = recurring('2026-03-22T00:30:00+01:00', '2026-03-22T01:00:00+01:00', 'FREQ=WEEKLY;BYDAY=SU');
    // In UTC these are Saturdays; the change is on the second.
    expect(shown(midnight, '2026-03-20T00:00:00Z', '2026-04-07T00:00:00Z')).toEqual([
      '03-22 00:30 +01:00 → 03-22 01:00 +01:00',
      '03-29 00:30 +01:00 → 03-29 01:00 +01:00',
      '04-05 00:30 +02:00 → 04-05 01:00 +02:00',
    ]);
    expect(days('FREQ=MONTHLY;BYDAY=-1SU', undefined, '2026-07-01T00:00:00Z')).toEqual([
      '03-29 17:00',
      '04-26 17:00',
      '05-31 17:00',
      '06-28 17:00',
    ]);
  });

  it('COUNT counts occurrences, the one that the clock skips too', () => {
    const night = recurring('2026-03-28T02:30:00+01:00', '2026-03-28T02:45:00+01:00', 'FREQ=DAILY;COUNT=3');
    expect(shown(night, '2026-03-27T00:00:00Z', '2026-04-20T00:00:00Z')).toEqual([
      '03-28 02:30 +01:00 → 03-28 02:45 +01:00',
      '03-29 03:00 +02:00 → 03-29 03:45 +02:00',
      '03-30 02:30 +02:00 → 03-30 02:45 +02:00',
    ]);
  });

  it('UNTIL is an instant and includes it', () => {
    expect(days('FREQ=DAILY;UNTIL=20260330T150000Z').at(-1)).toBe('03-30 17:00');
    expect(days('FREQ=DAILY;UNTIL=20260330T145959Z').at(-1)).toBe('03-29 17:00');
    expect(days('UNTIL=20260330T145959Z;FREQ=DAILY').at(-1)).toBe('03-29 17:00');
  });

  it('UNTIL may be a local day, to its end, or a local time', () => {
    expect(days('FREQ=DAILY;UNTIL=20260330').at(-1)).toBe('03-30 17:00');
    expect(days('FREQ=DAILY;UNTIL=20260330T170000').at(-1)).toBe('03-30 17:00');
    expect(days('FREQ=DAILY;UNTIL=20260330T165959').at(-1)).toBe('03-29 17:00');
  });

  it('BYHOUR sets the time of day where it is given', () => {
    const found = shown(evening('FREQ=DAILY;BYHOUR=2;BYMINUTE=30'), '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z');
    expect(found.map((window) => window.slice(0, 18))).toEqual(['03-29 03:00 +02:00', '03-30 02:30 +02:00']);
  });

  it('that would be passed over in silence are told', () => {
    expect(recurrenceFault('RRULE:FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU')).toBeUndefined();
    for (const [rule, why] of [
      ['FREQ=DAILY;EXDATE=20260401', /EXDATE/],
      ['FREQ=DAILY;RSCALE=HEBREW', /RSCALE/],
      ['FREQ=DAILY;FREQ=WEEKLY', /twice/],
      ['FREQ=DAILY;COUNT=3;UNTIL=20260401', /both/],
      ['RRULE:FREQ=DAILY\nEXDATE:20260401T000000Z', /more than one/],
      ['DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY', /more than one/],
    ] as const)
      expect(recurrenceFault(rule), rule).toMatch(why);
  });
});

describe('a daily limit in any zone', () => {
  /** A few days around changes: of an hour, of half an hour, of a whole day; and none. What the clock shows is read once. */
  const changes = [
    [STOCKHOLM, Date.UTC(2026, 2, 29)],
    [STOCKHOLM, Date.UTC(2026, 9, 25)],
    ['America/New_York', Date.UTC(2026, 2, 8)],
    ['America/New_York', Date.UTC(2026, 10, 1)],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 5)],
    ['Australia/Lord_Howe', Date.UTC(2026, 9, 4)],
    ['America/St_Johns', Date.UTC(2026, 10, 1)],
    ['Pacific/Apia', Date.UTC(2011, 11, 30)],
    ['Asia/Kathmandu', Date.UTC(2026, 5, 1)],
  ] as const;
  const samplesOf = new Map(changes.map((change) => [change, samplesNear(change[0], change[1])]));

  function samplesNear(zone: string, nearMs: number) {
    const offsetAt = (ms: number) => DateTime.fromMillis(ms, { zone }).offset;
    const samples = [];
    for (let ms = nearMs - 3 * DAY_MS; ms < nearMs + 3 * DAY_MS; ms += 5 * MINUTE_MS) {
      const at = DateTime.fromMillis(ms, { zone });
      const isSteady = offsetAt(ms - 2 * DAY_MS) === offsetAt(ms + 2 * DAY_MS);
      samples.push({ ms, minute: at.hour * 60 + at.minute, isSteady });
    }
    return samples;
  }

  it('holds whenever the wall clock shows a time of it, and on days without a change at no other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...changes),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: 1, max: 1_439 }),
        (change, startMinute, lengthMinutes) => {
          const [zone, nearMs] = change;
          const first = DateTime.fromMillis(nearMs - 10 * DAY_MS, { zone })
            .startOf('day')
            .plus({ minutes: startMinute });
          const limit: CapacityLimit = {
            ...recurring('2026-01-01T00:00:00Z', '2026-01-01T01:00:00Z', 'FREQ=DAILY'),
            fromMs: first.toMillis(),
            toMs: first.plus({ minutes: lengthMinutes }).toMillis(),
          };
          const windows = expandLimits([limit], zone, nearMs - 3 * DAY_MS, nearMs + 3 * DAY_MS);
          const wrong = samplesOf.get(change)?.find(({ ms, minute, isSteady }) => {
            const isShown = (minute - startMinute + 1_440) % 1_440 < lengthMinutes;
            const holds = windows.some((window) => window.fromMs <= ms && ms < Number(window.toMs));
            return isShown ? !holds : holds && isSteady;
          });
          expect(wrong && DateTime.fromMillis(wrong.ms, { zone }).toISO()).toBeUndefined();
        },
      ),
    );
  });
});
