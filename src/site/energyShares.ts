import { QUARTER_MS } from './history.js';

/** Energy that falls into one quarter of an hour. */
export interface QuarterShare {
  readonly startMs: number;
  readonly energyWh: number;
}

/** What a car took in each quarter of its stay, at the outlet: the k-th began at startMs + k · QUARTER_MS. */
export interface EnergyQuarters {
  readonly startMs: number;
  readonly wh: readonly number[];
}

/** Of a longer stay, what comes later is counted to the last of these. */
export const SESSION_QUARTERS_MAX = 31 * 96;

const NO_SHARES: readonly QuarterShare[] = Object.freeze([]);

/** The quarter, aligned to the clock in UTC, in which an instant lies. */
export function quarterOf(atMs: number): number {
  return Math.floor(atMs / QUARTER_MS) * QUARTER_MS;
}

/**
 * Energy over the quarters that [fromMs, toMs) touches, in proportion to the time in each. The shares sum up to the energy, but for
 * rounding. Where there is no time at all, it is the quarter of fromMs; of more than SESSION_QUARTERS_MAX, the last of them.
 */
export function spreadEvenly(energyWh: number, fromMs: number, toMs: number): readonly QuarterShare[] {
  if (energyWh === 0) return NO_SHARES;
  const firstMs = quarterOf(fromMs);
  if (toMs <= firstMs + QUARTER_MS) return [{ startMs: firstMs, energyWh }];
  const beginMs = Math.max(fromMs, quarterOf(toMs) - (SESSION_QUARTERS_MAX - 1) * QUARTER_MS);
  const whPerMs = energyWh / (toMs - beginMs);
  const shares: QuarterShare[] = [];
  for (let startMs = quarterOf(beginMs); startMs < toMs; startMs += QUARTER_MS) {
    const durationMs = Math.min(toMs, startMs + QUARTER_MS) - Math.max(beginMs, startMs);
    shares.push({ startMs, energyWh: whPerMs * durationMs });
  }
  return shares;
}

/** Less energy than was counted: it is taken off each quarter in proportion to what was counted there. */
export function takenBack(quarters: EnergyQuarters, energyWh: number): readonly QuarterShare[] {
  const countedWh = quarters.wh.reduce((sum, wh) => sum + wh, 0);
  if (countedWh <= 0) return NO_SHARES;
  const factor = Math.max(-1, energyWh / countedWh);
  return quarters.wh.flatMap((wh, index) =>
    wh === 0 ? [] : [{ startMs: quarters.startMs + index * QUARTER_MS, energyWh: wh * factor }],
  );
}

/** The quarters of a stay with some more energy in them. What is said to come before its first or after its last is counted there. */
export function withShares(quarters: EnergyQuarters, shares: readonly QuarterShare[]): EnergyQuarters {
  if (shares.length === 0) return quarters;
  const wh = [...quarters.wh];
  for (const { startMs, energyWh } of shares) {
    const index = Math.round((startMs - quarters.startMs) / QUARTER_MS);
    const kept = Math.min(Math.max(0, index), SESSION_QUARTERS_MAX - 1);
    while (wh.length <= kept) wh.push(0);
    wh[kept] = (wh[kept] ?? 0) + energyWh;
  }
  return { startMs: quarters.startMs, wh };
}

/** In whole watt-hours, whose sum is the rounded sum. */
export function roundedQuarters({ startMs, wh }: EnergyQuarters): EnergyQuarters {
  let exactWh = 0;
  let writtenWh = 0;
  const rounded = wh.map((one) => {
    exactWh += one;
    const whole = Math.round(exactWh) - writtenWh;
    writtenWh += whole;
    return whole;
  });
  return { startMs, wh: rounded };
}
