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

/** As on the wire: a number in OCPP 1.6, a string from 2.0.1 on. */
export type TransactionId = number | string;
