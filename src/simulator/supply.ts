/** What an outlet is fed with, and what it can pass on: all currents are those of the grid, per terminal. */
export interface Supply {
  readonly terminals: 1 | 2 | 3;
  readonly currentMaxA: number;
  /** Phase to neutral. */
  readonly voltageV: number;
  /** A DC outlet: what comes out is less than what goes in. Absent: AC. */
  readonly direct?: {
    /** 0 to 1. */
    readonly efficiency: number;
    readonly outletVoltageV: number;
  };
}

/** At the outlet, which is what OCPP's watts speak of, for an ampere on each of so many terminals. */
export function wattsPerAmpere(supply: Supply, terminals: number = supply.terminals): number {
  return supply.voltageV * terminals * (supply.direct?.efficiency ?? 1);
}
