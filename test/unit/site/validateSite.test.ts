import { describe, expect, it } from 'vitest';
import type { SiteModel } from '../../../src/site/model.js';
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
});
