import { describe, expect, it } from 'vitest';
import { capacityRows, circuitCapacities, limitChanges, loadPerAmpere } from '../../../src/site/capacity.js';
import {
  evseCurrentMaxA,
  floorToDeciampere,
  floorToWatt,
  outletWattsPerAmpere,
} from '../../../src/site/electricity.js';
import type { CapacityLimit } from '../../../src/site/model.js';
import { acEvse, ampere, circuitOf, dcEvse, SiteLife, siteOf } from '../../support/builders.js';

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
