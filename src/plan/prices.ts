import type { DemandCharge } from '../../optimizer/index.js';

/** What energy and peaks cost over the slots of a schedule. */
export interface SchedulePrices {
  /** One per slot. */
  readonly energyPricePerKwh: readonly number[];
  readonly demandCharges: readonly DemandCharge[];
}

/** boundariesMs: as of the problem, so that windows of demand charges hold whole slots. */
export type PricesOver = (boundariesMs: readonly number[]) => SchedulePrices;

/** Nothing costs anything: earlier is better. Until a site's tariffs are read, this is every site's. */
export const FREE: PricesOver = (boundariesMs) => ({
  energyPricePerKwh: new Array<number>(boundariesMs.length - 1).fill(0),
  demandCharges: [],
});
