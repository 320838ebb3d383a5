/** What a caller of the optimizer hands in and gets back. Units are in the names; instants are epoch milliseconds. */

export type Phase = 'L1' | 'L2' | 'L3';

/** One number for every slot, or one per slot. */
export type Series = number | readonly number[];

export interface ChargingProblem {
  /** T + 1 ascending instants: slot t is [boundariesMs[t], boundariesMs[t + 1]). At least one slot. */
  readonly boundariesMs: readonly number[];
  /** A tree: exactly one circuit has parentId null. */
  readonly circuits: readonly ProblemCircuit[];
  readonly sessions: readonly ProblemSession[];
  /** What a kWh costs in each slot, T numbers of any sign. */
  readonly energyPricePerKwh: readonly number[];
  readonly demandCharges?: readonly DemandCharge[];
}

export interface ProblemCircuit {
  readonly id: string;
  readonly parentId: string | null;
  /** What the cars may take per phase, base load already taken off; >= 0. */
  readonly limitA: Readonly<Record<Phase, Series | 'unlimited'>>;
  /** What the cars may take together; >= 0. */
  readonly powerLimitW?: Series;
}

export interface ProblemSession {
  readonly id: string;
  readonly circuitId: string;
  /** The grid phases it loads: one to three, each once. It draws the same current on each. */
  readonly phases: readonly Phase[];
  /** Phase to neutral; power in W is currentA * voltageV * phases.length. */
  readonly voltageV: number;
  /** In every slot the current is 0, or between currentMinA and currentMaxA. */
  readonly currentMinA: number;
  /** 0 (nothing possible), or at least currentMinA. */
  readonly currentMaxA: Series;
  /** It charges only in slots that lie wholly inside [arrivalMs, departureMs). */
  readonly arrivalMs?: number;
  readonly departureMs?: number;
  /** Wanted by departure, never exceeded. */
  readonly energyWh: number;
  /** What a kWh not delivered costs, >= 0. */
  readonly shortfallPricePerKwh: number;
  /** Its share under fair division, > 0. Default 1. */
  readonly weight?: number;
  /**
   * Current that is set aside on its circuits whatever it is planned to draw, present or not: the load counted there is
   * max(reservedA, currentA). Default 0.
   */
  readonly reservedA?: Series;
  /**
   * Current that it is brought to under fair division before others are raised, as far as there is room. A wish, no right: one
   * that does not fit is cut. Only shareFairly looks at it. Default 0.
   */
  readonly promisedA?: Series;
  /**
   * Whether it was being given current just before boundariesMs[0], and since when. Leave it out for a car that was never
   * switched; it then waits since arrivalMs (or boundariesMs[0]).
   */
  readonly lastSwitch?: { readonly on: boolean; readonly atMs: number };
}

/** A price on the largest weighted mean power over clock-aligned windows, building included, above the peak so far. */
export interface DemandCharge {
  readonly circuitId: string;
  readonly pricePerKw: number;
  readonly peakSoFarKw: number;
  /** What the building takes under this circuit; negative when it feeds in. Default 0. */
  readonly baseLoadKw?: Series;
  /** Default 1. */
  readonly weight?: Series;
  /** Windows begin at multiples of windowMs since the epoch and hold whole slots. Default: each slot is a window. */
  readonly windowMs?: number;
  /** Taken before boundariesMs[0] in the window that is running then, building included. Default 0. */
  readonly windowSoFarKwh?: number;
  /** Half-open range of slot indices that are counted. Default: all. */
  readonly slots?: readonly [number, number];
}

export interface ChargingPlan {
  /** 'optimal': within options.gap of the bound. */
  readonly status: 'optimal' | 'feasible';
  /** Per session (in the problem's order) and slot. */
  readonly currentA: readonly (readonly number[])[];
  readonly energyWh: readonly number[];
  readonly shortfallWh: readonly number[];
  readonly cost: PlanCost;
  /** No plan of the problem with currentMinA read as 0 costs less. */
  readonly lowerBound: number;
  /** (cost.total - lowerBound) / max(0.01, |lowerBound|). */
  readonly gap: number;
  /** The same for the best plan found with currentMinA read as 0. */
  readonly relaxedGap: number;
  /** Per session and slot, what keeps it from more. Entries are shared frozen objects. */
  readonly limitedBy: readonly (readonly LimitedBy[])[];
}

export interface PlanCost {
  readonly energy: number;
  readonly demand: number;
  readonly shortfall: number;
  readonly total: number;
}

/** Where several hold, the first in this order is named: absent, energy, evse, minimumCurrent, circuit or powerLimit, demandCharge, price. */
export type LimitedBy =
  | { readonly by: 'absent' }
  | { readonly by: 'energy' }
  | { readonly by: 'evse' }
  | { readonly by: 'minimumCurrent' }
  | { readonly by: 'circuit'; readonly circuitId: string; readonly phase: Phase }
  | { readonly by: 'powerLimit'; readonly circuitId: string }
  | { readonly by: 'demandCharge' }
  | { readonly by: 'price' };

export interface OptimizeOptions {
  /** A plan of the same sessions and slots, in the same order; among equals, who had current keeps it. Ignored when its shape differs. */
  readonly previous?: ChargingPlan;
  /** Relative gap at which a plan counts as optimal. Default 0.001. */
  readonly gap?: number;
  /** After this long no further improvement is started; the first plan is always finished. Needs elapsedMs. */
  readonly timeLimitMs?: number;
  /** Milliseconds since the call began, or since any fixed moment the caller counts from. */
  readonly elapsedMs?: () => number;
  /** 'relax' reads currentMinA as 0. Default 'respect'. */
  readonly minimumCurrent?: 'respect' | 'relax';
  /** A car that was switched on stays on at least this long unless limits force it off. Default 900000. */
  readonly minOnMs?: number;
  /** A car that was switched off stays off at least this long unless there is room for it beside the others. Default 900000. */
  readonly minOffMs?: number;
}

/** One way in which a plan breaks its problem or misstates itself. `session` is the index in problem.sessions. */
export type Violation =
  | { readonly rule: 'shape'; readonly field: string; readonly detail: string }
  | { readonly rule: 'negativeCurrent'; readonly session: number; readonly slot: number; readonly currentA: number }
  | { readonly rule: 'absent'; readonly session: number; readonly slot: number; readonly currentA: number }
  | {
      readonly rule: 'belowMinimum' | 'aboveMaximum';
      readonly session: number;
      readonly slot: number;
      readonly currentA: number;
      readonly limitA: number;
    }
  | { readonly rule: 'energyExceeded'; readonly session: number; readonly energyWh: number; readonly limitWh: number }
  | {
      readonly rule: 'circuit';
      readonly circuitId: string;
      readonly phase: Phase;
      readonly slot: number;
      readonly loadA: number;
      readonly limitA: number;
    }
  | {
      readonly rule: 'powerLimit';
      readonly circuitId: string;
      readonly slot: number;
      readonly loadW: number;
      readonly limitW: number;
    }
  /** The plan says a figure that its own currents do not give. */
  | { readonly rule: 'misreported'; readonly field: string; readonly reported: number; readonly actual: number };
