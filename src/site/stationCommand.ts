import type { ChargingProfile, TransactionId } from './chargingProfile.js';
import type { ChargingLimitSource } from './externalLimit.js';

// What a station is told, and what it answers (stationMessages.ts).

export type StationCommand =
  | { readonly type: 'setChargingProfile'; readonly evseId: number; readonly profile: ChargingProfile }
  | {
      readonly type: 'clearChargingProfile';
      readonly profileId?: number;
      readonly evseId?: number;
      readonly purpose?: ChargingProfile['purpose'];
      readonly stackLevel?: number;
    }
  | {
      readonly type: 'getCompositeSchedule';
      readonly evseId: number;
      readonly durationS: number;
      readonly rateUnit?: 'A' | 'W';
    }
  | { readonly type: 'getConfiguration'; readonly keys?: readonly string[] }
  | { readonly type: 'changeConfiguration'; readonly key: string; readonly value: string }
  | {
      readonly type: 'remoteStart';
      readonly evseId: number;
      readonly idToken: string;
      readonly profile?: ChargingProfile;
    }
  | { readonly type: 'remoteStop'; readonly transactionId: TransactionId }
  | {
      readonly type: 'trigger';
      readonly message: TriggeredMessage;
      readonly evseId?: number;
    }
  | { readonly type: 'reset'; readonly kind: 'Hard' | 'Soft' }
  | { readonly type: 'unlock'; readonly evseId: number }
  /** The station forgets whom it let charge before, and asks again. */
  | { readonly type: 'clearCache' }
  | { readonly type: 'changeAvailability'; readonly evseId: number; readonly operative: boolean }
  | { readonly type: 'dataTransfer'; readonly vendorId: string; readonly messageId?: string; readonly data?: string }
  /** What comes of it are requests of the station: variablesReported. Without keys: of everything. */
  | { readonly type: 'requestReport'; readonly keys?: readonly string[]; readonly requestId?: number }
  | {
      /** What comes of it are requests of the station: profilesReported. At least one criterion. */
      readonly type: 'requestProfiles';
      /** What the reports are known by. Absent: any. */
      readonly requestId?: number;
      /** 0: the station's own. Absent: of every EVSE. */
      readonly evseId?: number;
      readonly profileIds?: readonly number[];
      readonly purpose?: ReportablePurpose;
      readonly stackLevel?: number;
      readonly sources?: readonly ChargingLimitSource[];
    }
  /** OCPP 2.1: the one limit of a profile that its station asks anew, or is told anew, as it goes. */
  | { readonly type: 'updateDynamicSchedule'; readonly profileId: number; readonly limit: number }
  | { readonly type: 'usePriorityCharging'; readonly transactionId: TransactionId; readonly activate: boolean };

/** What a station can be asked to send now. In OCPP 1.6 its logs are diagnostics, and a transaction has no message of its own. */
export const TRIGGERED_MESSAGES = [
  'BootNotification',
  'Heartbeat',
  'MeterValues',
  'StatusNotification',
  'TransactionEvent',
  'LogStatusNotification',
  'FirmwareStatusNotification',
] as const;
export type TriggeredMessage = (typeof TRIGGERED_MESSAGES)[number];

/** Limits of others are profiles too, which their station tells of. */
export const REPORTABLE_PURPOSES = [
  'ChargingStationMaxProfile',
  'TxDefaultProfile',
  'TxProfile',
  'ChargingStationExternalConstraints',
] as const;
export type ReportablePurpose = (typeof REPORTABLE_PURPOSES)[number];

/** The answer to each StationCommand, by its type. `status` is the word on the wire. */
export interface CommandResponses {
  readonly setChargingProfile: { readonly status: string };
  readonly clearChargingProfile: { readonly status: string };
  readonly getCompositeSchedule: {
    readonly status: string;
    /** It was agreed on, and nobody asked the station: it is no record of what that does. Absent: it said so. */
    readonly isAgreed?: true;
    readonly schedule?: {
      /** When absent, the schedule starts at the time of the answer. */
      readonly startMs?: number;
      readonly durationS?: number;
      readonly rateUnit: 'A' | 'W';
      readonly periods: readonly {
        readonly startPeriodS: number;
        readonly limit: number;
        readonly numberPhases?: number;
      }[];
    };
  };
  readonly getConfiguration: {
    readonly keys: readonly { readonly key: string; readonly value?: string; readonly readonly: boolean }[];
    readonly unknownKeys: readonly string[];
  };
  readonly changeConfiguration: { readonly status: string };
  readonly remoteStart: { readonly status: string };
  readonly remoteStop: { readonly status: string };
  readonly trigger: { readonly status: string };
  readonly reset: { readonly status: string };
  readonly unlock: { readonly status: string };
  readonly clearCache: { readonly status: string };
  readonly changeAvailability: { readonly status: string };
  readonly dataTransfer: { readonly status: string; readonly data?: string };
  readonly requestReport: { readonly status: string };
  readonly requestProfiles: { readonly status: string };
  readonly updateDynamicSchedule: { readonly status: string };
  readonly usePriorityCharging: { readonly status: string };
}

/** In the place of a CALLERROR's code: the station's version has no words for the command. */
export const NOT_SAYABLE = 'NotSayable';

/** How a call to a station ended. Only 'answered', 'error' and 'notSent' say for certain what the station did with it. */
export type CommandOutcome<T extends StationCommand['type'] = StationCommand['type']> =
  | { readonly outcome: 'answered'; readonly response: CommandResponses[T] }
  /** The station answered with CALLERROR, or (NOT_SAYABLE) was never asked: it did not do it. */
  | { readonly outcome: 'error'; readonly code: string; readonly description: string }
  /** It never left this service. */
  | { readonly outcome: 'notSent'; readonly reason: 'offline' | 'queueFull' }
  /** It may or may not have been carried out. */
  | { readonly outcome: 'unknown'; readonly reason: 'timeout' | 'connectionLost' | 'malformedAnswer' };
