import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FailsafeHours, SiteModel, Station } from '../../../src/site/model.js';
import { PHASES, type Phase } from '../../../src/site/phases.js';
import { Problem } from '../../../src/site/problem.js';
import { validateSite } from '../../../src/site/validateSite.js';
import { acEvse, ampere, circuitOf, dcEvse, siteOf, stationOf } from '../../support/builders.js';

function problemOf(more: Partial<SiteModel>): Pick<Problem, 'code' | 'field' | 'details'> | undefined {
  try {
    validateSite(siteOf(more));
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, field: error.field, details: error.details };
    throw error;
  }
  return undefined;
}

describe('a site is refused', () => {
  it('not when all fits', () => {
    expect(problemOf({})).toBeUndefined();
    expect(problemOf({ stations: [] })).toBeUndefined();
    expect(problemOf({ stations: [stationOf('D', { failsafeA: 0, evses: [dcEvse()] })] })).toBeUndefined();
  });

  it('for a time zone that does not exist', () => {
    expect(problemOf({ timeZone: 'Mars/Base' })).toMatchObject({ code: 'INVALID_TIME_ZONE', field: '/timeZone' });
  });

  it('without a grid connection, or with two', () => {
    expect(problemOf({ circuits: [], stations: [] })).toMatchObject({ code: 'CIRCUIT_ROOT' });
    const two = [circuitOf('grid', 63), circuitOf('other', 63, { parentId: null })];
    expect(problemOf({ circuits: two })).toMatchObject({ code: 'CIRCUIT_ROOT' });
  });

  it('for circuits that form a cycle, beside the root or without one', () => {
    const ring = [circuitOf('a', 63, { parentId: 'b' }), circuitOf('b', 63, { parentId: 'a' })];
    for (const circuits of [[circuitOf('grid', 63), ...ring], ring])
      expect(problemOf({ circuits, stations: [] })).toMatchObject({
        code: 'CIRCUIT_CYCLE',
        details: { circuitId: 'a' },
      });
    expect(problemOf({ circuits: [circuitOf('a', 63, { parentId: 'a' })], stations: [] })).toMatchObject({
      code: 'CIRCUIT_CYCLE',
    });
  });

  it('for a parent, or a circuit of a station, that it does not have', () => {
    expect(problemOf({ circuits: [circuitOf('grid', 63), circuitOf('row', 32, { parentId: 'gird' })] })).toMatchObject({
      code: 'CIRCUIT_UNKNOWN',
      field: '/circuits/1/parentId',
    });
    expect(problemOf({ stations: [stationOf('A', { circuitId: 'row' })] })).toMatchObject({
      code: 'CIRCUIT_UNKNOWN',
      field: '/stations/0/circuitId',
    });
  });

  it('for an id used twice: circuit, station, EVSE, or a phase of one EVSE', () => {
    expect(problemOf({ circuits: [circuitOf('grid', 63), circuitOf('grid', 63)] })).toMatchObject({
      code: 'DUPLICATE_ID',
      field: '/circuits/1/id',
    });
    expect(problemOf({ stations: [stationOf('A'), stationOf('A')] })).toMatchObject({
      code: 'DUPLICATE_ID',
      field: '/stations/1/id',
    });
    expect(problemOf({ stations: [stationOf('A', { evses: [acEvse(), acEvse()] })] })).toMatchObject({
      code: 'DUPLICATE_ID',
      field: '/stations/0/evses/1/id',
    });
    expect(problemOf({ stations: [stationOf('A', { phases: ['L1', 'L1'] })] })).toMatchObject({
      code: 'DUPLICATE_ID',
      field: '/stations/0/evses/0/phases',
    });
  });

  it('for a minimum current above the maximum', () => {
    const evses = [acEvse({ currentMinA: 16, currentMaxA: 10 })];
    expect(problemOf({ stations: [stationOf('A', { failsafeA: 0, evses })] })).toMatchObject({
      code: 'CURRENT_RANGE',
      field: '/stations/0/evses/0/currentMinA',
    });
  });

  it('for a failsafe that no EVSE can offer: above 0 and below its minimum, or above its maximum', () => {
    for (const failsafeA of [3, 40])
      expect(problemOf({ stations: [stationOf('A', { failsafeA })] })).toMatchObject({
        code: 'CURRENT_RANGE',
        field: '/stations/0/failsafeA',
      });
    expect(problemOf({ stations: [stationOf('A', { failsafeA: 0 })] })).toBeUndefined();
  });

  it('for a base load beyond its own limit', () => {
    const circuits = [circuitOf('grid', 63, { baseLoadMaxA: ampere(0, 70, 0) })];
    expect(problemOf({ circuits })).toMatchObject({ code: 'CURRENT_RANGE', field: '/circuits/0/baseLoadMaxA/L2' });
  });

  it('for failsafes that do not fit a circuit beside its worst base load, naming circuit, phase and sum', () => {
    const circuits = [circuitOf('grid', 63), circuitOf('row', ampere(20, 14, 20), { baseLoadMaxA: ampere(0, 3, 0) })];
    const stations = [stationOf('A', { circuitId: 'row', phases: ['L2'] }), stationOf('B', { circuitId: 'row' })];
    expect(problemOf({ circuits, stations })).toMatchObject({
      code: 'FAILSAFE_EXCEEDS_LIMIT',
      field: '/circuits/1',
      details: { circuitId: 'row', phase: 'L2', sumA: 12, limitA: 11 },
    });
    const fits = [circuitOf('grid', 63), circuitOf('row', ampere(20, 15, 20), { baseLoadMaxA: ampere(0, 3, 0) })];
    expect(problemOf({ circuits: fits, stations })).toBeUndefined();
  });

  it('for failsafes of two EVSEs of one station, which draw it twice', () => {
    const stations = [stationOf('A', { evses: [acEvse(), acEvse({ id: 2 })] })];
    expect(problemOf({ circuits: [circuitOf('grid', 11)], stations })).toMatchObject({
      details: { sumA: 12, limitA: 11 },
    });
  });

  it('for failsafes that do not fit a power limit', () => {
    const circuits = [circuitOf('grid', 63, { powerLimitW: 8_000, baseLoadMaxA: ampere(1, 0, 0) })];
    expect(problemOf({ circuits })).toMatchObject({
      code: 'FAILSAFE_EXCEEDS_LIMIT',
      details: { circuitId: 'grid', sumW: 8_280, limitW: 7_770 },
    });
  });

  it('for failsafes that do not fit at some time of the week only, naming when', () => {
    const night: FailsafeHours = { from: '22:00', to: '06:00', days: ['FR'], limitA: 16 };
    const late: FailsafeHours = { from: '23:30', to: '23:45', limitA: 16 };
    const stations = [stationOf('A', { failsafeHours: [night] }), stationOf('B', { failsafeHours: [late] })];
    expect(problemOf({ circuits: [circuitOf('grid', 31)], stations })).toMatchObject({
      code: 'FAILSAFE_EXCEEDS_LIMIT',
      details: { circuitId: 'grid', phase: 'L1', sumA: 32, limitA: 31, from: 'FR 23:30' },
    });
    expect(problemOf({ circuits: [circuitOf('grid', 32)], stations })).toBeUndefined();
    const power = [circuitOf('grid', 63, { powerLimitW: 20_000 })];
    expect(problemOf({ circuits: power, stations })).toMatchObject({ details: { sumW: 22_080, from: 'FR 23:30' } });
  });

  it('for hours of a failsafe that no EVSE can offer, or that overlap, within a week or over its end', () => {
    const withHours = (...failsafeHours: FailsafeHours[]) => ({ stations: [stationOf('A', { failsafeHours })] });
    expect(problemOf(withHours({ from: '22:00', to: '06:00', limitA: 5 }))).toMatchObject({
      code: 'CURRENT_RANGE',
      field: '/stations/0/failsafeHours/0/limitA',
    });
    expect(problemOf(withHours({ from: '22:00', to: '06:00', limitA: 0 }))).toBeUndefined();
    const overlaps: FailsafeHours[][] = [
      [
        { from: '22:00', to: '06:00', limitA: 8 },
        { from: '05:59', to: '07:00', limitA: 0 },
      ],
      [
        { from: '00:30', to: '01:00', days: ['MO'], limitA: 8 },
        { from: '23:00', to: '02:00', days: ['SU'], limitA: 0 },
      ],
      [
        { from: '06:00', to: '06:00', limitA: 8 },
        { from: '12:00', to: '13:00', days: ['WE'], limitA: 0 },
      ],
    ];
    for (const hours of overlaps)
      expect(problemOf(withHours(...hours))).toMatchObject({ code: 'FAILSAFE_HOURS_OVERLAP' });
    const touching: FailsafeHours[] = [
      { from: '22:00', to: '06:00', limitA: 8 },
      { from: '06:00', to: '22:00', limitA: 0 },
    ];
    expect(problemOf(withHours(...touching))).toBeUndefined();
  });

  it('exactly where failsafes do not fit, whatever their hours: looked at quarter by quarter', () => {
    const time = fc.nat(95).map((n) => {
      const [hours, minutes] = [Math.floor(n / 4), (n % 4) * 15].map((value) => String(value).padStart(2, '0'));
      return `${hours}:${minutes}` as FailsafeHours['from'];
    });
    const day = fc.constantFrom<FailsafeHours['days']>(['MO'], ['SU'], ['TU', 'SA'], undefined);
    const anyStation = fc.record({
      circuitId: fc.constantFrom('grid', 'row'),
      phases: fc.constantFrom<readonly Phase[]>(['L1'], ['L2', 'L3'], ['L1', 'L2', 'L3']),
      hours: fc.tuple(time, time, day, fc.constantFrom(0, 8, 16)),
    });
    fc.assert(
      fc.property(fc.array(anyStation, { maxLength: 5 }), fc.integer({ min: 6, max: 60 }), (chosen, rowA) => {
        const stations = chosen.map(({ circuitId, phases, hours: [from, to, days, limitA] }, index) =>
          stationOf(`S${index}`, {
            circuitId,
            phases,
            failsafeHours: [{ from, to, ...(days === undefined ? {} : { days }), limitA }],
          }),
        );
        const circuits = [circuitOf('grid', 50), circuitOf('row', rowA)];
        const fits = circuits.every(({ id, limitA }) =>
          PHASES.every((phase) =>
            Array.from({ length: 7 * 96 }, (_, quarter) => quarter * 15).every((minute) => {
              const below = stations.filter(
                (station) => (id === 'grid' || station.circuitId === id) && station.evses[0]?.phases.includes(phase),
              );
              return below.reduce((sum, station) => sum + byHand(station, minute), 0) <= limitA[phase];
            }),
          ),
        );
        const problem = problemOf({ circuits, stations });
        expect(problem?.code).toBe(fits ? undefined : 'FAILSAFE_EXCEEDS_LIMIT');
      }),
      { numRuns: 100 },
    );
  });
});

/** Of a station with one entry of hours: is this minute of the week in it? */
function byHand({ failsafeA, failsafeHours = [] }: Station, minute: number): number {
  const names = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
  const minutesOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  for (const { from, to, days = names, limitA } of failsafeHours) {
    const [begins, ends] = [minutesOf(from), minutesOf(to)];
    const today = names[Math.floor(minute / 1_440)];
    const yesterday = names[(Math.floor(minute / 1_440) + 6) % 7];
    const ofDay = minute % 1_440;
    const began = today !== undefined && days.includes(today) && ofDay >= begins && (ends <= begins || ofDay < ends);
    const lasts = yesterday !== undefined && days.includes(yesterday) && ends <= begins && ofDay < ends;
    if (began || lasts) return limitA;
  }
  return failsafeA;
}
