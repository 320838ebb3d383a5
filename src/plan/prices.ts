import type { DemandCharge } from '../../optimizer/index.js';

/** What energy and peaks cost over the slots of a schedule. */
export interface SchedulePrices {
  /** One per slot. */
  readonly energyPricePerKwh: readonly number[];
  readonly demandCharges: readonly DemandCharge[];
  readonly known: PricesKnown;
}

/** How much of the prices is known. */
export interface PricesKnown {
  /** ISO 4217; null where nothing costs anything. */
  readonly currency: string | null;
  /**
   * What stands where nothing is published: the prices of earlier days, or, where there are none of those either, the last known.
   * 'none' also where a tariff that the site names is not there: it is left out.
   */
  readonly from: 'published' | 'fallback' | 'none';
  /** Until when all prices are published; null where none is at the first slot, or there is nothing to publish. */
  readonly publishedUntilMs: number | null;
}

/**
 * boundariesMs: as of the problem, so that windows of demand charges hold whole slots. buildingKw: what the building is likely to
 * take through the grid connection, per slot; none, nothing.
 */
export type PricesOver = (boundariesMs: readonly number[], buildingKw: readonly number[]) => SchedulePrices;

/** Nothing costs anything, of a site without tariffs: earlier is better. */
export const FREE: PricesOver = (boundariesMs) => ({
  energyPricePerKwh: new Array<number>(boundariesMs.length - 1).fill(0),
  demandCharges: [],
  known: { currency: null, from: 'published', publishedUntilMs: null },
});
