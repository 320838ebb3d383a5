import type { Phase, Series } from '../../../optimizer/index.js';
import type { SeededRandom } from '../seededRandom.js';
import { clamped, normal } from './distributions.js';
import type { Features, SiteKind, SiteOptions } from './siteOptions.js';
import type { Grid } from './timeGrid.js';

/** A car and its stay, wherever it is plugged in. It can charge in slots [firstSlot, endSlot). */
export interface Car {
  readonly arrivalMs: number | 'here';
  readonly departureMs: number;
  readonly firstSlot: number;
  readonly endSlot: number;
  readonly phases: readonly Phase[];
  readonly voltageV: number;
  readonly currentMinA: number;
  readonly currentMaxA: Series;
  readonly energyWh: number;
  readonly shortfallPricePerKwh: number;
}

type Connection = Pick<Car, 'phases' | 'voltageV' | 'currentMinA'> & { readonly currentMaxA: number };

interface Stay {
  readonly arrivalH: number;
  readonly departureH: number;
  readonly wantedKwh: number;
}

export const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];
const VOLTAGE_V = 230;
/** Nobody is so short of time that every minute at full power is needed. */
const LARGEST_SHARE = 0.97;

export function drawCars(random: SeededRandom, grid: Grid, options: SiteOptions): readonly Car[] {
  return Array.from({ length: options.sessions }, (_, index) => drawCar(random, grid, { ...options, index }));
}

function drawCar(random: SeededRandom, grid: Grid, of: SiteOptions & { readonly index: number }): Car {
  const features = of.features ?? {};
  const stay = drawStay(random, of.kind);
  const connection = drawConnection(random, of);
  const arrivalH = features.noLateArrivals === true ? 0 : stay.arrivalH;
  const firstSlot = Math.max(0, Math.min(grid.slots - 2, slotWith(grid, arrivalH)));
  const endSlot = Math.min(grid.slots, Math.max(firstSlot + 2, nearestBoundary(grid, stay.departureH)));
  const currentMaxA =
    features.varyingMaximum === true && random.chance(0.3)
      ? varying(random, connection, { slots: grid.slots, firstSlot, endSlot })
      : connection.currentMaxA;
  let largestWh = 0;
  for (let slot = firstSlot; slot < endSlot; slot++) {
    const maxA = typeof currentMaxA === 'number' ? currentMaxA : (currentMaxA[slot] ?? 0);
    largestWh += maxA * connection.voltageV * connection.phases.length * (grid.hours[slot] ?? 0);
  }
  return {
    ...connection,
    arrivalMs: firstSlot === 0 ? 'here' : (grid.boundariesMs[firstSlot] ?? 0),
    departureMs: grid.boundariesMs[endSlot] ?? 0,
    firstSlot,
    endSlot,
    currentMaxA,
    energyWh: Math.round(Math.min(stay.wantedKwh * 1000, LARGEST_SHARE * largestWh)),
    shortfallPricePerKwh: drawPriority(random),
  };
}

function drawStay(random: SeededRandom, kind: SiteKind): Stay {
  switch (kind) {
    case 'workplace': {
      const arrivalH = random.chance(0.7) ? 0 : Math.abs(normal(random)) * 2;
      const usualH = clamped(8.5 + 1.5 * normal(random), 2, 23);
      const departureH = random.chance(0.12) ? clamped(arrivalH + random.between(1, 4), 1, 23) : usualH;
      return { arrivalH, departureH, wantedKwh: clamped(Math.exp(2.7 + 0.6 * normal(random)), 3, 60) };
    }
    case 'depot': {
      const arrivalH = random.chance(0.4) ? 0 : clamped(2.5 + 1.2 * normal(random), 0, 8);
      const departureH = clamped(13.5 + 1.2 * normal(random), 9, 24);
      return { arrivalH, departureH, wantedKwh: clamped(60 + 25 * normal(random), 15, 150) };
    }
    case 'overnight': {
      const arrivalH = random.chance(0.45) ? 0 : clamped(2 + 1.5 * normal(random), 0, 7);
      const departureH = clamped(13 + 1.2 * normal(random), 8, 24);
      return { arrivalH, departureH, wantedKwh: clamped(Math.exp(2.9 + 0.6 * normal(random)), 3, 70) };
    }
  }
}

function drawConnection(
  random: SeededRandom,
  of: { readonly kind: SiteKind; readonly features?: Features; readonly index: number },
): Connection {
  const { kind, features = {}, index } = of;
  const first = (index + random.integer(0, 1)) % 3;
  const from = (count: number, start: number) =>
    Array.from({ length: count }, (_, k) => PHASES[(start + k) % 3] ?? 'L1');
  const threePhases = from(3, features.rotatedPhases === true ? first : 0);
  const directCurrent = (powerW: number, currentMinA: number) => ({
    phases: threePhases,
    voltageV: VOLTAGE_V,
    currentMinA,
    currentMaxA: Math.round((powerW / (3 * VOLTAGE_V)) * 10) / 10,
  });
  const kindOfCar = random.next();
  if (features.dcCars === true && random.chance(0.15)) return directCurrent(random.pick([50_000, 150_000]), 0);
  if (kind === 'depot' && kindOfCar >= 0.5 && kindOfCar < 0.85) return directCurrent(random.pick([50_000, 75_000]), 2);
  const otherGrid = features.mixedVoltages === true && random.chance(0.3);
  const alternating = { currentMinA: 6, voltageV: otherGrid ? 120 : VOLTAGE_V };
  if (kind === 'depot') return { ...alternating, phases: threePhases, currentMaxA: kindOfCar < 0.5 ? 32 : 16 };
  if (kindOfCar < 0.4) {
    const currentMaxA = random.chance(0.6) ? 32 : 16;
    // Between two phases of a 208 V grid: 208 W per ampere, half of it on each.
    if (otherGrid) return { phases: from(2, first), voltageV: 104, currentMinA: 6, currentMaxA };
    return { ...alternating, phases: from(1, first), currentMaxA };
  }
  const twoPhases = features.twoPhaseCars === true && random.chance(0.25);
  return { ...alternating, phases: twoPhases ? from(2, first) : threePhases, currentMaxA: kindOfCar < 0.83 ? 16 : 32 };
}

/** Falls to its minimum over the last third of the stay, as a battery that fills; some have a pause as well. */
function varying(
  random: SeededRandom,
  { currentMinA, currentMaxA }: Connection,
  { slots, firstSlot, endSlot }: { readonly slots: number; readonly firstSlot: number; readonly endSlot: number },
): readonly number[] {
  const fallsFrom = firstSlot + ((endSlot - firstSlot) * 2) / 3;
  const pauseAt = random.chance(0.3) ? random.integer(firstSlot, endSlot - 1) : -1;
  return Array.from({ length: slots }, (_, slot) => {
    if (pauseAt >= 0 && slot >= pauseAt && slot < pauseAt + 4) return 0;
    const fallen = clamped((slot - fallsFrom) / Math.max(1, endSlot - fallsFrom), 0, 1);
    return currentMaxA - fallen * (currentMaxA - Math.max(currentMinA, 0.2 * currentMaxA));
  });
}

function drawPriority(random: SeededRandom): number {
  const draw = random.next();
  if (draw < 0.1) return 20;
  return draw < 0.3 ? 8 : 4;
}

/** The last slot that begins no later. */
function slotWith(grid: Grid, fromStartH: number): number {
  return Math.max(
    0,
    grid.fromStartHours.findLastIndex((startH) => startH <= fromStartH),
  );
}

function nearestBoundary(grid: Grid, fromStartH: number): number {
  const slot = slotWith(grid, fromStartH);
  const intoSlotH = fromStartH - (grid.fromStartHours[slot] ?? 0);
  return intoSlotH * 2 < (grid.hours[slot] ?? 0) ? slot : slot + 1;
}
