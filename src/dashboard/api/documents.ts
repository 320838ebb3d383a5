// What the public API answers, as far as the dashboard reads it. Written by hand: the client shares no code with the service.

export type Phase = 'L1' | 'L2' | 'L3';
export const PHASES: readonly Phase[] = ['L1', 'L2', 'L3'];
export type PerPhase<T = number> = Readonly<Record<Phase, T>>;

export interface SiteSummary {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly voltageV: number;
  readonly tariffIds: readonly string[];
  readonly circuits: readonly {
    readonly id: string;
    readonly name?: string;
    readonly parentId: string | null;
    readonly limitA: PerPhase;
    readonly powerLimitW?: number;
  }[];
  readonly stations: readonly {
    readonly id: string;
    readonly name?: string;
    readonly circuitId: string;
    readonly evses: readonly {
      readonly id: number;
      readonly kind: 'AC' | 'DC';
      readonly phases: readonly Phase[];
      readonly currentMaxA?: number;
      readonly currentMinA?: number;
      readonly powerMaxW?: number;
      readonly efficiency?: number;
    }[];
  }[];
}

export type LimitedBy =
  | { readonly by: 'circuit'; readonly circuitId: string; readonly phase: Phase }
  | { readonly by: 'powerLimit'; readonly circuitId: string }
  | {
      readonly by: 'externalLimit';
      readonly source: string;
      readonly scope: 'evse' | 'station';
      readonly limitA: number;
    }
  | { readonly by: 'station'; readonly reason: 'offline' | 'refuses' | 'disobeys' | 'unconfirmed' }
  | {
      readonly by: 'evse' | 'price' | 'demandCharge' | 'energy' | 'minimumCurrent' | 'absent' | 'vehicle' | 'handOut';
    };

export interface CircuitState {
  readonly id: string;
  readonly parentId: string | null;
  readonly limitA: PerPhase;
  readonly powerLimitW?: number;
  readonly loadA: PerPhase;
  readonly baseLoadA: PerPhase;
  readonly reservedA: PerPhase;
  readonly headroomA: PerPhase;
  readonly meter: 'fresh' | 'stale' | 'none';
  readonly next: { readonly at: string; readonly limitA: PerPhase } | null;
}

export interface EvseState {
  readonly id: number;
  readonly kind: 'AC' | 'DC';
  readonly phases: readonly Phase[];
  readonly status: string;
  readonly limitA: number;
  readonly reservedA: number;
  readonly currentA: PerPhase | 'unknown';
  readonly limitedBy: LimitedBy | null;
  readonly transaction: {
    readonly transactionId: number | string;
    readonly sessionId: string;
    readonly startedAt: string;
    readonly energyWh: number;
  } | null;
}

export interface StationState {
  readonly id: string;
  readonly circuitId: string;
  readonly online: boolean;
  readonly ocppVersion: string | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly control: 'controlled' | 'unconfirmed' | 'refuses' | 'disobeys' | 'neverSeen';
  readonly evses: readonly EvseState[];
}

export interface SiteState {
  readonly siteId: string;
  readonly name: string;
  readonly at: string;
  readonly site: 'protected' | 'unprotected';
  readonly excess: readonly (
    | { readonly circuitId: string; readonly phase: Phase; readonly excessA: number }
    | { readonly circuitId: string; readonly excessW: number }
  )[];
  readonly circuits: readonly CircuitState[];
  readonly stations: readonly StationState[];
}

type NeedSource = 'stated' | 'default' | 'learned' | 'unknown';

export interface Session {
  readonly sessionId: string;
  readonly transactionId: number | string;
  readonly stationId: string;
  readonly evseId: number;
  readonly idToken: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly energyWh: number;
  readonly energyWantedWh: number | null;
  readonly departure: string | null;
  readonly priority: number;
  readonly needsUsed: {
    readonly departure: string | null;
    readonly energyWh: number | null;
    readonly priority: number;
  } | null;
  readonly needsFrom: {
    readonly departure: NeedSource;
    readonly energyWh: NeedSource;
    readonly priority: NeedSource | 'station';
  } | null;
  readonly plannedEnergyWh: number | null;
  readonly shortfallWh: number | null;
  readonly onTime: boolean | null;
  readonly cost: number | null;
  readonly currency: string | null;
  readonly limitA: number;
  readonly limitedBy: LimitedBy | null;
  readonly phasesInUse: readonly Phase[];
}

export interface Needs {
  readonly departure?: string;
  readonly energyWh?: number;
  readonly priority?: number;
}

export interface Plan {
  readonly computedAt: string | null;
  readonly boundariesMs: readonly number[];
  readonly sessions: readonly {
    readonly sessionId: string;
    readonly stationId: string;
    readonly evseId: number;
    readonly currentA: readonly number[];
    readonly limitedBy: readonly (LimitedBy | null)[];
  }[];
  readonly circuits: readonly {
    readonly id: string;
    readonly limitA: PerPhase<readonly number[]>;
    readonly loadA: PerPhase<readonly number[]>;
  }[];
  readonly currency: string | null;
  readonly prices: {
    readonly from: 'published' | 'fallback' | 'none';
    readonly publishedUntil: string | null;
    readonly energyPricePerKwh: readonly number[];
    readonly demandCharges: readonly { readonly circuitId: string; readonly peakSoFarKw: number }[];
  } | null;
  readonly schedule: { readonly computedAt: string } | null;
}

export interface SitePrices {
  readonly currency: string | null;
  readonly import: readonly {
    readonly start: string;
    readonly end: string;
    readonly pricePerKwh: number;
    readonly source: 'published' | 'fallback';
  }[];
}

export interface SessionWhy {
  readonly past: readonly {
    readonly from: string;
    readonly to: string;
    readonly limitMinA: number;
    readonly limitMaxA: number;
    readonly limitedBy: LimitedBy | null;
  }[];
  readonly since: string | null;
}

export interface MonthHistory {
  readonly months: readonly { readonly month: string; readonly peakHourW: number | null }[];
}
