import type { Phase } from './documents.js';

interface ScheduleDocument {
  readonly start: string;
  readonly durationS: number;
  readonly rateUnit: 'A' | 'W';
  readonly periods: readonly { readonly startPeriodS: number; readonly limit: number | 'unlimited' }[];
}

export interface CompositeSchedule {
  readonly computed: ScheduleDocument;
  readonly reported: ScheduleDocument | { readonly unavailable: string };
  readonly differences: readonly {
    readonly from: string;
    readonly to: string;
    readonly computedA: number | 'unlimited';
    readonly reportedA: number | 'unlimited';
  }[];
}

export interface ProfileCandidate {
  readonly attemptId: string;
  readonly status: 'sent' | 'unknown' | 'accepted' | 'confirmed';
  readonly sentAt: string;
  readonly mayBeInForce: boolean;
  readonly told: boolean;
  readonly limits: readonly { readonly from: string; readonly limitA: number }[];
  readonly until: string | null;
  readonly repeats: 'daily' | 'weekly' | null;
  readonly form: {
    readonly kind: string;
    readonly rateUnit: 'A' | 'W';
    readonly wholeAmperes: boolean;
    readonly pauseA: number | null;
  };
  readonly profile: { readonly profileId: number; readonly stackLevel: number; readonly purpose: string };
}

export interface ProfileSlot {
  readonly slot: 'failsafe' | 'transaction';
  readonly purpose: string;
  readonly evseId: number;
  readonly sessionId: string | null;
  readonly refusals: number;
  readonly unanswered: number;
  readonly missingUntil: string | null;
  readonly candidates: readonly ProfileCandidate[];
}

export interface EvseControl {
  readonly evseId: number;
  readonly sessionId: string | null;
  readonly limitA: number;
  readonly mayDrawA: number;
  readonly mayDrawUntil: string | null;
  readonly obstacle: { readonly is: string; readonly sentence: string } | null;
}

export interface StationQuirk {
  readonly quirk: string;
  readonly sentence: string;
  readonly learned: boolean;
  readonly learnedAt: string | null;
  readonly seenOf: string;
  readonly evidence: string;
}

export interface StationProfiles {
  readonly slots: readonly ProfileSlot[];
  readonly evses: readonly EvseControl[];
  readonly quirks: readonly StationQuirk[];
}

export interface InstalledProfiles {
  readonly complete: boolean;
  readonly profiles: readonly {
    readonly evseId: number;
    readonly source: string;
    readonly profileId: number;
    readonly stackLevel: number;
    readonly purpose: string;
    readonly kind: string;
  }[];
}

export interface StationCredentials {
  readonly hasPassword: boolean;
  readonly securityProfileMin: number | null;
  readonly connectedWith: number | null;
}

export interface WaitingStation {
  readonly stationId: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly address: string;
  readonly ocppVersion: string;
  readonly contested: boolean;
}

export interface Onboarding {
  readonly openUntil: string | null;
  readonly stations: readonly WaitingStation[];
}

export interface Adoption {
  readonly siteId: string;
  readonly circuitId: string;
  readonly failsafeA: number;
  readonly evses: readonly {
    readonly id: number;
    readonly kind: 'AC';
    readonly phases: readonly Phase[];
    readonly currentMaxA: number;
  }[];
}
