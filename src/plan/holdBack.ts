import type { ChargingProblem, DemandCharge, LimitedBy, Series } from '../../optimizer/index.js';

// A plan says how much each car takes; whether it may as well take more, where the others leave room, is another question. More now
// is less later: that is worth having where what is saved later is no cheaper, and where it makes no peak. A plan that spreads the cars
// over a night to keep a peak low gives each of them nothing but "it takes the rest later", and all of them at once would be the peak.

/** Prices that differ by less are the same. */
const SAME_PRICE = 1e-9;
const MS_PER_HOUR = 3_600_000;

/** Why a car is given no more than planned, though there be room. */
export type HeldBackBy = 'none' | 'price' | 'demandCharge';

export interface Planned {
  /** Per slot. */
  readonly currentA: readonly number[];
  readonly reasons: readonly LimitedBy[];
}

/** Per slot, for a car that can wait. peaks: of peakSlots. */
export function heldBack(
  problem: ChargingProblem,
  { currentA, reasons }: Planned,
  peaks: readonly boolean[],
): HeldBackBy[] {
  const held = new Array<HeldBackBy>(currentA.length).fill('none');
  let dearestLater = Number.NEGATIVE_INFINITY;
  for (let slot = currentA.length - 1; slot >= 0; slot--) {
    const price = problem.energyPricePerKwh[slot] ?? 0;
    const takesMoreLater = dearestLater > Number.NEGATIVE_INFINITY;
    const by = reasons[slot]?.by;
    if (by === 'price' || by === 'demandCharge') held[slot] = by;
    else if (by !== 'absent' && peaks[slot] === true) held[slot] = 'demandCharge';
    else if (by !== 'absent' && takesMoreLater && dearestLater < price - SAME_PRICE) held[slot] = 'price';
    if ((currentA[slot] ?? 0) > 0) dearestLater = Math.max(dearestLater, price);
  }
  return held;
}

/** The slots in which all cars together, at their most, could make a peak that costs something. */
export function peakSlots({ boundariesMs, demandCharges = [], sessions }: ChargingProblem): readonly boolean[] {
  const slots = boundariesMs.length - 1;
  const peaks = new Array<boolean>(slots).fill(false);
  if (demandCharges.length === 0) return peaks;
  const carsKw = sessions.reduce(
    (sum, { currentMaxA, voltageV, phases }) => sum + (mostOf(currentMaxA) * voltageV * phases.length) / 1_000,
    0,
  );
  for (const charge of demandCharges) {
    const [fromSlot, toSlot] = charge.slots ?? [0, slots];
    const beforeKw = runningKw(charge, boundariesMs);
    for (let slot = fromSlot; slot < toSlot; slot++) {
      const sinceKw = isRunning(charge, boundariesMs, slot) ? beforeKw : 0;
      const mostKw = Math.max(sinceKw, at(charge.baseLoadKw, slot, 0) + carsKw);
      if (charge.pricePerKw > 0 && at(charge.weight, slot, 1) * mostKw > charge.peakSoFarKw) peaks[slot] = true;
    }
  }
  return peaks;
}

function isRunning({ windowMs }: DemandCharge, boundariesMs: readonly number[], slot: number): boolean {
  if (windowMs === undefined) return slot === 0;
  return Math.floor((boundariesMs[slot] ?? 0) / windowMs) === Math.floor((boundariesMs[0] ?? 0) / windowMs);
}

/** The mean power, until now, of the window that runs. */
function runningKw({ windowMs, windowSoFarKwh = 0 }: DemandCharge, [nowMs = 0]: readonly number[]): number {
  if (windowMs === undefined || windowSoFarKwh === 0) return 0;
  const sinceMs = nowMs - Math.floor(nowMs / windowMs) * windowMs;
  return sinceMs === 0 ? 0 : (windowSoFarKwh * MS_PER_HOUR) / sinceMs;
}

function mostOf(series: Series): number {
  return typeof series === 'number' ? series : series.reduce((most, value) => Math.max(most, value), 0);
}

function at(series: Series | undefined, slot: number, absent: number): number {
  if (series === undefined) return absent;
  return typeof series === 'number' ? series : (series[slot] ?? absent);
}
