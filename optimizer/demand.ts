import type { ChargingProblem, DemandCharge, Series } from './types.js';

/** One averaging window of a demand charge, as far as the horizon reaches. Slots [fromSlot, toSlot). */
export interface DemandWindow {
  readonly fromSlot: number;
  readonly toSlot: number;
  /**
   * From the window's start on the clock to its end, or to the horizon's end where that comes first: the rest is taken to go on
   * like the part that is planned.
   */
  readonly hours: number;
  /** Weighted energy that is in it without any car: building, and what was taken before the horizon. */
  readonly baseKwh: number;
}

const MS_PER_HOUR = 3_600_000;

/**
 * The windows of a validated charge, in time order. Where the weight changes inside a window, each slot's energy counts with its
 * own weight, and what was taken before the horizon with the first slot's.
 */
export function demandWindows(charge: DemandCharge, boundariesMs: readonly number[]): readonly DemandWindow[] {
  const [fromSlot, toSlot] = charge.slots ?? [0, boundariesMs.length - 1];
  const windows: DemandWindow[] = [];
  for (let slot = fromSlot; slot < toSlot; ) {
    const windowEnd = endOfWindow(charge, boundariesMs, { slot, toSlot });
    windows.push(windowOf(charge, boundariesMs, [slot, windowEnd]));
    slot = windowEnd;
  }
  return windows;
}

/** What a demand charge costs when the cars under its circuit take carKw[slot]. */
export function demandCost(
  charge: DemandCharge,
  windows: readonly DemandWindow[],
  load: { readonly carKw: (slot: number) => number; readonly boundariesMs: readonly number[] },
): number {
  let peakKw = charge.peakSoFarKw;
  for (const window of windows) {
    let energyKwh = window.baseKwh;
    for (let slot = window.fromSlot; slot < window.toSlot; slot++) {
      energyKwh += valueAt(charge.weight, slot, 1) * load.carKw(slot) * hoursOf(load.boundariesMs, slot);
    }
    peakKw = Math.max(peakKw, energyKwh / window.hours);
  }
  return charge.pricePerKw * (peakKw - charge.peakSoFarKw);
}

/** The same when no car charges: no plan's demand charge is less, for cars only add to each window. */
export function unavoidableDemandCost(problem: ChargingProblem): number {
  const { boundariesMs } = problem;
  let cost = 0;
  for (const charge of problem.demandCharges ?? []) {
    cost += demandCost(charge, demandWindows(charge, boundariesMs), { carKw: () => 0, boundariesMs });
  }
  return cost;
}

function endOfWindow(
  charge: DemandCharge,
  boundariesMs: readonly number[],
  range: { readonly slot: number; readonly toSlot: number },
): number {
  const { windowMs } = charge;
  if (windowMs === undefined) return range.slot + 1;
  const index = Math.floor((boundariesMs[range.slot] ?? 0) / windowMs);
  let end = range.slot + 1;
  while (end < range.toSlot && Math.floor((boundariesMs[end] ?? 0) / windowMs) === index) end++;
  return end;
}

function windowOf(
  charge: DemandCharge,
  boundariesMs: readonly number[],
  [fromSlot, toSlot]: readonly [number, number],
): DemandWindow {
  const firstMs = boundariesMs[fromSlot] ?? 0;
  const startMs = charge.windowMs === undefined ? firstMs : Math.floor(firstMs / charge.windowMs) * charge.windowMs;
  const hours = ((boundariesMs[toSlot] ?? 0) - startMs) / MS_PER_HOUR;
  let baseKwh = fromSlot === 0 ? valueAt(charge.weight, 0, 1) * (charge.windowSoFarKwh ?? 0) : 0;
  for (let slot = fromSlot; slot < toSlot; slot++) {
    baseKwh += valueAt(charge.weight, slot, 1) * valueAt(charge.baseLoadKw, slot, 0) * hoursOf(boundariesMs, slot);
  }
  return { fromSlot, toSlot, hours, baseKwh };
}

function hoursOf(boundariesMs: readonly number[], slot: number): number {
  return ((boundariesMs[slot + 1] ?? 0) - (boundariesMs[slot] ?? 0)) / MS_PER_HOUR;
}

function valueAt(series: Series | undefined, slot: number, absent: number): number {
  if (series === undefined) return absent;
  return typeof series === 'number' ? series : (series[slot] ?? absent);
}
