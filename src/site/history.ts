import type { PerPhase } from './phases.js';

// What is remembered of a site for years: a record per quarter of an hour, from which months, bills and forecasts are made.

export const QUARTER_MS = 900_000;

/** What happened at a site in one quarter of an hour, aligned to the clock in UTC. */
export interface QuarterRecord {
  readonly startMs: number;
  /** Through the grid connection, building and cars; export is never netted against import. */
  readonly importWh: number;
  readonly exportWh: number;
  /** Of the cars, on the grid side. */
  readonly carsWh: number;
  /** For how much of the quarter the grid connection's own meter was heard. Of the rest only the cars are known. */
  readonly meteredMs: number;
  /** Mean current of all else than cars, per metered circuit. */
  readonly buildingA: Readonly<Record<string, PerPhase<number>>>;
}
