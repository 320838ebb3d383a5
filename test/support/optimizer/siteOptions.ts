export type SiteKind = 'workplace' | 'depot' | 'overnight';

/** What the grid connection can carry against what the cars want: 1.2, 2.5 or 0.9 times as much. */
export type Tightness = 'tight' | 'loose' | 'short';

/** What a plain site has not. Each is off unless it is named. */
export interface Features {
  readonly twoPhaseCars?: boolean;
  /** Three-phase cars wired L2, L3, L1 and so on. */
  readonly rotatedPhases?: boolean;
  /** Beside 230 V also 208 V grids: 104 V on each of two phases, or 120 V on each of three. */
  readonly mixedVoltages?: boolean;
  /** Some cars charge on direct current: no minimum, high power. */
  readonly dcCars?: boolean;
  readonly powerLimits?: boolean;
  readonly demandCharges?: 0 | 1 | 2;
  readonly negativePrices?: boolean;
  /** currentMaxA of some cars is a series that falls, with a pause in it. */
  readonly varyingMaximum?: boolean;
  /** 5-minute slots for the first two hours, then 15-minute ones: 112 slots, whatever `slots` says. */
  readonly unevenSlots?: boolean;
  /** The root or a feeder may carry nothing for an hour or two. */
  readonly droppedLimits?: boolean;
  /** All cars are there already. */
  readonly noLateArrivals?: boolean;
}

export interface SiteOptions {
  readonly seed: number;
  readonly kind: SiteKind;
  readonly tightness: Tightness;
  readonly sessions: number;
  /** Equal ones over 24 hours. */
  readonly slots: number;
  /** Levels of the tree, stations included: 2 is a grid connection with stations. */
  readonly depth: 2 | 3 | 4;
  readonly features?: Features;
}
