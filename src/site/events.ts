import type { ProfileForm, TransactionId } from './chargingProfile.js';
import type { ChargingLimitSource, ExternalLimit } from './externalLimit.js';
import type { ForeignProfile } from './foreignProfile.js';
import type { LimitSteps } from './limitSteps.js';
import type { CapacityLimit, SessionNeeds, SiteModel } from './model.js';
import type { PerPhase, Phase } from './phases.js';
import type { StationCapabilities, StationIdentity } from './state.js';
import type { EvseStatus, OcppVersion } from './stationMessages.js';
import type { StationQuirk } from './stationQuirk.js';
import type { ToldAt, VehicleNeeds } from './toldOfTransaction.js';

/** What happened to a site: the entries of its append-only journal. Names and shapes are kept for years: add, never change. */
export type SiteEvent =
  | { readonly type: 'siteConfigured'; readonly site: SiteModel }
  | { readonly type: 'limitPut'; readonly limit: CapacityLimit }
  | { readonly type: 'limitDeleted'; readonly limitId: string }
  /** The limits of a grid event, all at once, in place of what it had before. None: it is gone. */
  | { readonly type: 'gridEventPut'; readonly eventId: string; readonly limits: readonly CapacityLimit[] }
  | { readonly type: 'needsPut'; readonly sessionId: string; readonly needs: SessionNeeds }
  /** A new process took the site over: no socket is left, and calls under way may have arrived or not. */
  | { readonly type: 'serviceStarted' }
  | CircuitMetered
  | StationEvent;

export interface CircuitMetered {
  readonly type: 'circuitMetered';
  readonly circuitId: string;
  readonly currentA: PerPhase<number>;
  /** All phases together, positive import, negative export. Without it power follows from the currents. */
  readonly powerW?: number;
  /** In force when it was read: the circuit's own limits and temporary ones. */
  readonly limitA?: PerPhase<number>;
  readonly powerLimitW?: number;
}

export type StationEvent = { readonly stationId: string } & (
  | { readonly type: 'stationConnected'; readonly connectionId: string; readonly ocppVersion: OcppVersion }
  | { readonly type: 'stationDisconnected'; readonly reason: string }
  | { readonly type: 'stationBooted'; readonly identity: StationIdentity }
  | { readonly type: 'capabilitiesRead'; readonly capabilities: Partial<StationCapabilities> }
  | {
      readonly type: 'evseStatusReported';
      readonly evseId: number;
      /** Of one of its connectors, from OCPP 2.0.1 on. Absent: of the EVSE. */
      readonly connectorId?: number;
      readonly status: EvseStatus;
      readonly errorCode?: string;
    }
  | TransactionStarted
  | TransactionEnded
  | TransactionNews
  | EvseMetered
  /** How far its clock is off ours, told by something else than a meter value. */
  | { readonly type: 'clockSeen'; readonly clockOffMs: number }
  /** Nothing else brought the current of this transaction down: its station was asked to end it. */
  | {
      readonly type: 'stopAsked';
      readonly evseId: number;
      readonly transactionId: TransactionId;
      readonly answer: string;
    }
  /** It was asked to start a transaction, with a profile for its first minutes. */
  | { readonly type: 'startProfileSent'; readonly evseId: number; readonly limitA: number }
  | { readonly type: 'quirkLearned'; readonly quirk: StationQuirk; readonly evidence: string }
  /** It looks so once. Once more, and it is learned; unless the station does the contrary in between. */
  | { readonly type: 'quirkSuspected'; readonly quirk: StationQuirk }
  | { readonly type: 'quirkRefuted'; readonly quirk: StationQuirk }
  /** The owner says that what was learned no longer holds. */
  | { readonly type: 'quirksForgotten' }
  /** Somebody else than us limits it. */
  | { readonly type: 'externalLimitNotified'; readonly limit: Omit<ExternalLimit, 'receivedMs'> }
  | { readonly type: 'externalLimitCleared'; readonly evseId: number; readonly source: ChargingLimitSource }
  /** What it holds that is not of this service, as it reported last. */
  | { readonly type: 'foreignProfilesSeen'; readonly profiles: readonly ForeignProfile[] }
  | ProfileEvent
);

export interface TransactionStarted {
  readonly type: 'transactionStarted';
  readonly evseId: number;
  readonly transactionId: TransactionId;
  readonly idToken: string;
  readonly authorized: boolean;
  readonly meterStartWh: number;
  /** meterStartWh stands for nothing: the first register that is told counts. Absent: it was told. */
  readonly meterStartIsUnknown?: true;
  readonly startedAtMs: number;
  /** Its station gave the id to an earlier transaction too. */
  readonly reusesId?: true;
  /** From OCPP 2.0.1 on. */
  readonly told?: ToldAt;
}

/** What is told of transactions from OCPP 2.0.1 on, besides their start and end (transactionNews.ts). */
export type TransactionNews =
  | {
      readonly type: 'transactionUpdated';
      readonly evseId: number;
      readonly transactionId: TransactionId;
      readonly told: ToldAt;
      /** Who it is, where that was not known. */
      readonly idToken?: string;
      readonly authorized?: boolean;
      /** The register, where it was not known at the start. */
      readonly registerWh?: number;
    }
  /** It began before it was known at which EVSE. */
  | {
      readonly type: 'transactionAnnounced';
      readonly transactionId: TransactionId;
      readonly startedAtMs: number;
      readonly idToken?: string;
      /** It is to charge with priority, or not any more. Absent: of that nothing was said. */
      readonly priorityCharging?: boolean;
    }
  /** Whoever asked at the station for the most: while it is active that goes before what its driver stated. */
  | {
      readonly type: 'priorityChargingTold';
      readonly evseId: number;
      readonly transactionId: TransactionId;
      readonly isActive: boolean;
    }
  /** The car's own word. */
  | { readonly type: 'vehicleNeedsTold'; readonly evseId: number; readonly needs: VehicleNeeds }
  /** What a car means to draw is more than it was given. */
  | { readonly type: 'vehicleScheduleRefused'; readonly evseId: number };

export interface TransactionEnded {
  readonly type: 'transactionEnded';
  readonly evseId: number;
  readonly transactionId: TransactionId;
  /** Absent when the end was never told, only concluded. */
  readonly meterStopWh?: number;
  readonly endedAtMs: number;
  readonly reason: string;
}

export interface EvseMetered {
  readonly type: 'evseMetered';
  readonly evseId: number;
  /** Grid phases, A on the grid side; absent when the message had no current and no power. */
  readonly currentA?: PerPhase<number>;
  /** Phases of the EVSE on which the current was not measured: it is a share of a total there, or 0 because nothing was said. */
  readonly assumedPhases?: readonly Phase[];
  readonly energyWh?: number;
  readonly offeredA?: number;
  /** When the station took the sample, where it kept it while it was offline. */
  readonly sampledAtMs?: number;
  /** How far the station's clock is off ours, where that is news. */
  readonly clockOffMs?: number;
}

/** The life of one profile message. `slot` says where it goes. */
export type ProfileEvent =
  | {
      readonly type: 'profileIntended';
      readonly attemptId: string;
      readonly slot: SlotName;
      readonly limits: LimitSteps;
      /** How the limits are written. Absent in what was written before there was a choice: Absolute. */
      readonly form?: ProfileForm;
    }
  | {
      readonly type: 'profileAnswered';
      readonly attemptId: string;
      readonly slot: SlotName;
      /** 'notSent': it certainly never left. 'refused': the station said no. 'unknown': it may hold it or not. */
      readonly result: 'accepted' | 'refused' | 'notSent' | 'unknown';
      readonly connectionId?: string;
      readonly detail?: string;
    }
  | {
      readonly type: 'profileVerified';
      readonly attemptId: string;
      readonly slot: SlotName;
      readonly by: 'composite' | 'report' | 'record';
      /** The station said exactly what was sent: a record of obedience. */
      readonly exact: boolean;
      /** Whose composite schedule said so. Absent where none did, and in what was written before it was kept. */
      readonly evseId?: number;
      /** When the station was asked, or told. Absent in what was written before it was kept: when it answered. */
      readonly askedMs?: number;
    }
  | {
      readonly type: 'profileNotVerified';
      readonly attemptId: string;
      readonly slot: SlotName;
      /** The station says more than was sent, or something else. */
      readonly contradicts?: true;
      /** Its report shows that it is not in force: it is not there, or somebody else's lies over it. */
      readonly absent?: true;
      readonly detail: string;
    }
  /** The station agreed to report what it holds: until that has come it is not asked again. */
  | { readonly type: 'profileReportAwaited'; readonly attemptId: string; readonly slot: SlotName };

export type SlotName =
  | { readonly kind: 'failsafe' }
  | { readonly kind: 'tx'; readonly evseId: number; readonly transactionId: TransactionId };
