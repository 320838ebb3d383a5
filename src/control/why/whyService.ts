import type { TransactionId } from '../../site/chargingProfile.js';
import type { PerPhase } from '../../site/phases.js';
import type { LimitedBy } from '../limitedBy.js';

/** Why each car gets what it gets: now, before, and as planned. Refusals are thrown as Problem. */
export interface WhyService {
  /** Throws Problem (SITE_NOT_FOUND, SESSION_NOT_FOUND). */
  ofSession(siteId: string, sessionId: string): SessionWhyView;
}

/** Of an open session. Currents are A per phase on the grid side. */
export interface SessionWhyView {
  readonly siteId: string;
  readonly sessionId: string;
  readonly transactionId: TransactionId;
  readonly stationId: string;
  readonly evseId: number;
  readonly atMs: number;
  readonly now: {
    readonly limitA: number;
    /** At most, whatever messages may or may not have arrived. */
    readonly mayDrawA: number;
    /** Measured; 'unknown' where no sample is fresh. */
    readonly currentA: PerPhase<number> | 'unknown';
    readonly limitedBy: LimitedBy | null;
    readonly sentence: string;
  };
  /** Ascending, without gaps. Neighbours with the same reason and current are one. Empty: not planned yet. */
  readonly ahead: readonly PlannedReason[];
  /** Ascending, without gaps, until now. */
  readonly past: readonly PastReason[];
  /** What was before is not known: it is not kept over a restart, and only the last SPANS_KEPT are. Null: nothing was seen yet. */
  readonly sinceMs: number | null;
}

export interface PlannedReason {
  readonly fromMs: number;
  readonly toMs: number;
  readonly currentA: number;
  readonly limitedBy: LimitedBy | null;
  /** plan: what stations are told. schedule: what is intended beyond that. */
  readonly source: 'plan' | 'schedule';
  readonly sentence: string;
}

export interface PastReason {
  readonly fromMs: number;
  readonly toMs: number;
  /** The least and the most that it was told to keep to. */
  readonly limitMinA: number;
  readonly limitMaxA: number;
  readonly limitedBy: LimitedBy | null;
  readonly sentence: string;
}
