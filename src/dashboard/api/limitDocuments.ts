import type { PerPhase, Phase } from './documents.js';

interface Caps {
  readonly limitA?: PerPhase;
  readonly powerLimitW?: number;
  readonly chargingPowerLimitW?: number;
}

export interface LimitDocument extends Caps {
  readonly limitId?: string;
  readonly circuitId: string;
  readonly section14a?: unknown;
  readonly from?: string;
  readonly to?: string;
  readonly recurrence?: string;
  readonly source?: 'owner' | 'grid-operator';
  readonly reason?: string;
  readonly eventId?: string;
}

export interface LimitWindow extends Caps {
  readonly limitId: string;
  readonly circuitId: string;
  readonly source: 'owner' | 'grid-operator';
  readonly from: string;
  readonly until: string | null;
  readonly reason?: string;
  readonly eventId?: string;
}

export interface LimitWindows {
  readonly windows: readonly LimitWindow[];
  readonly circuits: readonly {
    readonly id: string;
    readonly intervals: readonly (Caps & { readonly from: string; readonly to: string; readonly limitA: PerPhase })[];
  }[];
}

export type LimitWarning =
  | {
      readonly circuitId: string;
      readonly phase: Phase;
      readonly failsafeSumA: number;
      readonly limitA: number;
    }
  | { readonly circuitId: string; readonly failsafeSumW: number; readonly limitW: number };
