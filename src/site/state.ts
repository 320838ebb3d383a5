import type { ProfileForm, TransactionId } from './chargingProfile.js';
import type { EnergyQuarters } from './energyShares.js';
import type { ExternalLimit } from './externalLimit.js';
import type { ForeignProfile } from './foreignProfile.js';
import type { HistoryState } from './historyState.js';
import type { LimitSteps } from './limitSteps.js';
import type { CapacityLimit, SessionNeeds, SiteModel } from './model.js';
import type { PerPhase, Phase } from './phases.js';
import type { SiteIndex } from './siteIndex.js';
import type { EvseStatus, OcppVersion } from './stationMessages.js';
import type { LearnedQuirk, StationQuirk } from './stationQuirk.js';
import type { ToldAt, VehicleNeeds } from './toldOfTransaction.js';

/** Everything that is known of a site. Made by `reduce` from the site's journal, and from nothing else. */
export interface SiteState {
  /** Look-ups into `site`; derived, never stored. */
  readonly index: SiteIndex;
  readonly site: SiteModel;
  readonly limits: ReadonlyMap<string, CapacityLimit>;
  readonly circuits: ReadonlyMap<string, CircuitState>;
  readonly stations: ReadonlyMap<string, StationState>;
  /** The last ENDED_SESSIONS_KEPT, so that a repeated message about them is recognised. */
  readonly endedSessions: readonly EndedSession[];
  readonly history: HistoryState;
}

export interface CircuitState {
  /** What the circuit's own meter said, oldest first, no older than READING_WINDOW_MS. */
  readonly readings: readonly CircuitReadingState[];
}

export interface CircuitReadingState {
  readonly atMs: number;
  readonly currentA: PerPhase<number>;
  /** All phases together, positive import. Absent where the meter said currents only. */
  readonly powerW?: number;
  /** The base load that this reading stands for, once what the cars below can explain is taken off. */
  readonly baseLoadA: PerPhase<number>;
}

export interface StationState {
  readonly connection:
    | { readonly status: 'neverSeen' }
    | {
        readonly status: 'online';
        readonly sinceMs: number;
        readonly connectionId: string;
        readonly ocppVersion: OcppVersion;
        /** It sent its BootNotification on this connection. */
        readonly booted: boolean;
      }
    | { readonly status: 'offline'; readonly sinceMs: number; readonly ocppVersion: OcppVersion };
  /** A boot was accepted once; lasts over reconnects. */
  readonly accepted: boolean;
  readonly identity: StationIdentity | null;
  readonly capabilities: StationCapabilities;
  /** It was seen to do what it accepted: from then on its word is enough. */
  readonly trusted: boolean;
  /** How far its clock was last seen to be off ours, either way. */
  readonly clockOffMs: number;
  /** Something it wrote told how its clock stands. Absent: nothing did, and it may show any time. */
  readonly clockIsKnown?: true;
  /** Absent: none. */
  readonly quirks?: readonly LearnedQuirk[];
  /** What one answer may have been a slip of. Absent: none. */
  readonly suspected?: readonly StationQuirk[];
  /** What others than us limit it to, as it told. Absent: nothing. */
  readonly externalLimits?: readonly ExternalLimit[];
  /** A report of what it holds showed what it was sent: what one does not show, it does not hold. Absent: none has. */
  readonly reportsProfiles?: true;
  /** What it holds that is not of this service, as it reported last. Absent: nothing, or it was not asked. */
  readonly foreignProfiles?: readonly ForeignProfile[];
  /** Transactions that began before it was known at which EVSE, newest last. Absent: none. */
  readonly announced?: readonly AnnouncedTransaction[];
  /** The default limit of every EVSE of the station: what it falls to by itself. */
  readonly failsafe: FailsafeSlot;
  readonly evses: ReadonlyMap<number, EvseState>;
}

export interface AnnouncedTransaction {
  readonly transactionId: TransactionId;
  readonly startedAtMs: number;
  readonly idToken?: string;
  /** It is to begin with priority. */
  readonly priorityCharging?: true;
}

export interface StationIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber?: string;
  readonly firmwareVersion?: string;
}

/** 'unknown' is never a default: what could not be read is probed with the most modest profile there is. */
export interface StationCapabilities {
  readonly maxPeriods: number | 'unknown';
  readonly maxStackLevel: number | 'unknown';
  readonly rateUnits: readonly ('A' | 'W')[] | 'unknown';
  readonly maxProfilesInstalled: number | 'unknown';
  readonly compositeSchedule: boolean | 'unknown';
}

/** One profile that the station may have installed. */
export interface Candidate {
  readonly attemptId: string;
  readonly limits: LimitSteps;
  /** How they were written. Absent: Absolute, as the slot's own purpose. */
  readonly form?: ProfileForm;
  readonly status: 'sent' | 'unknown' | 'accepted' | 'confirmed';
  readonly sentMs: number;
  /** Until when an earlier message with the same limits may still come. Absent: there was none. */
  readonly sameUntilMs?: number;
  readonly answeredMs?: number;
  /** From here on it can no longer be in force: a later one was confirmed, and cars had time to follow. */
  readonly goneMs?: number;
  /** Fruitless looks at what the station says that it keeps to, or holds. */
  readonly checks: number;
  readonly lastCheckMs?: number;
}

/** Everything one profile slot of the station may hold, oldest first. */
export interface ProfileSlot {
  readonly candidates: readonly Candidate[];
  /** Refused in a row, and when last. */
  readonly refusals: number;
  readonly lastRefusedMs?: number;
  /** Unanswered in a row. Absent: none. */
  readonly unanswered?: number;
  /** What may still be written without wearing the station out, and when that was reckoned. Absent: nothing was written yet. */
  readonly budget?: { readonly writes: number; readonly atMs: number };
}

export interface FailsafeSlot extends ProfileSlot {
  /** Until when the station may have no failsafe at all, and then draws what its hardware can. */
  readonly missingUntilMs: number | 'unknown';
  /** On which connection it was last accepted: it is asserted again on each. */
  readonly assertedOn: string | null;
}

export interface EvseState {
  readonly status: EvseStatus;
  readonly statusAtMs: number;
  /** Absent where connectors have no status of their own (OCPP 1.6). */
  readonly connectors?: readonly ConnectorStatus[];
  /** What a car asked for while no transaction was known yet. */
  readonly needsAhead?: VehicleNeeds & { readonly toldMs: number };
  readonly transaction: TransactionState | null;
  /** The slot of the transaction's profile. Empty without a transaction. */
  readonly txProfile: ProfileSlot;
  /** What a transaction that is over may still draw while its car follows. */
  readonly lingering: { readonly currentA: number; readonly untilMs: number } | null;
  /** Of a remote start: what the transaction that it begins may draw at first. Absent: none was sent. */
  readonly startProfile?: StartProfile;
  /** Newest last, at most SAMPLES_KEPT. */
  readonly samples: readonly EvseSample[];
  /** It was seen to draw more than anything it may have installed allows. */
  readonly disobeys: boolean;
  /** Absent while it obeys, and where that began before it was kept. */
  readonly disobeysSinceMs?: number;
  /** Samples in a row beyond what it may draw, or, while it disobeys, back within. */
  readonly obedienceCount: number;
  /** A limit that the car was seen to draw just as much as. One may be chance; a second, different one proves obedience. */
  readonly trackedA: number | null;
}

export interface ConnectorStatus {
  readonly connectorId: number;
  readonly status: EvseStatus;
}

export interface StartProfile {
  readonly limitA: number;
  readonly sentMs: number;
  /** By then it is over, and its car has followed. */
  readonly untilMs: number;
}

export interface EvseSample {
  readonly atMs: number;
  /** Grid phases, A on the grid side. */
  readonly currentA: PerPhase<number>;
  /** What it was told to keep to when the sample was taken. */
  readonly toldA: number;
  /** Phases on which the current is not a measurement: no more is known of it than what the EVSE may draw. */
  readonly assumedPhases?: readonly Phase[];
  readonly offeredA?: number;
}

export interface TransactionState {
  readonly transactionId: TransactionId;
  readonly sessionId: string;
  readonly idToken: string;
  /** False: the site lists idTokens and this is not one. It is counted, and never given more than its failsafe. */
  readonly authorized: boolean;
  readonly startedAtMs: number;
  /** When the service learned of it; a start that was queued offline may already be over. */
  readonly receivedMs: number;
  readonly meterStartWh: number;
  /** Its station did not tell; the first register that it tells counts. Absent: it did. */
  readonly meterStartIsUnknown?: true;
  readonly energyWh: number;
  /** Where the energy comes from: the register, or, until one is seen, the integral of power. */
  readonly energyFrom: 'register' | 'integral';
  readonly lastSampleMs: number;
  /** When energyWh was last brought up to date. */
  readonly lastEnergyMs: number;
  /** Its driver's word, else its car's; of the priority its station's before both. */
  readonly needs: SessionNeeds;
  /** The driver's alone. Absent where neither car nor station told anything that could be mixed with it. */
  readonly statedNeeds?: SessionNeeds;
  /** Somebody at its station asked for the most (OCPP 2.1). Absent: nobody does. */
  readonly priorityCharging?: true;
  /** The car's; energyWh from the session's start. */
  readonly vehicleNeeds?: VehicleNeeds;
  /** When its car last asked for a schedule: it is sent one after that, be it the same (OCPP 2.0.1 K15). */
  readonly scheduleAskedMs?: number;
  /** How many schedules of its car's own were refused. */
  readonly schedulesRefused?: number;
  /** The newest event that was told of it. Absent in OCPP 1.6. */
  readonly told?: ToldAt;
  /** Samples in a row in which a phase carried nothing while another carried a real current. */
  readonly idleSamples: PerPhase<number>;
  /** Was it last told to charge or to pause, and since when? What rotation is decided from. */
  readonly lastSwitch: { readonly on: boolean; readonly atMs: number };
  /** When the service last asked the station to end it, because nothing else brought its current down. */
  readonly stopAskedMs?: number;
  /** Absent before its first sample. */
  readonly vehicleSeen?: VehicleSeen;
  /** When energyWh was taken. Absent before the first of it, and of transactions from before it was kept. */
  readonly quarters?: EnergyQuarters;
}

/** What was seen of a car since its transaction began, A on its largest phase. */
export interface VehicleSeen {
  /** The most it drew. */
  readonly drawnMaxA: number;
  /** The most it was offered, sample after sample, while it drew less. */
  readonly offeredMaxA: number;
}

export interface EndedSession {
  readonly sessionId: string;
  readonly transactionId: TransactionId;
  readonly stationId: string;
  readonly evseId: number;
  readonly idToken: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly meterStartWh: number;
  readonly energyWh: number;
  readonly needs: SessionNeeds;
  readonly phasesInUse: readonly Phase[];
  readonly reason: string;
  /** When energyWh was taken, in whole watt-hours. Absent in sessions from before it was kept. */
  readonly quarters?: EnergyQuarters;
  /** The most that the car was seen to draw, A on its largest phase on the grid side. Absent where it was never seen to draw. */
  readonly drawnMaxA?: number;
}

export const ENDED_SESSIONS_KEPT = 100;
export const SAMPLES_KEPT = 8;
/** Base load falls only after this long (else headroom oscillates with samples that are not taken at the same time). */
export const BASE_LOAD_FALL_MS = 30_000;
export const READING_WINDOW_MS = 60_000;

export const UNKNOWN_CAPABILITIES: StationCapabilities = Object.freeze({
  maxPeriods: 'unknown',
  maxStackLevel: 'unknown',
  rateUnits: 'unknown',
  maxProfilesInstalled: 'unknown',
  compositeSchedule: 'unknown',
});
