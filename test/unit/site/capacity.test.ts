import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capacityRows, circuitCapacities, limitChanges, loadPerAmpere } from '../../../src/site/capacity.js';
import {
  evseCurrentMaxA,
  floorToDeciampere,
  floorToWatt,
  outletWattsPerAmpere,
} from '../../../src/site/electricity.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { acEvse, ampere, circuitOf, dcEvse, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const limitOf = (more: Partial<CapacityLimit>): CapacityLimit => ({
  limitId: 'l',
  circuitId: 'grid',
  fromMs: 0,
  toMs: 'open',
  source: 'owner',
  ...more,
});
const windowOf = (fromMs: number, toMs: number | 'open', more: Partial<CapacityLimit>) => ({
  limit: limitOf(more),
  fromMs,
  toMs,
});

describe('what a circuit can carry', () => {
  const life = new SiteLife(
    siteOf({ circuits: [circuitOf('grid', 63), circuitOf('row', 32, { powerLimitW: 10_000 })] }),
  );
  const windows = [
    windowOf(1_000, 3_000, { limitA: ampere(40) }),
    windowOf(2_000, 4_000, { limitA: ampere(50, 20, 99), powerLimitW: 20_000 }),
    windowOf(2_500, 'open', { circuitId: 'row', powerLimitW: 5_000 }),
  ];
  const boundariesMs = [0, 1_000, 2_000, 3_000, 4_000];

  it('is the least of its own limit and every temporary one in force', () => {
    const [grid] = circuitCapacities(life.state, windows, boundariesMs, life.nowMs);
    expect(grid?.limitA.L1).toEqual([63, 40, 40, 50]);
    expect(grid?.limitA.L2).toEqual([63, 40, 20, 20]);
    expect(grid?.limitA.L3).toEqual([63, 40, 40, 63]);
    expect(grid?.powerLimitW).toEqual(['unlimited', 'unlimited', 20_000, 20_000]);
  });

  it('counts a window for the whole of an interval that it touches', () => {
    const row = circuitCapacities(life.state, windows, boundariesMs, life.nowMs)[1];
    expect(row?.powerLimitW).toEqual([10_000, 10_000, 5_000, 5_000]);
  });

  it('changes at the edges of windows', () => {
    expect(limitChanges(windows, 0, 4_000)).toEqual([1_000, 2_000, 2_500, 3_000]);
  });

  it('is less what the building takes, per phase and in power', () => {
    const building = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63, { powerLimitW: 20_000 })] }));
    building.meterCircuit('grid', ampere(10, 20, 0));
    const rows = capacityRows(circuitCapacities(building.state, [], [0, 1], building.nowMs), building.state.site);
    expect(rows.map(({ kind, capacity }) => [kind, capacity[0]])).toEqual([
      ['L1', 53],
      ['L2', 43],
      ['L3', 63],
      ['power', 20_000 - 30 * 230],
    ]);
  });
});

describe('a limit on the charging alone', () => {
  const site = siteOf({ circuits: [circuitOf('grid', 63, { powerLimitW: 20_000, baseLoadMaxA: ampere(10) })] });
  const powerRow = (life: SiteLife, ...more: Partial<CapacityLimit>[]) => {
    const windows = more.map((one) => windowOf(0, 'open', one));
    const capacities = circuitCapacities(life.state, windows, [0, 1], life.nowMs);
    return capacityRows(capacities, life.state.site).find(({ kind }) => kind === 'power')?.capacity[0];
  };

  it('leaves the building aside, and the tighter of it and the power limit counts', () => {
    const life = new SiteLife(site);
    // The building takes 3 × 10 A × 230 V = 6,900 W of 20,000 W.
    expect(powerRow(life)).toBe(13_100);
    expect(powerRow(life, { chargingPowerLimitW: 13_000 })).toBe(13_000);
    expect(powerRow(life, { chargingPowerLimitW: 14_000 })).toBe(13_100);
    expect(powerRow(life, { chargingPowerLimitW: 14_000 }, { chargingPowerLimitW: 4_000 })).toBe(4_000);
    expect(powerRow(life, { chargingPowerLimitW: 9_000, powerLimitW: 8_000 })).toBe(1_100);
  });

  it('makes a power row of its own where there is no power limit', () => {
    const life = new SiteLife(siteOf({ circuits: [circuitOf('grid', 63, { baseLoadMaxA: ampere(10) })] }));
    expect(powerRow(life)).toBeUndefined();
    expect(powerRow(life, { chargingPowerLimitW: 4_200 })).toBe(4_200);
  });

  it('follows from a dimming by the stations there are', () => {
    const section14a = { mode: 'ems' } as const;
    const life = new SiteLife({ ...site, stations: [stationOf('A')] });
    expect(powerRow(life, { section14a })).toBe(4_200);
    life.take({ type: 'siteConfigured', site: { ...site, stations: ['A', 'B', 'C'].map((id) => stationOf(id)) } });
    expect(powerRow(life, { section14a })).toBe(10_500);
    expect(powerRow(life, { section14a, chargingPowerLimitW: 9_000 })).toBe(9_000);
    life.take({ type: 'siteConfigured', site: { ...site, stations: [] } });
    expect(powerRow(life, { section14a })).toBe(13_100);
  });
});

describe('windows over a time grid', () => {
  const instants = fc.integer({ min: 0, max: 40 });
  const drawnWindow = fc.record({
    fromMs: instants,
    lastsMs: fc.integer({ min: 1, max: 15 }),
    isOpen: fc.boolean(),
    limitA: fc.integer({ min: 0, max: 80 }),
    powerW: fc.integer({ min: 0, max: 40_000 }),
    member: fc.constantFrom('powerLimitW' as const, 'chargingPowerLimitW' as const),
  });

  it('each count in every interval that they touch, and by minimum: one more never raises anything', () => {
    fc.assert(
      fc.property(
        fc.array(drawnWindow, { maxLength: 8 }),
        fc.uniqueArray(instants, { minLength: 2 }),
        (drawn, times) => {
          const life = new SiteLife(siteOf());
          const boundariesMs = times.sort((a, b) => a - b);
          const windows = drawn.map(({ fromMs, lastsMs, isOpen, limitA, powerW, member }) =>
            windowOf(fromMs, isOpen ? 'open' : fromMs + lastsMs, { limitA: ampere(limitA), [member]: powerW }),
          );
          const [grid] = circuitCapacities(life.state, windows, boundariesMs, life.nowMs);
          boundariesMs.slice(0, -1).forEach((fromMs, slot) => {
            const toMs = boundariesMs[slot + 1] ?? 0;
            const touching = windows.filter((one) => one.fromMs < toMs && (one.toMs === 'open' || one.toMs > fromMs));
            const least = (memberOf: (limit: CapacityLimit) => number | undefined) =>
              Math.min(...touching.map(({ limit }) => memberOf(limit) ?? Number.POSITIVE_INFINITY));
            const asLimit = (value: number) => (Number.isFinite(value) ? value : 'unlimited');
            expect(grid?.limitA.L2[slot]).toBe(
              Math.min(
                63,
                least((limit) => limit.limitA?.L2),
              ),
            );
            expect(grid?.powerLimitW[slot]).toBe(asLimit(least((limit) => limit.powerLimitW)));
            expect(grid?.chargingPowerLimitW[slot]).toBe(asLimit(least((limit) => limit.chargingPowerLimitW)));
          });
        },
      ),
    );
  });
});

describe('amperes, watts and phases', () => {
  it('are converted by the supply of the EVSE, losses of a rectifier included', () => {
    expect(outletWattsPerAmpere(acEvse(), 230)).toBe(690);
    expect(outletWattsPerAmpere(acEvse({ phases: ['L2'] }), 230)).toBe(230);
    expect(outletWattsPerAmpere(acEvse({ wattsPerAmpere: 400 }), 230)).toBe(400);
    expect(outletWattsPerAmpere(dcEvse({ efficiency: 0.5 }), 230)).toBe(345);
    expect(evseCurrentMaxA(dcEvse({ powerMaxW: 69_000, efficiency: 0.5 }), { voltageV: 230 })).toBe(200);
  });

  it('load a row by the phases in use', () => {
    expect(loadPerAmpere(acEvse(), ['L1'], 'L1', 230)).toBe(1);
    expect(loadPerAmpere(acEvse(), ['L1'], 'L2', 230)).toBe(0);
    expect(loadPerAmpere(acEvse(), ['L1'], 'power', 230)).toBe(230);
    expect(loadPerAmpere(dcEvse(), ['L1', 'L2', 'L3'], 'power', 230)).toBe(690);
  });

  it('are rounded down to what the wire carries, and what is exact stays', () => {
    expect(floorToDeciampere(13.39)).toBe(13.3);
    expect(floorToDeciampere(0.1 + 0.2)).toBe(0.3);
    expect(floorToDeciampere(16)).toBe(16);
    expect(floorToWatt(4_139.999)).toBe(4_139);
    expect(floorToWatt(6 * 690)).toBe(4_140);
  });
});
