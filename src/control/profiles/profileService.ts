import type { ChargingProfile, ProfileForm, TransactionId } from '../../site/chargingProfile.js';
import type { ControlObstacle } from '../../site/controlObstacle.js';
import type { BudgetLeft } from '../../site/messageBudget.js';
import type { OcppVersion } from '../../site/stationMessages.js';
import type { StationQuirk } from '../../site/stationQuirk.js';

/** What stations may have installed, and how they take it. Refusals are thrown as Problem. */
export interface ProfileService {
  /** Throws Problem STATION_NOT_FOUND. */
  ofStation(stationId: string): StationProfilesView;
  /** Throws Problem STATION_NOT_FOUND. */
  capabilitiesOf(stationId: string): StationCapabilitiesView;
  /**
   * What was learned of the station, and of those of the same model and firmware at its site, no longer holds: it is found out again.
   * Resolves when that is durable. Throws Problem STATION_NOT_FOUND.
   */
  forgetQuirks(stationId: string): Promise<void>;
}

export interface StationProfilesView {
  readonly siteId: string;
  readonly stationId: string;
  readonly atMs: number;
  /** The failsafe first, then one for each EVSE with a transaction. */
  readonly slots: readonly ProfileSlotView[];
  /** In the order of the configuration. */
  readonly evses: readonly EvseControlView[];
  readonly quirks: readonly StationQuirkView[];
}

/** What a station does otherwise than one would expect: learned and kept, or seen to be so now. */
export interface StationQuirkView {
  readonly quirk: StationQuirk | 'clockUnknown' | 'clockOff' | 'disobeys' | 'compositeDiffers' | 'foreignProfiles';
  /** What it means, and what is done about it. */
  readonly sentence: string;
  /** Kept until it is forgotten, or another firmware comes. Else it is gone as soon as it is no longer so. */
  readonly learned: boolean;
  /** When it was learned, or since when it is so. Null: not known. */
  readonly learnedMs: number | null;
  /** The station that it was seen of: this one, or another of the same model and firmware. */
  readonly seenOf: string;
  /** What was seen. */
  readonly evidence: string;
}

/** One place for a profile at the station: what is sent there replaces what was there. */
export interface ProfileSlotView {
  readonly slot: 'failsafe' | 'transaction';
  /** Of what was sent last; where nothing was, of what will be. */
  readonly purpose: ChargingProfile['purpose'];
  /** 0: the whole station. */
  readonly evseId: number;
  readonly transactionId: TransactionId | null;
  readonly sessionId: string | null;
  /** In a row, and the last of them. */
  readonly refusals: number;
  readonly lastRefusedMs: number | null;
  /** In a row. */
  readonly unanswered: number;
  /** What may be written before rises have to wait. */
  readonly budget: BudgetLeft;
  /** Until when the station may have no failsafe at all, and then draws what its hardware can. Null: it has one, or this is none. */
  readonly missingUntilMs: number | 'unknown' | null;
  /** All that it may hold, oldest first. Empty: nothing was sent, or all was refused. */
  readonly candidates: readonly CandidateView[];
}

export interface CandidateView {
  readonly attemptId: string;
  /**
   * sent: no answer yet. unknown: it may have arrived or not. accepted: by its word. confirmed: seen in its composite schedule or its
   * report, or by its record.
   */
  readonly status: 'sent' | 'unknown' | 'accepted' | 'confirmed';
  readonly sentMs: number;
  readonly answeredMs: number | null;
  /** From here on it can no longer be in force: a later one was confirmed, and cars had time to follow. */
  readonly goneMs: number | null;
  /** Fruitless looks at what the station says that it keeps to, or holds, and when it was last looked at. */
  readonly checks: number;
  readonly lastCheckMs: number | null;
  readonly mayBeInForce: boolean;
  /** The one that the EVSE is told to keep to: the newest that it took. */
  readonly told: boolean;
  /** Ascending, A per phase on the grid side. The first holds before its start too. */
  readonly limits: readonly { readonly fromMs: number; readonly limitA: number }[];
  /** Null: without an end. */
  readonly untilMs: number | null;
  /** The limits are one round of what repeats, before the first of them too. Null: they do not repeat. */
  readonly repeats: 'daily' | 'weekly' | null;
  readonly form: CandidateForm;
  /** Of a station that is steered through its own profile: from here on it is what the station falls to. Null: it steers nobody. */
  readonly steersUntilMs: number | null;
  /** As on the wire. */
  readonly profile: ChargingProfile;
}

/** How the limits were written. */
export interface CandidateForm extends Pick<ProfileForm, 'kind' | 'rateUnit'> {
  /** Rounded down to whole amperes. */
  readonly wholeAmperes: boolean;
  /** A pause was written as this instead of 0, A. Null: as 0. */
  readonly pauseA: number | null;
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

/** What a station can do, as far as it is known; null: not known, and then the most modest is used. */
export interface StationCapabilitiesView {
  readonly siteId: string;
  readonly stationId: string;
  /** Null: it was never connected. */
  readonly ocppVersion: OcppVersion | null;
  readonly rateUnits: readonly ('A' | 'W')[] | null;
  readonly maxPeriods: number | null;
  readonly maxStackLevel: number | null;
  readonly maxProfilesInstalled: number | null;
  /** It tells what follows from the profiles that it has. */
  readonly compositeSchedule: boolean | null;
  /** It tells which profiles it has: from OCPP 2.0.1 on. */
  readonly reportsProfiles: boolean | null;
  /** Profiles of its version by which this service steers. */
  readonly purposes: readonly string[];
  /** OCPP has it switch phases only where its profile says a number of them; this service never does. */
  readonly phaseSwitching: 'notUsed';
  /** It was seen to do what it accepted. */
  readonly trusted: boolean;
  readonly clock: { readonly known: boolean; readonly offMs: number };
  readonly offline: OfflineBehaviour;
  readonly quirks: readonly StationQuirkView[];
}

/** What it does by itself once it hears nothing. */
export interface OfflineBehaviour {
  /** 'failsafe': falls to its failsafe. 'hardware': may have none, and then draws what its hardware can. */
  readonly fallsTo: 'failsafe' | 'hardware';
  /** Proven, not only said. */
  readonly confirmed: boolean;
}
