import type { DemandCharge } from '../../../optimizer/index.js';
import type { SeededRandom } from '../seededRandom.js';
import type { Site } from './site.js';
import type { Grid } from './timeGrid.js';

const HOUR_MS = 3_600_000;

interface Scene {
  readonly count: number;
  readonly grid: Grid;
  readonly site: Site;
}

/** The first is on the grid connection, the second on a feeder where there is one. Peaks so far are near what the cars reach. */
export function demandCharges(random: SeededRandom, { count, grid, site }: Scene): readonly DemandCharge[] {
  return Array.from({ length: count }, (_, index) => {
    const feeder = index === 0 || site.feeders.length === 0 ? undefined : random.pick(site.feeders);
    const carries = feeder === undefined ? { id: site.rootId, limitKw: site.connectionKw } : feeder;
    const baseLoadKw = feeder === undefined ? site.baseKw : random.between(0, 0.1) * feeder.limitKw;
    const windowMs = random.chance(0.6) && slotsKeepWithin(grid, HOUR_MS) ? HOUR_MS : undefined;
    return {
      circuitId: carries.id,
      pricePerKw: random.between(1, 10),
      peakSoFarKw: carries.limitKw * random.between(0.45, 0.95),
      baseLoadKw,
      ...(windowMs === undefined ? {} : runningWindow(grid, windowMs, baseLoadKw)),
      ...(random.chance(0.3) ? { weight: nightDiscount(grid) } : {}),
      ...(windowMs === undefined && random.chance(0.3) ? { slots: [0, Math.ceil(grid.slots * 0.7)] as const } : {}),
    };
  });
}

function slotsKeepWithin(grid: Grid, windowMs: number): boolean {
  return grid.boundariesMs.every((startMs, slot) => {
    const endMs = grid.boundariesMs[slot + 1] ?? startMs;
    return endMs === startMs || Math.floor(startMs / windowMs) === Math.ceil(endMs / windowMs) - 1;
  });
}

/** What the building took since the window began, and the cars half as much again. */
function runningWindow(grid: Grid, windowMs: number, baseLoadKw: number | readonly number[]) {
  const elapsedH = ((grid.boundariesMs[0] ?? 0) % windowMs) / HOUR_MS;
  const baseKw = typeof baseLoadKw === 'number' ? baseLoadKw : (baseLoadKw[0] ?? 0);
  return { windowMs, ...(elapsedH === 0 ? {} : { windowSoFarKwh: 1.5 * baseKw * elapsedH }) };
}

/** As some network operators have it: a kW counts half between 22 and 6 o'clock. */
function nightDiscount(grid: Grid): readonly number[] {
  return grid.hourOfDay.map((hour) => (hour >= 22 || hour < 6 ? 0.5 : 1));
}
