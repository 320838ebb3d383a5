import type { PerPhase, Phase } from './documents.js';

/** A site as it is put together: what the dashboard does not edit is kept as it came. */
export interface CircuitDraft {
  readonly id: string;
  readonly name?: string;
  readonly parentId?: string | null;
  readonly limitA: PerPhase;
  readonly powerLimitW?: number;
  readonly baseLoadMaxA?: PerPhase;
}

export interface EvseDraft {
  readonly id: number;
  readonly kind: 'AC' | 'DC';
  readonly phases: readonly Phase[];
  readonly currentMaxA?: number;
  readonly currentMinA?: number;
  readonly powerMaxW?: number;
  readonly efficiency?: number;
}

export interface StationDraft {
  readonly id: string;
  readonly name?: string;
  readonly circuitId: string;
  readonly failsafeA?: number;
  readonly evses: readonly EvseDraft[];
}

export interface SiteDraft {
  readonly siteId: string;
  readonly name: string;
  readonly timeZone: string;
  readonly voltageV: number;
  readonly tariffIds: readonly string[];
  readonly circuits: readonly CircuitDraft[];
  readonly stations: readonly StationDraft[];
}
