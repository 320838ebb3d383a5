import type { ChargingSchedule, TransactionId } from './chargingProfile.js';
import type { ChargingLimitSource } from './externalLimit.js';

// What a station says, and what it is answered (stationMessages.ts).

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
      /** What the CSMS has answered, where the station talks to one through us. Absent: it is answered here. */
      readonly given?: { readonly transactionId: TransactionId; readonly status: AuthorizationStatus };
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
      /** Whoever holds the connection wrote the times by a clock of its own: they tell how old a sample is, and nothing of the station's clock. */
      readonly isRelayed?: true;
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
  /** The station's own; of OCPP 1.6 a CSMS that keeps the station gave it. */
  readonly transactionId: TransactionId;
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
  /** What the CSMS has answered about the idToken, where the station talks to one through us. */
  readonly given?: { readonly status: AuthorizationStatus };
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
