import type { ChargingProfile, ChargingSchedule, TransactionId } from './chargingProfile.js';
import type { ChargingLimitSource } from './externalLimit.js';

/**
 * The neutral language between stations and the site: what a station says (StationRequest) and what it is told (StationCommand).
 * Each OCPP version's codec translates to and from it; nothing behind the codec knows a version.
 */

export type EvseStatus =
  | 'Available'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEVSE'
  | 'SuspendedEV'
  | 'Finishing'
  | 'Reserved'
  | 'Unavailable'
  | 'Faulted'
  | 'Occupied'
  | 'unknown';

/** What a meter said at one instant. Values that cannot be true (NaN, negative, beyond METER_VALUE_MAX) never get this far. */
export interface MeterSample {
  /** As the station wrote it; control uses the time of receipt. */
  readonly timestampMs: number;
  /** By terminal of the station, L1 first; 'unknown' where the message had no value. */
  readonly terminalCurrentA?: readonly (number | 'unknown')[];
  /** A current without a phase label: the same on each phase in use. */
  readonly currentA?: number;
  /** The currents were measured where the grid comes in. Absent: at the outlet. */
  readonly currentIsAtInlet?: true;
  /** Without a phase label: at a DC outlet, what the battery has. */
  readonly voltageV?: number;
  /** At the outlet, all phases together. */
  readonly powerW?: number;
  /** It was measured where the grid comes in: at a DC outlet that is more. */
  readonly powerIsAtInlet?: true;
  /** Import register. */
  readonly energyWh?: number;
  readonly currentOfferedA?: number;
  readonly soCPercent?: number;
}

export type StationRequest =
  | {
      readonly type: 'boot';
      readonly vendor: string;
      readonly model: string;
      readonly serialNumber?: string;
      readonly firmwareVersion?: string;
    }
  | { readonly type: 'heartbeat' }
  | {
      readonly type: 'status';
      /** 0: the station itself. */
      readonly evseId: number;
      /** From OCPP 2.0.1 on each connector of an EVSE has a status of its own. Absent: the EVSE's. */
      readonly connectorId?: number;
      readonly status: EvseStatus;
      readonly errorCode?: string;
      readonly info?: string;
      readonly vendorErrorCode?: string;
      readonly timestampMs?: number;
    }
  | { readonly type: 'authorize'; readonly idToken: string }
  | {
      readonly type: 'transactionStarted';
      readonly evseId: number;
      readonly idToken: string;
      readonly meterStartWh: number;
      readonly timestampMs: number;
    }
  | {
      readonly type: 'transactionEnded';
      readonly transactionId: TransactionId;
      readonly idToken?: string;
      readonly meterStopWh: number;
      readonly timestampMs: number;
      readonly reason?: string;
      readonly samples: readonly MeterSample[];
    }
  | {
      readonly type: 'meterValues';
      readonly evseId: number;
      readonly transactionId?: TransactionId;
      readonly samples: readonly MeterSample[];
      /** How many values were refused as impossible. */
      readonly quarantined: number;
    }
  | { readonly type: 'dataTransfer'; readonly vendorId: string; readonly messageId?: string; readonly data?: string }
  | {
      /** Somebody else than us limits the station. */
      readonly type: 'chargingLimit';
      /** Absent, or 0: the whole station. */
      readonly evseId?: number;
      readonly source: ChargingLimitSource;
      readonly isGridCritical?: boolean;
      /** Without a start: from now on. */
      readonly schedule?: ChargingSchedule;
    }
  | { readonly type: 'chargingLimitCleared'; readonly evseId?: number; readonly source: ChargingLimitSource }
  | { readonly type: 'firmwareStatus'; readonly status: string }
  | { readonly type: 'diagnosticsStatus'; readonly status: string }
  | TransactionTold
  | {
      /** What a car said that it needs (ISO 15118), by way of its station. */
      readonly type: 'chargingNeeds';
      readonly evseId: number;
      readonly departureMs?: number;
      /** Still to come. */
      readonly energyWh?: number;
      /** Of AC, per phase. */
      readonly currentMaxA?: number;
    }
  | {
      readonly type: 'variablesReported';
      /** Of the request that it belongs to. */
      readonly requestId: number;
      /** A report comes in as many messages as its station likes. */
      readonly isLast: boolean;
      readonly variables: readonly ReportedVariable[];
    }
  | {
      /** What is installed, whoever installed it. */
      readonly type: 'profilesReported';
      readonly requestId: number;
      readonly isLast: boolean;
      /** 0: the station's own. */
      readonly evseId: number;
      readonly source: ChargingLimitSource;
      readonly profiles: readonly ReportedProfile[];
    }
  | {
      /** How a car means to charge by the schedule that it was given (ISO 15118). */
      readonly type: 'vehicleSchedule';
      readonly evseId: number;
      /** Absent: it says no limits that can be calculated with. */
      readonly schedule?: ChargingSchedule & { readonly startMs: number };
    }
  | {
      /** OCPP 2.1: somebody at the station asked for the most for a transaction, or no longer does. */
      readonly type: 'priorityCharging';
      readonly transactionId: string;
      readonly isActive: boolean;
    }
  /** Changes nothing here, and its answer follows from the message alone. */
  | { readonly type: 'notice'; readonly subject: string; readonly concern?: string };

/** From OCPP 2.0.1 on a station says everything of a transaction in one kind of event, and numbers them. */
export interface TransactionTold {
  readonly type: 'transactionTold';
  readonly event: 'Started' | 'Updated' | 'Ended';
  /** The station's own. */
  readonly transactionId: string;
  readonly seqNo: number;
  readonly timestampMs: number;
  /** Kept while the station was offline: what it measured then is not what flows now. */
  readonly isOffline: boolean;
  readonly triggerReason: string;
  /** May come only later. */
  readonly evseId?: number;
  readonly idToken?: string;
  readonly status?: EvseStatus;
  readonly stoppedReason?: string;
  readonly samples: readonly MeterSample[];
  readonly quarantined: number;
}

export interface ReportedVariable {
  /** Component.Variable, with instances in brackets. */
  readonly key: string;
  readonly value?: string;
  readonly maximum?: number;
  /** It can not be written. */
  readonly isReadOnly?: true;
}

/** A profile as its station has it: also of purposes and kinds that nobody here writes, in the words of the wire. */
export interface ReportedProfile {
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: string;
  readonly kind: string;
  readonly recurrency?: string;
  readonly transactionId?: string;
  readonly validFromMs?: number;
  readonly validToMs?: number;
  /** One, or several that a car may choose among. */
  readonly schedules: readonly ReportedSchedule[];
}

export interface ReportedSchedule extends Omit<ChargingSchedule, 'periods'> {
  readonly periods: readonly {
    readonly startPeriodS: number;
    /** Of several for its phases the highest. Absent: it has a setpoint instead (2.1). */
    readonly limit?: number;
    readonly numberPhases?: number;
  }[];
}

export type AuthorizationStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';

/** The answer to each StationRequest, by its type. */
export interface StationResponses {
  readonly boot: {
    readonly status: 'Accepted' | 'Pending' | 'Rejected';
    readonly currentTimeMs: number;
    readonly intervalS: number;
  };
  readonly heartbeat: { readonly currentTimeMs: number };
  readonly status: Readonly<Record<string, never>>;
  readonly authorize: { readonly status: AuthorizationStatus };
  readonly transactionStarted: { readonly transactionId: TransactionId; readonly status: AuthorizationStatus };
  readonly transactionEnded: { readonly status?: AuthorizationStatus };
  readonly meterValues: Readonly<Record<string, never>>;
  readonly dataTransfer: {
    readonly status: 'Accepted' | 'Rejected' | 'UnknownMessageId' | 'UnknownVendorId';
    readonly data?: string;
  };
  readonly chargingLimit: Readonly<Record<string, never>>;
  readonly chargingLimitCleared: Readonly<Record<string, never>>;
  readonly firmwareStatus: Readonly<Record<string, never>>;
  readonly diagnosticsStatus: Readonly<Record<string, never>>;
  /** A status where an idToken was told. */
  readonly transactionTold: { readonly status?: AuthorizationStatus };
  /** Processing: a schedule may come later. */
  readonly chargingNeeds: { readonly status: 'Accepted' | 'Rejected' | 'Processing' };
  readonly variablesReported: Readonly<Record<string, never>>;
  readonly profilesReported: Readonly<Record<string, never>>;
  /** Rejected: it would draw more than it was given, and is given its schedule anew. */
  readonly vehicleSchedule: { readonly status: 'Accepted' | 'Rejected' };
  readonly priorityCharging: Readonly<Record<string, never>>;
  readonly notice: Readonly<Record<string, never>>;
}

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

export type OcppVersion = '1.6' | '2.0.1' | '2.1';

/** OCPP's own numbers: 0 none, 1 a password over plain TCP, 2 a password over TLS, 3 a client certificate. */
export type SecurityProfile = 0 | 1 | 2 | 3;

/** How a station came to us. */
export interface StationApproach {
  readonly securityProfile: SecurityProfile;
  readonly address: string;
  /** The address, or of IPv6 the /64 that it is in: of what is beyond that one stranger has plenty. */
  readonly network: string;
}

/** Whether a station is let in. A ticket: nobody knows it, and it may wait for somebody who takes it in. */
export type Admission = boolean | { readonly ticket: string };

export interface StationSocket extends StationApproach {
  readonly connectionId: string;
  readonly ocppVersion: OcppVersion;
}

/** What the gateway needs from the rest of the service. */
export interface StationHandler {
  /**
   * Is this station who it says it is? `password` is absent when none came, and with security profile 3, whose certificate was
   * verified already. Must take the same time for an unknown identity as for a wrong password.
   */
  authenticate(stationId: string, password: string | undefined, approach: StationApproach): Promise<Admission>;
  /** Absent: no tickets are given out. */
  readonly waiting?: WaitingRoom;
  /** An authenticated socket is up and replaces any earlier one of the same station. */
  connected(stationId: string, connection: StationSocket): void;
  /** That socket is gone. Never called for a socket that has been replaced. */
  disconnected(stationId: string, connectionId: string, reason: string): void;
  /**
   * True once the station's boot was accepted; lasts over reconnects and restarts. Before, all but BootNotification is refused. A
   * promise where it has to be asked for elsewhere first.
   */
  isAccepted(stationId: string): boolean | Promise<boolean>;
  /** Resolves when the answer may leave: what must not be lost is then on disk. */
  request<R extends StationRequest>(stationId: string, request: R): Promise<StationResponses[R['type']]>;
  /** Something a person should know of: a malformed frame, an unsolicited answer, a flapping connection. */
  anomaly(stationId: string, anomaly: { readonly kind: string; readonly detail: string }): void;
}

/** Where stations with a ticket are. Nothing is served to them but that they wait. */
export interface WaitingRoom {
  /** `close` ends the connection, so that the station comes again. */
  entered(ticket: string, socket: StationSocket, close: (reason: string) => void): void;
  booted(ticket: string, boot: Extract<StationRequest, { type: 'boot' }>): StationResponses['boot'];
  /** The connection is gone, or never came to be. */
  left(ticket: string): void;
}

/** What the rest of the service needs from the gateway. Never rejects. */
export interface StationCaller {
  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options?: { readonly priority?: 'safety' | 'normal'; readonly timeoutMs?: number },
  ): Promise<CommandOutcome<C['type']>>;
}
