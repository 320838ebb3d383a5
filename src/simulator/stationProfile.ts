import type { JsonObject } from './rpc.js';

export type RateUnit = 'A' | 'W';
export type ProfilePurpose =
  | 'ChargingStationExternalConstraints'
  | 'ChargingStationMaxProfile'
  | 'TxDefaultProfile'
  | 'TxProfile';
export type ProfileKind = 'Absolute' | 'Recurring' | 'Relative';
export type TransactionId = number | string;

/** What this station's smart charging can do; also what its configuration says. */
export interface ProfileCapabilities {
  readonly stackLevelMax: number;
  readonly periodsMax: number;
  readonly profilesMax: number;
  readonly rateUnits: readonly RateUnit[];
}

/** A charging profile as a station keeps it, whatever version it came in: instants are epoch milliseconds. */
export interface StationProfile {
  readonly profileId: number;
  readonly transactionId?: TransactionId;
  readonly stackLevel: number;
  readonly purpose: ProfilePurpose;
  readonly kind: ProfileKind;
  readonly recurrency?: 'Daily' | 'Weekly';
  readonly validFromMs?: number;
  /** Exclusive. */
  readonly validToMs?: number;
  readonly startMs?: number;
  readonly durationS?: number;
  readonly rateUnit: RateUnit;
  readonly periods: readonly StationPeriod[];
  /** As it came over the wire, for versions that report profiles. */
  readonly asReceived?: JsonObject;
}

export interface StationPeriod {
  readonly startPeriodS: number;
  /** A per phase, or W in total. */
  readonly limit: number;
  readonly numberPhases?: number;
}
