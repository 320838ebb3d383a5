/**
 * The neutral charging profile: OCPP 2.0.1's words, without any version's wire format. Each version's codec writes it in its
 * own dialect.
 */
export interface ChargingProfile {
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: 'TxProfile' | 'TxDefaultProfile' | 'ChargingStationMaxProfile';
  readonly kind: 'Absolute' | 'Recurring' | 'Relative';
  readonly recurrency?: 'Daily' | 'Weekly';
  /** A TxProfile names its transaction, except inside a remote start. */
  readonly transactionId?: TransactionId;
  readonly validFromMs?: number;
  /** Exclusive. */
  readonly validToMs?: number;
  readonly schedule: ChargingSchedule;
}

export interface ChargingSchedule {
  /** Absent for Relative. */
  readonly startMs?: number;
  readonly durationS?: number;
  readonly rateUnit: 'A' | 'W';
  /** The first starts at 0, the others ascend (K01.FR.31, FR.35). */
  readonly periods: readonly ChargingPeriod[];
}

export interface ChargingPeriod {
  readonly startPeriodS: number;
  /** A: per phase. W: the total. */
  readonly limit: number;
  readonly numberPhases?: number;
}

/** How limits over time are put into a profile: what a station takes, and what its clock allows. */
export interface ProfileForm {
  /** TxDefaultProfile and ChargingStationMaxProfile: for the whole station, each EVSE of it alike. */
  readonly purpose: ChargingProfile['purpose'];
  /** Relative has one limit, from the start of the transaction on: no clock plays a part in it. */
  readonly kind: ChargingProfile['kind'];
  readonly rateUnit: 'A' | 'W';
  readonly wholeAmperes?: true;
  /** A pause is written as this instead of 0, A. */
  readonly pauseA?: number;
  /** Of a transaction's Relative profile: how long the transaction lasts already, at most. */
  readonly elapsedMs?: number;
  /** Of a station's profile that steers it: from here on it is what the station falls to by itself. */
  readonly steersUntilMs?: number;
}

/** As on the wire: a number in OCPP 1.6, a string from 2.0.1 on. */
export type TransactionId = number | string;
