import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProblemCircuit, ProblemSession, Series } from '../../../optimizer/index.js';
import { leavingRoom } from '../../../src/plan/roomForOthers.js';
import type { Phase } from '../../../src/site/phases.js';
import { circuitOf, HOUR_MS, MINUTE_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const boundariesMs = Array.from({ length: 17 }, (_, slot) => NOON_MS + slot * 15 * MINUTE_MS);

/** A charges; B is free, on phase L1, and so are C and D on all three, below a row. */
function site(occupied: readonly string[] = ['A']): SiteLife {
  const stations = [
    stationOf('A', { failsafeA: 0 }),
    stationOf('B', { failsafeA: 0, phases: ['L1'] }),
    stationOf('C', { failsafeA: 0, circuitId: 'row' }),
    stationOf('D', { failsafeA: 0, circuitId: 'row' }),
  ];
  const life = new SiteLife(siteOf({ stations, circuits: [circuitOf('grid', 200), circuitOf('row', 50)] }));
  occupied.forEach((id, index) => {
    life.commission(id, 0).start(id, index + 1);
  });
  return life;
}

const circuit = (id: string, limitA: Series): ProblemCircuit => ({
  id,
  parentId: id === 'grid' ? null : 'grid',
  limitA: { L1: limitA, L2: limitA, L3: limitA },
});
/** A on all phases: 1 A·h on each is 690 Wh. */
const wants = (ampereHours: number, more: Partial<ProblemSession> = {}): ProblemSession => ({
  id: 'A-1',
  circuitId: 'grid',
  phases: ['L1', 'L2', 'L3'],
  voltageV: 230,
  currentMinA: 6,
  currentMaxA: 32,
  energyWh: ampereHours * 690,
  departureMs: boundariesMs.at(-1) ?? 0,
  shortfallPricePerKwh: 1,
  ...more,
});

function limits(
  circuits: readonly ProblemCircuit[],
  sessions: readonly ProblemSession[],
  { life = site(), id = 'grid', phase = 'L1' as Phase } = {},
): readonly number[] {
  const found = leavingRoom(life.state, circuits, { sessions, boundariesMs }).find((one) => one.id === id);
  const limitA = found?.limitA[phase] ?? 0;
  if (limitA === 'unlimited') throw new Error('no limit');
  return typeof limitA === 'number' ? boundariesMs.slice(1).map(() => limitA) : limitA;
}

describe('room for cars that are yet to come', () => {
  it('is a part of each limit beyond the next hour, and nothing before', () => {
    expect(limits([circuit('grid', 100)], [wants(10)])).toEqual([...new Array(4).fill(100), ...new Array(12).fill(85)]);
  });

  it('is no more than free stations could draw there, and none where there is none', () => {
    expect(limits([circuit('row', 1_000)], [], { id: 'row', phase: 'L2' }).at(-1)).toBe(1_000 - 64);
    const full = site(['A', 'B', 'C', 'D']);
    expect(limits([circuit('grid', 100)], [wants(10)], { life: full }).at(-1)).toBe(100);
    expect(limits([circuit('grid', 100)], [wants(10)], { life: site(['A', 'C', 'D']), phase: 'L3' }).at(-1)).toBe(100);
  });

  it('is no more than half of what is not needed by any departure', () => {
    // 400 A·h by the end.
    expect(limits([circuit('grid', 100)], [wants(320)]).at(-1)).toBeCloseTo(90, 9);
    expect(limits([circuit('grid', 100)], [wants(400)]).at(-1)).toBe(100);
    expect(limits([circuit('grid', 100)], [wants(500)]).at(-1)).toBe(100);
    // Of the first hour's 100 A·h nine tenths are needed, though there is plenty later.
    const early = wants(90, { departureMs: NOON_MS + HOUR_MS });
    expect(limits([circuit('grid', 100)], [early, wants(5)]).at(-1)).toBeCloseTo(95, 9);
  });

  it('leaves what all together need by their departures, whatever the limits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 16, maxLength: 16 }),
        fc.array(fc.record({ ampereHours: fc.integer({ min: 1, max: 100 }), slot: fc.integer({ min: 1, max: 16 }) })),
        (limitA, cars) => {
          const sessions = cars.map(({ ampereHours, slot }) =>
            wants(ampereHours, { departureMs: boundariesMs[slot] ?? 0 }),
          );
          const left = limits([circuit('grid', limitA)], sessions);
          const by = (series: readonly number[], slot: number) =>
            series.slice(0, slot).reduce((sum, value) => sum + value / 4, 0);
          for (let slot = 1; slot <= 16; slot++) {
            const needed = cars.reduce((sum, car) => sum + (car.slot <= slot ? car.ampereHours : 0), 0);
            expect(left[slot - 1]).toBeLessThanOrEqual(limitA[slot - 1] ?? 0);
            if (needed <= by(limitA, slot)) expect(by(left, slot)).toBeGreaterThanOrEqual(needed - 1e-9);
          }
        },
      ),
    );
  });
});
