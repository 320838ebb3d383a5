import type { ChargingProfile, TransactionId } from '../../site/chargingProfile.js';
import type { ControlObstacle } from '../../site/controlObstacle.js';

/** What stations may have installed. Refusals are thrown as Problem. */
export interface ProfileService {
  /** Throws Problem STATION_NOT_FOUND. */
  ofStation(stationId: string): StationProfilesView;
}

export interface StationProfilesView {
  readonly siteId: string;
  readonly stationId: string;
  readonly atMs: number;
  /** The failsafe first, then one for each EVSE with a transaction. */
  readonly slots: readonly ProfileSlotView[];
  /** In the order of the configuration. */
  readonly evses: readonly EvseControlView[];
}

/** One place for a profile at the station: what is sent there replaces what was there. */
export interface ProfileSlotView {
  readonly slot: 'failsafe' | 'transaction';
  readonly purpose: ChargingProfile['purpose'];
  /** 0: the whole station. */
  readonly evseId: number;
  readonly transactionId: TransactionId | null;
  readonly sessionId: string | null;
  /** In a row, and the last of them. */
  readonly refusals: number;
  readonly lastRefusedMs: number | null;
  /** Until when the station may have no failsafe at all, and then draws what its hardware can. Null: it has one, or this is none. */
  readonly missingUntilMs: number | 'unknown' | null;
  /** All that it may hold, oldest first. Empty: nothing was sent, or all was refused. */
  readonly candidates: readonly CandidateView[];
}

export interface CandidateView {
  readonly attemptId: string;
  /**
   * sent: no answer yet. unknown: it may have arrived or not. accepted: by its word. confirmed: seen in its composite schedule, or by
   * its record.
   */
  readonly status: 'sent' | 'unknown' | 'accepted' | 'confirmed';
  readonly sentMs: number;
  readonly answeredMs: number | null;
  /** From here on it can no longer be in force: a later one was confirmed, and cars had time to follow. */
  readonly goneMs: number | null;
  /** Fruitless looks at the station's composite schedule. */
  readonly checks: number;
  readonly lastCheckMs: number | null;
  readonly mayBeInForce: boolean;
  /** The one that the EVSE is told to keep to: the newest that it took. */
  readonly told: boolean;
  /** Ascending, A per phase on the grid side. The first holds before its start too. */
  readonly limits: readonly { readonly fromMs: number; readonly limitA: number }[];
  /** Null: without an end. */
  readonly untilMs: number | null;
  /** As on the wire, in the unit that the station takes. */
  readonly profile: ChargingProfile;
}

export interface EvseControlView {
  readonly evseId: number;
  readonly transactionId: TransactionId | null;
  readonly sessionId: string | null;
  /** What it is told to keep to now, and the most that it may draw whatever is true; A per phase on the grid side. */
  readonly limitA: number;
  readonly mayDrawA: number;
  /** When that changes by itself, without another message. Null: not within MAY_DRAW_AHEAD_MS. */
  readonly mayDrawUntilMs: number | null;
  /** Null: it can be steered. */
  readonly obstacle: { readonly is: Exclude<ControlObstacle, 'none'>; readonly sentence: string } | null;
  /** What a car whose transaction is over may still draw while it follows. */
  readonly lingering: { readonly currentA: number; readonly untilMs: number } | null;
}

export const MAY_DRAW_AHEAD_MS = 2 * 86_400_000;
